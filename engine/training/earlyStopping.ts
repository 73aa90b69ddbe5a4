/** Whether training still helps, and the parameters of the epoch that was best. */
import type { EpochReport } from '../base/report';
import type { Tensor } from '../base/tensors';
import type { EarlyStoppingRecord } from '../document/types';
import { watchedLoss } from './schedule';

const PATIENCE = 10;
/** Of the names in a checkpoint; no id has a colon. */
const PREFIX = 'best:';

export class EarlyStopping {
  /** The epoch of the least loss so far; 0 before any. */
  best = 0;
  private least = Infinity;
  private last = 0;
  private held: ReadonlyMap<string, Tensor>;

  /** Goes on where a run was after `reports`; `tensors` of its checkpoint hold the best parameters. */
  constructor(
    private readonly record: EarlyStoppingRecord,
    reports: readonly EpochReport[],
    tensors: ReadonlyMap<string, Tensor> = new Map()
  ) {
    this.held = new Map(
      [...tensors].flatMap(([name, tensor]) => (name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), tensor] as const] : []))
    );
    for (const report of reports) this.isBest(report);
  }

  /** An epoch has ended, with these parameters. */
  add(report: EpochReport, parameters: () => ReadonlyMap<string, Tensor>): void {
    if (this.isBest(report) && (this.record.restore_best ?? true)) this.held = parameters();
  }

  /** The loss has not fallen for as many epochs as are waited for. */
  get isOver(): boolean {
    return this.last - this.best >= Math.max(1, this.record.patience ?? PATIENCE);
  }

  /** What the run ends with; nothing where the last parameters are to stay. */
  get parameters(): ReadonlyMap<string, Tensor> {
    return this.held;
  }

  /** For a checkpoint. */
  get tensors(): ReadonlyMap<string, Tensor> {
    return new Map([...this.held].map(([name, tensor]) => [PREFIX + name, tensor]));
  }

  /** The epoch whose parameters the run ends with. */
  get epoch(): number {
    return this.held.size > 0 ? this.best : this.last;
  }

  private isBest(report: EpochReport): boolean {
    const loss = watchedLoss(report);
    this.last = report.epoch;
    // A loss that is no number is not below any.
    if (!(loss < this.least - (this.record.min_delta ?? 0))) return false;
    [this.best, this.least] = [report.epoch, loss];
    return true;
  }
}
