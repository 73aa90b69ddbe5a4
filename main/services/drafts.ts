/**
 * Unsaved work, a file for each open document. It belongs to a window as long as that is there: to tell so after a crash,
 * every draft names the process that wrote it, and that process shows every few seconds that it lives.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Draft, LeftDrafts } from '../contract/keeping';
import { keepText, readKept } from './kept';

const KEY = /^[\w-]{1,64}$/;
const OWNER = /^\d+-\w+$/;
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
    const { key, name, handle, base, at, text } = draft;
    const path = this.pathOf(key);
    // Before anything is waited for: a window that goes meanwhile leaves it.
    this.open.add(key);
    await this.show();
    const stored: Stored = { key, name, handle, base, at, text, owner: this.owner };
    await keepText(path, JSON.stringify(stored));
  }

  async drop(key: string): Promise<void> {
    const path = this.pathOf(key);
    this.open.delete(key);
    await rm(path, { force: true });
  }

  /** The window of these keys is gone; what it left is anybody's. */
  leave(keys: Iterable<string>): void {
    for (const key of keys) this.open.delete(key);
  }

  /** What windows left that are gone. A draft that cannot be read is set aside. */
  async left(): Promise<LeftDrafts> {
    const drafts: Draft[] = [];
    const damaged: string[] = [];
    for (const file of await readdir(this.folder).catch(() => [])) {
      if (!file.endsWith(ENDING)) {
        await this.sweep(file);
        continue;
      }
      const { value, setAside } = await readKept(join(this.folder, file), readStored);
      if (setAside !== null) damaged.push(setAside);
      if (!value || this.open.has(value.key)) continue;
      const { owner, ...draft } = value;
      if (owner === this.owner || !(await this.isAlive(owner))) drafts.push(draft);
    }
    drafts.sort((a, b) => b.at - a.at);
    if (damaged.length === 0) return { drafts };
    return { drafts, notice: `Unsaved work was kept that cannot be read; what there is of it is in ${damaged.join(' and ')}` };
  }

  dispose(): void {
    clearInterval(this.beat);
    void rm(this.pathOfOwner(this.owner), { force: true }).catch(() => undefined);
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
    // Written, not touched: who took a process that slept for a gone one has removed it.
    const show = (): Promise<void> => writeFile(path, String(Date.now()), { mode: 0o600 });
    await show();
    this.beat ??= setInterval(() => void show().catch(() => undefined), BEAT_MS).unref();
  }

  private async isAlive(owner: string): Promise<boolean> {
    if (!(await isOlder(this.pathOfOwner(owner))) && exists(Number.parseInt(owner, 10))) return true;
    await rm(this.pathOfOwner(owner), { force: true });
    return false;
  }

  /** Removes what processes left that were killed: signs of life, and drafts that were half written. */
  private async sweep(file: string): Promise<void> {
    const path = join(this.folder, file);
    if (file.endsWith(ALIVE)) await this.isAlive(file.slice(0, -ALIVE.length));
    else if (file.endsWith('.tmp') && (await isOlder(path))) await rm(path, { force: true });
  }
}

/** Whether a file was written longer ago than a process may be silent, or is not there. */
async function isOlder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return !found || Date.now() - found.mtimeMs > GONE_MS;
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
  const { key, name, handle, base = null, at, text: document, owner } = JSON.parse(text) as Partial<Record<keyof Stored, unknown>>;
  const named = typeof key === 'string' && KEY.test(key) && typeof name === 'string' && typeof owner === 'string' && OWNER.test(owner);
  if (!named || !isTextOrNull(handle) || !isTextOrNull(base) || typeof at !== 'number' || typeof document !== 'string')
    throw new Error('this is no draft');
  return { key, name, handle, base, at, text: document, owner };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
