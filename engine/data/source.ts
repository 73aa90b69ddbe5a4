/** Where data comes from: a file, or a folder of images by class. */
import { EngineError } from '../base/errors';
import { inMemory, type Bytes } from '../formats/bytes';

export interface Folder {
  /** By path below the folder, with slashes. */
  readonly files: ReadonlyMap<string, Bytes>;
}
export type Source = Bytes | Folder;

/** The source that a document names. Throws EngineError `missing-data` where there is none. */
export type DataProvider = (source: string) => Uint8Array | Source | Promise<Uint8Array | Source>;

export const noData: DataProvider = (source) => {
  throw new EngineError({ code: 'missing-data', message: `the data source ${source} was not given` });
};

export function sourceOf(given: Uint8Array | Source): Source {
  return given instanceof Uint8Array ? inMemory(given) : given;
}

export function isFolder(source: Source): source is Folder {
  return 'files' in source;
}
