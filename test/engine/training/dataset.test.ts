import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetRecord, FieldRecord, SplitRecord } from '../../../engine/document/types';
import { loadDataset, type Dataset, type Field } from '../../../engine/training/dataset';
import { splitRows } from '../../../engine/training/split';

function load(csv: string, fields: Record<string, FieldRecord>, rest: Partial<DatasetRecord> = {}): Promise<Dataset> {
  const record = { source: 'd.csv', fields: new Map(Object.entries(fields)), ...rest };
  return loadDataset('d', record, (source) => {
    expect(source).toBe('d.csv');
    return new TextEncoder().encode(csv);
  });
}

/** All numbers of a field. */
function numbersOf(dataset: Dataset, name: string): number[] {
  const field = dataset.fields.get(name) as Field;
  const numbers = new Float64Array(dataset.rows * field.size);
  field.gather(
    Int32Array.from({ length: dataset.rows }, (_, row) => row),
    numbers
  );
  return [...numbers];
}

const x = { x: { columns: ['a', 'b'] } };

describe('a data set', () => {
  it('has the columns that a field names, in its order, and the classes sorted', async () => {
    const dataset = await load('b,kind,a\n1,pear,2\n3,apple,-4e1\n', { ...x, y: { columns: ['kind'], type: 'class' } });
    expect(dataset.rows).toBe(2);
    expect(dataset.fields.get('x')).toMatchObject({ type: 'number', shape: [2], size: 2, entries: ['a', 'b'] });
    expect(numbersOf(dataset, 'x')).toEqual([2, 1, -40, 3]);
    expect(dataset.fields.get('y')).toMatchObject({ type: 'class', shape: [], data: Int32Array.of(1, 0), classes: ['apple', 'pear'] });
    expect([...dataset.parts.train]).toEqual([0, 1]);
  });

  it('takes classes that are whole numbers from 0 as themselves and sorts others as numbers', async () => {
    const classes = async (...cells: string[]) => {
      const field = (await load(`c\n${cells.join('\n')}\n`, { y: { columns: ['c'], type: 'class' } })).fields.get('y')!;
      return field.type === 'class' ? [field.classes.join(' '), [...field.data]] : null;
    };
    expect(await classes('2', '0', '1', '2')).toEqual(['0 1 2', [2, 0, 1, 2]]);
    expect(await classes('1.0', '0.0')).toEqual(['0 1', [1, 0]]);
    expect(await classes(...Array.from({ length: 11 }, (_, index) => String(10 - index)))).toEqual([
      '0 1 2 3 4 5 6 7 8 9 10',
      [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    ]);
    expect(await classes('20', '3')).toEqual(['3 20', [1, 0]]);
  });

  it('standardizes by the training rows alone', async () => {
    const csv = `a\n${Array.from({ length: 50 }, (_, index) => index * index).join('\n')}\n`;
    const raw = await load(csv, { x: { columns: ['a'] } }, { split: { test: 0.2, validation: 0.2 } });
    const dataset = await load(csv, { x: { columns: ['a'], standardize: true } }, { split: { test: 0.2, validation: 0.2 } });
    expect(dataset.parts).toEqual(raw.parts);
    const train = [...dataset.parts.train].map((row) => numbersOf(raw, 'x')[row]!);
    const mean = train.reduce((sum, value) => sum + value, 0) / train.length;
    const deviation = Math.sqrt(train.reduce((sum, value) => sum + (value - mean) ** 2, 0) / train.length);
    for (let row = 0; row < 50; row++) expect(numbersOf(dataset, 'x')[row]).toBeCloseTo((row * row - mean) / deviation, 12);
  });

  it('leaves a column that never changes at zero when standardized', async () => {
    expect(numbersOf(await load('a\n3\n3\n', { x: { columns: ['a'], standardize: true } }), 'x')).toEqual([0, 0]);
  });

  it.each(['', ' ', 'NA', 'NaN', 'null', '?'])('names line and column of a missing cell (%j) and what can be done', async (cell) => {
    await expect(load(`a,b,other\n1,"2",\n3,${cell},""\n5,,6\n`, x)).rejects.toMatchObject({
      code: 'missing-cell',
      message: expect.stringMatching(
        /^d\.csv: line 3, column b: the cell (is empty|says \S+) \(and 1 more like it\); .*"missing": "skip".*"missing": "mean"/
      )
    });
  });

  it('skips rows with an empty or malformed cell where the document says so, but only among used columns', async () => {
    const dataset = await load('a,b,other\n1,2,\n3,,x\n5,oops,x\n7,8,NA\n', x, { missing: 'skip' });
    expect(numbersOf(dataset, 'x')).toEqual([1, 2, 7, 8]);
    expect([...dataset.lines!]).toEqual([2, 5]);
    expect(dataset.skipped).toBe(2);
    await expect(load('a,b\n1,\n', x, { missing: 'skip' })).rejects.toMatchObject({ code: 'no-rows' });
    await expect(load('a,b\n', x)).rejects.toMatchObject({ code: 'no-rows', message: expect.stringContaining('no rows below the header') });
  });

  it('fills with the mean of the training rows, and drops rows without a class', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, index) => `${index === 7 || index === 11 ? '' : index * index},${index === 3 ? 'NA' : index % 2}`
    );
    const record = { missing: 'mean' as const, split: { test: 0.3 } };
    const dataset = await load(`a,c\n${rows.join('\n')}\n`, { x: { columns: ['a'] }, y: { columns: ['c'], type: 'class' } }, record);
    const { parts } = dataset;
    const lines = dataset.lines!;
    expect(lines).not.toContain(5);
    const data = numbersOf(dataset, 'x');
    const seen = [...parts.train].filter((row) => lines[row] !== 9 && lines[row] !== 13).map((row) => (lines[row]! - 2) ** 2);
    const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
    expect(data[lines.indexOf(9)]).toBeCloseTo(mean, 12);
    expect(data[lines.indexOf(13)]).toBeCloseTo(mean, 12);
  });

  it.each([undefined, 'mean' as const])('names line, column and text of a cell that is no number (missing: %s)', async (missing) => {
    const found = load('a,b\n"1\n",2\n3,"1,5"\n', x, missing && { missing });
    await expect(found).rejects.toMatchObject({
      code: 'bad-cell',
      message: expect.stringContaining('d.csv: line 4, column b: expected a number, found "1,5"')
    });
    for (const cell of ['0x10', 'Infinity', '1e999', '1_000', '--1', '1e'])
      await expect(load(`a,b\n1,${cell}\n`, x)).rejects.toMatchObject({ code: 'bad-cell' });
  });

  it('says which columns there are when one is not', async () => {
    await expect(load('a,c\n1,2\n', x)).rejects.toMatchObject({
      code: 'unknown-column',
      message: 'd.csv: field x of data set d names the column b, which the file does not have; its columns are a, c'
    });
  });
});

