/** What has to be the same for an interrupted training run to take the steps that it would have taken. */
import { createHash } from 'node:crypto';
import type { Precision } from '../base/dtypes';
import { EngineError } from '../base/errors';
import type { DefinitionRecord, Document, NodeRecord, ScheduleRecord, WireRecord } from '../document/types';
import type { LoadedData } from './feed';

/** Texts that stand for all of something are digests of it. */
export interface Identity {
  readonly graph: string;
  readonly optimizer: string;
  readonly clipping: string;
  readonly schedule: string;
  readonly stopping: string;
  readonly metrics: string;
  readonly batchSize: number;
  readonly data: string;
  readonly seed: number;
  readonly precision: Precision;
}

const NAMES: Readonly<Record<keyof Identity, string>> = {
  graph: 'the graph',
  optimizer: 'the optimizer',
  clipping: 'the clipping of gradients',
  schedule: 'the schedule of the learning rate (for a cosine without a period, the number of epochs)',
  stopping: 'early stopping',
  metrics: 'what is measured',
  batchSize: 'the batch size',
  data: 'the data or its split',
  seed: 'the seed',
  precision: 'the precision'
};

/** `schedule` is the learning rate's as it is carried out. */
export function identityOf(
  document: Document,
  data: LoadedData,
  batchSize: number,
  schedule: ScheduleRecord,
  seed: number,
  precision: Precision
): Identity {
  const { optimizer = null, metrics = null, clip_norm = null, clip_value = null, early_stopping = null } = document.training ?? {};
  return {
    graph: graphOf(document),
    optimizer: digestOf(optimizer),
    clipping: digestOf([clip_norm, clip_value]),
    schedule: digestOf(schedule),
    stopping: digestOf(early_stopping),
    metrics: digestOf(metrics),
    batchSize,
    data: digestOfData(data),
    seed,
    precision
  };
}

/** A digest of all in `document` that a step of training depends on, but for data and the setup of training. Fit for the name of a file. */
export function graphOf({ nodes, wires, objective, definitions }: Document): string {
  const inner = [...(definitions ?? [])].map(([name, { inputs, outputs, parameters, ...body }]: [string, DefinitionRecord]) => [
    ...[name, inputs, [...outputs], parameters],
    ...computing(body)
  ]);
  return digestOf([...computing({ nodes, wires }), objective, inner]);
}

/** Without where things are drawn. */
function computing({ nodes, wires }: { readonly nodes: readonly NodeRecord[]; readonly wires: readonly WireRecord[] }): unknown[] {
  return [nodes.map(({ id, gate, params, bypass }) => [id, gate, params, bypass]), wires.map(({ from, to }) => [from, to])];
}

/** Throws EngineError `other-training` that says what differs, where going on would not take the same steps. */
export function requireSame(checkpoint: Identity, run: Identity): void {
  const different = (Object.keys(NAMES) as (keyof Identity)[]).filter((key) => checkpoint[key] !== run[key]);
  if (different.length === 0) return;
  const shown = different.map((key) => {
    const plain = key === 'seed' || key === 'batchSize' || key === 'precision';
    return plain ? `${NAMES[key]} was ${checkpoint[key]} and is ${run[key]}` : `${NAMES[key]} is another`;
  });
  throw new EngineError({
    code: 'other-training',
    message: `the checkpoint is of another training run: ${shown.join(', ')}`,
    hint: 'resume with the document, data and seed that it was made with, or begin anew from its weights'
  });
}

/** A digest of JSON, as long as it takes for two to differ where what they are of does. */
function digestOf(value: unknown): string {
  // Tensors of the document are typed arrays, which JSON would write as objects.
  const plain = (_key: string, held: unknown): unknown => (ArrayBuffer.isView(held) ? [...(held as Float64Array)] : held);
  return shortened(createHash('sha256').update(JSON.stringify(value, plain)));
}

function digestOfData({ datasets }: LoadedData): string {
  return digestOf([...datasets].map(([name, { digest }]) => [name, digest]));
}

const shortened = (hash: ReturnType<typeof createHash>): string => hash.digest('hex').slice(0, 32);
