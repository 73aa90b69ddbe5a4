/** What the gates do where a formula alone does not say: at ties, at infinities, without a gradient, and when refused. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/base/errors';
import { ShapeError } from '../../../engine/gates/gate';
import { resolveParams } from '../../../engine/gates/params';
import { registry } from '../../../engine/gates/registry';
import { compile, Compiled } from './compiled';

const gate = (name: string) => registry.get(name)!;

/** Outputs and gradients with all cotangents 1, as lists. */
function run(name: string, inputs: Record<string, unknown>, params: Record<string, unknown> = {}) {
  const compiled = new Compiled(gate(name), inputs, params);
  const ones = Object.fromEntries(
    compiled.types.map(({ shape }, at) => [`u${at}`, new Array<number>(shape.reduce((size, n) => size * n, 1)).fill(1)])
  );
  const feeds = compiled.feeds(ones);
  const outputs = compile(compiled.builder, compiled.outputs)(feeds).map((value) => [...value!]);
  const gradients = compile(compiled.builder, compiled.cotangents)(feeds);
  return { outputs, gradients: Object.fromEntries(compiled.floats.map((port, at) => [port, gradients[at] && [...gradients[at]]])) };
}

describe('a choice', () => {
  it('gives each side half of the gradient at a tie of max and min', () => {
    expect(run('max', { a: [1, 2], b: [1, 5] }).gradients).toEqual({ a: [0.5, 0], b: [0.5, 1] });
    expect(run('min', { a: [1, 2], b: [1, 5] }).gradients).toEqual({ a: [0.5, 1], b: [0.5, 0] });
  });
  it('shares the gradient of amax evenly', () => {
    expect(run('amax', { x: [3, 1, 3, 3] }).gradients['x']).toEqual([1 / 3, 0, 1 / 3, 1 / 3]);
  });
  it('has slope 0 at the kink of relu and abs', () => {
    expect(run('relu', { x: [0, 1, -1] }).gradients['x']).toEqual([0, 1, 0]);
    expect(run('abs', { x: [0, 2, -2] }).gradients['x']).toEqual([0, 1, -1]);
  });
  it('follows another convention where a parameter asks for it', () => {
    expect(run('max', { a: [1, 2], b: [1, 5] }, { tie: 'a' }).gradients).toEqual({ a: [1, 0], b: [0, 1] });
    expect(run('min', { a: [1, 2], b: [1, 5] }, { tie: 'b' }).gradients).toEqual({ a: [0, 1], b: [1, 0] });
    expect(run('relu', { x: [0, 1, -1] }, { subgradient: 0.5 }).gradients['x']).toEqual([0.5, 1, 0]);
    expect(run('abs', { x: [0, 2, -2] }, { subgradient: -1 }).gradients['x']).toEqual([-1, 1, -1]);
  });
  it('passes the gradient at the ends of clamp, and stops it at those of hardtanh', () => {
    expect(run('clamp', { x: [-2, -1, 0, 1, 2] }, { min: -1, max: 1 }).gradients['x']).toEqual([0, 1, 1, 1, 0]);
    expect(run('hardtanh', { x: [-2, -1, 0, 1, 2] }).gradients['x']).toEqual([0, 0, 1, 0, 0]);
  });
  it('sends the gradient of where to what was picked, infinities or not', () => {
    const { outputs, gradients } = run('where', { condition: [0, 2, 0], a: ['Infinity', 2, 'NaN'], b: [4, 'NaN', 6] });
    expect(outputs).toEqual([[4, 2, 6]]);
    expect(gradients['a']).toEqual([0, 1, 0]);
    expect(gradients['b']).toEqual([1, 0, 1]);
  });
});

