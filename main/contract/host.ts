/**
 * Everything that the renderer may ask of whatever it runs in: the engine, and files. Electron, a browser tab and the
 * tests' memory host each implement it; the renderer knows this interface alone.
 */
import type { EngineCalls, ExportFile, TrainNews } from '@wiregrad/engine';
import type { KeepingCalls, Version } from './keeping';

/** A file that the user opened. `handle` is opaque: only the host that issued it can turn it into a path. */
export interface OpenedFile {
  readonly name: string;
  readonly handle: string;
  readonly bytes: Uint8Array;
}
export interface RecentFile {
  readonly name: string;
  readonly handle: string;
  /** Milliseconds since 1970. */
  readonly opened: number;
}
export interface FileFilter {
  readonly name: string;
  /** Without dots. */
  readonly extensions: readonly string[];
}

/** A file that is read in pieces, as a browser's File is. */
export interface LocalFile {
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}
export interface PickedFile {
  /** Its name; of a file in a folder that was picked, the path that begins with the folder's name, with slashes. */
  readonly path: string;
  readonly file: LocalFile;
}

export interface FileBeside {
  /** Below the folder, with slashes; empty for the file itself. */
  readonly path: string;
  readonly size: number;
}

export interface FileCalls {
  /** Lets the user pick a file; null when they cancel. */
  open(filter: FileFilter): Promise<OpenedFile | null>;
  /**
   * Writes to where `handle` came from, whole or not at all. `changed`: nothing was written, since another program has
   * changed the file since it was opened; `over` writes all the same.
   */
  save(handle: string, bytes: Uint8Array, over?: boolean): Promise<'saved' | 'changed'>;
  /** Lets the user pick a place and writes there; null when they cancel. */
  saveAs(name: string, bytes: Uint8Array, filter: FileFilter): Promise<{ readonly name: string; readonly handle: string } | null>;
  recent(): Promise<readonly RecentFile[]>;
  openRecent(handle: string): Promise<OpenedFile>;
  clearRecent(): Promise<void>;
  /** What was saved of the document before, the latest first. */
  versions(handle: string): Promise<readonly Version[]>;
  version(handle: string, id: string): Promise<Uint8Array>;
  /** The file `relative` beside the document of `handle`, or all files of such a folder; null where there is none or no way to reach it. */
  filesBeside(handle: string, relative: string): Promise<readonly FileBeside[] | null>;
  /** Bytes [from, to) of the file `relative` beside the document. */
  readBeside(handle: string, relative: string, from: number, to: number): Promise<Uint8Array>;
  /**
   * Writes files to where the user picks (or to the download folder); false when they cancel. With a `folder` their names
   * are paths below a new one of that name; where no folder can be written it is a zip.
   */
  export(files: readonly ExportFile[], folder?: string): Promise<boolean>;
}

/** The closed set of names that a page may call. */
export const FILE_CALLS: readonly (keyof FileCalls)[] = Object.keys({
  open: true,
  save: true,
  saveAs: true,
  recent: true,
  openRecent: true,
  clearRecent: true,
  versions: true,
  version: true,
  filesBeside: true,
  readBeside: true,
  export: true
} satisfies Record<keyof FileCalls, true>) as (keyof FileCalls)[];

export interface Host {
  readonly kind: 'electron' | 'web' | 'memory';
  /** Key that shortcuts are shown and bound with. */
  readonly platform: 'mac' | 'other';
  readonly engine: EngineCalls;
  readonly files: FileCalls;
  readonly keeping: KeepingCalls;
  /** Lets the user pick any number of files, or a folder with all that is in it; none when they cancel. Nothing is read yet. */
  pickFiles(what: 'files' | 'folder'): Promise<readonly PickedFile[]>;
  /** Calls back while training; the result unsubscribes. */
  onTrainProgress(listener: (news: TrainNews) => void): () => void;
  /** The engine process died (`lost`) or is back (`ready`). */
  onEngineState(listener: (state: 'ready' | 'lost') => void): () => void;
  /** The process outside of the window met an error that nobody expected. Electron's tells the user itself. */
  onFailure(listener: (message: string) => void): () => void;
  /** A menu entry of the window's own menu was chosen: a command's id. */
  onCommand(listener: (command: string) => void): () => void;
  /** A document that came from outside the window: the command line, a double-click in a file manager. */
  onOpenFile(listener: (file: OpenedFile) => void): () => void;
  /** Tells whether closing now would lose work. */
  setUnsaved(unsaved: boolean): void;
  /** Tells which commands no longer have their usual keys: a menu outside the page shall not show those. */
  setRebound(commands: readonly string[]): void;
}
