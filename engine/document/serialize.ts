/**
 * Document → text. Keys stand in one fixed order and every node, wire and position has a line of its own, so that two
 * versions of a file compare line by line.
 */
import { KNOWN_KEYS } from './keys';
import { FORMAT, VERSION } from './parse';
import type {
  DatasetRecord,
  DefinitionRecord,
  Document,
  FrameRecord,
  NodeRecord,
  NoteRecord,
  TrainingRecord,
  Unknowns,
  WireRecord
} from './types';

/** Levels below a top-level key that are broken over lines; what lies deeper stays on one. */
const BROKEN: Readonly<Record<string, number>> = {
  nodes: 1,
  wires: 1,
  objective: 1,
  layout: 1,
  definitions: 3,
  datasets: 3,
  training: 1,
  frames: 1,
  notes: 1
};

/** `.wiregrad` text of `document`; the same document gives the same bytes. Ends in a newline. */
export function serializeDocument(document: Document): string {
  const { layout, definitions, datasets, training } = document;
  const typed: Record<string, unknown> = {
    format: FORMAT,
    version: VERSION,
    name: document.name,
    nodes: document.nodes.map(plainNode),
    wires: document.wires.map(plainWire),
    objective: Array.isArray(document.objective)
      ? document.objective.map((term) => inOrder(['from', 'upstream'], term))
      : document.objective,
    layout: layout.size > 0 ? Object.fromEntries(layout) : undefined,
    weights: document.weights,
    definitions: definitions && Object.fromEntries([...definitions].map(([name, definition]) => [name, plainDefinition(definition)])),
    datasets: datasets && Object.fromEntries([...datasets].map(([name, dataset]) => [name, plainDataset(dataset)])),
    training: training && plainTraining(training),
    frames: document.frames?.map(plainFrame),
    notes: document.notes?.map(plainNote)
  };
  const lines = Object.entries(inOrder(KNOWN_KEYS, { ...typed, unknowns: document.unknowns })).map(
    ([key, json]) => `  ${JSON.stringify(key)}: ${write(json, Object.hasOwn(BROKEN, key) ? BROKEN[key]! : 0, '  ')}`
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

const plainNode = (node: NodeRecord) => inOrder(['id', 'gate', 'params', 'bypass', 'collapsed'], node);
const plainWire = (wire: WireRecord) => inOrder(['from', 'to', 'via'], wire);
const plainFrame = (frame: FrameRecord) => inOrder(['title', 'area'], frame);
const plainNote = (note: NoteRecord) => inOrder(['text', 'area'], note);

function plainDefinition(definition: DefinitionRecord): object {
  const { outputs, nodes, wires, layout } = definition;
  return inOrder(['inputs', 'outputs', 'nodes', 'wires', 'parameters', 'layout', 'frames', 'notes'], {
    ...definition,
    outputs: Object.fromEntries(outputs),
    nodes: nodes.map(plainNode),
    wires: wires.map(plainWire),
    layout: layout.size > 0 ? Object.fromEntries(layout) : undefined,
    frames: definition.frames?.map(plainFrame),
    notes: definition.notes?.map(plainNote)
  });
}

const FIELD_KEYS = ['columns', 'source', 'type', 'one_hot', 'divide_by', 'standardize', 'size', 'channels'];
const GENERATE_KEYS = ['kind', 'rows', 'noise', 'seed', 'classes', 'fonts'];

function plainDataset(dataset: DatasetRecord): object {
  const fields = [...dataset.fields].map(([name, field]) => [name, inOrder(FIELD_KEYS, field)] as const);
  const generate = dataset.generate && inOrder(GENERATE_KEYS, dataset.generate);
  const split = dataset.split && inOrder(['validation', 'test', 'seed', 'stratify', 'groups', 'test_groups'], dataset.split);
  return inOrder(['source', 'generate', 'fields', 'split', 'missing'], { ...dataset, generate, fields: Object.fromEntries(fields), split });
}

const OPTIMIZER_KEYS = [
  ...['kind', 'learning_rate', 'momentum', 'nesterov', 'beta1', 'beta2', 'alpha', 'centered', 'learning_rate_decay'],
  ...['epsilon', 'weight_decay']
];
const SCHEDULE_KEYS = ['kind', 'warmup_steps', 'step_size', 'factor', 'period', 'min_learning_rate', 'patience', 'threshold'];
const TRAINING_KEYS = [
  ...['optimizer', 'schedule', 'clip_norm', 'clip_value', 'early_stopping'],
  ...['batch_size', 'epochs', 'seed', 'metrics']
];

function plainTraining(training: TrainingRecord): object {
  const optimizer = training.optimizer && inOrder(OPTIMIZER_KEYS, training.optimizer);
  const schedule = training.schedule && inOrder(SCHEDULE_KEYS, training.schedule);
  const stopping = training.early_stopping && inOrder(['patience', 'min_delta', 'restore_best'], training.early_stopping);
  const metrics = training.metrics?.map((metric) => inOrder(['kind', 'input', 'target'], metric));
  return inOrder(TRAINING_KEYS, { ...training, optimizer, schedule, early_stopping: stopping, metrics });
}

/** A plain object with the keys of `order` first, then the unknown ones; a typed entry beats an unknown one of its name. */
function inOrder(order: readonly string[], record: object): Record<string, unknown> {
  const { unknowns, ...known } = record as Readonly<Record<string, unknown>> & { readonly unknowns?: Unknowns };
  const entries: [string, unknown][] = [];
  for (const key of order) {
    const json = known[key] ?? (unknowns && Object.hasOwn(unknowns, key) ? unknowns[key] : undefined);
    if (json !== undefined) entries.push([key, json]);
  }
  for (const entry of Object.entries(unknowns ?? {})) if (!order.includes(entry[0])) entries.push(entry);
  return Object.fromEntries(entries);
}

/** JSON with spaces inside braces, the first `broken` levels one entry a line. Non-finite numbers become their words, −0 stays. */
function write(json: unknown, broken: number, indent: string): string {
  if (typeof json === 'number') return Number.isFinite(json) ? (Object.is(json, -0) ? '-0' : String(json)) : `"${json}"`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json) ?? 'null';
  const inner = `${indent}  `;
  const items = Array.isArray(json)
    ? json.map((item) => write(item, broken - 1, inner))
    : Object.entries(json)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${write(item, broken - 1, inner)}`);
  const [open, close] = Array.isArray(json) ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return open + close;
  if (broken > 0) return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
  return Array.isArray(json) ? `[${items.join(', ')}]` : `{ ${items.join(', ')} }`;
}
