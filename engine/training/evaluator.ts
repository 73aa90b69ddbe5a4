/** Loss and metrics over rows that are not trained on, in evaluation mode. */
import type { Clock } from '../base/clock';
import type { Metrics } from '../base/report';
import type { Program } from '../plan/program';
import { MeanMetrics } from './evaluate';
import { EVALUATION_ROWS, type TrainingPrograms } from './programs';
import type { Runner } from './runner';

export class Evaluator {
  /** By rows that they run at once. */
  private readonly runners = new Map<number, Runner>();

  /** `prepare` makes runners that share the parameters in training. */
  constructor(
    private readonly programs: TrainingPrograms,
    private readonly prepare: (program: Program) => Runner
  ) {}

  /** Undefined for no rows. Throws EngineError `cancelled` when the clock says so. */
  async evaluate(rows: Int32Array, clock: Clock): Promise<Metrics | undefined> {
    if (rows.length === 0) return undefined;
    const mean = new MeanMetrics();
    for (let from = 0; from < rows.length; from += EVALUATION_ROWS) {
      const part = rows.subarray(from, from + EVALUATION_ROWS);
      const runner = this.runnerOf(part.length);
      runner.feed(part);
      const pending = runner.executable.run(clock);
      if (pending) await pending;
      mean.add(runner.measure(), part.length);
    }
    return mean.value;
  }

  dispose(): void {
    for (const { executable } of this.runners.values()) executable.dispose();
  }

  private runnerOf(rows: number): Runner {
    let runner = this.runners.get(rows);
    if (!runner) this.runners.set(rows, (runner = this.prepare(this.programs.evaluations.get(rows)!)));
    return runner;
  }
}
