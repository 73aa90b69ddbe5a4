import { EngineError, setDataset, type DatasetSummary } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PickedFile } from '../../../main/contract/host';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDataStore } from '../../../renderer/stores/data';
import { useDataFilesStore } from '../../../renderer/stores/dataFiles';
import { useDescribedStore } from '../../../renderer/stores/described';
import { useDocumentStore } from '../../../renderer/stores/document';
import { giveSource } from '../../../renderer/stores/giveSource';
import { useNoticesStore } from '../../../renderer/stores/notices';
import { sourceOf, sourcesOf } from '../../../renderer/stores/sourceFiles';
import { bytesOf, csv, dataCalls, idx } from './tables';

const picked = (path: string, bytes: Uint8Array | string): PickedFile => ({ path, file: new Blob([bytes as Uint8Array<ArrayBuffer>]) });
const LEAVES = csv({ length: (row) => row / 3, kind: (row) => ['oak', 'elm'][row % 2]! });

let host: MemoryHost;
let calls: ReturnType<typeof dataCalls>;
beforeEach(() => {
  calls = dataCalls();
  host = memoryHost({ ...calls, stop: async () => undefined });
  setHost(host);
  setActivePinia(createPinia());
});

describe('what was picked', () => {
  it('are files, and folders with images in them; hidden files are left aside', () => {
    const found = sourcesOf([
      picked('iris.csv', 'a'),
      picked('digits/0/a.png', 'ab'),
      picked('digits/1/b.png', 'c'),
      picked('digits/.DS_Store', 'x'),
      picked('tables/deep/t.npy', 'd')
    ]);
    expect(found.map(({ name, isFolder, files, size }) => [name, isFolder, files.map(({ path }) => path), size])).toEqual([
      ['iris.csv', false, ['iris.csv'], 1],
      ['t.npy', false, ['t.npy'], 1],
      ['digits', true, ['0/a.png', '1/b.png'], 3]
    ]);
  });

  it('goes to the engine in pieces, none of which is larger than 4 MiB', async () => {
    const size = 9 * 1024 * 1024;
    const parts: { at: number; length: number; first: boolean }[] = [];
    let told = 0;
    await giveSource(sourceOf('large.csv', new Blob([new Uint8Array(size)])), 'far/large.csv', {
      giveData: async ({ at, bytes, first = false }) => void parts.push({ at, length: bytes.length, first }),
      signal: new AbortController().signal,
      onProgress: (bytes) => (told = bytes)
    });
    const mib = 1024 * 1024;
    expect(parts).toEqual([
      { at: 0, length: 4 * mib, first: true },
      { at: 4 * mib, length: 4 * mib, first: false },
      { at: 8 * mib, length: mib, first: false }
    ]);
    expect(told).toBe(size);
  });
});

