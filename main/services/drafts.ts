/**
 * Unsaved work, a file for each open document. It belongs to a window as long as that is there: to tell so after a crash,
 * every draft names the process that wrote it, and that process shows every few seconds that it lives.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Draft } from '../contract/keeping';
import { keepText, readKept } from './kept';

const KEY = /^[\w-]{1,64}$/;
const ENDING = '.draft.json';
const ALIVE = '.alive';
const BEAT_MS = 5_000;
/** A process that has not shown for so long is gone, and another one has its number. */
const GONE_MS = 4 * BEAT_MS;

interface Stored extends Draft {
  /** Number and name of the process. */
  readonly owner: string;
}

export class Drafts {
  /** Keys of windows that are there. */
  private readonly open = new Set<string>();
  private readonly owner = `${process.pid}-${randomBytes(6).toString('hex')}`;
  private beat: NodeJS.Timeout | undefined;

  constructor(private readonly folder: string) {}

  async keep(draft: Draft): Promise<void> {
    const { key, name, handle, at, text } = draft;
    await this.show();
    this.open.add(key);
    const stored: Stored = { key, name, handle, at, text, owner: this.owner };
    await keepText(this.pathOf(key), JSON.stringify(stored));
  }

  async drop(key: string): Promise<void> {
    this.open.delete(key);
    await rm(this.pathOf(key), { force: true });
  }

  /** The window of these keys is gone; what it left is anybody's. */
  leave(keys: Iterable<string>): void {
    for (const key of keys) this.open.delete(key);
  }

  /** What windows left that are gone, the latest first. A draft that cannot be read is set aside. */
  async left(): Promise<Draft[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith(ENDING));
    const drafts: Draft[] = [];
    for (const file of names) {
      const { value } = await readKept(join(this.folder, file), readStored);
      if (!value || this.open.has(value.key)) continue;
      const { owner, ...draft } = value;
      if (owner === this.owner || !(await this.isAlive(owner))) drafts.push(draft);
    }
    return drafts.sort((a, b) => b.at - a.at);
  }

  dispose(): void {
    clearInterval(this.beat);
    void rm(this.pathOfOwner(this.owner), { force: true });
  }

  private pathOf(key: string): string {
    if (typeof key !== 'string' || !KEY.test(key)) throw new Error('a draft needs a key of letters, digits and hyphens');
    return join(this.folder, key + ENDING);
  }

  private pathOfOwner(owner: string): string {
    return join(this.folder, owner + ALIVE);
  }

  /** Shows others that this process lives, now and from now on. */
  private async show(): Promise<void> {
    if (this.beat) return;
    const path = this.pathOfOwner(this.owner);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(path, '', { mode: 0o600 });
    this.beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), BEAT_MS);
    this.beat.unref();
  }

  private async isAlive(owner: string): Promise<boolean> {
    const shown = await stat(this.pathOfOwner(owner)).catch(() => null);
    if (!shown || Date.now() - shown.mtimeMs > GONE_MS || !exists(Number.parseInt(owner, 10))) {
      await rm(this.pathOfOwner(owner), { force: true });
      return false;
    }
    return true;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readStored(text: string): Stored {
  const { key, name, handle, at, text: document, owner } = JSON.parse(text) as Partial<Record<keyof Stored, unknown>>;
  const named =
    typeof key === 'string' && KEY.test(key) && typeof name === 'string' && typeof owner === 'string' && /^\d+-\w+$/.test(owner);
  if (!named || !(handle === null || typeof handle === 'string') || typeof at !== 'number' || typeof document !== 'string')
    throw new Error('this is no draft');
  return { key, name, handle, at, text: document, owner };
}
