/** Files larger than the memory that is given to them: the same rows as in memory. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { csvTable } from '../../../engine/data/csvTable';
import { openFile, openSource } from '../../../engine/data/openFile';
import { inMemory, type Bytes } from '../../../engine/formats/bytes';
import { readCsv, scanCsv } from '../../../engine/formats/csv';
import { writeNpy } from '../../../engine/formats/npy';
import { Sources } from '../../../engine/session/sources';
import { randomOf } from '../../random';
import { load, numbersOf, text } from './rows';

const folder = mkdtempSync(join(tmpdir(), 'large-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bytes that are read a few at a time only. */
function watched(bytes: Uint8Array): Bytes & { most: number } {
  const inner = inMemory(bytes);
  return {
    size: bytes.length,
    most: 0,
    read(at, length) {
      this.most = Math.max(this.most, length);
      return inner.read(at, length);
    }
  };
}

describe('a CSV file', () => {
  it('is read in stretches, whatever lies at their ends', () => {
    const random = randomOf('stretches');
    const cells = ['1', '"a,b"', '"two\nlines"', '"\r\n"', '"""quoted"""', 'é', '𝛂', ''];
    const ends = ['\n', '\r\n', '\r'];
    let csv = '\ufeffa,b,c\n';
    while (csv.length < 2_500_000) {
      const row = [1, 2, 3].map(() => cells[Math.floor(random() * cells.length)]!);
      csv += row.join(',') + ends[Math.floor(random() * ends.length)]! + (random() < 0.01 ? '\n' : '');
    }
    const bytes = watched(text(csv));
    const rows = [...scanCsv(bytes, 'd.csv').rows()];
    expect(bytes.most).toBeLessThanOrEqual(2 ** 20);
    // One stretch at a time is parsed as the whole is: the lines of the last records tell.
    const unified = csv.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
    const lines = unified.split('\n');
    expect(rows.length).toBeGreaterThan(100_000);
    for (const { line, cells: found } of rows.filter((_, at) => at % 9_973 === 0)) {
      const first = found[0]!;
      const written = lines[line - 1]!;
      expect(written.startsWith(/[",\n]/.test(first) ? `"${first.replaceAll('"', '""').split('\n')[0]!}` : `${first},`)).toBe(true);
    }
    expect(readCsv(text(csv), 'd.csv').rows).toEqual(rows);
  });

  it('whose numbers are too many for memory has them in a file that nobody sees', async () => {
    const csv = text(`a,b\n${Array.from({ length: 100_000 }, (_, row) => `${row},${row % 7}`).join('\n')}\n`);
    const wanted = [
      {
        field: 'x',
        columns: [
          { name: 'a', as: 'number' as const },
          { name: 'b', as: 'class' as const }
        ]
      }
    ];
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('wiregrad-data-')).length;
    const [small, large] = await Promise.all(
      [undefined, 2 ** 16].map((memory) => csvTable('d.csv', inMemory(csv), memory).read(wanted, undefined))
    );
    const numbers = (reading: typeof small): number[] => {
      const into = new Float64Array(8);
      reading!.fields.get('x')!.store.gather([99_999, 3, 4, 70_000], into);
      return [...into];
    };
    expect(numbers(large)).toEqual([99_999, 4, 3, 3, 4, 4, 70_000, 0]);
    expect(numbers(large)).toEqual(numbers(small));
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('wiregrad-data-')).length).toBe(before);
  });
});

describe('an array of NumPy', () => {
  it('is read where it lies', async () => {
    const path = join(folder, 'x.npy');
    writeFileSync(path, writeNpy({ shape: [1000, 3], data: Float32Array.from({ length: 3000 }, (_, at) => at) }));
    const dataset = await load({ 'x.npy': openFile(path) }, { x: { columns: ['data'] } });
    const into = new Float32Array(9);
    dataset.fields.get('x')!.gather(Int32Array.of(999, 0, 1), into);
    expect([...into]).toEqual([2997, 2998, 2999, 0, 1, 2, 3, 4, 5]);
    expect(numbersOf(dataset, 'x').at(-1)).toBe(2999);
  });

  it('that another program cuts off is told so', async () => {
    const path = join(folder, 'cut.npy');
    writeFileSync(path, writeNpy({ shape: [1000], data: new Float64Array(1000) }));
    const file = openFile(path);
    writeFileSync(path, 'short');
    expect(() => file.read(0, 100)).toThrow(/cut\.npy: it ends at byte 5 and had \d+ when it was opened/);
  });
});

describe('a source that comes in pieces', () => {
  it('is one file, in order', async () => {
    const sources = new Sources();
    sources.add({ source: 'd.csv', at: 0, first: true, bytes: text('a\n1') });
    expect(() => sources.add({ source: 'd.csv', at: 9, bytes: text('x') })).toThrow(
      /a piece of d\.csv for byte 9 came, and 3 bytes are there/
    );
    sources.add({ source: 'd.csv', at: 3, bytes: text('2\n3\n') });
    const dataset = await load({ 'd.csv': sources.provide('d.csv') }, { x: { columns: ['a'] } });
    expect(numbersOf(dataset, 'x')).toEqual([12, 3]);
    expect(() => sources.add({ source: 'd.csv', at: 7, bytes: text('4') })).toThrow(/open the file again/);
  });

  it('may be a folder', () => {
    const sources = new Sources();
    sources.add({ source: 'pets', file: 'cats/a.png', at: 0, first: true, bytes: Uint8Array.of(1) });
    sources.add({ source: 'pets', file: 'cats/a.png', at: 1, bytes: Uint8Array.of(2) });
    sources.add({ source: 'pets', file: 'dogs/b.png', at: 0, bytes: Uint8Array.of(3) });
    const { files } = sources.provide('pets') as { files: ReadonlyMap<string, Bytes> };
    expect([...files].map(([path, bytes]) => [path, ...bytes.read(0, bytes.size)])).toEqual([
      ['cats/a.png', 1, 2],
      ['dogs/b.png', 3]
    ]);
  });
});

describe('a folder', () => {
  it('is all files below it, with slashes', async () => {
    const source = (await openSource(folder)) as { files: ReadonlyMap<string, Bytes> };
    expect([...source.files.keys()].sort()).toEqual(['cut.npy', 'x.npy']);
  });
});
