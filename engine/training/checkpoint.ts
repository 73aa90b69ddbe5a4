/**
 * All that a training run is, between two of its steps: who goes on from it takes the very steps that the run would have
 * taken. Kept as a safetensors file whose tensors have their usual names, so that it serves as a file of weights too.
 */
import { createHash } from 'node:crypto';
import { EngineError } from '../base/errors';
import type { EpochReport } from '../base/report';
import type { Tensor } from '../base/tensors';
import { bytesOf } from '../formats/bytes';
import { readMetadata, readSafetensors, writeSafetensors } from '../formats/safetensors';
import type { MeanSums } from './evaluate';
import type { Identity } from './identity';
import { columnsOf, takeReports } from './reports';

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
  /** Of all epochs that have ended. */
  readonly reports: readonly EpochReport[];
  /** Time spent so far. */
  readonly seconds: number;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
  /** Parameters, the state of gates, and what the optimizer keeps. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Names of texts in the file's header: what is not a tensor, as JSON, and a digest of that and of every tensor. */
const STATE = 'wiregrad.checkpoint';
const DIGEST = 'wiregrad.sha256';
const VERSION = 1;

export function writeCheckpoint({ tensors, reports, ...rest }: Checkpoint): Uint8Array<ArrayBuffer> {
  const state = JSON.stringify({ version: VERSION, ...rest });
  const all = new Map([...tensors, ...columnsOf(reports)]);
  return writeSafetensors(all, { metadata: { [STATE]: state, [DIGEST]: digestOf(state, all) }, exact: true });
}

/** Throws EngineError `bad-safetensors` or `bad-checkpoint`: a file that was damaged is none, wherever that happened. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const metadata = readMetadata(bytes);
  const state = metadata.get(STATE);
  if (state === undefined) throw refuse('these are weights, and no checkpoint of a training run');
  const tensors = readSafetensors(bytes);
  if (metadata.get(DIGEST) !== digestOf(state, tensors)) throw refuse('it was damaged or changed since it was written');
  const { version, ...rest } = readState(state);
  if (version !== VERSION) throw refuse(`it is of version ${JSON.stringify(version)}; this program reads ${VERSION}`);
  const counts = [rest.epoch, rest.rows, rest.step, rest.seconds, rest.at].every((count) => Number.isFinite(count) && count! >= 0);
  const sums = [rest.mean?.rows, rest.mean?.loss].every((sum) => Number.isFinite(sum));
  const reports = takeReports(tensors);
  if (!counts || !sums || !reports || typeof rest.identity !== 'object' || rest.identity === null)
    throw refuse('what it says of the training run is incomplete');
  return { ...(rest as Omit<Checkpoint, 'tensors' | 'reports'>), reports, tensors };
}

function readState(text: string): Partial<Checkpoint> & { readonly version?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as Partial<Checkpoint>;
  } catch {
    throw refuse('what it says of the training run is not JSON');
  }
}

function refuse(message: string): EngineError {
  return new EngineError({
    code: 'bad-checkpoint',
    message,
    hint: 'choose a file that train --checkpoint wrote; --weights takes any weights'
  });
}

function digestOf(state: string, tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash('sha256').update(state);
  for (const [name, { shape, data }] of tensors) hash.update(JSON.stringify([name, shape])).update(bytesOf(data));
  return hash.digest('hex');
}
