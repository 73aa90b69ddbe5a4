/**
 * The last documents of a browser tab, kept with their bytes, since a tab cannot read a file again that the user once picked.
 * It knows files by their names alone, so a handle is a name, and holds whether or not the bytes are still here.
 */
import type { OpenedFile, RecentFile } from '../../main/contract/host';

const LIMIT = 10;
const KEY = 'wiregrad.recent';
/** Local storage takes about 5 MB in all. */
const LARGEST = 400_000;
const PREFIX = 'tab:';

interface Entry {
  readonly name: string;
  readonly opened: number;
  readonly text: string;
}
export interface RecentDocuments {
  list(): RecentFile[];
  find(handle: string): OpenedFile | undefined;
  /** Puts the file first; answers its handle. */
  remember(name: string, bytes: Uint8Array): string;
  clear(): void;
}

const handleOf = (name: string): string => PREFIX + name;
export const nameOf = (handle: string): string => handle.slice(PREFIX.length);

export function recentDocuments(storage: Storage | undefined = globalThis.localStorage, now: () => number = Date.now): RecentDocuments {
  let entries = read(storage);
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
    list: () => entries.map(({ name, opened }) => ({ name, handle: handleOf(name), opened })),
    find(handle) {
      const entry = entries.find(({ name }) => name === nameOf(handle));
      return entry && { name: entry.name, handle, bytes: new TextEncoder().encode(entry.text) };
    },
    remember(name, bytes) {
      const others = entries.filter((entry) => entry.name !== name);
      entries =
        bytes.length > LARGEST ? others : [{ name, opened: now(), text: new TextDecoder().decode(bytes) }, ...others].slice(0, LIMIT);
      write();
      return handleOf(name);
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
  const { name, opened, text } = (value ?? {}) as Partial<Entry>;
  return typeof name === 'string' && typeof opened === 'number' && typeof text === 'string';
}
