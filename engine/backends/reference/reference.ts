/**
 * The oracle: every primitive in float64 by plain loops, one thread. It must stay obviously right; the other backends are
 * tested against it, and gradients are checked with it.
 */
import type { Clock } from '../../base/clock';
import type { NumberArray } from '../../base/dtypes';
import { invariant } from '../../base/errors';
import { sizeOf } from '../../base/shapes';
import type { Operation, ValueId } from '../../ir/graph';
import { copiesOf, type Plan } from '../../plan/plan';
import type { Backend, Executable } from '../backend';
import { KERNELS } from './kernels';
import type { Setting, Task } from './task';

const SLOT_BYTES = 8;

/** Scalar operations between two looks at the clock: well below a millisecond. */
const CHUNK = 200_000;

interface Chunk {
  readonly task: Task;
  readonly from: number;
  readonly to: number;
  readonly cost: number;
}

export function referenceBackend(): Backend {
  return {
    name: 'reference',
    precision: 'float64',
    threads: 1,
    fuses: false,
    compile: (plan, sharing) => new ReferenceExecutable(plan, sharing as ReferenceExecutable | undefined),
    dispose() {}
  };
}

class ReferenceExecutable implements Executable {
  private readonly arena: ArrayBuffer;
  private readonly residents: ArrayBuffer;
  private readonly chunks: readonly Chunk[];

  constructor(
    private readonly plan: Plan,
    sharing?: ReferenceExecutable
  ) {
    invariant(plan.groups.size === 0, 'the reference computes one operation after another');
    this.residents = sharing?.residents ?? new ArrayBuffer(plan.resident * SLOT_BYTES);
    this.arena = new ArrayBuffer((plan.slots - plan.resident) * SLOT_BYTES);
    for (const { task, from, to } of this.chunksOf(plan.prologue)) task.run(from, to);
    this.chunks = this.chunksOf(plan.steps);
  }

  view(value: ValueId): NumberArray {
    const offset = this.plan.offsets[value];
    invariant(offset !== undefined && offset >= 0, `value ${value} has no place in the plan`);
    const { dtype, shape } = this.plan.graph.operations[value]!.type;
    const View = dtype === 'int32' ? Int32Array : Float64Array;
    const { resident } = this.plan;
    return offset < resident
      ? new View(this.residents, offset * SLOT_BYTES, sizeOf(shape))
      : new View(this.arena, (offset - resident) * SLOT_BYTES, sizeOf(shape));
  }

  run(clock: Clock): void | Promise<void> {
    clock.check();
    const next = this.advance(clock, 0);
    if (next < this.chunks.length) return this.finish(clock, next);
    this.carry();
  }

  dispose(): void {}

  /** Runs chunks from `next` on until they or the clock's slice end; returns the first that is left. */
  private advance(clock: Clock, next: number): number {
    let spent = 0;
    while (next < this.chunks.length) {
      const { task, from, to, cost } = this.chunks[next++]!;
      task.run(from, to);
      spent += cost;
      if (spent >= CHUNK) {
        if (clock.due()) return next;
        spent = 0;
      }
    }
    return next;
  }

  private async finish(clock: Clock, next: number): Promise<void> {
    while (next < this.chunks.length) {
      await clock.pause();
      next = this.advance(clock, next);
    }
    this.carry();
  }

  private carry(): void {
    for (const [next, input] of copiesOf(this.plan)) this.view(input).set(this.view(next));
  }

  private chunksOf(steps: readonly ValueId[]): Chunk[] {
    return steps.flatMap((value) => {
      const task = this.taskOf(value);
      if (!task) return [];
      const length = Math.max(1, Math.floor(CHUNK / Math.max(1, task.cost)));
      const chunks: Chunk[] = [];
      for (let from = 0; from < task.units; from += length) {
        const to = Math.min(task.units, from + length);
        chunks.push({ task, from, to, cost: (to - from) * task.cost });
      }
      return chunks;
    });
  }

  /** Null for an alias, whose entries are in place already. */
  private taskOf(value: ValueId): Task | null {
    const { graph, offsets } = this.plan;
    const operation: Operation = graph.operations[value]!;
    const { primitive, inputs } = operation;
    invariant(primitive !== 'input' && primitive !== 'custom', `a plan lists the ${primitive} ${value} as a step`);
    if ((primitive === 'reshape' || primitive === 'identity') && offsets[value] === offsets[inputs[0]!]) return null;
    const make = KERNELS[primitive] as (setting: Setting) => Task;
    return make({
      operation,
      out: this.view(value),
      inputs: inputs.map((input) => this.view(input)),
      shapes: inputs.map((input) => graph.operations[input]!.type.shape)
    });
  }
}
