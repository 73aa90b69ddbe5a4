/** Files by the means of a browser tab: an input to pick one, a download to write one. A tab sees no folder, so nothing lies beside a document. */
import type { ExportFile } from '@wiregrad/engine';
import type { FileCalls, OpenedFile } from '../../main/contract/host';
import type { KeepingCalls } from '../../main/contract/keeping';
import { chooseFiles } from './chooseFiles';
import { nameOf, type RecentDocuments } from './recentDocuments';

const DOCUMENT = /\.wiregrad$/i;

export function browserFiles(recent: RecentDocuments, keeping: KeepingCalls): FileCalls {
  /** What a tab saved, nobody can read again from the folder of downloads. */
  const keepVersion = (name: string, bytes: Uint8Array): void => void keeping.keepVersion(name, bytes).catch(() => undefined);
  return {
    async open(filter) {
      const [file] = await chooseFiles({ extensions: filter.extensions });
      if (!file) return null;
      const bytes = new Uint8Array(await file.arrayBuffer());
      return { name: file.name, handle: DOCUMENT.test(file.name) ? recent.remember(file.name, bytes) : '', bytes };
    },
    async save(handle, bytes) {
      const name = nameOf(handle);
      download(name, bytes);
      recent.remember(name, bytes);
      keepVersion(name, bytes);
      return 'saved';
    },
    async saveAs(name, bytes) {
      download(name, bytes);
      keepVersion(name, bytes);
      return { name, handle: recent.remember(name, bytes) };
    },
    recent: async () => recent.list(),
    async openRecent(handle): Promise<OpenedFile> {
      const file = recent.find(handle);
      if (!file) throw new Error('this document is not kept in the browser any more; open it from its file');
      recent.remember(file.name, file.bytes);
      return file;
    },
    clearRecent: async () => recent.clear(),
    versions: async (handle) => keeping.versions(nameOf(handle)),
    version: async (handle, id) => keeping.version(nameOf(handle), id),
    filesBeside: async () => null,
    readBeside: () => Promise.reject(new Error('a tab sees no folder')),
    async export(files, folder) {
      if (folder === undefined) for (const { name, bytes } of files) download(name, bytes);
      else download(`${folder}.zip`, await zipped(files, folder));
      return true;
    }
  };
}

/** Loaded when it is first needed. */
async function zipped(files: readonly ExportFile[], folder: string): Promise<Uint8Array> {
  const { zipSync } = await import('fflate');
  return zipSync(Object.fromEntries(files.map(({ name, bytes }) => [`${folder}/${name}`, bytes])));
}

function download(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Revoking at once would cancel the download in some browsers; it has long begun by the next event loop turns.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
