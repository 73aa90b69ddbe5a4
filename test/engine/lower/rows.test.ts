import { expect, it } from 'vitest';
import type { DatasetRecord } from '../../../engine/document/types';
import { batchShapes, diagnose, lowerRows } from '../../../engine/lower/rows';
import { draw, ones } from './draw';
import { refusalOf } from './wires';

const table: DatasetRecord = { source: 'table.csv', fields: new Map([['x', { columns: ['a', 'b', 'c', 'd'] }]]) };
const datasets = new Map([['table', table]]);
const data = ['x', 'data', { dataset: 'table', field: 'x', shape: [4] }] as const;

it('labels of shapes show the batch axis as N', () => {
  const document = draw(
    [
      data,
      ones('w', 4, 3),
      ['y', 'matmul'],
      ['s', 'sum'],
      ['t', 'transpose'],
      ['flat', 'reshape', { shape: [-1] }],
      ['two', 'concat', { n: 2 }]
    ],
    'x>y.a w>y.b y>s.x y>t.x x>flat.x x>two.x0 x>two.x1',
    { datasets }
  );
  expect(Object.fromEntries(batchShapes(document))).toEqual({
    x: '[N,4]',
    w: '[4,3]',
    y: '[N,3]',
    s: 'scalar',
    t: '[3,N]',
    flat: '[4N]',
    two: '[2N,4]'
  });
});
it('a size that is no multiple of the batch is shown as one that varies', () => {
  const document = draw([data, ones('w', 1, 4), ['c', 'concat', { n: 2 }]], 'x>c.x0 w>c.x1', { datasets });
  expect(batchShapes(document).get('c')).toBe('[N…,4]');
});
it('without data every size is a number, that of two, five or seven rows too', () => {
  const document = draw([ones('a', 5), ones('b', 7, 2), ones('c')]);
  expect([...batchShapes(document).values()]).toEqual(['[5]', '[7,2]', 'scalar']);
});
it('what is wrong has no label', () => {
  expect([...batchShapes(draw([ones('a', 2), ones('b', 3), ['y', 'add']], 'a>y.a b>y.b')).keys()]).toEqual(['a', 'b']);
});
it('what is wrong is told with N for the rows, and with the numbers that are no rows', () => {
  const document = draw([data, ones('w', 3, 2), ['y', 'matmul']], 'x>y.a w>y.b', { datasets });
  const [found] = diagnose(lowerRows(document));
  expect(found!.message).toContain('[N,4]');
  expect(found!.message).toContain('[3,2]');
  const open = draw([data, ones('w', 3, 2), ['y', 'matmul']], 'x>y.a', { datasets });
  expect(refusalOf(open, { from: 'w', to: 'y.b' })!.message).toContain('[N,4]');
});
it('wires from one output that does not exist are told apart, whatever numbers their gates are called with', () => {
  const document = draw([data, ['a', 'neg'], ['a2', 'neg']], 'x.lost>a.x x.lost>a2.x', { datasets });
  const rows = lowerRows(document);
  const found = diagnose(rows).filter(({ code }) => code === 'unknown-port');
  expect(found).toEqual(rows.few.diagnostics.filter(({ code }) => code === 'unknown-port'));
  expect(found).toHaveLength(2);
});
it('without data what is wrong is told as it is', () => {
  const document = draw([ones('a', 2, 2), ones('b', 3), ['y', 'add']], 'a>y.a b>y.b');
  const rows = lowerRows(document);
  expect(diagnose(rows)).toBe(rows.few.diagnostics);
});
