/** Training runs of documents, a file for each. What a run is, the page knows; here a list of JSON is kept whole. */
import { join } from 'node:path';
import { keepNewest } from '@wiregrad/engine/node';
import { keepText, readKept } from './kept';

const KEY = /^[\w-]{1,64}$/;
/** Of the runs of a document together, in characters. */
export const LARGEST_RUNS = 8 * 1024 * 1024;
/** Documents with runs; those trained longest ago lose theirs. */
const DOCUMENTS = 100;

export class RunFiles {
  constructor(private readonly folder: string) {}

  /** Null where there is none; one that cannot be read is set aside. */
  async read(key: string): Promise<string | null> {
    return (await readKept(this.pathOf(key), requireList)).value;
  }

  async write(key: string, text: string): Promise<void> {
    const path = this.pathOf(key);
    await keepText(path, requireList(text));
    await keepNewest(this.folder, DOCUMENTS);
  }

  private pathOf(key: string): string {
    if (typeof key !== 'string' || !KEY.test(key)) throw new Error('runs need a key of letters, digits and hyphens');
    return join(this.folder, `${key}.json`);
  }
}

function requireList(text: string): string {
  if (typeof text !== 'string' || text.length > LARGEST_RUNS) throw new Error('these are no runs');
  if (!Array.isArray(JSON.parse(text))) throw new Error('runs are a list');
  return text;
}
