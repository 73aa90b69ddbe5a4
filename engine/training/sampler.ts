/**
 * What training does to its parameters, looked at now and then: the gradient of a step's batch by a program of its own, on
 * copies, so that training takes the very steps that it takes unwatched; and what the step then changed.
 */
import type { Clock } from '../base/clock';
import { EngineError } from '../base/errors';
import type { Histogram, ParameterSample, TrainingSample } from '../base/report';
import type { Tensor } from '../base/tensors';
import { requireCapacity } from '../backends/capacity';
import type { Backend, Executable } from '../backends/backend';
import { compileProgram, type Program } from '../plan/program';
import { feedStep } from './feed';
import { GradientFlow } from './gradientFlow';
import { Pace } from './pace';
import type { TrainingPrograms } from './programs';
import type { Residents } from './residents';
import { distanceOf, normOf, shownHistogram } from './spread';

/** Looks are so far apart, first little and then more, in milliseconds and as a share of the time that went by. */
const [FIRST_MS, LAST_MS, GROWTH] = [5, 100, 0.02];
/** They take at most this share of the time. */
const SHARE = 0.02;

/** What was seen before a step. */
export interface Before {
  readonly begun: number;
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly gradients: ReadonlyMap<string, { readonly norm: number; readonly histogram: Histogram }>;
  readonly warnings: TrainingSample['warnings'];
}

interface Probe {
  readonly program: Program;
  readonly executable: Executable;
}

export class Sampler {
  private readonly pace = new Pace(SHARE, -Infinity);
  private readonly probes = new Map<number, Probe>();
  private readonly flow: GradientFlow;
  /** There is no memory for a second program beside the training. */
  private isTooLarge = false;
  private readonly began = performance.now();

  constructor(
    private readonly programs: TrainingPrograms,
    private readonly backend: Backend,
    private readonly seed: number
  ) {
    this.flow = new GradientFlow(programs, backend, seed);
  }

  get isDue(): boolean {
    const apart = Math.max(FIRST_MS, Math.min(LAST_MS, GROWTH * (performance.now() - this.began)));
    return !this.isTooLarge && this.pace.isDue(apart);
  }

  dispose(): void {
    for (const { executable } of this.probes.values()) executable.dispose();
  }

  /** Looks at the step that comes next: `steps` went before it. Undefined where memory does not suffice. */
  async begin(rows: Int32Array, steps: number, residents: Residents, clock: Clock): Promise<Before | undefined> {
    const probe = this.probeOf(rows.length);
    if (!probe) return undefined;
    // What is compiled once says nothing of how long a look takes.
    const begun = performance.now();
    const { program, executable } = probe;
    const parameters = residents.parameters();
    feedStep(program, executable, this.programs.data, { parameters, rows, seed: this.seed, steps });
    const pending = executable.run(clock);
    if (pending) await pending;
    const gradients = new Map(
      [...program.gradients].map(([id, { value }]) => {
        const entries = executable.view(value);
        return [id, { norm: normOf(entries), histogram: shownHistogram(entries) }];
      })
    );
    const norms = new Map([...gradients].map(([id, { norm }]) => [id, { gradient: norm, weight: normOf(parameters.get(id)!.data) }]));
    const judged = performance.now();
    const warnings = await this.flow.judge(norms, { rows, steps, parameters }, clock);
    // To judge keeps a pace of its own.
    return { begun: begun + performance.now() - judged, parameters, gradients, warnings };
  }

  /** The step was taken. */
  end(before: Before, { epoch, step, rate }: { epoch: number; step: number; rate: number }, residents: Residents): TrainingSample {
    const after = residents.parameters();
    const parameters: ParameterSample[] = [...before.gradients].map(([id, { norm, histogram }]) => {
      const data = before.parameters.get(id)!.data;
      const weightNorm = normOf(data);
      return {
        id,
        gradientNorm: norm,
        weightNorm,
        updateRatio: distanceOf(data, after.get(id)!.data) / (weightNorm || 1),
        weights: shownHistogram(data),
        gradients: histogram
      };
    });
    this.pace.count(before.begun);
    return { epoch, step, learningRate: rate, parameters, warnings: before.warnings };
  }

  private probeOf(rows: number): Probe | undefined {
    const known = this.probes.get(rows);
    if (known) return known;
    const { document, batchSize, trained } = this.programs;
    try {
      const purpose = { mode: 'train' as const, batch: rows || batchSize, gradients: trained, values: new Set<string>() };
      const program = compileProgram(document, purpose, { fuses: this.backend.fuses });
      requireCapacity([program.plan], this.backend.precision);
      const probe = { program, executable: this.backend.compile(program.plan) };
      this.probes.set(rows, probe);
      return probe;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.isTooLarge = true;
      return undefined;
    }
  }
}
