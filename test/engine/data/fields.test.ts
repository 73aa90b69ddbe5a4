/** Fields of data sets over every kind of source: what the rows are, and what is refused. */
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../../engine/formats/npy';
import { writeNpz } from '../../../engine/formats/npz';
import { refused } from '../formats/refused';
import { idxOf, load, numbersOf, text } from './rows';

const CSV = text('size,island,kind\n1,Dream,b\n2,Biscoe,a\n4,,b\n3,Dream,a\n');

describe('names among the columns of a field', () => {
  const fields = { x: { columns: ['size', 'island'], one_hot: ['island'] }, y: { columns: ['kind'], type: 'class' as const } };

  it('become an entry each, beside the numbers', async () => {
    const dataset = await load({ 'd.csv': CSV }, fields, { missing: 'skip' });
    expect(dataset.fields.get('x')).toMatchObject({ shape: [3], entries: ['size', 'island=Biscoe', 'island=Dream'] });
    expect(numbersOf(dataset, 'x')).toEqual([1, 0, 1, 2, 1, 0, 3, 0, 1]);
    expect(numbersOf(dataset, 'y')).toEqual([1, 0, 0]);
    expect(dataset.skipped).toBe(1);
  });

  it('are filled with the share of each where one is missing', async () => {
    const filled = numbersOf(await load({ 'd.csv': CSV }, fields, { missing: 'mean' }), 'x');
    expect(filled.slice(6, 9)).toEqual([4, 1 / 3, 2 / 3]);
  });

  it('are told by line and column where one is missing and nothing is said of that', async () => {
    const { code, message } = await refused(() => load({ 'd.csv': CSV }, fields));
    expect(code).toBe('missing-cell');
    expect(message).toContain('d.csv: line 4, column island: the cell is empty');
  });

  it('are standardized like numbers', async () => {
    const dataset = await load(
      { 'd.csv': CSV },
      { x: { columns: ['island'], one_hot: ['island'], standardize: true } },
      { missing: 'skip' }
    );
    const [first, second] = [numbersOf(dataset, 'x').filter((_, at) => at % 2 === 0), [-1, 2, -1]];
    expect(first.map((number) => number / Math.SQRT1_2)).toEqual(second.map((number) => expect.closeTo(number, 12)));
  });
});

describe('images and their labels in two IDX files', () => {
  const images = gzipSync(idxOf([3, 1, 2], [0, 255, 51, 102, 255, 0]));
  const sources = { 'images.gz': images, 'labels.gz': idxOf([3], [7, 2, 7]) };
  const fields = {
    x: { columns: ['data'], divide_by: 255 },
    y: { columns: ['data'], source: 'labels.gz', type: 'class' as const }
  };

  it('are one data set, rows beside each other', async () => {
    const dataset = await load(sources, fields);
    expect(dataset.fields.get('x')).toMatchObject({ shape: [1, 1, 2], size: 2 });
    expect(numbersOf(dataset, 'x')).toEqual([0, 1, 0.2, 0.4, 1, 0]);
    expect(dataset.fields.get('y')).toMatchObject({ classes: ['2', '7'] });
    expect(numbersOf(dataset, 'y')).toEqual([1, 0, 1]);
  });

  it('are standardized by one mean and one deviation for all pixels', async () => {
    const dataset = await load(sources, { x: { columns: ['data'], standardize: true } });
    const numbers = numbersOf(dataset, 'x');
    expect(numbers.reduce((sum, number) => sum + number)).toBeCloseTo(0, 12);
    expect(numbers.reduce((sum, number) => sum + number ** 2, 0) / 6).toBeCloseTo(1, 12);
    expect(new Set([...(dataset.fields.get('x') as { standardization: { mean: Float64Array } }).standardization.mean]).size).toBe(1);
  });

  it('are refused where they differ in rows', async () => {
    const { code, message } = await refused(() => load({ ...sources, 'labels.gz': idxOf([2], [7, 2]) }, fields));
    expect(code).toBe('row-count');
    expect(message).toContain('images.gz and labels.gz have 3 and 2 rows');
  });
});

