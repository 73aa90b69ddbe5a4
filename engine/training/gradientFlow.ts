/**
 * Gradients that vanish or explode: suspected from those of the parameters, which are at hand, and then traced with every
 * gate's gradient to the gate where that begins. To trace takes a program of its own, and is done the less often the longer
 * it takes; in between the last verdict stands.
 */
import type { Clock } from '../base/clock';
import { EngineError, type Diagnostic } from '../base/errors';
import type { Tensor } from '../base/tensors';
import { requireCapacity } from '../backends/capacity';
import type { Backend } from '../backends/backend';
import { compileProgram } from '../plan/program';
import { feedStep } from './feed';
import { GradientPath, VANISHED, type Length } from './gradientPath';
import { Pace } from './pace';
import type { TrainingPrograms } from './programs';
import { normOf } from './spread';

/** A gradient so many times as long as its parameter explodes, and so does one that grows so many times since the run began. */
const TIMES_WEIGHT = 1e3;
const TIMES_FIRST = 1e4;
const TRACING_MS = 1000;
const TRACING_SHARE = 0.01;

/** Euclidean norms by trained parameter. */
export type Norms = ReadonlyMap<string, { readonly gradient: number; readonly weight: number }>;
/** What a step is computed from. */
export interface Moment {
  readonly rows: Int32Array;
  readonly steps: number;
  readonly parameters: ReadonlyMap<string, Tensor>;
}

export class GradientFlow {
  private readonly tracing = new Pace(TRACING_SHARE, -Infinity);
  private verdict: readonly Diagnostic[] = [];
  /** Of each parameter, the norm of the first gradient that was not 0. */
  private readonly first = new Map<string, number>();

  constructor(
    private readonly programs: TrainingPrograms,
    private readonly backend: Backend,
    private readonly seed: number
  ) {}

  /** Warnings that hold at a moment, whose step can be computed again. */
  async judge(norms: Norms, moment: Moment, clock: Clock): Promise<readonly Diagnostic[]> {
    const largest = Math.max(0, ...[...norms.values()].map(({ gradient }) => gradient));
    const vanishes = [...norms.values()].some(({ gradient }) => gradient <= VANISHED * largest);
    const exploding = this.explodingOf(norms);
    if (!vanishes && exploding === undefined) return (this.verdict = []);
    if (!this.tracing.isDue(TRACING_MS)) return this.verdict;
    const begun = performance.now();
    try {
      const path = await this.trace(moment, clock);
      const found = [vanishes ? path.whereVanished() : undefined, exploding === undefined ? undefined : path.whereExploded(exploding)];
      this.verdict = found.filter((warning) => warning !== undefined);
    } catch (error) {
      // To look takes more memory than to train.
      if (!(error instanceof EngineError && error.code === 'out-of-memory')) throw error;
    }
    this.tracing.count(begun);
    return this.verdict;
  }

  /** The parameter whose gradient explodes most. */
  private explodingOf(norms: Norms): string | undefined {
    let [worst, most] = [undefined as string | undefined, 1];
    for (const [id, { gradient, weight }] of norms) {
      if (!this.first.has(id) && gradient > 0) this.first.set(id, gradient);
      const grown = gradient > 1 ? gradient / (TIMES_FIRST * (this.first.get(id) ?? gradient)) : 0;
      const times = Math.max(gradient / (TIMES_WEIGHT * Math.max(1, weight)), grown);
      if (times > most) [worst, most] = [id, times];
    }
    return worst;
  }

  private async trace({ rows, steps, parameters }: Moment, clock: Clock): Promise<GradientPath> {
    const { document, data, batchSize, trained } = this.programs;
    const purpose = { mode: 'train' as const, batch: rows.length || batchSize, gradients: 'all' as const };
    const program = compileProgram(document, purpose, { fuses: this.backend.fuses });
    requireCapacity([program.plan], this.backend.precision);
    const executable = this.backend.compile(program.plan);
    try {
      feedStep(program, executable, data, { parameters, rows, seed: this.seed, steps });
      const pending = executable.run(clock);
      if (pending) await pending;
      const lengths = [...program.gradients].map(([name, { value, type }]): [string, Length] => [
        name,
        { norm: normOf(executable.view(value)), isScalar: type.shape.length === 0 }
      ]);
      return new GradientPath(document, new Map(lengths), trained);
    } finally {
      executable.dispose();
    }
  }
}
