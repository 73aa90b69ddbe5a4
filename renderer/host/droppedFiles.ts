/** Files and folders that were dropped on the window. Folders are walked through; nothing of a file is read here. */
import type { PickedFile } from '../../main/contract/host';

/** To be called while the event is handled: after that, a browser shows nothing of it any more. */
export async function droppedFiles({ items }: DataTransfer): Promise<readonly PickedFile[]> {
  const dropped = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = await Promise.all(
    dropped.map(async ({ entry, file }) => {
      if (entry?.isDirectory) return walk(entry as FileSystemDirectoryEntry, '');
      return file ? [{ path: file.name, file }] : [];
    })
  );
  return found.flat();
}

async function walk(folder: FileSystemDirectoryEntry, above: string): Promise<readonly PickedFile[]> {
  const path = `${above}${folder.name}/`;
  const found: PickedFile[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.isDirectory) found.push(...(await walk(entry as FileSystemDirectoryEntry, path)));
    else found.push({ path: path + entry.name, file: await fileOf(entry as FileSystemFileEntry) });
  }
  return found;
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  // Each reading gives a hundred at most; the last one none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
