/** A run that goes on from weights counts its own epochs, steps and seconds; shown, they count on from those of the run before. */
import type { EpochReport, TrainNews } from '@wiregrad/engine';

/** `last` is the last report of the run before, if there is any. */
export function reportsCountedOn(reports: readonly EpochReport[], last: EpochReport | undefined): readonly EpochReport[] {
  if (!last) return reports;
  const { epoch, steps, seconds } = last;
  return reports.map((report) => ({
    ...report,
    epoch: report.epoch + epoch,
    steps: report.steps + steps,
    seconds: report.seconds + seconds
  }));
}

/** The same for what a run tells while it goes on. */
export function countedOn(news: TrainNews, last: EpochReport | undefined): TrainNews {
  if (!last) return news;
  const { epoch, steps } = last;
  return {
    ...news,
    epoch: news.epoch + epoch,
    epochs: news.epochs + epoch,
    step: news.step + steps,
    totalSteps: news.totalSteps + steps,
    reports: reportsCountedOn(news.reports, last),
    ...(news.samples && { samples: news.samples.map((sample) => ({ ...sample, epoch: sample.epoch + epoch, step: sample.step + steps })) })
  };
}
