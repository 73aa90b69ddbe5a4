/** Data sources as files of the user's: what was picked, sorted into single files and folders of images. */
import type { FileBeside, LocalFile, PickedFile } from '../../main/contract/host';

export interface SourceFiles {
  /** What documents call it: the name of the file or of the folder. */
  readonly name: string;
  /** A folder of images; else there is one file. */
  readonly isFolder: boolean;
  /** Paths are those below the folder. */
  readonly files: readonly PickedFile[];
  /** Bytes of all files. */
  readonly size: number;
}

const IMAGE = /\.(?:png|jpe?g|pgm|ppm|pnm)$/i;
const TABLE = /\.(csv|tsv|npy|npz|idx|gz)$|ubyte$/i;
/** What systems leave behind. */
const HIDDEN = /(?:^|\/)(?:\.|__MACOSX\/)/;

/** Whether a file of that name is data; one whose name says nothing may be. */
export const isDataName = (name: string): boolean => TABLE.test(name);

/** A folder without images in it is no source: its files are. */
export function sourcesOf(picked: readonly PickedFile[]): SourceFiles[] {
  const folders = new Map<string, PickedFile[]>();
  const single: PickedFile[] = [];
  for (const { path, file } of picked) {
    if (HIDDEN.test(path)) continue;
    const slash = path.indexOf('/');
    if (slash < 0) single.push({ path, file });
    else if (IMAGE.test(path)) {
      const folder = path.slice(0, slash);
      if (!folders.has(folder)) folders.set(folder, []);
      folders.get(folder)!.push({ path: path.slice(slash + 1), file });
    }
  }
  for (const { path, file } of picked) {
    const slash = path.indexOf('/');
    if (slash > 0 && !folders.has(path.slice(0, slash)) && !HIDDEN.test(path))
      single.push({ path: path.slice(path.lastIndexOf('/') + 1), file });
  }
  return [
    ...single.map(({ path, file }) => sourceOf(path, file)),
    ...[...folders].map(([name, files]) => ({ name, isFolder: true, files, size: sizeOf(files) }))
  ];
}

export function sourceOf(name: string, file: LocalFile): SourceFiles {
  return { name, isFolder: false, files: [{ path: name, file }], size: file.size };
}

/** The browser keeps a Blob's bytes where they take no memory of the page. */
export function sourceOfBytes(name: string, bytes: Uint8Array): SourceFiles {
  return sourceOf(name, new Blob([bytes as Uint8Array<ArrayBuffer>]));
}

/** A file or a folder that lies beside the document; `read` gives bytes of a path. */
export function sourceBeside(
  name: string,
  found: readonly FileBeside[],
  read: (path: string, from: number, to: number) => Promise<Uint8Array>
): SourceFiles {
  const fileOf = (path: string, size: number): LocalFile => ({
    size,
    slice: (from, to) => ({ arrayBuffer: async () => (await read(path, from, to)).slice().buffer as ArrayBuffer })
  });
  const [first] = found;
  if (first?.path === '') return sourceOf(name, fileOf(name, first.size));
  const files = found
    .filter(({ path }) => IMAGE.test(path) && !HIDDEN.test(path))
    .map(({ path, size }) => ({ path, file: fileOf(`${name}/${path}`, size) }));
  return { name, isFolder: true, files, size: sizeOf(files) };
}

const sizeOf = (files: readonly PickedFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0);
