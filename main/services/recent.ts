/** Files that the user chose, under handles that a page may hold without learning or choosing paths; the latest ones are kept. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { RecentFile } from '../contract/host';
import { writeWhole } from './files';

const KEPT = 12;

interface Entry {
  readonly path: string;
  readonly handle: string;
  readonly opened: number;
}

export class RecentFiles {
  private readonly paths = new Map<string, string>();
  private entries: Entry[] = [];

  private constructor(private readonly store: string) {}

  /** Reads the list at `store`; one that is missing or unreadable counts as empty. */
  static async load(store: string): Promise<RecentFiles> {
    const files = new RecentFiles(store);
    const text = await readFile(store, 'utf8').catch(() => '[]');
    try {
      const saved: unknown = JSON.parse(text);
      if (Array.isArray(saved)) files.entries = saved.filter(isEntry).slice(0, KEPT);
    } catch {
      files.entries = [];
    }
    for (const { handle, path } of files.entries) files.paths.set(handle, path);
    return files;
  }

  /** The handle of a path that the user chose; the same path has the same handle. */
  handleOf(path: string): string {
    for (const [handle, known] of this.paths) if (known === path) return handle;
    const handle = randomBytes(12).toString('hex');
    this.paths.set(handle, path);
    return handle;
  }

  /** The path behind a handle. Throws for one that was never given out. */
  pathOf(handle: string): string {
    const path = this.paths.get(handle);
    if (path === undefined) throw new Error('this file is no longer known; open it again');
    return path;
  }

  /** Puts `path` first in the list and saves it. */
  async remember(path: string): Promise<void> {
    const entry = { path, handle: this.handleOf(path), opened: Date.now() };
    this.entries = [entry, ...this.entries.filter((known) => known.path !== path)].slice(0, KEPT);
    await this.save();
  }

  list(): RecentFile[] {
    return this.entries.map(({ path, handle, opened }) => ({ name: basename(path), handle, opened }));
  }

  async clear(): Promise<void> {
    this.entries = [];
    await this.save();
  }

  private async save(): Promise<void> {
    await mkdir(dirname(this.store), { recursive: true });
    await writeWhole(this.store, new TextEncoder().encode(JSON.stringify(this.entries, null, 2)));
  }
}

function isEntry(value: unknown): value is Entry {
  const { path, handle, opened } = (value ?? {}) as Partial<Record<keyof Entry, unknown>>;
  return typeof path === 'string' && typeof handle === 'string' && typeof opened === 'number';
}