describe('opening', () => {
  it('a table becomes a data set with fields', async () => {
    expect(await useDataFilesStore().openPicked([picked('my leaves.csv', LEAVES)])).toBe(true);
    const record = useDataStore().datasets.get('my_leaves')!;
    expect([...record.fields.keys()]).toEqual(['x', 'y']);
    expect(useDocumentStore().undoLabel).toBe('add data set my_leaves');
  });

  it('images and labels become one data set, of two sources', async () => {
    await useDataFilesStore().openPicked([picked('labels-idx1-ubyte', idx([30])), picked('images-idx3-ubyte', idx([30, 4, 4]))]);
    const data = useDataStore();
    const [[, record]] = [...data.datasets] as [[string, NonNullable<ReturnType<typeof data.datasets.get>>]];
    expect([record.source, record.fields.get('y')!.source]).toEqual(['images-idx3-ubyte', 'labels-idx1-ubyte']);
    expect(data.columnsFor([...data.datasets.keys()][0]!).map(({ type, source }) => [type, source])).toEqual([
      ['image', undefined],
      ['number', 'labels-idx1-ubyte']
    ]);
  });

  it('a file that the document waits for takes its place; the same file again adds nothing', async () => {
    useDocumentStore().apply('needs it', (document) =>
      setDataset(document, 'd', { source: 'far/leaves.csv', fields: new Map([['x', { columns: ['length'] }]]) })
    );
    const data = useDataStore();
    expect(data.absent).toEqual(['far/leaves.csv']);
    await useDataFilesStore().openPicked([picked('leaves.csv', LEAVES)]);
    expect([data.absent, calls.given]).toEqual([[], ['far/leaves.csv']]);
    expect([...data.datasets.keys()]).toEqual(['d']);
  });

  it('a file that is refused leaves everything as it was, and is named with what is wrong', async () => {
    const files = useDataFilesStore();
    const data = useDataStore();
    await files.openPicked([picked('leaves.csv', LEAVES)]);
    const before = [data.datasets, data.summaryOf('leaves')];
    expect(await files.openPicked([picked('leaves.csv', 'length,length\n1,2\n')])).toBe(false);
    expect(files.refusal).toMatch(/^leaves\.csv: /);
    expect(useNoticesStore().notices.at(-1)!.text).toBe(files.refusal);
    expect([data.datasets, data.summaryOf('leaves')]).toEqual(before);
    // The engine has the old bytes again.
    expect((await calls.describeData('leaves.csv')).rows).toBe(60);
    await files.openPicked([picked('leaves.csv', LEAVES)]);
    expect(files.refusal).toBeNull();
  });

  it('what is cancelled is not there, and nobody is told of a failure', async () => {
    const giving = calls.giveData;
    host = memoryHost({
      ...calls,
      giveData: async (part) => {
        useDataStore().giving!.cancel();
        await giving(part);
      }
    });
    setHost(host);
    const files = useDataFilesStore();
    expect(await files.openPicked([picked('leaves.csv', LEAVES)])).toBe(false);
    expect([useDataStore().datasets.size, useDataStore().giving, files.refusal]).toEqual([0, null, null]);
    expect(useNoticesStore().notices).toEqual([]);
  });

  it('a file that cannot be read any more is told so', async () => {
    const file = { size: 4, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) };
    await useDataFilesStore().openPicked([{ path: 'gone.csv', file }]);
    expect(useDataFilesStore().refusal).toMatch(/gone\.csv: it cannot be read any more/);
  });

  it('a folder beside the document is a source like its files', async () => {
    host.disk.set('shapes/dark/0.pgm', new Uint8Array([...bytesOf('P5 1 1 255\n'), 7]));
    host.disk.set('shapes/readme.txt', bytesOf('no picture'));
    const fields = new Map([['x', { columns: ['image'] }]]);
    useDocumentStore().apply('needs it', (document) => setDataset(document, 'd', { source: 'shapes', fields }));
    await useDataStore().findBeside('net.wiregrad');
    expect(useDataStore().summaryOf('d')).toMatchObject({ kind: 'images', rows: 1, bytes: 12 });
  });

  it('files are read again for an engine that lost what it knew', async () => {
    await useDataFilesStore().openPicked([picked('leaves.csv', LEAVES)]);
    await useDataStore().giveAgain();
    expect(calls.given).toEqual(['leaves.csv', 'leaves.csv']);
    expect(useDataStore().absent).toEqual([]);
  });
});

it('a generated data set is stored as its formula and described by the engine', async () => {
  const generate = { kind: 'moons', rows: 40 } as const;
  useDataFilesStore().make(generate, await calls.describeData(generate));
  await vi.waitFor(() => expect(useDataStore().summaryOf('moons')?.rows).toBe(40));
  const anew = { kind: 'moons', rows: 60 } as const;
  useDataFilesStore().makeAnew('moons', anew, await calls.describeData(anew));
  await vi.waitFor(() => expect(useDataStore().summaryOf('moons')?.rows).toBe(60));
  expect(useDataStore().absent).toEqual([]);
});

describe('what a data set becomes', () => {
  const summary: DatasetSummary = {
    rows: 60,
    parts: { train: 48, validation: 12, test: 0 },
    fields: new Map([['x', { shape: [1] }]]),
    skipped: 0
  };

  it('is asked of the engine when the record changes, and its refusal is kept beside the last that there was', async () => {
    let asked = 0;
    host.engine.describeDataset = async (document, dataset) => {
      asked++;
      expect(JSON.parse(document).datasets).toHaveProperty(dataset);
      if (asked > 1) throw new EngineError({ code: 'missing-cell', message: 'leaves.csv: line 5: the cell is empty' });
      return summary;
    };
    const described = useDescribedStore();
    await useDataFilesStore().openPicked([picked('leaves.csv', LEAVES)]);
    await vi.waitFor(() => expect(described.summaryOf('leaves')).toEqual(summary));
    expect(described.problemOf('leaves')).toBeUndefined();
    useDataStore().change('leaves', 'standardize', (record) => ({ ...record, split: { validation: 0.5 } }));
    expect(described.isCurrent('leaves')).toBe(false);
    await vi.waitFor(() => expect(described.problemOf('leaves')).toMatch(/line 5/));
    expect(described.summaryOf('leaves')).toEqual(summary);
    expect(asked).toBe(2);
  });
});
