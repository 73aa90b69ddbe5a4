/** FileCalls by Electron's dialogs. The page names files by handles; which paths they mean is chosen here, by the user. */
import { basename, dirname, join } from 'node:path';
import { app, dialog, type BrowserWindow } from 'electron';
import type { FileCalls, FileFilter, OpenedFile } from '../contract/host';
import { findBeside, readWhole, writeWhole } from '../services/files';
import type { RecentFiles } from '../services/recent';

/** Reads a file and puts it on the list of recent ones. */
export async function openFile(path: string, recent: RecentFiles): Promise<OpenedFile> {
  const bytes = await readWhole(path);
  await recent.remember(path);
  return { name: basename(path), handle: recent.handleOf(path), bytes };
}

export function fileCalls(window: BrowserWindow, recent: RecentFiles): FileCalls {
  const filters = ({ name, extensions }: FileFilter): Electron.FileFilter[] => [
    { name, extensions: [...extensions] },
    { name: 'All files', extensions: ['*'] }
  ];
  const askPath = async (name: string, filter: FileFilter): Promise<string | null> => {
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name), filters: filters(filter) });
    return canceled || !filePath ? null : filePath;
  };

  return {
    async open(filter) {
      const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: filters(filter) });
      const [path] = filePaths;
      return path === undefined ? null : openFile(path, recent);
    },
    save: (handle, bytes) => writeWhole(recent.pathOf(handle), bytes),
    async saveAs(name, bytes, filter) {
      const path = await askPath(name, filter);
      if (path === null) return null;
      await writeWhole(path, bytes);
      await recent.remember(path);
      return { name: basename(path), handle: recent.handleOf(path) };
    },
    recent: async () => recent.list(),
    openRecent: (handle) => openFile(recent.pathOf(handle), recent),
    clearRecent: () => recent.clear(),
    async openBeside(handle, relative) {
      const path = await findBeside(recent.pathOf(handle), relative);
      return path === null ? null : readWhole(path);
    },
    async export(files) {
      const [first, ...others] = files;
      if (!first) return false;
      const extension = first.name.slice(first.name.lastIndexOf('.') + 1);
      const path = await askPath(join(app.getPath('documents'), first.name), { name: `${extension} file`, extensions: [extension] });
      if (path === null) return false;
      await writeWhole(path, first.bytes);
      // The first file refers to the others by their names.
      for (const { name, bytes } of others) await writeWhole(join(dirname(path), basename(name)), bytes);
      return true;
    }
  };
}
