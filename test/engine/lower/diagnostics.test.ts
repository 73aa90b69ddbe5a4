import { describe, expect, it } from 'vitest';
import type { DatasetRecord, Document } from '../../../engine/document/types';
import { lower } from '../../../engine/lower/lower';
import { draw, ones, type Drawn } from './draw';

const problems = (document: Document) => lower(document).diagnostics;
/** The one problem that there should be. */
function problem(document: Document) {
  const found = problems(document);
  expect(found, JSON.stringify(found)).toHaveLength(1);
  return found[0]!;
}

describe('a problem names the gate and the port at fault', () => {
  it('for a gate that does not exist, with the names that are near', () => {
    const { code, gate, kind, hint } = problem(
      draw(
        [
          ['x', 'variable'],
          ['y', 'sigmod']
        ],
        'x>y.x'
      )
    );
    expect({ code, gate, kind, hint }).toEqual({ code: 'unknown-gate', gate: 'y', kind: 'sigmod', hint: 'did you mean sigmoid?' });
    expect(problem(draw([['y', 'blancmange']])).hint).toBe('pick one from the palette');
  });
  it('for a gate named like a property of every object', () => {
    for (const name of ['constructor', '__proto__', 'toString']) expect(problem(draw([['y', name]])).code).toBe('unknown-gate');
  });
  it('for a parameter that is unknown, missing or of the wrong kind', () => {
    expect(problem(draw([['x', 'variable', { size: 3 }]]))).toMatchObject({ code: 'bad-param', gate: 'x', kind: 'variable' });
    expect(problem(draw([ones('x', 2), ['y', 'softmax', { dim: 'last' }]], 'x>y.x'))).toMatchObject({ code: 'bad-param', gate: 'y' });
    expect(
      problem(
        draw(
          [
            ['i', 'constant', { value: 0, dtype: 'int32' }],
            ['y', 'one_hot']
          ],
          'i>y.index'
        )
      ).message
    ).toContain('num_classes is missing');
    expect(problem(draw([['x', 'variable', { value: [[1, 2], [3]] }]])).message).toContain('ragged');
    expect(problem(draw([['x', 'constant', { value: 0.5, dtype: 'int32' }]])).message).toContain('not a whole number');
  });
  it('for an input that nothing is connected to', () => {
    expect(
      problem(
        draw(
          [
            ['x', 'variable'],
            ['y', 'add']
          ],
          'x>y.a'
        )
      )
    ).toMatchObject({ code: 'unconnected-input', gate: 'y', kind: 'add', port: 'b' });
  });
  it('for nothing at all where an optional input stays free', () => {
    expect(problems(draw([ones('x', 2, 3), ones('w', 3, 4), ['y', 'linear']], 'x>y.x w>y.weight'))).toEqual([]);
  });
  it('for two wires that end at one input', () => {
    const found = problem(
      draw(
        [
          ['a', 'variable'],
          ['b', 'variable'],
          ['y', 'relu']
        ],
        'a>y.x b>y.x'
      )
    );
    expect(found).toMatchObject({ code: 'doubled-wire', gate: 'y', port: 'x' });
    expect(found.message).toContain('from a and from b');
  });
  it('for a port that the gate does not have, on either end', () => {
    expect(
      problems(
        draw(
          [
            ['x', 'variable'],
            ['y', 'relu']
          ],
          'x>y.z'
        )
      )[0]
    ).toMatchObject({ code: 'unknown-port', gate: 'y', port: 'z' });
    expect(
      problems(
        draw(
          [
            ['x', 'variable'],
            ['y', 'relu']
          ],
          'x>y'
        )
      )[0]
    ).toMatchObject({ code: 'unknown-port', gate: 'y' });
    const left = problem(
      draw(
        [
          ['x', 'variable'],
          ['c', 'copy'],
          ['y', 'relu']
        ],
        'x>c.x c.out2>y.x'
      )
    );
    expect(left).toMatchObject({ code: 'unknown-port', gate: 'c', port: 'out2' });
    expect(left.message).toContain('it has c.out0, c.out1');
  });
  it('for a wire to or from a node that is not there', () => {
    expect(problem(draw([['y', 'relu']], 'ghost>y.x'))).toMatchObject({ code: 'unknown-node' });
    expect(problem(draw([['x', 'variable']], 'x>ghost.x')).message).toContain('ghost');
  });
  it('for two nodes with one id', () => {
    expect(
      problem(
        draw([
          ['x', 'variable'],
          ['x', 'constant']
        ])
      )
    ).toMatchObject({ code: 'duplicate-id', gate: 'x', kind: 'constant' });
  });
  it('for a cycle, with its path', () => {
    const found = problem(
      draw(
        [
          ['x', 'variable'],
          ['a', 'add'],
          ['b', 'relu'],
          ['c', 'relu']
        ],
        'x>a.a c>a.b a>b.x b>c.x'
      )
    );
    expect(found).toMatchObject({ code: 'cycle', gate: 'a' });
    expect(found.message).toBe('it depends on itself: a → b → c → a');
  });
  it('for a gate wired to itself', () => {
    expect(problem(draw([['a', 'relu']], 'a>a.x')).message).toBe('it depends on itself: a → a');
  });
});

