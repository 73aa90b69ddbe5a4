/**
 * The last documents of a browser tab, kept with their bytes, since a tab cannot read a file again that the user once picked.
 * Handles are `tab:` and a number; they hold for as long as the entry is kept.
 */
import type { OpenedFile, RecentFile } from '../../main/contract/host';

const LIMIT = 10;
const KEY = 'wiregrad.recent';
/** Local storage takes about 5 MB in all. */
const LARGEST = 400_000;

interface Entry extends RecentFile {
  readonly text: string;
}
export interface RecentDocuments {
  list(): RecentFile[];
  find(handle: string): OpenedFile | undefined;
  /** Puts the file first; the handle is that of the same name where there is one. */
  remember(name: string, bytes: Uint8Array, handle?: string): string;
  clear(): void;
}

export function recentDocuments(storage: Storage | undefined = globalThis.localStorage, now: () => number = Date.now): RecentDocuments {
  let entries = read(storage);
  let last = 0;
  const write = (): void => {
    // A full storage loses the oldest entries first; no entry is worth an error in front of the user.
    for (let count = entries.length; storage && count >= 0; count--) {
      try {
        storage.setItem(KEY, JSON.stringify(entries.slice(0, count)));
        return;
      } catch {
        continue;
      }
    }
  };
  return {
    list: () => entries.map(({ name, handle, opened }) => ({ name, handle, opened })),
    find(handle) {
      const entry = entries.find((candidate) => candidate.handle === handle);
      return entry && { name: entry.name, handle, bytes: new TextEncoder().encode(entry.text) };
    },
    remember(name, bytes, handle = entries.find((entry) => entry.name === name)?.handle ?? `tab:${now()}.${++last}`) {
      const others = entries.filter((entry) => entry.handle !== handle);
      entries =
        bytes.length > LARGEST
          ? others
          : [{ name, handle, opened: now(), text: new TextDecoder().decode(bytes) }, ...others].slice(0, LIMIT);
      write();
      return handle;
    },
    clear() {
      entries = [];
      write();
    }
  };
}

function read(storage: Storage | undefined): Entry[] {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isEntry).slice(0, LIMIT) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  const { name, handle, opened, text } = (value ?? {}) as Partial<Entry>;
  return typeof name === 'string' && typeof handle === 'string' && typeof opened === 'number' && typeof text === 'string';
}
