/** A source on its way to the engine: read in pieces, so that the page never holds more than one of them. */
import { EngineError, type EngineCalls } from '@wiregrad/engine';
import type { LocalFile } from '../../main/contract/host';
import type { SourceFiles } from './sourceFiles';

const PIECE_BYTES = 4 * 1024 * 1024;
/** A server hears so many messages of a page and not many more. */
const PIECES_A_SECOND = 300;
/** What is sent at once does not wait. */
const AHEAD_MS = 250;

interface Giving {
  readonly giveData: EngineCalls['giveData'];
  readonly signal: AbortSignal;
  /** Told of the bytes that are there. */
  readonly onProgress: (bytes: number) => void;
}

/** Gives the engine `source` under `name`. Rejects with `cancelled` where the signal says so. */
export async function giveSource({ isFolder, files }: SourceFiles, name: string, { giveData, signal, onProgress }: Giving): Promise<void> {
  const begun = performance.now();
  let [pieces, bytes] = [0, 0];
  for (const { path, file } of files) {
    for (let at = 0; at === 0 || at < file.size; at += PIECE_BYTES) {
      refuseCancelled(signal);
      const piece = await read(file, at, path);
      const part = { source: name, at, bytes: piece, ...(isFolder && { file: path }), ...(pieces === 0 && { first: true }) };
      await giveData(part);
      pieces++;
      bytes += piece.length;
      onProgress(bytes);
      const ahead = (pieces / PIECES_A_SECOND) * 1000 - (performance.now() - begun);
      if (ahead > AHEAD_MS) await new Promise((resolve) => setTimeout(resolve, ahead));
    }
  }
  refuseCancelled(signal);
}

async function read(file: LocalFile, at: number, path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(at, Math.min(at + PIECE_BYTES, file.size)).arrayBuffer());
  } catch {
    throw new EngineError({
      code: 'changed-data',
      message: `${path}: it cannot be read any more`,
      hint: 'it was moved, changed or removed since it was chosen: choose it again'
    });
  }
}

export function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new EngineError({ code: 'cancelled', message: 'the file was not opened: it was cancelled' });
}
