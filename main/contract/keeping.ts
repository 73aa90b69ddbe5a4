/**
 * What is kept for the user outside of their files, by the process that outlives a window: work that is not saved yet,
 * earlier versions of documents, training runs, settings, and the log that an error report quotes.
 */

/** A document as it was at a moment, though nobody saved it. */
export interface Draft {
  /** Names what is open in a window; letters, digits and hyphens. */
  readonly key: string;
  /** What the window's title says. */
  readonly name: string;
  /** The file that it came from. The host may not know it any more. */
  readonly handle: string | null;
  /** Tells whether that file is as it was when this work began from it; null where there is none. */
  readonly base: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As it would have been saved. */
  readonly text: string;
}

export interface LeftDrafts {
  /** The latest first. */
  readonly drafts: readonly Draft[];
  /** What became of those that could not be read, as a sentence. */
  readonly notice?: string;
}

/** A document as it was saved once. */
export interface Version {
  readonly id: string;
  /** When it was saved, in milliseconds since 1970. */
  readonly at: number;
  /** Its length in bytes. */
  readonly size: number;
}

export interface KeptSettings {
  /** A JSON object; null where nothing was set yet. */
  readonly text: string | null;
  /** What became of a file that could not be read, as a sentence. */
  readonly notice?: string;
}

export interface KeepingCalls {
  /** Stores a draft in place of the one of the same key. */
  keepDraft(draft: Draft): Promise<void>;
  /** Forgets it: its work is saved, or the user does not want it. */
  dropDraft(key: string): Promise<void>;
  /** Drafts of windows that are gone. */
  leftDrafts(): Promise<LeftDrafts>;
  /** Stores what was saved of the document `name` as its latest version, where there is room; the ten latest are kept. */
  keepVersion(name: string, bytes: Uint8Array): Promise<void>;
  /** The latest first. */
  versions(name: string): Promise<readonly Version[]>;
  version(name: string, id: string): Promise<Uint8Array>;
  readSettings(): Promise<KeptSettings>;
  /** Puts the entries of `changes`, a JSON object, in place of those of the same names. */
  writeSettings(changes: string): Promise<void>;
  /** Training runs of a document, as text of JSON; null where none are kept. `key` is of letters, digits and hyphens. */
  readRuns(key: string): Promise<string | null>;
  /** Keeps them in place of those before. Rejects for what is no list of JSON, or too long. */
  writeRuns(key: string, text: string): Promise<void>;
  /** Writes what went wrong in a window to the log. */
  log(message: string): Promise<void>;
  /** Versions, system and the end of the log, as text that the user may send: their home folder is not named in it. */
  report(): Promise<string>;
}

export interface KeepingEvents {
  /** An error that nobody expected in the process that keeps all this, which goes on; it is in the log. */
  failed(message: string): void;
}

/** The closed set of names that a page may call. */
export const KEEPING_CALLS: readonly (keyof KeepingCalls)[] = Object.keys({
  keepDraft: true,
  dropDraft: true,
  leftDrafts: true,
  keepVersion: true,
  versions: true,
  version: true,
  readSettings: true,
  writeSettings: true,
  readRuns: true,
  writeRuns: true,
  log: true,
  report: true
} satisfies Record<keyof KeepingCalls, true>) as (keyof KeepingCalls)[];
