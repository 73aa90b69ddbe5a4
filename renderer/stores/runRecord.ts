/** A training run as it is kept: its settings, its curves thinned out, and how it ended. Read back, nothing in it is taken on trust. */
import { serializeDocument, setTraining, type Document, type EpochReport, type Metrics, type TrainingRecord } from '@wiregrad/engine';
import { columnsOf, type Columns } from './curve';
import { fingerprint } from './fingerprint';

export const MOST_RUNS = 20;
const MOST_POINTS = 1_000;
/** Digits that a plot can show. */
const DIGITS = 6;

export interface RunSetting {
  readonly training: TrainingRecord;
  /** Tells whether two graphs are the same; positions, notes and the training setup do not count. */
  readonly graph: string;
  readonly gates: number;
  /** Names of the data sets. */
  readonly data: readonly string[];
  /** `wasm`, `reference`, …, or `torchrun ×2`. */
  readonly engine: string;
}

export interface RunRecord extends RunSetting {
  readonly id: string;
  readonly name: string;
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
  readonly state: 'finished' | 'stopped' | 'failed';
  readonly epochs: number;
  readonly seconds: number;
  readonly columns: Columns;
  /** The least validation loss, else training loss. */
  readonly best?: { readonly epoch: number; readonly loss: number };
  readonly last?: { readonly train: Metrics; readonly validation?: Metrics };
  readonly test?: Metrics;
}

export function graphOf(document: Document): string {
  const { layout: _, frames: _f, notes: _n, name: _m, ...rest } = setTraining(document, undefined);
  return fingerprint(serializeDocument({ ...rest, name: '', layout: new Map() }));
}

export function settingOf(document: Document, training: TrainingRecord, engine: string): RunSetting {
  return {
    training,
    graph: graphOf(document),
    gates: document.nodes.length,
    data: [...(document.datasets?.keys() ?? [])],
    engine
  };
}

/** What of the reports is kept. */
export function curvesOf(reports: readonly EpochReport[]): Pick<RunRecord, 'epochs' | 'seconds' | 'columns' | 'best' | 'last'> {
  const { epochs, of } = columnsOf(reports, MOST_POINTS);
  const rounded = Object.fromEntries(
    Object.entries(of).map(([name, column]) => [name, column.map((number) => number && Number(number.toPrecision(DIGITS)))])
  );
  const last = reports.at(-1);
  let best: RunRecord['best'];
  for (const { epoch, train, validation } of reports) {
    const { loss } = validation ?? train;
    if (Number.isFinite(loss) && (!best || loss < best.loss)) best = { epoch, loss };
  }
  return {
    epochs: last?.epoch ?? 0,
    seconds: last?.seconds ?? 0,
    columns: { epochs, of: rounded },
    ...(best && { best }),
    ...(last && { last: { train: last.train, ...(last.validation && { validation: last.validation }) } })
  };
}

/** `run 3`, the first number that none of them has. */
export function freshRunName(runs: readonly RunRecord[]): string {
  const names = new Set(runs.map(({ name }) => name));
  let number = runs.length + 1;
  while (names.has(`run ${number}`)) number++;
  return `run ${number}`;
}

/** Runs as kept by this or another version; what is no run is left out. */
export function readRuns(text: string | null): readonly RunRecord[] {
  try {
    const stored: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(stored) ? stored.filter(isRun).slice(-MOST_RUNS) : [];
  } catch {
    return [];
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isColumn = (value: unknown, length: number): boolean =>
  Array.isArray(value) && value.length === length && value.every((entry) => entry === null || typeof entry === 'number');

function isRun(value: unknown): value is RunRecord {
  if (!isObject(value) || !isObject(value['training']) || !isObject(value['columns'])) return false;
  const { epochs, of } = value['columns'];
  if (!Array.isArray(epochs) || epochs.length > 2 * MOST_POINTS || !isColumn(epochs, epochs.length) || !isObject(of)) return false;
  const texts = ['id', 'name', 'graph', 'engine', 'state'].every((key) => typeof value[key] === 'string');
  const numbers = ['at', 'epochs', 'seconds', 'gates'].every((key) => typeof value[key] === 'number');
  const data = Array.isArray(value['data']) && value['data'].every((name) => typeof name === 'string');
  return texts && numbers && data && Object.values(of).every((column) => isColumn(column, epochs.length));
}
