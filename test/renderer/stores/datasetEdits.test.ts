import { addNode, emptyDocument, parseDocument, serializeDocument, setDataset, type DatasetRecord } from '@wiregrad/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { columnsIn, type Column } from '../../../renderer/stores/columns';
import { fitGates, misfits, renameDataset, withRenamedField } from '../../../renderer/stores/dataGates';
import { assignColumn, divide, readAs, renameField, setField, setOneHot } from '../../../renderer/stores/datasetEdits';
import { gateParams, typeByColumns } from '../../../renderer/stores/fieldType';
import { suggest } from '../../../renderer/stores/suggest';
import { csv, summarize } from './tables';

let columns: Column[];
let record: DatasetRecord;
beforeAll(async () => {
  const table = csv({
    a: (row) => row / 3,
    gears: (row) => 3 + (row % 3),
    island: (row) => ['Biscoe', 'Dream'][row % 2]!,
    species: (row) => ['Adelie', 'Gentoo', 'Chinstrap'][row % 3]!
  });
  const summary = await summarize('t.csv', table);
  columns = columnsIn(summary);
  record = suggest(summary);
});
const column = (name: string): Column => columns.find((one) => one.name === name)!;
const shapeOf = (of: DatasetRecord, field: string) => typeByColumns(of.fields.get(field)!, columns)?.shape;
/** Whatever an edit answers can be saved and read again. */
const survives = (of: DatasetRecord) => {
  const { diagnostics } = parseDocument(serializeDocument(setDataset(emptyDocument(), 'd', of)));
  expect(diagnostics).toEqual([]);
};

describe('columns and fields', () => {
  it('a column goes from one field to another, in the file’s order', () => {
    const without = assignColumn(record, columns, column('a'), null);
    expect(without.fields.get('x')!.columns).toEqual(['gears', 'island']);
    expect(assignColumn(without, columns, column('a'), 'x')).toEqual(record);
    survives(without);
  });

  it('the target takes one column: another takes its place, and what cannot be stratified by any more is not', () => {
    const next = assignColumn(record, columns, column('a'), 'y');
    expect([next.fields.get('y'), next.fields.get('x')!.columns]).toEqual([{ columns: ['a'] }, ['gears', 'island']]);
    expect(next.split).toEqual({ validation: 0.2, test: 0, seed: 0 });
    survives(next);
  });

  it('a new field begins as its column is most likely meant; one without columns is none', () => {
    const next = assignColumn(record, columns, column('island'), 'x2');
    expect(next.fields.get('x2')).toEqual({ columns: ['island'], one_hot: ['island'] });
    expect(shapeOf(next, 'x2')).toEqual([2]);
    expect([...assignColumn(next, columns, column('island'), 'x').fields.keys()]).toEqual(['x', 'y']);
    survives(next);
  });

  it('whole numbers can be names, which become an entry each', () => {
    expect(shapeOf(record, 'x')).toEqual([4]);
    const next = setOneHot(record, 'x', 'gears', true);
    expect([next.fields.get('x')!.one_hot, shapeOf(next, 'x')]).toEqual([['gears', 'island'], [6]]);
    expect(setOneHot(next, 'x', 'gears', false)).toEqual(record);
    survives(next);
  });

  it('names are read as classes or as entries', () => {
    const next = readAs(record, 'y', 'number', columns);
    expect([next.fields.get('y'), shapeOf(next, 'y')]).toEqual([{ columns: ['species'], one_hot: ['species'] }, [3]]);
    expect(next.split!.stratify).toBeUndefined();
    expect(readAs(next, 'y', 'class', columns).fields.get('y')).toEqual({ columns: ['species'], type: 'class' });
    survives(next);
  });

  it('a field has another name where it is stratified by, too; a name that is taken is refused', () => {
    expect(renameField(record, 'y', 'kind').split!.stratify).toBe('kind');
    expect(() => renameField(record, 'y', 'x')).toThrow(/taken/);
    expect(() => renameField(record, 'y', '2 kinds')).toThrow(/cannot be a name/);
  });

  it('rows are divided by groups or by classes, never both', () => {
    const next = divide(record, { groups: 'island' });
    expect(next.split).toEqual({ validation: 0.2, test: 0, seed: 0, groups: 'island' });
    survives(next);
    expect(divide(next, null).split).toEqual({ validation: 0.2, test: 0, seed: 0 });
  });
});

describe('data gates', () => {
  const params = (field: string, of = record) =>
    gateParams('d', field, of.fields.get(field)!, typeByColumns(of.fields.get(field)!, columns));
  const withGates = () =>
    ['x', 'y'].reduce(
      (document, id) => addNode(document, { id, gate: 'data', params: params(id) }),
      setDataset(emptyDocument(), 'd', record)
    );

  it('fit the field that they were made for, and are fitted to what it has become', () => {
    const document = withGates();
    expect(misfits(document, 'd', (field) => params(field))).toEqual([]);
    const next = setField(record, 'x', { columns: ['a'] });
    expect(misfits(document, 'd', (field) => params(field, next)).map(({ id }) => id)).toEqual(['x']);
    const fitted = fitGates(document, 'd', (field) => params(field, next));
    expect(fitted.nodes[0]!.params).toEqual({ dataset: 'd', field: 'x', shape: [1], dtype: 'float32' });
    expect(fitted.nodes[1]).toBe(document.nodes[1]);
  });

  it('follow the names of fields and data sets', () => {
    const document = withGates();
    const renamed = withRenamedField(document, 'd', renameField(record, 'y', 'kind'), 'y', 'kind');
    expect(renamed.nodes.map(({ params: own }) => own!['field'])).toEqual(['x', 'kind']);
    const moved = renameDataset(document, 'd', 'birds');
    expect([[...moved.datasets!.keys()], moved.nodes.map(({ params: own }) => own!['dataset'])]).toEqual([['birds'], ['birds', 'birds']]);
  });
});
