/**
 * Everything that the renderer may ask of whatever it runs in: the engine, and files. Electron, a browser tab and the
 * tests' memory host each implement it; the renderer knows this interface alone.
 */
import type { EngineCalls, ExportFile, TrainNews } from '@wiregrad/engine';

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

export interface FileCalls {
  /** Lets the user pick a file; null when they cancel. */
  open(filter: FileFilter): Promise<OpenedFile | null>;
  /** Writes to where `handle` came from, whole or not at all. */
  save(handle: string, bytes: Uint8Array): Promise<void>;
  /** Lets the user pick a place and writes there; null when they cancel. */
  saveAs(name: string, bytes: Uint8Array, filter: FileFilter): Promise<{ readonly name: string; readonly handle: string } | null>;
  recent(): Promise<readonly RecentFile[]>;
  openRecent(handle: string): Promise<OpenedFile>;
  clearRecent(): Promise<void>;
  /** The bytes of `relative` beside the document of `handle`; null where there is no such file or no way to reach it. */
  openBeside(handle: string, relative: string): Promise<Uint8Array | null>;
  /** Writes files to where the user picks (or to the download folder); false when they cancel. */
  export(files: readonly ExportFile[]): Promise<boolean>;
}

export interface Host {
  readonly kind: 'electron' | 'web' | 'memory';
  /** Key that shortcuts are shown and bound with. */
  readonly platform: 'mac' | 'other';
  readonly engine: EngineCalls;
  readonly files: FileCalls;
  /** Calls back while training; the result unsubscribes. */
  onTrainProgress(listener: (news: TrainNews) => void): () => void;
  /** The engine process died (`lost`) or is back (`ready`). */
  onEngineState(listener: (state: 'ready' | 'lost') => void): () => void;
  /** A menu entry of the window's own menu was chosen: a command's id. */
  onCommand(listener: (command: string) => void): () => void;
  /** A document that came from outside the window: the command line, a double-click in a file manager. */
  onOpenFile(listener: (file: OpenedFile) => void): () => void;
  /** Tells whether closing now would lose work. */
  setUnsaved(unsaved: boolean): void;
  /** Tells which commands no longer have their usual keys: a menu outside the page shall not show those. */
  setRebound(commands: readonly string[]): void;
}
