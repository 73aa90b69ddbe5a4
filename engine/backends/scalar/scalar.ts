/**
 * Graphs of single numbers, as the lecture draws them, compiled to WebAssembly of their own: a gate takes a nanosecond or
 * two where a kernel's call would take tens. In float32 the numbers are those of the wasm backend to the bit, in float64
 * those of the reference.
 */
import type { Clock } from '../../base/clock';
import type { NumberArray, Precision } from '../../base/dtypes';
import { EngineError, invariant } from '../../base/errors';
import { formatShape } from '../../base/shapes';
import type { ValueId } from '../../ir/graph';
import type { Plan } from '../../plan/plan';
import type { Backend, Executable } from '../backend';
import { BINARY_RULES, UNARY_RULES } from '../reference/elementwise';
import { chooseKernels, type KernelBytes } from '../wasm/kernels';
import { Allocator, SharedBlock } from '../wasm/memory';
import { createMemory, instantiate, instantiateModule, type Kernels, type SharedMemory } from '../wasm/webAssembly';
import { emit, notScalar, sourceOf, valuesOf } from './emit';

/** Bytes of a value's place, of either precision. */
const PLACE = 8;

/** Whether every value of the plan is one number that this backend computes. */
export function isScalar(plan: Plan): boolean {
  return notScalar(plan) === undefined;
}

/** Its `compile` throws EngineError `not-scalar` for a plan that is not one of single numbers. */
export async function createScalarBackend({ kernels: bytes, precision }: { kernels: KernelBytes; precision: Precision }): Promise<Backend> {
  const memory = createMemory();
  const kernels = instantiate(await chooseKernels(bytes), memory);
  const machine: Machine = {
    memory,
    allocator: new Allocator(memory, kernels.heapBase()),
    precision,
    functions: functionsOf(kernels, precision)
  };
  return {
    name: 'scalar',
    precision,
    threads: 1,
    fuses: true,
    compile: (plan, sharing) => new ScalarExecutable(plan, machine, sharing as ScalarExecutable | undefined),
    dispose() {}
  };
}

type Functions = Readonly<Record<string, (...operands: number[]) => number>>;

interface Machine {
  readonly memory: SharedMemory;
  readonly allocator: Allocator;
  readonly precision: Precision;
  readonly functions: Functions;
}

function functionsOf({ exp32, log32, log1p32, expm132, sin32, cos32, tanh32, erf32, pow32 }: Kernels, precision: Precision): Functions {
  if (precision === 'float64') return { ...UNARY_RULES, ...BINARY_RULES };
  return { exp: exp32, log: log32, log1p: log1p32, expm1: expm132, sin: sin32, cos: cos32, tanh: tanh32, erf: erf32, pow: pow32 };
}

class ScalarExecutable implements Executable {
  private readonly places = new Map<ValueId, number>();
  private readonly base: number;
  private readonly bytes: number;
  private readonly residents: SharedBlock;
  private readonly execute: () => void;
  private disposed = false;

  constructor(
    private readonly plan: Plan,
    private readonly machine: Machine,
    sharing?: ScalarExecutable
  ) {
    refuseOthers(plan);
    const { memory, allocator, precision, functions } = machine;
    const values = valuesOf(plan);
    this.bytes = values.length * PLACE;
    this.base = allocator.allocate(this.bytes);
    values.forEach((id, at) => this.places.set(id, this.base + at * PLACE));
    this.residents = (sharing?.residents ?? new SharedBlock(allocator, plan.resident * PLACE)).enter();
    const { bytes, imports } = emit(plan, values, precision === 'float32' ? 'f32' : 'f64', (id) => this.address(id));
    const called = Object.fromEntries(imports.map(({ name }) => [name, functions[name]!]));
    this.execute = (instantiateModule(bytes, { memory, ...called }) as { run: () => void }).run;
    this.writeConstants();
  }

  view(value: ValueId): NumberArray {
    const { memory, precision } = this.machine;
    const source = sourceOf(this.plan.graph, value);
    invariant(this.places.has(source), `value ${value} has no place in the plan`);
    const at = this.address(source);
    if (this.plan.graph.operations[value]!.type.dtype === 'int32') return new Int32Array(memory.buffer, at, 1);
    return precision === 'float32' ? new Float32Array(memory.buffer, at, 1) : new Float64Array(memory.buffer, at, 1);
  }

  /** A million operations take milliseconds, so that the clock is not looked at on the way. */
  run(clock: Clock): void {
    invariant(!this.disposed, 'an executable was run after it was disposed of');
    clock.check();
    this.execute();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.machine.allocator.release(this.base, this.bytes);
    this.residents.leave();
  }

  /** Of an input that goes on from run to run, its place among the residents. */
  private address(id: ValueId): number {
    const { graph, offsets, resident } = this.plan;
    const operation = graph.operations[id]!;
    const offset = offsets[id]!;
    return operation.primitive === 'input' && offset >= 0 && offset < resident
      ? this.residents.start + offset * PLACE
      : this.places.get(id)!;
  }

  /** An output that is a constant is read from where it would be computed. */
  private writeConstants(): void {
    for (const id of this.plan.outputs) {
      const operation = this.plan.graph.operations[sourceOf(this.plan.graph, id)]!;
      if (operation.primitive === 'constant') this.view(id)[0] = operation.attributes.value;
    }
  }
}

function refuseOthers(plan: Plan): void {
  const found = notScalar(plan);
  if (found === undefined) return;
  const { origin, type, primitive } = plan.graph.operations[found]!;
  const what = type.shape.some((length) => length !== 1) ? `is ${formatShape(type.shape)}` : `needs ${primitive}`;
  throw new EngineError({
    code: 'not-scalar',
    ...(origin && { gate: origin.node, port: origin.port }),
    message: `a value ${what}, and the scalar backend runs graphs of single numbers`,
    hint: 'choose wasm'
  });
}