describe('what is not finite', () => {
  it.each(['relu', 'sigmoid', 'tanh', 'elu', 'leaky_relu', 'softplus', 'hardshrink', 'threshold'])(
    'stays visible: %s of NaN is NaN',
    (name) => {
      expect(run(name, { x: 'NaN' }, name === 'threshold' ? { threshold: 0, value: 1 } : {}).outputs).toEqual([[NaN]]);
    }
  );
  it('is no shift for logsumexp', () => {
    expect(
      run(
        'logsumexp',
        {
          x: [
            ['-Infinity', '-Infinity'],
            ['Infinity', 1],
            ['-Infinity', 2]
          ]
        },
        { dim: 1 }
      ).outputs
    ).toEqual([[-Infinity, Infinity, 2]]);
  });
  it('comes of the mean of nothing, as in NumPy and torch', () => {
    expect(run('mean', { x: [] }).outputs).toEqual([[NaN]]);
    expect(run('sum', { x: [] }).outputs).toEqual([[0]]);
    expect(run('prod', { x: [] }).outputs).toEqual([[1]]);
  });
  it('is avoided by a probability of exactly 0 or 1', () => {
    expect(run('bce_loss', { input: [0, 1], target: [1, 0] }, { reduction: 'none' }).outputs).toEqual([[100, 100]]);
    expect(run('bce_with_logits_loss', { input: [1000, -1000], target: [1, 0] }).outputs).toEqual([[0]]);
  });
  it('is not the slope of a length at the origin', () => {
    expect(run('norm', { x: [0, 0] }).gradients['x']).toEqual([0, 0]);
  });
});

describe('a gradient', () => {
  it('does not pass stop_gradient, comparisons or argmax', () => {
    expect(run('stop_gradient', { x: [1, 2] }).gradients['x']).toBeUndefined();
    expect(run('gt', { a: 1, b: 2 }).gradients).toEqual({ a: undefined, b: undefined });
    expect(run('argmax', { x: [1, 2] }).gradients['x']).toBeUndefined();
  });
  it('of a copy is the sum of its copies’', () => {
    expect(run('copy', { x: 7 }, { n: 3 })).toEqual({ outputs: [[7], [7], [7]], gradients: { x: [3] } });
  });
  it('of a product is right where an entry is 0', () => {
    expect(run('prod', { x: [2, 0, 3] }).gradients['x']).toEqual([0, 6, 0]);
    expect(run('prod', { x: [0, 0, 3] }).gradients['x']).toEqual([0, 0, 0]);
  });
  it('of svm_loss counts the margins that are violated', () => {
    expect(run('svm_loss', { input: [[3, 5, 2.5]], target: [0] })).toEqual({ outputs: [[3.5]], gradients: { input: [-2, 1, 1] } });
  });
  it('adds up in the rows that embedding used twice', () => {
    expect(
      run('embedding', {
        weight: [
          [1, 2],
          [3, 4],
          [5, 6]
        ],
        index: [2, 0, 2]
      }).gradients['weight']
    ).toEqual([1, 1, 0, 0, 2, 2]);
  });
});

describe('a class out of range', () => {
  it.each([
    ['cross_entropy', { input: [[1, 2, 3]], target: [3] }, {}],
    ['nll_loss', { input: [[1, 2, 3]], target: [-1] }, {}],
    ['svm_loss', { input: [[1, 2, 3]], target: [3] }, {}],
    ['multi_margin_loss', { input: [[1, 2, 3]], target: [5] }, {}],
    ['multilabel_margin_loss', { input: [[1, 2, 3]], target: [[3, -1, 0]] }, {}],
    ['one_hot', { index: [0, 3] }, { num_classes: 3 }],
    ['embedding', { weight: [[1], [2]], index: [2] }, {}],
    ['index_select', { x: [1, 2], index: [-1] }, {}]
  ])('fails the run of %s', (name, inputs, params) => {
    expect(() => run(name, inputs, params)).toThrow(EngineError);
    expect(() => run(name, inputs, params)).toThrow(/is out of range/);
  });
});

