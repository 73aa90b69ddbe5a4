/**
 * The fast backend: float32 in WebAssembly with SIMD, on as many threads as are given. Thread 0 is the caller's own. The
 * numbers do not depend on how many there are.
 */
import { availableParallelism } from 'node:os';
import type { Clock } from '../../base/clock';
import type { NumberArray } from '../../base/dtypes';
import { EngineError, invariant } from '../../base/errors';
import { sizeOf } from '../../base/shapes';
import type { ValueId } from '../../ir/graph';
import type { Plan } from '../../plan/plan';
import type { Backend, Executable } from '../backend';
import { indexOutOfRange } from '../failures';
import { MAX_THREADS } from './cells';
import { failureOf, type WorkerStart } from './control';
import { Crew } from './crew';
import { chooseKernels, type KernelBytes } from './kernels';
import { Allocator, LINE, roundUp, SharedBlock } from './memory';
import { ARENA_BYTES, programOf, RESIDENT_BYTES, writeProgram, type Program, type Turn } from './program';
import { createMemory, instantiate, PAGE, type Kernels, type SharedMemory } from './webAssembly';

const SLOT_BYTES = 4;
/** Threads that are used unless a number is given. */
const DEFAULT_THREADS = 8;
/** Nanoseconds of work between two looks at the clock. */
const CHUNK = 500_000;

/** Where the built worker script stands, and the bytes of the kernels. */
export interface WorkerSource {
  readonly url: URL;
  readonly kernels: KernelBytes;
}

/**
 * Starts the threads: `threads` in all, by default as many as the machine runs at once, at most 8. Throws EngineError
 * `worker-died` when one does not start and `out-of-memory` when not even the first memory can be had.
 */
export async function createWasmBackend({ workers, threads }: { workers: WorkerSource; threads?: number }): Promise<Backend> {
  const count = Math.min(MAX_THREADS, Math.max(1, Math.floor(threads ?? Math.min(DEFAULT_THREADS, availableParallelism()))));
  const module = await chooseKernels(workers.kernels);
  const memory = firstMemory();
  const kernels = instantiate(module, memory);
  const scratchBytes = roundUp(kernels.scratchBytes(), LINE);
  const allocator = new Allocator(memory, kernels.heapBase());
  const scratch = allocator.allocate(scratchBytes * count);
  const starts: WorkerStart[] = Array.from({ length: count }, (_, thread) => ({
    memory,
    module,
    thread,
    threads: count,
    scratch: scratch + scratchBytes * thread
  }));
  kernels.setup(0, count, scratch, failureOf(0) * 4);
  const crew = await Crew.start(workers.url, starts.slice(1), new Int32Array(memory.buffer, 0, PAGE / 4), kernels);
  const machine: Machine = { memory, kernels, allocator, crew };
  return {
    name: 'wasm',
    precision: 'float32',
    threads: count,
    fuses: true,
    compile: (plan, sharing) => new WasmExecutable(plan, machine, sharing as WasmExecutable | undefined),
    dispose: () => crew.end()
  };
}

function firstMemory(): SharedMemory {
  try {
    return createMemory();
  } catch {
    throw new EngineError({
      code: 'out-of-memory',
      message: 'not even 64 MiB of addresses are free for the engine',
      hint: 'close other programs'
    });
  }
}

interface Machine {
  readonly memory: SharedMemory;
  readonly kernels: Kernels;
  readonly allocator: Allocator;
  readonly crew: Crew;
}

class WasmExecutable implements Executable {
  private readonly bytes: number;
  private readonly base: number;
  private readonly residents: SharedBlock;
  private readonly records: number;
  private readonly program: Program;
  private readonly cells: Int32Array;
  private failure: EngineError | null = null;
  private disposed = false;

  constructor(
    private readonly plan: Plan,
    private readonly machine: Machine,
    sharing?: WasmExecutable
  ) {
    const { allocator, memory, crew } = machine;
    const prologue = programOf(plan, plan.prologue, 1);
    this.program = programOf(plan, plan.steps, crew.threads, true);
    const arena = ARENA_BYTES(plan);
    this.bytes = arena + 4 * Math.max(prologue.words.length, this.program.words.length);
    this.base = allocator.allocate(this.bytes);
    this.residents = (sharing?.residents ?? this.settle(RESIDENT_BYTES(plan))).enter();
    this.records = this.base + arena;
    this.cells = new Int32Array(memory.buffer, 0, PAGE / 4);
    // The prologue's records are never needed again and give their place to the steps'.
    writeProgram(prologue, memory.buffer, this.records, this.placed);
    for (const turn of prologue.turns) this.perform(turn);
    const failure = this.collect(prologue);
    if (failure) {
      this.dispose();
      throw failure;
    }
    writeProgram(this.program, memory.buffer, this.records, this.placed);
  }