describe('a split', () => {
  it('puts every row into one part, the same for the same seed', () => {
    const share = fc.double({ min: 0, max: 0.49, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.record({ validation: share, test: share, seed: fc.nat() }),
        fc.option(fc.integer({ min: 1, max: 7 })),
        (rows, record: SplitRecord, classes) => {
          const labels = classes === null ? undefined : Int32Array.from({ length: rows }, (_, row) => (row * row) % classes);
          const { train, validation, test } = splitRows(rows, record, labels);
          expect(Int32Array.of(...train, ...validation, ...test).sort()).toEqual(Int32Array.from({ length: rows }, (_, row) => row));
          expect(splitRows(rows, record, labels)).toEqual({ train, validation, test });
          for (const part of [train, validation, test]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
          // Every class is trained on.
          expect(new Set([...train].map((row) => labels?.[row] ?? 0)).size).toBe(new Set(labels ?? (rows > 0 ? [0] : [])).size);
        }
      )
    );
  });

  it('gives every class in proportion when stratified', () => {
    const labels = Int32Array.from({ length: 150 }, (_, row) => Math.floor(row / 50));
    const { train, validation, test } = splitRows(150, { test: 0.2, validation: 0.1, seed: 4 }, labels);
    const counts = (part: Int32Array): number[] => [0, 1, 2].map((label) => part.filter((row) => labels[row] === label).length);
    expect([counts(train), counts(validation), counts(test)]).toEqual([
      [35, 35, 35],
      [5, 5, 5],
      [10, 10, 10]
    ]);
    expect(splitRows(150, { test: 0.2, seed: 5 }, labels).test).not.toEqual(splitRows(150, { test: 0.2, seed: 4 }, labels).test);
  });

  it('keeps the total in proportion when classes are small', () => {
    const labels = Int32Array.from({ length: 30 }, (_, row) => row % 15);
    expect(splitRows(30, { test: 0.2 }, labels).test).toHaveLength(6);
  });
});
