/**
 * The reports of all epochs as columns, one entry an epoch. A small net ends thousands of epochs a second: as text they
 * would soon be more than the header of a file may hold, and text has no NaN.
 */
import type { EpochReport, Metrics } from '../base/report';
import type { Tensor } from '../base/tensors';

/** No id has a colon. */
const PREFIX = 'epochs:';

const COLUMNS: Readonly<Record<string, (report: EpochReport) => number | undefined>> = {
  steps: ({ steps }) => steps,
  seconds: ({ seconds }) => seconds,
  'train.loss': ({ train }) => train.loss,
  'train.accuracy': ({ train }) => train.accuracy,
  'train.r2': ({ train }) => train.r2,
  'validation.loss': ({ validation }) => validation?.loss,
  'validation.accuracy': ({ validation }) => validation?.accuracy,
  'validation.r2': ({ validation }) => validation?.r2,
  learning_rate: ({ learning_rate: rate }) => rate
};

/** Float64 tensors by name; of what the reports do not hold there is none. The reports are those of the epochs from 1 on. */
export function columnsOf(reports: readonly EpochReport[]): Map<string, Tensor> {
  const columns = new Map<string, Tensor>();
  const [first] = reports;
  for (const [name, read] of Object.entries(COLUMNS)) {
    if (!first || read(first) === undefined) continue;
    columns.set(PREFIX + name, { dtype: 'float', shape: [reports.length], data: Float64Array.from(reports, (report) => read(report)!) });
  }
  return columns;
}

/** Takes the columns out of `tensors`; null where they are no columns of equally many epochs. */
export function takeReports(tensors: Map<string, Tensor>): EpochReport[] | null {
  const columns = new Map<string, Tensor['data']>();
  for (const name of Object.keys(COLUMNS)) {
    const tensor = tensors.get(PREFIX + name);
    if (tensor) columns.set(name, tensor.data);
    tensors.delete(PREFIX + name);
  }
  if (columns.size === 0) return [];
  const [steps, seconds] = [columns.get('steps'), columns.get('seconds')];
  const train = metricsOf(columns, 'train');
  if (!steps || !seconds || !train || [...columns.values()].some(({ length }) => length !== steps.length)) return null;
  const validation = metricsOf(columns, 'validation');
  const rates = columns.get('learning_rate');
  return Array.from(steps, (count, at) => ({
    epoch: at + 1,
    steps: count,
    seconds: seconds[at]!,
    train: train(at),
    ...(validation && { validation: validation(at) }),
    ...(rates && { learning_rate: rates[at]! })
  }));
}

function metricsOf(columns: ReadonlyMap<string, Tensor['data']>, part: string): ((at: number) => Metrics) | undefined {
  const loss = columns.get(`${part}.loss`);
  const accuracy = columns.get(`${part}.accuracy`);
  const r2 = columns.get(`${part}.r2`);
  return loss && ((at) => ({ loss: loss[at]!, ...(accuracy && { accuracy: accuracy[at]! }), ...(r2 && { r2: r2[at]! }) }));
}
