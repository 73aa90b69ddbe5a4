/** The settings of runs side by side: each under its name, as text, and which of them differ. */
import type { TrainingRecord } from '@wiregrad/engine';
import type { RunSetting } from './runRecord';

export type Settings = ReadonlyMap<string, string>;

const OPTIMIZERS: Readonly<Record<string, string>> = { sgd: 'SGD', adagrad: 'Adagrad', rmsprop: 'RMSprop', adam: 'Adam', adamw: 'AdamW' };
const ABSENT = '–';

const words = (key: string): string => key.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());

function record(prefix: string, kind: string | undefined, values: object): [string, string][] {
  const entries = Object.entries(values).filter(([key, value]) => key !== 'kind' && key !== 'unknowns' && value !== undefined);
  return [...(kind === undefined ? [] : [[prefix, kind] as [string, string]]), ...entries.map(([key, value]) => named(prefix, key, value))];
}

function named(prefix: string, key: string, value: unknown): [string, string] {
  const name = key === 'learning_rate' ? 'Learning rate' : prefix === 'Optimizer' ? words(key) : `${prefix}: ${key.replaceAll('_', ' ')}`;
  return [name, typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)];
}

export function settingsOf({ training, graph, gates, data, engine }: RunSetting): Settings {
  const { optimizer, schedule, early_stopping: stopping, clip_norm: norm, clip_value: value, batch_size, epochs, seed } = training;
  return new Map<string, string>([
    ...(optimizer ? record('Optimizer', OPTIMIZERS[optimizer.kind] ?? optimizer.kind, optimizer) : []),
    ...(schedule ? record('Schedule', schedule.kind, schedule) : []),
    ...Object.entries({ 'Batch size': batch_size, Epochs: epochs, Seed: seed, 'Clip norm': norm, 'Clip value': value }).flatMap(
      ([name, number]) => (number === undefined ? [] : [[name, String(number)] as [string, string]])
    ),
    ...(stopping ? record('Early stopping', 'yes', stopping) : []),
    ['Graph', `${gates} gates, ${graph.slice(-4)}`],
    ...(data.length > 0 ? [['Data', data.join(', ')] as [string, string]] : []),
    ['Engine', engine]
  ]);
}

export interface SettingRow {
  readonly name: string;
  /** One for each run. */
  readonly values: readonly string[];
  readonly differs: boolean;
}

/** Every setting that any of the runs has, in the order in which they come. */
export function compareSettings(runs: readonly RunSetting[]): readonly SettingRow[] {
  const all = runs.map(settingsOf);
  const names = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return names.map((name) => {
    const values = all.map((settings) => settings.get(name) ?? ABSENT);
    return { name, values, differs: new Set(values).size > 1 };
  });
}

/** Of each run what tells it from the others, as `Learning rate 0.1`; the graph and the engine last. */
export function differences(runs: readonly RunSetting[]): readonly (readonly string[])[] {
  const rows = compareSettings(runs).filter(({ differs }) => differs);
  return runs.map((_, index) =>
    rows.filter(({ values }) => values[index] !== ABSENT).map(({ name, values }) => `${name} ${values[index]}`)
  );
}

/** The training record without what nobody set. */
export function sameTraining(a: TrainingRecord, b: TrainingRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
