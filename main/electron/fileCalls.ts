/** FileCalls by Electron's dialogs. The page names files by handles; which paths they mean is chosen here, by the user. */
import { basename, dirname, join } from 'node:path';
import { app, dialog, type BrowserWindow } from 'electron';
import type { FileCalls, FileFilter, OpenedFile } from '../contract/host';
import { findBeside, listFiles, readPart, readWhole, writeFolder, writeWhole } from '../services/files';
import type { RecentFiles } from '../services/recent';
import { Seen } from '../services/seen';
import type { Versions } from '../services/versions';

export interface Files {
  readonly calls: FileCalls;
  /** Reads a file and puts it on the list of recent ones. */
  open(path: string): Promise<OpenedFile>;
}

export function filesOf(window: BrowserWindow, recent: RecentFiles, versions: Versions): Files {
  const seen = new Seen();
  const openFile = async (path: string): Promise<OpenedFile> => {
    const bytes = await readWhole(path);
    await seen.note(path);
    await recent.remember(path);
    return { name: basename(path), handle: recent.handleOf(path), bytes };
  };
  /** What stood there before is a version too, whoever wrote it. */
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    const before = await readWhole(path).catch(() => null);
    if (before) await versions.keep(path, before);
    await writeWhole(path, bytes);
    await seen.note(path);
    await versions.keep(path, bytes);
  };
  const filters = ({ name, extensions }: FileFilter): Electron.FileFilter[] => [
    { name, extensions: [...extensions] },
    { name: 'All files', extensions: ['*'] }
  ];
  const askPath = async (name: string, filter: FileFilter): Promise<string | null> => {
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name), filters: filters(filter) });
    return canceled || !filePath ? null : filePath;
  };

  const askFolder = async (title: string): Promise<string | null> => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title,
      defaultPath: app.getPath('documents'),
      properties: ['openDirectory', 'createDirectory']
    });
    return canceled ? null : (filePaths[0] ?? null);
  };

  const calls: FileCalls = {
    async open(filter) {
      const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: filters(filter) });
      const [path] = filePaths;
      return path === undefined ? null : openFile(path);
    },
    async save(handle, bytes, over = false) {
      const path = recent.pathOf(handle);
      if (!over && (await seen.hasChanged(path))) return 'changed';
      await write(path, bytes);
      return 'saved';
    },
    async saveAs(name, bytes, filter) {
      const path = await askPath(name, filter);
      if (path === null) return null;
      await write(path, bytes);
      await recent.remember(path);
      return { name: basename(path), handle: recent.handleOf(path) };
    },
    recent: async () => recent.list(),
    openRecent: (handle) => openFile(recent.pathOf(handle)),
    clearRecent: () => recent.clear(),
    versions: (handle) => versions.list(recent.pathOf(handle)),
    version: (handle, id) => versions.read(recent.pathOf(handle), id),
    async filesBeside(handle, relative) {
      const path = await findBeside(recent.pathOf(handle), relative);
      return path === null ? null : listFiles(path);
    },
    async readBeside(handle, relative, from, to) {
      const path = await findBeside(recent.pathOf(handle), relative);
      if (path === null) throw new Error(`${relative} is not beside the document any more`);
      return readPart(path, from, to);
    },
    async export(files, folder) {
      const [first, ...others] = files;
      if (!first) return false;
      if (folder !== undefined) {
        const place = await askFolder(`Where ${basename(folder)} goes`);
        if (place === null) return false;
        await writeFolder(place, basename(folder), files);
        return true;
      }
      const extension = first.name.slice(first.name.lastIndexOf('.') + 1);
      const path = await askPath(join(app.getPath('documents'), first.name), { name: `${extension} file`, extensions: [extension] });
      if (path === null) return false;
      await writeWhole(path, first.bytes);
      // The first file refers to the others by their names.
      for (const { name, bytes } of others) await writeWhole(join(dirname(path), basename(name)), bytes);
      return true;
    }
  };
  return { calls, open: openFile };
}
