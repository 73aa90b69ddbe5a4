/** What was dropped on the window, each kind of file to whoever opens it. */
import type { OpenedFile, PickedFile } from '../../main/contract/host';
import { useDataFilesStore } from './dataFiles';
import { useExchangeStore } from './exchange';
import { useFilesStore } from './files';
import { useNoticesStore } from './notices';
import { isDataName } from './sourceFiles';

/** Besides the names that tell: plain text, and no ending at all. */
const MAY_BE_DATA = /\.(txt|data)$|^[^.]+$/i;

/** Documents and models one after the other; all data together, since several files may be one data set. */
export async function openDropped(picked: readonly PickedFile[]): Promise<void> {
  const data: PickedFile[] = [];
  for (const one of picked) {
    const { path } = one;
    if (path.includes('/') || isDataName(path) || MAY_BE_DATA.test(path)) data.push(one);
    else if (/\.wiregrad$/i.test(path)) await useFilesStore().openFile(await read(one));
    else if (/\.onnx$/i.test(path)) await useExchangeStore().openModel(await read(one));
    else if (/\.safetensors$/i.test(path)) await useExchangeStore().loadWeights(await read(one));
    else useNoticesStore().problem(`${path} is no document, table, array, model or folder of images`);
  }
  if (data.length > 0) await useDataFilesStore().openPicked(data);
}

async function read({ path, file }: PickedFile): Promise<OpenedFile> {
  return { name: path, handle: '', bytes: new Uint8Array(await file.slice(0, file.size).arrayBuffer()) };
}
