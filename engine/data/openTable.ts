/** A source as a table, told by its first bytes. */
import { EngineError } from '../base/errors';
import { sizeOf } from '../base/shapes';
import type { GenerateRecord } from '../document/types';
import { inMemory, type Bytes } from '../formats/bytes';
import { gunzip, isGzip } from '../formats/gzip';
import { idxRefusal, IDX_HEAD, isIdx, readIdxHeader } from '../formats/idx';
import { isNpy, NPY_HEAD, readNpyHeader } from '../formats/npy';
import { readNpz } from '../formats/npz';
import { generate } from '../generated/generate';
import { arrayTable, type ArrayColumn } from './arrayTable';
import { csvTable } from './csvTable';
import { imageTable } from './imageTable';
import { isFolder, sourceOf, type DataProvider } from './source';
import { arrayStore, fileStore, type Encoding } from './store';
import type { Table } from './table';

/** Bytes that are read whole; what is larger stays in its file. */
const MEMORY = 2 ** 28;
/** Bytes that a packed file may unpack to. */
const UNPACKED = 2 ** 31 - 1;

/**
 * The table of a document's source. Throws EngineError with what is wrong with it, its name first.
 */
export async function openTable(name: string, provider: DataProvider): Promise<Table> {
  const source = sourceOf(await provider(name));
  return isFolder(source) ? imageTable(name, source) : fileTable(name, source);
}

async function fileTable(name: string, source: Bytes): Promise<Table> {
  const bytes = unpacked(name, source);
  const head = bytes.read(0, Math.min(bytes.size, 8));
  if (isNpy(head)) return arrayTable(name, 'npy', [npyColumn(name, bytes)]);
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) return npzTable(name, bytes);
  if (isIdx(head)) return arrayTable(name, 'idx', [idxColumn(name, bytes)]);
  return csvTable(name, bytes);
}

export async function generatedTable(record: GenerateRecord): Promise<Table> {
  const { columns } = await generate(record);
  return arrayTable(
    record.kind,
    'generated',
    columns.map(({ name, shape, data, classes }) => ({
      name,
      shape,
      store: arrayStore(data, sizeOf(shape)),
      isImage: data instanceof Uint8Array && shape.length === 3,
      ...(classes && { classes })
    }))
  );
}

function unpacked(name: string, bytes: Bytes): Bytes {
  if (!isGzip(bytes.read(0, Math.min(2, bytes.size)))) return bytes;
  const refuse = (message: string): EngineError =>
    new EngineError({ code: 'bad-gzip', message: `${name}: ${message}`, hint: 'download it again, or unpack it first (gunzip)' });
  return inMemory(gunzip(bytes.read(0, bytes.size), UNPACKED, refuse));
}

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  '<f4': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  '<i4': { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  '<i8': { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  '|u1': { bytes: 1, read: (view, at) => view.getUint8(at) },
  '|b1': { bytes: 1, read: (view, at) => view.getUint8(at) }
};

function npyColumn(name: string, bytes: Bytes): ArrayColumn {
  const { shape, descr, start } = readNpyHeader(bytes.read(0, Math.min(bytes.size, NPY_HEAD)), bytes.size, name);
  return column(name, 'data', shape, bytes, start, ENCODINGS[descr]!);
}

function idxColumn(name: string, bytes: Bytes): ArrayColumn {
  const { shape, type, start } = readIdxHeader(bytes.read(0, Math.min(bytes.size, IDX_HEAD)), bytes.size, idxRefusal(name));
  const one = column(name, 'data', shape, bytes, start, type);
  // Pictures have their axes of channels in front.
  return type.bytes === 1 && shape.length === 3 ? { ...one, shape: [1, ...one.shape], isImage: true } : one;
}

async function npzTable(name: string, bytes: Bytes): Promise<Table> {
  if (bytes.size > UNPACKED)
    throw new EngineError({
      code: 'bad-npz',
      message: `${name}: it has ${bytes.size} bytes; archives are read whole, at most ${UNPACKED} bytes`,
      hint: 'unpack it: .npy files are read where they lie, however large'
    });
  const arrays = await readNpz(bytes.read(0, bytes.size));
  const columns = [...arrays].map(([array, { shape, data }]) => {
    refuseScalar(name, array, shape);
    const row = shape.slice(1);
    return { name: array, shape: row, store: arrayStore(data, sizeOf(row)) };
  });
  if (columns.length === 0)
    throw new EngineError({ code: 'bad-npz', message: `${name}: there is no array in it`, hint: 'write it with numpy.savez' });
  return arrayTable(name, 'npz', columns);
}

function column(name: string, called: string, shape: readonly number[], bytes: Bytes, start: number, encoding: Encoding): ArrayColumn {
  refuseScalar(name, called, shape);
  const [rows = 0, ...row] = shape;
  const size = sizeOf(row);
  return {
    name: called,
    shape: row,
    store: isByte(encoding, bytes) ? byteStore(bytes, start, size) : fileStore(bytes, start, rows, size, encoding)
  };
}

/** Bytes in memory are numbers as they are. */
const isByte = ({ bytes: width }: Encoding, { size }: Bytes): boolean => width === 1 && size <= MEMORY;
const byteStore = (bytes: Bytes, start: number, size: number) => arrayStore(bytes.read(start, bytes.size - start), size);

function refuseScalar(name: string, called: string, shape: readonly number[]): void {
  if (shape.length > 0) return;
  throw new EngineError({
    code: 'row-count',
    message: `${name}: the array ${called} is a single number; its first axis should count rows`,
    hint: 'write an array with a row an example'
  });
}
