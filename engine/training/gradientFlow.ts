/**
 * Gradients that vanish or explode on their way back from the loss: suspected from the parameters' gradients, and then traced
 * with every gate's gradient to the gate at which they begin to.
 */
import type { Clock } from '../base/clock';
import { EngineError, type Diagnostic } from '../base/errors';
import type { NumberArray } from '../base/dtypes';
import type { Tensor } from '../base/tensors';
import { requireCapacity } from '../backends/capacity';
import type { Backend, Executable } from '../backends/backend';
import { splitOutput } from '../document/types';
import { compileProgram } from '../plan/program';
import { feedLeaves, rowFeeder, seedFeeder } from './feed';
import type { TrainingPrograms } from './programs';

/** A gradient so much smaller than the largest along the way has vanished. */
const VANISHED = 1e-6;
/** One so many times as long as its parameter explodes, and so does one that grows so many times since the run began. */
const TIMES_WEIGHT = 1e3;
const TIMES_FIRST = 1e4;
/** Looks that each kind of warning is given: the first is told of, and what comes later is much the same. */
const MOST_TRACES = 3;

const HINTS: Readonly<Record<string, string>> = {
  sigmoid: 'where it saturates its slope is near 0: use relu or tanh, smaller initial weights, or normalize its input',
  tanh: 'where it saturates its slope is near 0: use relu, smaller initial weights, or normalize its input',
  softmax: 'where it saturates its slope is near 0: give the loss the scores themselves, as cross_entropy takes them',
  relu: 'none of its inputs is above 0: a smaller learning rate, kaiming initial weights or leaky_relu keep units alive'
};

type Norms = ReadonlyMap<string, { readonly gradient: number; readonly weight: number }>;
interface Moment {
  readonly rows: Int32Array;
  readonly steps: number;
  readonly parameters: ReadonlyMap<string, Tensor>;
}

export class GradientFlow {
  private readonly traces = { vanishing: 0, exploding: 0 };
  /** Of each parameter, the gradient's norm when it was looked at first. */
  private readonly first = new Map<string, number>();

  constructor(
    private readonly programs: TrainingPrograms,
    private readonly backend: Backend,
    private readonly seed: number
  ) {}

  /** `norms` by trained parameter, at a moment that can be computed again. */
  async judge(norms: Norms, moment: Moment, clock: Clock): Promise<readonly Diagnostic[]> {
    const largest = Math.max(0, ...[...norms.values()].map(({ gradient }) => gradient));
    const vanishes = [...norms.values()].some(({ gradient }) => gradient < VANISHED * largest) || largest === 0;
    const explodes = [...norms].some(([id, { gradient, weight }]) => {
      if (!this.first.has(id)) this.first.set(id, gradient);
      return gradient > TIMES_WEIGHT * Math.max(1, weight) || (gradient > 1 && gradient > TIMES_FIRST * this.first.get(id)!);
    });
    const wanted = {
      vanishing: vanishes && this.traces.vanishing++ < MOST_TRACES,
      exploding: explodes && this.traces.exploding++ < MOST_TRACES
    };
    if (!wanted.vanishing && !wanted.exploding) return [];
    try {
      return await this.trace(wanted, moment, clock);
    } catch (error) {
      // To look takes more memory than to train.
      if (error instanceof EngineError && error.code === 'out-of-memory') return [];
      throw error;
    }
  }

  private async trace(
    { vanishing, exploding }: { vanishing: boolean; exploding: boolean },
    { rows, steps, parameters }: Moment,
    clock: Clock
  ): Promise<readonly Diagnostic[]> {
    const { document, data, batchSize } = this.programs;
    const program = compileProgram(
      document,
      { mode: 'train', batch: rows.length || batchSize, gradients: 'all' },
      { fuses: this.backend.fuses }
    );
    requireCapacity([program.plan], this.backend.precision);
    const executable: Executable = this.backend.compile(program.plan);
    try {
      feedLeaves(program, executable, parameters, this.seed);
      rowFeeder(program, executable, data)(rows);
      seedFeeder(program, executable, this.seed)(steps);
      const pending = executable.run(clock);
      if (pending) await pending;
      const sizes = new Map([...program.gradients].map(([name, { value }]) => [name, rootMeanSquare(executable.view(value))]));
      return [...(vanishing ? this.whereVanished(sizes) : []), ...(exploding ? this.whereExploded(sizes) : [])];
    } finally {
      executable.dispose();
    }
  }

  /** From the loss backwards, the first gate behind which a gradient is nothing beside what there was before. */
  private whereVanished(sizes: ReadonlyMap<string, number>): Diagnostic[] {
    let largest = 0;
    for (const [name, size] of [...sizes].reverse()) {
      largest = Math.max(largest, size);
      if (size > VANISHED * largest || !this.reachesParameter(name)) continue;
      const through = this.consumerOf(name) ?? splitOutput(name).id;
      const kind = this.kindOf(through);
      const isDead = kind === 'relu' && size === 0;
      return [
        {
          code: isDead ? 'dead-units' : 'vanishing-gradient',
          severity: 'warning',
          gate: through,
          ...(kind && { kind }),
          message: `the gradient vanishes here: it is ${figure(size)} at ${name} on average, and ${figure(largest)} nearer to the loss`,
          hint:
            HINTS[kind ?? ''] ??
            'what lies before it hardly learns: look at its values, or put a normalization or a residual connection there'
        }
      ];
    }
    return [];
  }

  /** The gate behind which the gradient grows most. */
  private whereExploded(sizes: ReadonlyMap<string, number>): Diagnostic[] {
    let worst: { readonly gate: string; readonly before: number; readonly behind: number } | undefined;
    for (const { from, to } of this.programs.document.wires) {
      const gate = splitOutput(to).id;
      const [before, behind] = [sizes.get(gate), sizes.get(from)];
      if (before === undefined || behind === undefined || before === 0) continue;
      if (!worst || behind / before > worst.behind / worst.before) worst = { gate, before, behind };
    }
    if (!worst) return [];
    const kind = this.kindOf(worst.gate);
    return [
      {
        code: 'exploding-gradient',
        severity: 'warning',
        gate: worst.gate,
        ...(kind && { kind }),
        message: `gradients explode: here they grow most, from ${figure(worst.before)} to ${figure(worst.behind)} on average`,
        hint: 'clip the gradients (clip_norm), lower the learning rate, or begin with smaller weights'
      }
    ];
  }

  private reachesParameter(name: string): boolean {
    // A constant part of the graph, as a target, learns nothing anyway.
    const { id } = splitOutput(name);
    const kind = this.kindOf(id);
    return kind !== 'data' && kind !== 'variable';
  }

  private consumerOf(name: string): string | undefined {
    const wire = this.programs.document.wires.find(({ from }) => from === name);
    return wire && splitOutput(wire.to).id;
  }

  private kindOf(gate: string): string | undefined {
    return this.programs.document.nodes.find(({ id }) => id === gate)?.gate;
  }
}

function rootMeanSquare(entries: NumberArray): number {
  let sum = 0;
  for (let at = 0; at < entries.length; at++) sum += entries[at]! ** 2;
  return Math.sqrt(sum / Math.max(1, entries.length));
}

const figure = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
