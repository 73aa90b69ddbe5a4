/** Progress of a training on stderr: a bar with the time that is left where someone watches, else a line now and then. */
import type { Metrics, TrainProgress } from '@wiregrad/engine';
import { formatNumber } from './table';

const WIDTH = 24;
const LINE_SECONDS = 0.5;

export interface ProgressView {
  show(progress: TrainProgress): void;
  /** Leaves the last bar behind and goes to a new line. */
  end(): void;
}

/** A terminal's line is drawn over; elsewhere lines come at most every LINE_SECONDS, and with the last epoch. */
export function progressView(stream: { write(text: string): unknown; readonly isTTY?: boolean }): ProgressView {
  let drawn = false;
  let told = -Infinity;
  return {
    show(progress) {
      if (stream.isTTY) {
        drawn = true;
        stream.write(`\r\u001b[K${formatBar(progress)}`);
      } else if (progress.report && (progress.seconds - told >= LINE_SECONDS || progress.epoch === progress.epochs)) {
        told = progress.seconds;
        stream.write(`${formatEpoch(progress)}\n`);
      }
    },
    end() {
      if (drawn) stream.write('\n');
      drawn = false;
    }
  };
}

export function formatBar({ epoch, epochs, step, totalSteps, loss, eta }: TrainProgress): string {
  const done = Math.min(WIDTH, Math.round((step / Math.max(1, totalSteps)) * WIDTH));
  const bar = '█'.repeat(done) + '░'.repeat(WIDTH - done);
  return `${bar} epoch ${epoch}/${epochs}  loss ${formatNumber(loss)}  ${formatDuration(eta)} left`;
}

function formatEpoch({ epochs, report }: TrainProgress): string {
  const { epoch, seconds, train, validation } = report!;
  const parts = [`epoch ${epoch}/${epochs}`, `train ${formatMetrics(train)}`];
  if (validation) parts.push(`validation ${formatMetrics(validation)}`);
  return `${parts.join('  ')}  ${seconds.toFixed(1)} s`;
}

/** `loss 0.12 accuracy 0.97`, and whatever else was measured. */
export function formatMetrics({ loss, accuracy, r2 }: Metrics): string {
  const measured = { loss, accuracy, r2 };
  return Object.entries(measured)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${formatNumber(value)}`]))
    .join(' ');
}

/** `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
