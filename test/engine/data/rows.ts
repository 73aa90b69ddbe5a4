/** Data sets built for a test, and their numbers. */
import type { DatasetRecord, FieldRecord } from '../../../engine/document/types';
import { loadDataset, type Dataset } from '../../../engine/training/dataset';
import type { Source } from '../../../engine/data/source';

export function load(
  sources: Readonly<Record<string, Uint8Array | Source>>,
  fields: Readonly<Record<string, FieldRecord>>,
  rest: Partial<DatasetRecord> = {}
): Promise<Dataset> {
  const record = { ...(!rest.generate && { source: Object.keys(sources)[0]! }), fields: new Map(Object.entries(fields)), ...rest };
  return loadDataset('d', record, (source) => sources[source]!);
}

/** All numbers of a field. */
export function numbersOf({ rows, fields }: Dataset, name: string): number[] {
  const { size, gather } = fields.get(name)!;
  const numbers = new Float64Array(rows * size);
  gather(
    Int32Array.from({ length: rows }, (_, row) => row),
    numbers
  );
  return [...numbers];
}

export const text = (csv: string): Uint8Array => new TextEncoder().encode(csv);

/** An IDX file of bytes. */
export function idxOf(shape: readonly number[], entries: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + entries.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => new DataView(bytes.buffer).setUint32(4 + 4 * axis, size));
  bytes.set(entries, 4 + 4 * shape.length);
  return bytes;
}
