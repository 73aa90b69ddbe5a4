/** What is told of a source before any field is named. */
import { describe as suite, expect, it } from 'vitest';
import { describe, describeGenerated } from '../../../engine/data/describe';
import type { DataSummary } from '../../../engine/session/messages';
import { idxOf, text } from './rows';

suite('the summary of a CSV file', () => {
  const summary = (csv: string): Promise<DataSummary> => describe('d.csv', () => text(csv));

  it('tells types, ranges, classes, and empty cells', async () => {
    const { columns, ...rest } = await summary('n,kind,empty\n1,b,\n,a,\n3,b,NA\n');
    expect(rest).toEqual({
      source: 'd.csv',
      kind: 'csv',
      bytes: 29,
      rows: 3,
      preview: [
        ['1', 'b', ''],
        ['', 'a', ''],
        ['3', 'b', 'NA']
      ],
      missingCells: [
        { line: 2, column: 'empty' },
        { line: 3, column: 'n' },
        { line: 3, column: 'empty' },
        { line: 4, column: 'empty' }
      ],
      malformedCells: []
    });
    expect(columns).toMatchObject([
      { name: 'n', type: 'number', missing: 1, classes: ['1', '3'], counts: [1, 1], minimum: 1, maximum: 3, mean: 2, deviation: 1 },
      { name: 'kind', type: 'text', missing: 0, classes: ['a', 'b'], counts: [1, 2] },
      { name: 'empty', type: 'text', missing: 3, classes: [] }
    ]);
    expect(columns[0]!.histogram!.counts.reduce((sum, count) => sum + count)).toBe(2);
  });

  it('names cells that are no numbers among numbers, by line', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => (row === 17 ? 'oops' : String(row / 2)));
    const { columns, malformedCells } = await summary(`a\n${rows.join('\n')}\n`);
    expect(columns[0]).toMatchObject({ type: 'number', malformed: 1, minimum: 0, maximum: 19.5 });
    expect(malformedCells).toEqual([{ line: 19, column: 'a', text: 'oops' }]);
  });

  it('lists no classes where every row has its own', async () => {
    const { columns } = await summary(`name\n${Array.from({ length: 60 }, (_, row) => `r${row}`).join('\n')}`);
    expect(columns[0]).toEqual({ name: 'name', type: 'text', missing: 0 });
  });

  it('takes no more memory for more rows, and its histogram stays in proportion', async () => {
    const rows = Array.from({ length: 200_000 }, (_, row) => String(((row * 7919) % 1000) / 10));
    const { columns } = await summary(`a\n${rows.join('\n')}\n`);
    const { counts } = columns[0]!.histogram!;
    const total = counts.reduce((sum, count) => sum + count);
    expect(total).toBeLessThan(2 ** 15);
    for (const count of counts) expect(count / total).toBeCloseTo(1 / counts.length, 1.5);
  });
});

suite('the summary of arrays', () => {
  it('shows the first images as they are', async () => {
    const summary: DataSummary = await describe('i.idx', () => idxOf([2, 2, 2], [0, 1, 2, 3, 252, 253, 254, 255]));
    expect(summary).toMatchObject({
      kind: 'idx',
      rows: 2,
      columns: [{ name: 'data', type: 'image', shape: [1, 2, 2], minimum: 0, maximum: 255 }]
    });
    expect(summary.thumbnails).toMatchObject({ column: 'data', count: 2, height: 2, width: 2, channels: 1 });
    expect([...summary.thumbnails!.pixels]).toEqual([0, 1, 2, 3, 252, 253, 254, 255]);
  });

  it('tells the classes of whole numbers', async () => {
    expect((await describe('l.idx', () => idxOf([4], [3, 1, 3, 3]))).columns[0]).toMatchObject({
      type: 'number',
      classes: ['1', '3'],
      counts: [1, 3]
    });
  });

  it('of a generated set has its columns', async () => {
    const { kind, columns, rows } = await describeGenerated({ kind: 'spirals', rows: 90 });
    expect([kind, rows, columns.map(({ name, type }) => `${name} ${type}`)]).toEqual([
      'generated',
      90,
      ['x number', 'y number', 'class text']
    ]);
  });
});