describe('arrays of NumPy', () => {
  const x = { shape: [3, 2], data: Float32Array.of(1, 2, 3, NaN, 5, 6) };
  const y = { shape: [3], data: Int32Array.of(5, 5, 9) };
  const npz = {
    'd.npz': writeNpz(
      new Map([
        ['x', x as never],
        ['y', y as never]
      ])
    )
  };
  const fields = { x: { columns: ['x'] }, y: { columns: ['y'], type: 'class' as const } };

  it('in an npz file are its columns; a NaN is told by row and entry', async () => {
    const { message } = await refused(() => load(npz, fields));
    expect(message).toContain('d.npz: row 1, column x, entry 1: the entry is NaN');
    expect(numbersOf(await load(npz, fields, { missing: 'skip' }), 'x')).toEqual([1, 2, 5, 6]);
    expect(numbersOf(await load(npz, fields, { missing: 'mean' }), 'x')).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await load(npz, fields, { missing: 'skip' })).fields.get('y')).toMatchObject({ classes: ['5', '9'] });
  });

  it('in an npy file are the column data', async () => {
    const dataset = await load(
      { 'x.npy': writeNpy({ shape: [2, 1, 2], data: Float64Array.of(1, 2, 3, 4) }) },
      { x: { columns: ['data'] } }
    );
    expect(dataset.fields.get('x')).toMatchObject({ shape: [1, 2] });
    expect(numbersOf(dataset, 'x')).toEqual([1, 2, 3, 4]);
  });

  it('of infinities, of several numbers a class, or without rows are refused', async () => {
    const infinite = { 'x.npy': writeNpy({ shape: [1], data: Float64Array.of(Infinity) }) };
    expect((await refused(() => load(infinite, { x: { columns: ['data'] } }))).message).toContain(
      'row 0, column data: expected a finite number, found Infinity'
    );
    const classes = { x: { columns: ['data'], type: 'class' as const } };
    expect((await refused(() => load({ 'x.npy': writeNpy({ shape: [1, 2], data: Int32Array.of(1, 2) }) }, classes))).message).toContain(
      '2 numbers a row'
    );
    expect((await refused(() => load({ 'x.npy': writeNpy({ shape: [1], data: Float64Array.of(0.5) }) }, classes))).message).toContain(
      'classes are whole numbers'
    );
    expect(
      (await refused(() => load({ 'x.npy': writeNpy({ shape: [], data: Float64Array.of(1) }) }, { x: { columns: ['data'] } }))).code
    ).toBe('row-count');
    expect(
      (await refused(() => load({ 'x.npy': writeNpy({ shape: [0, 2], data: new Float64Array() }) }, { x: { columns: ['data'] } }))).code
    ).toBe('no-rows');
  });
});

describe('a generated set', () => {
  it('has the columns of its kind', async () => {
    const dataset = await load(
      {},
      { x: { columns: ['x', 'y'] }, y: { columns: ['class'], type: 'class' } },
      {
        generate: { kind: 'moons', rows: 40, seed: 3 },
        split: { test: 0.25, stratify: 'y' }
      }
    );
    expect(dataset.rows).toBe(40);
    expect(dataset.fields.get('x')).toMatchObject({ shape: [2] });
    expect(dataset.parts.test).toHaveLength(10);
  });
});

describe('rows of one group', () => {
  it('come into the same part', async () => {
    const rows = Array.from({ length: 200 }, (_, row) => `${row},g${row % 10}`);
    const dataset = await load(
      { 'd.csv': text(`a,g\n${rows.join('\n')}\n`) },
      { x: { columns: ['a'] } },
      {
        split: { validation: 0.2, test: 0.3, groups: 'g', seed: 1 }
      }
    );
    const groupsOf = (part: Int32Array): Set<number> => new Set([...part].map((row) => row % 10));
    const { train, validation, test } = dataset.parts;
    expect([groupsOf(train).size, groupsOf(validation).size, groupsOf(test).size]).toEqual([5, 2, 3]);
    expect(new Set([...groupsOf(train), ...groupsOf(validation), ...groupsOf(test)]).size).toBe(10);
    expect([train.length, validation.length, test.length]).toEqual([100, 40, 60]);
  });

  it('are the test part where they are named', async () => {
    const csv = { 'd.csv': text('a,g\n1,x\n2,y\n3,z\n4,x\n5,w\n') };
    const dataset = await load(csv, { x: { columns: ['a'] } }, { split: { validation: 0.2, groups: 'g', test_groups: ['x', 'z'] } });
    expect([...dataset.parts.test]).toEqual([0, 2, 3]);
    expect([...dataset.parts.validation, ...dataset.parts.train].sort()).toEqual([1, 4]);
    const { message } = await refused(() => load(csv, { x: { columns: ['a'] } }, { split: { groups: 'g', test_groups: ['q'] } }));
    expect(message).toContain("d.csv: no row says q in the column g, and the split's test_groups names it; it says w, x, y, z");
  });

  it('leave one group to train on', async () => {
    const dataset = await load({ 'd.csv': text('a,g\n1,x\n2,x\n3,y\n') }, { x: { columns: ['a'] } }, { split: { test: 0.9, groups: 'g' } });
    expect(dataset.parts.train.length).toBeGreaterThan(0);
  });

  it('are told of where the column is not there', async () => {
    const { message } = await refused(() =>
      load({ 'd.csv': text('a\n1\n') }, { x: { columns: ['a'] } }, { split: { test: 0.5, groups: 'g' } })
    );
    expect(message).toContain('the split of data set d names the column g');
  });
});