describe('operands that do not fit', () => {
  it.each([
    ['add', { a: [1, 2], b: [1, 2, 3] }, {}, 'a is [2] and b is [3]; sizes aligned at the last axis must agree or be 1'],
    [
      'linear',
      { x: [[1, 2]], weight: [[1], [2], [3]] },
      {},
      'x is [1,2] and weight is [3,1]; the last size of x, 2, and the first of weight, 3, must agree'
    ],
    ['linear', { x: [[1, 2]], weight: [[1], [2]], bias: [1, 2] }, {}, 'bias is [2] and weight is [2,1]; expected [1]'],
    ['reshape', { x: [1, 2, 3] }, { shape: [2, -1] }, 'x is [3] and shape is [2,-1]; x has 3 entries, the shape a multiple of 2'],
    ['reshape', { x: [1, 2, 3] }, { shape: [-1, -1] }, 'x is [3] and shape is [-1,-1]; expected sizes of 0 or more, and at most one −1'],
    ['transpose', { x: [1, 2] }, {}, 'dim is -2 and x is [2]; expected -1 to 0'],
    ['sum', { x: [[1, 2]] }, { dim: [0, -2] }, 'dim is [0,-2], which names an axis of x [1,2] twice'],
    ['softmax', { x: [1, 2] }, { dim: 1 }, 'dim is 1 and x is [2]; expected -1 to 0'],
    ['amax', { x: [] }, {}, 'x is [0]; axis 0 has no entries to choose from'],
    [
      'cross_entropy',
      { input: [[1, 2]], target: [0, 1] },
      {},
      'input is [1,2] and target is [2]; expected [1], one class for each row of scores'
    ],
    ['bce_with_logits_loss', { input: [[1], [2]], target: [0, 1] }, {}, 'input is [2,1] and target is [2]; they must be the same'],
    ['concat', { x0: [[1, 2]], x1: [[1]] }, {}, 'x0 is [1,2] and x1 is [1,1]; all sizes but that of axis 0 must agree'],
    ['stack', { x0: 1, x1: 2 }, { dim: 1 }, 'dim is 1 and the inputs are []; expected -1 to 0'],
    ['split', { x: [1, 2, 3] }, { sizes: [1, 1] }, 'x is [3] and sizes is [1,1]; expected sizes that add up to 3, found 2'],
    ['expand', { x: [1, 2] }, { shape: [3] }, 'x is [2] and shape is [3]; aligned at the last axis, sizes must agree or be 1 in x'],
    ['pad', { x: [1, 2] }, { pad: [2, 0], mode: 'reflect' }, 'x is [2] and pad is [2,0]; a mirror image of axis 0 has at most 1 entries'],
    ['permute', { x: [[1]] }, { dims: [0, 0] }, 'dims is [0,0] and x is [1,1]; expected each of its 2 axes once'],
    ['glu', { x: [1, 2, 3] }, {}, 'x is [3] and dim is -1; expected an even size there, found 3'],
    ['group_norm', { x: [[1, 2, 3]] }, { num_groups: 2 }, 'x is [1,3] and num_groups is 2; its 3 channels should divide evenly']
  ])('are refused by %s with what was expected and found', (name, inputs, params, message) => {
    const attempt = () => new Compiled(gate(name), inputs, params);
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow(message);
  });
});

describe('the sources', () => {
  const typeOf = (name: string, params: Record<string, unknown>) =>
    gate(name).shape({}, resolveParams(gate(name), params).params, { mode: 'train', batch: 7 })[0]!;

  it('have the types that their parameters say', () => {
    expect(typeOf('variable', { value: [[1, 2]] })).toEqual({ dtype: 'float', shape: [1, 2] });
    expect(typeOf('constant', { value: [1, 2], dtype: 'int32' })).toEqual({ dtype: 'int32', shape: [2] });
    expect(typeOf('data', { dataset: 'd', field: 'x', shape: [4] })).toEqual({ dtype: 'float', shape: [7, 4] });
    expect(typeOf('data', { dataset: 'd', field: 'y', dtype: 'int32' })).toEqual({ dtype: 'int32', shape: [7] });
    expect(typeOf('parameter', { shape: [2, 3], init: { kind: 'zeros' } })).toEqual({ dtype: 'float', shape: [2, 3] });
    expect(typeOf('parameter', { value: [1, 2] })).toEqual({ dtype: 'float', shape: [2] });
  });
  it('refuse a parameter that nothing says the values of', () => {
    expect(() => typeOf('parameter', {})).toThrow('it has neither a shape nor a value');
    expect(() => typeOf('parameter', { shape: [2], value: [1, 2, 3] })).toThrow('shape is [2] and value is [3]; they must agree');
  });
});
