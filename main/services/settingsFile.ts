/** The user's settings as a file. What the entries mean, the page knows; here an object of JSON is kept whole. */
import type { KeptSettings } from '../contract/keeping';
import { keepText, readKept } from './kept';

const LARGEST = 1024 * 1024;

export class SettingsFile {
  /** Changes of several windows one after another. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly path: string) {}

  async read(): Promise<KeptSettings> {
    const { value, setAside } = await readKept(this.path, readObject);
    return {
      text: value && JSON.stringify(value),
      ...(setAside !== null && { notice: `The settings could not be read and are the usual ones again; the damaged file is ${setAside}` })
    };
  }

  /** Puts the entries of `changes` in place of those of the same names; the others, also unknown ones, stay. */
  write(changes: string): Promise<void> {
    const changed = readObject(changes);
    const written = this.turn.then(async () => {
      const { value } = await readKept(this.path, readObject);
      await keepText(this.path, `${JSON.stringify({ ...value, ...changed }, null, 2)}\n`);
    });
    this.turn = written.catch(() => undefined);
    return written;
  }
}

function readObject(text: string): Record<string, unknown> {
  if (typeof text !== 'string' || text.length > LARGEST) throw new Error('these are no settings');
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('settings are an object');
  return value as Record<string, unknown>;
}
