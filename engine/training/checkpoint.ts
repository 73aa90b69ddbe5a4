/**
 * All that a training run is, between two of its steps: who goes on from it takes the very steps that the run would have
 * taken. Kept as a safetensors file whose tensors have their usual names, so that it serves as a file of weights too.
 */
import { EngineError } from '../base/errors';
import { keyOf } from '../base/random';
import type { EpochReport } from '../base/report';
import type { Precision } from '../base/dtypes';
import type { Tensor } from '../base/tensors';
import type { Document } from '../document/types';
import { readMetadata, readSafetensors, writeSafetensors } from '../formats/safetensors';
import type { MeanSums } from './evaluate';
import type { LoadedData } from './feed';

/** Where a run stands. */
export interface Position {
  /** The epoch in hand, from 1; one more than the last where all are done. */
  readonly epoch: number;
  /** Rows of it that have been trained on. */
  readonly rows: number;
  /** Steps taken in all. */
  readonly step: number;
  /** The epoch's metrics so far. */
  readonly mean: MeanSums;
}

export interface Checkpoint extends Position {
  readonly identity: Identity;
  readonly reports: readonly EpochReport[];
  /** Time spent so far. */
  readonly seconds: number;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
  /** Parameters, the state of gates, and what the optimizer keeps. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** What has to be the same for the same steps to be taken. Texts that stand for all of something are digests of it. */
export interface Identity {
  readonly graph: string;
  readonly optimizer: string;
  readonly batchSize: number;
  readonly data: string;
  readonly seed: number;
  readonly precision: Precision;
}

const NAMES: Readonly<Record<keyof Identity, string>> = {
  graph: 'the graph',
  optimizer: 'the optimizer',
  batchSize: 'the batch size',
  data: 'the data or its split',
  seed: 'the seed',
  precision: 'the precision'
};
const METADATA_KEY = 'wiregrad.checkpoint';
const VERSION = 1;

export function identityOf(document: Document, data: LoadedData, batchSize: number, seed: number, precision: Precision): Identity {
  const { training } = document;
  const digest = digester();
  for (const [name, { fields }] of data.datasets) {
    digest.text(name);
    for (const [field, { columns, data: entries }] of fields) digest.text(`${field} ${columns}`).numbers(entries);
  }
  for (const part of Object.values(data.parts)) digest.text(`${part.length}`).numbers(part);
  return {
    graph: graphOf(document),
    optimizer: digestOf(training?.optimizer ?? null),
    batchSize,
    data: digest.value(),
    seed,
    precision
  };
}

/** A digest of all in `document` that a step of training depends on, but for data and the setup of training. */
export function graphOf({ nodes, wires, objective, definitions }: Document): string {
  const computing = nodes.map(({ id, gate, params, bypass }) => [id, gate, params, bypass]);
  return digestOf([computing, wires.map(({ from, to }) => [from, to]), objective, [...(definitions ?? [])]]);
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

export function writeCheckpoint({ tensors, ...rest }: Checkpoint): Uint8Array<ArrayBuffer> {
  return writeSafetensors(tensors, { metadata: { [METADATA_KEY]: JSON.stringify({ version: VERSION, ...rest }) }, exact: true });
}

/** Throws EngineError `bad-safetensors` or `bad-checkpoint`. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const text = readMetadata(bytes).get(METADATA_KEY);
  const fail = (message: string): EngineError =>
    new EngineError({ code: 'bad-checkpoint', message, hint: 'choose a file that train --checkpoint wrote; --weights takes any weights' });
  if (text === undefined) throw fail('these are weights, and no checkpoint of a training run');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw fail('what it says of the training run is not JSON');
  }
  const { version, ...rest } = (json ?? {}) as Partial<Checkpoint> & { version?: unknown };
  if (version !== VERSION) throw fail(`it is of version ${JSON.stringify(version)}; this program reads ${VERSION}`);
  const counts = [rest.epoch, rest.rows, rest.step, rest.seconds, rest.at].every((count) => Number.isFinite(count) && count! >= 0);
  const sums = [rest.mean?.rows, rest.mean?.loss].every((sum) => Number.isFinite(sum));
  if (!counts || !sums || !Array.isArray(rest.reports) || typeof rest.identity !== 'object' || rest.identity === null)
    throw fail('what it says of the training run is incomplete');
  return { ...(rest as Omit<Checkpoint, 'tensors'>), tensors: readSafetensors(bytes) };
}

function digestOf(value: unknown): string {
  // Tensors of the document are typed arrays, which JSON would write as objects; maps it would leave out.
  const plain = (_key: string, held: unknown): unknown =>
    ArrayBuffer.isView(held) ? [...(held as Float64Array)] : held instanceof Map ? [...(held as Map<string, unknown>)] : held;
  return keyOf(0, JSON.stringify(value, plain) ?? '').join('.');
}

/** FNV-1a over words, for more numbers than a text should hold. */
function digester() {
  let state = 0x811c9dc5;
  const word = (bits: number): void => {
    state = Math.imul(state ^ bits, 0x01000193);
    state ^= state >>> 15;
  };
  const digest = {
    text(text: string) {
      for (let at = 0; at < text.length; at++) word(text.charCodeAt(at));
      return digest;
    },
    numbers(entries: ArrayLike<number>) {
      const wide = Float64Array.from(entries);
      for (const bits of new Int32Array(wide.buffer)) word(bits);
      return digest;
    },
    value: () => (state >>> 0).toString(16)
  };
  return digest;
}