describe('operands that do not fit', () => {
  const pair = (gate: string, ports: readonly [string, string], left: Drawn, right: Drawn) =>
    problem(draw([left, right, ['y', gate]], `l>y.${ports[0]} r>y.${ports[1]}`));

  it('are named with their shapes by add', () => {
    const found = pair('add', ['a', 'b'], ones('l', 2, 3), ones('r', 2));
    expect(found).toMatchObject({ code: 'shape-mismatch', gate: 'y', kind: 'add', port: 'b' });
    expect(found.message).toMatch(/\[2,3\].*\[2\]/);
  });
  it('are named with their shapes by matmul', () => {
    const found = pair('matmul', ['a', 'b'], ones('l', 2, 3), ones('r', 4, 5));
    expect(found).toMatchObject({ code: 'shape-mismatch', gate: 'y', kind: 'matmul' });
    expect(found.message).toMatch(/\[2,3\].*\[4,5\].*3 and 4/);
  });
  it('are named with their shapes by cross_entropy', () => {
    const found = pair('cross_entropy', ['input', 'target'], ones('l', 4, 3), ['r', 'constant', { value: [0, 1, 2], dtype: 'int32' }]);
    expect(found).toMatchObject({ code: 'shape-mismatch', gate: 'y', kind: 'cross_entropy' });
    expect(found.message).toMatch(/\[4,3\].*\[3\]|\[3\].*\[4/);
  });
  it('are refused where classes are wanted and floats come', () => {
    const found = pair('cross_entropy', ['input', 'target'], ones('l', 4, 3), ones('r', 4));
    expect(found).toMatchObject({ code: 'shape-mismatch', gate: 'y', port: 'target' });
    expect(found.message).toContain('int32');
  });
  it('are promoted where floats are wanted and whole numbers come', () => {
    const document = draw(
      [
        ['i', 'constant', { value: [1, 2], dtype: 'int32' }],
        ['y', 'exp']
      ],
      'i>y.x'
    );
    const { diagnostics, types } = lower(document);
    expect(diagnostics).toEqual([]);
    expect(types.get('y')).toEqual({ dtype: 'float', shape: [2] });
  });
});

describe('a data node', () => {
  const record: DatasetRecord = {
    source: 'table.csv',
    fields: new Map([
      ['x', { columns: ['a', 'b'] }],
      ['y', { columns: ['kind'], type: 'class' as const }]
    ])
  };
  const data = (params: Record<string, unknown>) => draw([['d', 'data', params]], '', { datasets: new Map([['table', record]]) });

  it('takes a field of its data set', () => {
    expect(problems(data({ dataset: 'table', field: 'x', shape: [2] }))).toEqual([]);
    expect(problems(data({ dataset: 'table', field: 'y', dtype: 'int32' }))).toEqual([]);
  });
  it('is told of a data set that is not there', () => {
    expect(problem(data({ dataset: 'chair', field: 'x', shape: [2] }))).toMatchObject({ code: 'shape-mismatch', gate: 'd', kind: 'data' });
    expect(problem(data({ dataset: 'chair', field: 'x', shape: [2] })).message).toContain('the document has table');
    expect(problem(draw([['d', 'data', { dataset: 'constructor', field: 'x' }]])).message).toContain('the document has none');
  });
  it('is told of a field that is not there', () => {
    expect(problem(data({ dataset: 'table', field: 'z', shape: [2] })).message).toContain('it has x, y');
  });
  it('is told of a dtype that is not the field’s', () => {
    expect(problem(data({ dataset: 'table', field: 'x', shape: [2], dtype: 'int32' }))).toMatchObject({
      gate: 'd',
      hint: 'set dtype to float32'
    });
    expect(problem(data({ dataset: 'table', field: 'y' }))).toMatchObject({ gate: 'd', hint: 'set dtype to int32' });
  });
  it('is told of a shape that does not hold the field’s columns', () => {
    expect(problem(data({ dataset: 'table', field: 'x', shape: [3] })).message).toContain('2 columns');
  });
});

describe('an objective', () => {
  const nodes: Drawn[] = [ones('x', 2), ['y', 'relu'], ['k', 'argmax']];
  const wires = 'x>y.x x>k.x';

  it('must be an output', () => {
    expect(problem(draw(nodes, wires, { objective: 'ghost' }))).toMatchObject({ code: 'unknown-output' });
    expect(problem(draw(nodes, wires, { objective: 'y.left' }))).toMatchObject({ code: 'unknown-output', gate: 'y' });
  });
  it('must be float', () => {
    expect(problem(draw(nodes, wires, { objective: 'k' }))).toMatchObject({ code: 'objective-dtype', gate: 'k' });
  });
  it('takes an upstream gradient of its shape only', () => {
    const found = problem(draw(nodes, wires, { objective: [{ from: 'y', upstream: [1, 2, 3] }] }));
    expect(found).toMatchObject({ code: 'bad-upstream', gate: 'y' });
    expect(found.message).toContain('[3]');
    expect(problem(draw(nodes, wires, { objective: [{ from: 'y', upstream: [[1], 2] }] })).code).toBe('bad-upstream');
    expect(problems(draw(nodes, wires, { objective: [{ from: 'y', upstream: [1, 2] }, { from: 'x' }] }))).toEqual([]);
  });
  it('is left alone while its gate is wrong', () => {
    expect(problem(draw([['y', 'relu']], '', { objective: 'y' })).code).toBe('unconnected-input');
  });
});

it('a metric that reads what is not there is a warning', () => {
  const metrics = [{ kind: 'accuracy' as const, input: 'x', target: 'labels' }];
  expect(problem(draw([['x', 'variable']], '', { training: { metrics } }))).toMatchObject({ severity: 'warning', code: 'unknown-output' });
});

describe('what does not depend on a problem', () => {
  it('is lowered all the same', () => {
    const { values, types, order } = lower(
      draw(
        [ones('x', 2), ones('z', 3), ['bad', 'add'], ['behind', 'relu'], ['beside', 'sum'], ['odd', 'nonsense'], ['loop', 'relu']],
        'x>bad.a z>bad.b bad>behind.x x>beside.x loop>loop.x'
      )
    );
    expect([...values.keys()]).toEqual(['x', 'z', 'beside']);
    expect(types.get('beside')).toEqual({ dtype: 'float', shape: [] });
    expect(order).not.toContain('loop');
  });
  it('does not take an optional input for free whose wire carries nothing', () => {
    const document = draw([ones('x', 2, 3), ones('w', 3, 4), ['b', 'relu'], ['y', 'linear']], 'x>y.x w>y.weight b>y.bias');
    expect(lower(document).values.has('y')).toBe(false);
  });
});

it('ids that objects treat specially are ids like any other', () => {
  const ids = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'] as const;
  const [a, b, c, d] = ids;
  const document = draw(
    [
      [a, 'variable', { value: 2 }],
      [b, 'variable', { value: 3 }],
      [c, 'mul'],
      [d, 'relu']
    ],
    `${a}>${c}.a ${b}>${c}.b ${c}>${d}.x`,
    { objective: d, training: { metrics: [{ kind: 'accuracy', input: c, target: d }] } }
  );
  const { diagnostics, values, leaves, objective } = lower(document);
  expect(diagnostics).toEqual([]);
  expect([...values.keys()]).toEqual([...ids]);
  expect(leaves.map(({ id }) => id)).toEqual([a, b]);
  expect(objective).toHaveLength(1);
});

it('an output named out is written as its gate alone: in full it is refused, not lost', () => {
  const nodes: Drawn[] = [
    ['x', 'variable'],
    ['y', 'relu']
  ];
  const found = problem(draw(nodes, 'x.out>y.x'));
  expect(found).toMatchObject({ code: 'unknown-port', gate: 'x', port: 'out' });
  expect(found.message).toContain('it has x');
  expect(problem(draw(nodes, 'x>y.x', { objective: 'y.out' }))).toMatchObject({ code: 'unknown-output', gate: 'y' });
  const metrics = [{ kind: 'accuracy' as const, input: 'y.out', target: 'x' }];
  expect(problem(draw(nodes, 'x>y.x', { training: { metrics } }))).toMatchObject({ code: 'unknown-output', severity: 'warning' });
});
