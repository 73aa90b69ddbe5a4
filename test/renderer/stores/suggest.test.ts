import { describe, expect, it } from 'vitest';
import { columnsIn } from '../../../renderer/stores/columns';
import { typeByColumns } from '../../../renderer/stores/fieldType';
import { stemOf, suggest, suggestGenerated, suggestTogether, together } from '../../../renderer/stores/suggest';
import { csv, idx, summarize, summarizeGenerated } from './tables';

const among =
  (...names: string[]) =>
  (row: number) =>
    names[row % names.length]!;
const fieldsOf = ({ fields }: ReturnType<typeof suggest>) => Object.fromEntries(fields);

describe('a table', () => {
  it('of flowers: measures are the features, species the target', async () => {
    const table = csv({ sepal: (row) => 4 + row / 10, petal: (row) => 1 + row / 7, species: among('setosa', 'versicolor', 'virginica') });
    const record = suggest(await summarize('iris.csv', table));
    expect(fieldsOf(record)).toEqual({ x: { columns: ['sepal', 'petal'], standardize: true }, y: { columns: ['species'], type: 'class' } });
    expect(record.split).toEqual({ validation: 0.2, test: 0, seed: 0, stratify: 'y' });
  });

  it('of penguins: few names are entries of the features, whatever the target’s place', async () => {
    const table = csv({
      species: among('Adelie', 'Gentoo', 'Chinstrap'),
      island: among('Biscoe', 'Dream'),
      mass: (row) => (row === 5 ? '' : 3000 + row),
      sex: among('MALE', 'FEMALE', '')
    });
    const record = suggest(await summarize('penguins.csv', table));
    expect(fieldsOf(record)).toEqual({
      x: { columns: ['island', 'mass', 'sex'], one_hot: ['island', 'sex'], standardize: true },
      y: { columns: ['species'], type: 'class' }
    });
    expect(record.missing).toBeUndefined();
  });

  it('called as one of its columns: that number is the target, texts of many values are left out', async () => {
    const table = csv({
      mpg: (row) => 18 + row / 3,
      cylinders: among('4', '6', '8'),
      origin: among('usa', 'europe', 'japan'),
      name: (row) => `car ${row}`
    });
    const record = suggest(await summarize('mpg.csv', table));
    expect(fieldsOf(record)).toEqual({
      x: { columns: ['cylinders', 'origin'], one_hot: ['origin'], standardize: true },
      y: { columns: ['mpg'] }
    });
    expect(record.split).toEqual({ validation: 0.2, test: 0, seed: 0 });
  });

  it('whose last column counts from 0: those are classes', async () => {
    const record = suggest(await summarize('exams.csv', csv({ hours: (row) => row / 3, passed: (row) => row % 2 })));
    expect(record.fields.get('y')).toEqual({ columns: ['passed'], type: 'class' });
  });

  it('leaves out what only counts the rows', async () => {
    const record = suggest(await summarize('t.csv', csv({ id: (row) => row + 0.5, a: (row) => row / 3, b: (row) => row / 7 })));
    expect(fieldsOf(record)).toEqual({ x: { columns: ['a'], standardize: true }, y: { columns: ['b'] } });
  });
});

describe('arrays', () => {
  it('images and labels of equally many rows are one data set', async () => {
    const labels = await summarize('train-labels-idx1-ubyte', idx([40]));
    const images = await summarize(
      'train-images-idx3-ubyte',
      idx([40, 8, 8], (at) => at % 256)
    );
    const others = await summarize('t10k-labels-idx1-ubyte', idx([20]));
    expect(together([labels, others, images])).toEqual([[images, labels], [others]]);
    const record = suggestTogether([images, labels]);
    expect(record.source).toBe('train-images-idx3-ubyte');
    expect(fieldsOf(record)).toEqual({
      x: { columns: ['data'], divide_by: 255 },
      y: { columns: ['data'], source: 'train-labels-idx1-ubyte', type: 'class' }
    });
    const columns = [...columnsIn(images), ...columnsIn(labels, labels.source)];
    expect(typeByColumns(record.fields.get('x')!, columns)).toEqual({ shape: [1, 8, 8], dtype: 'float32' });
    expect(typeByColumns(record.fields.get('y')!, columns)).toEqual({ shape: [], dtype: 'int32' });
  });

  it.each([
    ['train-images-idx3-ubyte.gz', 'train'],
    ['folder/X.npy', 'x'],
    ['iris.csv.gz', 'iris'],
    ['digits', 'digits']
  ])('%s is called %s', (source, stem) => expect(stemOf(source)).toBe(stem));
});

it.each([
  [{ kind: 'spirals' as const, rows: 30 }, ['x', 'y'], 'class'],
  [{ kind: 'regression' as const, rows: 30 }, ['x'], 'y'],
  [{ kind: 'digits' as const, rows: 30 }, ['image'], 'class']
])('the columns of a generated set have their parts: %o', async (generate, features, target) => {
  const record = suggestGenerated(generate, await summarizeGenerated(generate));
  expect(record.fields.get('x')!.columns).toEqual(features);
  expect(record.fields.get('y')!.columns).toEqual([target]);
  expect(record.generate).toEqual(generate);
});
