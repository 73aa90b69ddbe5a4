/** What a training run has told so far, and the pace at which it is passed on: at most 30 times a second, no epoch and nothing that was seen left out. */
import type { EpochReport, TrainingSample, TrainNews, TrainProgress } from '../base/report';

const PACE_MS = 1000 / 30;

export class TrainingLog {
  readonly epochs: EpochReport[] = [];
  private latest: Omit<TrainProgress, 'report' | 'sample'> | undefined;
  /** Not passed on yet. */
  private samples: TrainingSample[] = [];
  /** How many of the epochs were passed on. */
  private told = 0;
  private toldAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: (news: TrainNews) => void) {}

  get progress(): Omit<TrainProgress, 'report' | 'sample'> | undefined {
    return this.latest;
  }

  hear({ report, sample, ...progress }: TrainProgress): void {
    this.latest = progress;
    if (report) this.epochs.push(report);
    if (sample) this.samples.push(sample);
    const wait = this.toldAt + PACE_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Passes on what is left. */
  flush(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.latest) return;
    this.toldAt = performance.now();
    const reports = this.epochs.slice(this.told);
    this.told = this.epochs.length;
    const samples = this.samples.splice(0);
    this.tell({ ...this.latest, reports, ...(samples.length > 0 && { samples }) });
  }
}
