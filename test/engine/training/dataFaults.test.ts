/** Tables with cells that are no numbers, and tables that are no tables: told with line and column, or refused at once. */
import { describe, expect, it } from 'vitest';
import type { DatasetRecord, FieldRecord } from '../../../engine/document/types';
import { readCsv } from '../../../engine/formats/csv';
import { loadDataset, type Dataset } from '../../../engine/training/dataset';
import { refused } from '../formats/refused';

function build(csv: string, field: FieldRecord, rest: Partial<DatasetRecord> = {}): Promise<Dataset> {
  return loadDataset('table', { source: 'table.csv', fields: new Map([['x', field]]), ...rest }, () => new TextEncoder().encode(csv));
}

async function numbersOf(built: Promise<Dataset>): Promise<number[]> {
  const { rows, fields } = await built;
  const { size, gather } = fields.get('x')!;
  const numbers = new Float64Array(rows * size);
  gather(
    Int32Array.from({ length: rows }, (_, row) => row),
    numbers
  );
  return [...numbers];
}

describe('a cell', () => {
  const at = (cell: string): string => `a,"two\nlines"\n1,2\n\n3,${cell}\n`;
  const columns = ['a', 'two\nlines'];

  it.each([
    'inf',
    '-inf',
    'Infinity',
    '+Inf',
    '-∞',
    '1e999',
    '-1e999',
    '1.8e308',
    '1e',
    '0x10',
    '1_000',
    '1;5',
    '"1,5"',
    'zwei',
    '١',
    '--1',
    '1 2'
  ])('of %s is told by line and column, with what can be done', async (cell) => {
    const { code, message } = await refused(() => build(at(cell), { columns }));
    expect(code).toBe('bad-cell');
    expect(message).toContain('table.csv: line 5, column two\nlines: expected a number, found');
    expect(message).toContain('correct the cell, make the field one of "type": "class", or set "missing": "skip"');
    expect((await build(at(cell), { columns }, { missing: 'skip' })).rows).toBe(1);
  });

  it.each(['', ' ', 'nan', 'NaN', 'NAN', 'NA', 'n/a', 'null', '?'])('that is missing (%j) is told so too', async (cell) => {
    const { code, message } = await refused(() => build(at(cell), { columns }));
    expect(code).toBe('missing-cell');
    expect(message).toContain('table.csv: line 5, column two\nlines: the cell');
    expect(message).toContain('"missing": "mean"');
    expect(await numbersOf(build(at(cell), { columns }, { missing: 'mean' }))).toEqual([1, 2, 3, 2]);
  });

  it('of a megabyte is cut short in the message', async () => {
    expect((await refused(() => build(at('z'.repeat(2 ** 20)), { columns }))).message).toContain('found "zzz');
  });

  it.each(['1e308', '-1.7976931348623157e308', '5e-324', '.5', '5.', '+1E+3', '  7\t'])('of %j is a number', async (cell) => {
    expect(await numbersOf(build(`a\n${cell}\n`, { columns: ['a'] }))).toEqual([Number(cell)]);
  });
});

describe('a column', () => {
  it.each(['1e308\n1e308\n-1e308', '1.7e308\n-1.7e308', '1e200\n-1e200'])('of %j is not standardized to NaN or zeros', async (cells) => {
    const { code, message } = await refused(() => build(`a\n${cells}\n`, { columns: ['a'], standardize: true }));
    expect(code).toBe('bad-cell');
    expect(message).toContain('table.csv: column a has numbers so large that they have no standard deviation');
    for (const number of await numbersOf(build(`a\n${cells}\n`, { columns: ['a'] }))) expect(Number.isFinite(number)).toBe(true);
  });

  it('that is not there is told with the first that are', async () => {
    const header = Array.from({ length: 50_000 }, (_, at) => `c${at}`).join();
    const { message } = await refused(() => build(`${header}\n`, { columns: ['b'] }));
    expect(message).toContain('its columns are c0, c1,');
    expect(message).toContain('c19 and 49980 more');
  });
});

describe('a table', () => {
  /** Each takes minutes where some step takes the square of the size. */
  it.each([
    ['two hundred thousand columns', () => Array.from({ length: 200_000 }, (_, at) => `c${at}`).join()],
    ['a million quotes', () => `a\n${'"'.repeat(1_000_001)}`],
    ['quotes that close too early', () => `a\n${'"a""'.repeat(300_000)}`],
    ['quotes inside cells', () => `a\n${'"a"b'.repeat(300_000)}`],
    ['a million cells in a row', () => `a\n${'1,'.repeat(1_000_000)}`],
    ['a million empty lines', () => `a\n${'\n'.repeat(1_000_000)}`],
    ['a name of a megabyte twice', () => `${'a'.repeat(2 ** 20)},${'a'.repeat(2 ** 20)}\n`]
  ])('of %s is read or refused within seconds', (_what, text) => {
    const bytes = new TextEncoder().encode(text());
    const began = performance.now();
    try {
      readCsv(bytes, 'table.csv');
    } catch (error) {
      expect(error).toMatchObject({ name: 'EngineError', code: 'bad-csv' });
      expect((error as Error).message.length).toBeLessThan(500);
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('without an end of a line is refused before it is all in memory', async () => {
    const { message } = await refused(() => readCsv(new Uint8Array(2 ** 29), 'table.csv'));
    expect(message).toContain('table.csv: a record has more than 67108864 characters without an end');
  });
});