  private settle(bytes: number): SharedBlock {
    try {
      return new SharedBlock(this.machine.allocator, bytes);
    } catch (error) {
      this.machine.allocator.release(this.base, this.bytes);
      throw error;
    }
  }

  /** Where a byte of the plan's arena lies in the memory. */
  private readonly placed = (bytes: number): number => {
    const resident = RESIDENT_BYTES(this.plan);
    return bytes < resident ? this.residents.start + bytes : this.base + bytes - resident;
  };

  view(value: ValueId): NumberArray {
    const offset = this.plan.offsets[value];
    invariant(offset !== undefined && offset >= 0, `value ${value} has no place in the plan`);
    const { dtype, shape } = this.plan.graph.operations[value]!.type;
    const { buffer } = this.machine.memory;
    const start = this.placed(offset * SLOT_BYTES);
    return dtype === 'int32' ? new Int32Array(buffer, start, sizeOf(shape)) : new Float32Array(buffer, start, sizeOf(shape));
  }

  run(clock: Clock): void | Promise<void> {
    invariant(!this.disposed, 'an executable was run after it was disposed of');
    clock.check();
    this.machine.crew.check();
    this.failure = null;
    const next = this.advance(clock, 0);
    if (next < this.program.turns.length || this.machine.crew.busy) return this.finish(clock, next);
    this.report();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.machine.allocator.release(this.base, this.bytes);
    this.residents.leave();
  }

  private async finish(clock: Clock, next: number): Promise<void> {
    const { turns } = this.program;
    const { crew } = this.machine;
    for (;;) {
      await crew.joined();
      this.report();
      if (next === turns.length) return;
      await clock.pause();
      next = this.advance(clock, next);
    }
  }

  /** Carries out turns from `next` on until they, the clock's slice or the patience with a worker end; returns the first that is left. */
  private advance(clock: Clock, next: number): number {
    const { turns } = this.program;
    const { crew } = this.machine;
    let spent = 0;
    while (next < turns.length) {
      // Another executable of this backend may still wait for its last turn.
      if (!crew.join()) return next;
      const turn = turns[next++]!;
      this.perform(turn);
      spent += turn.cost;
      if (spent >= CHUNK && next < turns.length) {
        if (clock.due()) break;
        spent = 0;
      }
    }
    if (crew.join()) this.note();
    return next;
  }

  private perform({ record, end, together, slice, slices }: Turn): void {
    const { kernels, crew } = this.machine;
    const [first, last] = [this.records + record, this.records + end];
    if (together) crew.begin(first, last, slice, slices, this.note);
    else kernels.perform(first, last, slice, slices, 0);
  }

  /** Keeps the run's first failure. */
  private readonly note = (): void => {
    this.failure ??= this.collect(this.program);
  };

  /** What the threads reported, the first in the order of the program; clears it. */
  private collect({ values }: Program): EngineError | null {
    const { cells } = this;
    let [first, entry, index] = [0, 0, 0];
    for (let thread = 0; thread < this.machine.crew.threads; thread++) {
      const cell = failureOf(thread);
      const ordinal = cells[cell]!;
      if (ordinal === 0) continue;
      if (first === 0 || ordinal < first || (ordinal === first && cells[cell + 1]! < entry)) {
        first = ordinal;
        entry = cells[cell + 1]!;
        index = cells[cell + 2]!;
      }
      cells[cell] = 0;
    }
    if (first === 0) return null;
    const { operations } = this.plan.graph;
    const operation = operations[values[first - 1]!]!;
    invariant(operation.primitive === 'gather' || operation.primitive === 'scatter_add', `${operation.primitive} reported an index`);
    const { shape } = operation.primitive === 'gather' ? operations[operation.inputs[0]!]!.type : operation.type;
    return indexOutOfRange(operation, index, shape[operation.attributes.axis]!);
  }

  private report(): void {
    if (this.failure) throw this.failure;
  }
}
