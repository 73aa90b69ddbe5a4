/** Data for tests of what stands over the engine: described as the engine describes it. */
import type { DataSummary, EngineCalls, GenerateRecord } from '@wiregrad/engine';
import { describe as describeSource, describeGenerated } from '../../../engine/data/describe';
import { inMemory, type Bytes } from '../../../engine/formats/bytes';
import { Sources } from '../../../engine/session/sources';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function summarize(source: string, given: Uint8Array | string): Promise<DataSummary> {
  const bytes: Bytes = inMemory(typeof given === 'string' ? bytesOf(given) : given);
  return describeSource(source, () => bytes);
}

export const summarizeGenerated = (record: GenerateRecord): Promise<DataSummary> => describeGenerated(record);

/** The calls about data, by the engine's own code; `given` are the sources in the order in which they began to come. */
export function dataCalls(): Pick<EngineCalls, 'giveData' | 'describeData'> & { readonly given: string[] } {
  const sources = new Sources();
  const given: string[] = [];
  return {
    given,
    giveData: async (part) => {
      if (part.first) given.push(part.source);
      sources.add(part);
    },
    describeData: async (source) => (typeof source === 'string' ? describeSource(source, sources.provide) : describeGenerated(source))
  };
}

/** An IDX file of bytes, rows first. */
export function idx(sizes: readonly number[], byte: (at: number) => number = (at) => at % 10): Uint8Array {
  const count = sizes.reduce((product, size) => product * size, 1);
  const bytes = new Uint8Array(4 + 4 * sizes.length + count);
  const view = new DataView(bytes.buffer);
  bytes[2] = 8;
  bytes[3] = sizes.length;
  sizes.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  for (let at = 0; at < count; at++) bytes[4 + 4 * sizes.length + at] = byte(at);
  return bytes;
}

/** A table of `rows` rows: each column's cell by row. */
export function csv(columns: Readonly<Record<string, (row: number) => string | number>>, rows = 60): string {
  const names = Object.keys(columns);
  const lines = Array.from({ length: rows }, (_, row) => names.map((name) => columns[name]!(row)).join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}
