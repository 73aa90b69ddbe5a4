/** Operators that Wiregrad does not write itself, or not in this way: the imported graph against onnxruntime on the same model. */
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../engine/base/shapes';
import type { Tensor } from '../../../engine/base/tensors';
import { EngineError } from '../../../engine/base/errors';
import { writeOnnx, type OnnxAttributes, type OnnxNode } from '../../../engine/formats/onnx';
import { importOnnx } from '../../../engine/importers/onnx';
import { apart, feedsOf, runEngine, runOnnx } from '../exporters/onnxRuntime';
import { draws } from '../gates/compiled';

const floats = (shape: readonly number[], seed = 1): Tensor => ({
  dtype: 'float',
  shape,
  data: Float32Array.from(draws(sizeOf(shape), seed))
});
const numbers = (...data: number[]): Tensor => ({ dtype: 'float', shape: [data.length], data: Float32Array.from(data) });
const integers = (...data: number[]): Tensor => ({ dtype: 'int32', shape: [data.length], data: Int32Array.from(data) });
const scalar = (value: number): Tensor => ({ dtype: 'float', shape: [], data: Float32Array.of(value) });
const whole = (value: number): Tensor => ({ dtype: 'int32', shape: [], data: Int32Array.of(value) });

interface Small {
  /** [op, inputs, attributes]; the outputs are `op0`, `op1`, … by place, the last one `out`. */
  readonly nodes: readonly (readonly [op: string, inputs: string, attributes?: OnnxAttributes])[];
  readonly shape: readonly number[];
  readonly weights?: Readonly<Record<string, Tensor>>;
  readonly opset?: number;
}

function modelOf({ nodes, shape, weights = {}, opset = 17 }: Small): Uint8Array {
  const named = nodes.map(([op, inputs, attributes = {}], at): OnnxNode => {
    const output = at === nodes.length - 1 ? 'out' : `op${at}`;
    return { name: `node${at}`, op, inputs: inputs.split(' ').map((name) => (name === '-' ? '' : name)), outputs: [output], attributes };
  });
  return writeOnnx({
    name: 'small',
    doc: '',
    opset,
    producer: 'test',
    nodes: named,
    initializers: new Map(Object.entries(weights)),
    inputs: [{ name: 'x', dtype: 'float', shape }],
    outputs: [{ name: 'out', dtype: 'float', shape: null }]
  });
}

const CASES: Readonly<Record<string, Small>> = {
  'Gemm of transposed operands, scaled': {
    nodes: [['Gemm', 'x w c', { transA: 1, transB: 1, alpha: 0.5, beta: 2 }]],
    shape: [3, 2],
    weights: { w: floats([4, 3]), c: floats([2, 4], 2) }
  },
  'Gemm whose weight another node reads too': {
    nodes: [
      ['Gemm', 'x w b', { transB: 1 }],
      ['MatMul', 'op0 w']
    ],
    shape: [2, 3],
    weights: { w: floats([3, 3]), b: floats([3], 2) }
  },
  'MatMul and Add as a layer': {
    nodes: [
      ['MatMul', 'x w'],
      ['Add', 'b op0'],
      ['Relu', 'op1']
    ],
    shape: [2, 5, 3],
    weights: { w: floats([3, 4]), b: floats([4], 2) }
  },
  'MatMul that is read twice': {
    nodes: [
      ['MatMul', 'x w'],
      ['Add', 'op0 b'],
      ['Mul', 'op0 op1']
    ],
    shape: [2, 3],
    weights: { w: floats([3, 4]), b: floats([4], 2) }
  },
  PRelu: { nodes: [['PRelu', 'x s']], shape: [2, 3, 2], weights: { s: floats([3, 1], 4) } },
  HardSigmoid: { nodes: [['HardSigmoid', 'x']], shape: [3, 4] },
  HardSwish: { nodes: [['HardSwish', 'x']], shape: [3, 4] },
  ThresholdedRelu: { nodes: [['ThresholdedRelu', 'x', { alpha: 0.7 }]], shape: [3, 4] },
  'Clip of one limit': { nodes: [['Clip', 'x - m']], shape: [5], weights: { m: scalar(0.5) } },
  'a sum and mean of several': {
    nodes: [
      ['Sum', 'x w v'],
      ['Mean', 'op0 x w']
    ],
    shape: [2, 3],
    weights: { w: floats([2, 3]), v: floats([2, 3], 2) }
  },
  'And, Or and Not of comparisons': {
    nodes: [
      ['Greater', 'x a'],
      ['Less', 'x b'],
      ['And', 'op0 op1'],
      ['Not', 'op2'],
      ['Or', 'op0 op3'],
      ['Where', 'op4 x a']
    ],
    shape: [7],
    weights: { a: scalar(-0.5), b: scalar(0.8) }
  },
  'ReduceSumSquare and ReduceLogSum': {
    nodes: [
      ['ReduceSumSquare', 'x', { axes: [1], keepdims: 0 }],
      ['ReduceLogSum', 'op0', { axes: [0] }]
    ],
    shape: [2, 3, 4]
  },
  'ReduceMean of all, kept': { nodes: [['ReduceMean', 'x']], shape: [2, 3] },
  'Slice from the end, in steps, of two axes': {
    nodes: [['Slice', 'x s e a p']],
    shape: [4, 7],
    weights: { s: integers(-3, 1), e: integers(2147483647, -1), a: integers(0, 1), p: integers(1, 2) }
  },
  'Slice backwards': {
    nodes: [['Slice', 'x s e a p']],
    shape: [4, 7],
    weights: { s: integers(-1), e: integers(-2147483647), a: integers(1), p: integers(-2) }
  },
  'Gather of one row, counted from the end': { nodes: [['Gather', 'x i', { axis: 1 }]], shape: [2, 3, 4], weights: { i: whole(-1) } },
  'Gather by a table': {
    nodes: [['Gather', 'x i', { axis: 1 }]],
    shape: [2, 3, 4],
    weights: { i: { dtype: 'int32', shape: [2, 2], data: Int32Array.of(0, 2, 1, 1) } }
  },
  'Squeeze and Unsqueeze of several axes': {
    nodes: [
      ['Unsqueeze', 'x a'],
      ['Squeeze', 'op0 b']
    ],
    shape: [2, 3],
    weights: { a: integers(0, -1), b: integers(0) }
  },
  'Flatten elsewhere': { nodes: [['Flatten', 'x', { axis: 2 }]], shape: [2, 3, 4, 5] },
  'Reshape that keeps a size and finds another': { nodes: [['Reshape', 'x s']], shape: [2, 3, 4], weights: { s: integers(0, -1) } },
  Tile: { nodes: [['Tile', 'x r']], shape: [2, 3], weights: { r: integers(2, 3) } },
  Expand: { nodes: [['Expand', 'x s']], shape: [3, 1], weights: { s: integers(2, 1, 4) } },
  'Pad on one side, by a value': { nodes: [['Pad', 'x p v']], shape: [2, 3], weights: { p: integers(0, 1, 2, 0), v: scalar(0.5) } },
  'Pad by the edge': { nodes: [['Pad', 'x p', { mode: 'edge' }]], shape: [2, 3], weights: { p: integers(1, 1, 0, 2) } },
  'sizes worked out from a shape': {
    nodes: [
      ['Shape', 'x'],
      ['Gather', 'op0 zero'],
      ['Unsqueeze', 'op1 axis'],
      ['Concat', 'op2 rest', { axis: 0 }],
      ['Reshape', 'x op3']
    ],
    shape: [1, 3, 4],
    weights: { zero: whole(0), axis: integers(0), rest: integers(-1) }
  },
  'a scale worked out from a shape': {
    nodes: [
      ['Shape', 'x'],
      ['Gather', 'op0 one'],
      ['Cast', 'op1', { to: 1 }],
      ['Sqrt', 'op2'],
      ['Div', 'x op3']
    ],
    shape: [2, 9],
    weights: { one: whole(1) }
  },
  'Conv padded to the same size': {
    nodes: [['Conv', 'x w', { auto_pad: 'SAME_UPPER', strides: [2, 2] }]],
    shape: [1, 2, 6, 5],
    weights: { w: floats([3, 2, 3, 3]) }
  },
  'Conv padded to the same size, more before': {
    nodes: [['Conv', 'x w', { auto_pad: 'SAME_LOWER', strides: [2, 2] }]],
    shape: [1, 2, 6, 5],
    weights: { w: floats([3, 2, 3, 3]) }
  },
  'Conv padded unevenly': {
    nodes: [['Conv', 'x w b', { pads: [0, 1, 2, 0], group: 2 }]],
    shape: [1, 2, 4, 4],
    weights: { w: floats([4, 1, 3, 2]), b: floats([4], 2) }
  },
  'ConvTranspose that cuts off less behind': {
    nodes: [['ConvTranspose', 'x w', { strides: [2, 2], pads: [1, 1, 0, 0] }]],
    shape: [1, 2, 3, 3],
    weights: { w: floats([2, 3, 3, 3]) }
  },
  'MaxPool padded unevenly': { nodes: [['MaxPool', 'x', { kernel_shape: [3, 3], pads: [2, 0, 0, 1] }]], shape: [1, 2, 5, 5] },
  'MaxPool that moves by 1 unless it is told': { nodes: [['MaxPool', 'x', { kernel_shape: [2] }]], shape: [1, 2, 6] },
  'AveragePool that does not count its padding': {
    nodes: [['AveragePool', 'x', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] }]],
    shape: [1, 2, 5, 5]
  },
  'AveragePool padded unevenly': {
    nodes: [['AveragePool', 'x', { kernel_shape: [2, 2], pads: [0, 0, 1, 1], count_include_pad: 1 }]],
    shape: [1, 2, 4, 4]
  },
  'global pools': {
    nodes: [
      ['GlobalAveragePool', 'x'],
      ['GlobalMaxPool', 'x'],
      ['Add', 'op0 op1']
    ],
    shape: [2, 3, 4, 5]
  },
  BatchNormalization: {
    nodes: [['BatchNormalization', 'x s b m v', { epsilon: 0.001 }]],
    shape: [1, 3, 2],
    weights: { s: floats([3]), b: floats([3], 2), m: floats([3], 3), v: numbers(0.5, 1, 2) }
  },
  InstanceNormalization: { nodes: [['InstanceNormalization', 'x s b']], shape: [2, 3, 4], weights: { s: floats([3]), b: floats([3], 2) } },
  'Resize by scales': {
    nodes: [['Resize', 'x - s', { mode: 'linear', coordinate_transformation_mode: 'align_corners' }]],
    shape: [1, 2, 3, 4],
    weights: { s: numbers(1, 1, 2, 2) }
  },
  'Resize to sizes': {
    nodes: [['Resize', 'x - - s', { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }]],
    shape: [1, 2, 3, 4],
    weights: { s: integers(1, 2, 6, 8) }
  },
  CumSum: { nodes: [['CumSum', 'x a']], shape: [2, 3], weights: { a: whole(1) } },
  'operator set 9, whose axes and limits are attributes': {
    nodes: [
      ['Unsqueeze', 'x', { axes: [0] }],
      ['Slice', 'op0', { starts: [1], ends: [3], axes: [2] }],
      ['Squeeze', 'op1', { axes: [0] }],
      ['Dropout', 'op2'],
      ['ReduceSum', 'op3', { axes: [1], keepdims: 0 }]
    ],
    shape: [2, 4],
    opset: 9
  }
};

describe('an imported model computes what it computed:', () => {
  it.each(Object.entries(CASES))('%s', async (_name, small) => {
    const bytes = modelOf(small);
    const { document, weights, outputs } = importOnnx(bytes, 'small');
    const x = floats(small.shape, 5);
    const wanted = (await runOnnx(bytes, new Map([['x', x]]))).get('out')!;
    const out = outputs.get('out')!;
    const found = (await runEngine({ document, weights }, new Map([...feedsOf({ document, weights }, 1), ['x', x]]), [out], 1)).get(out)!;
    expect(apart(wanted, found)).toBeLessThan(1e-5);
  });
});

describe('the import', () => {
  const refusal = (small: Small): EngineError => {
    try {
      importOnnx(modelOf(small), 'small');
    } catch (error) {
      if (error instanceof EngineError) return error;
      throw error;
    }
    throw new Error('it was not refused');
  };

  it('turns the weight of a Gemm once, and names gates as the file does', () => {
    const { document, weights } = importOnnx(modelOf(CASES['Gemm whose weight another node reads too']!), 'small');
    expect(document.nodes.map(({ id, gate }) => `${id} ${gate}`)).toEqual([
      'x variable',
      'w parameter',
      'b parameter',
      'node0 linear',
      'w2 parameter',
      'out linear'
    ]);
    expect([...weights.get('w')!.data].slice(0, 2)).toEqual([weights.get('w2')!.data[0], weights.get('w2')!.data[3]]);
  });

  it('makes one layer of a product and its bias', () => {
    const { document } = importOnnx(modelOf(CASES['MatMul and Add as a layer']!), 'small');
    expect(document.nodes.map(({ gate }) => gate)).toEqual(['variable', 'parameter', 'linear', 'parameter', 'relu']);
  });

  it('leaves the rows open where a flattened size was worked out for one', () => {
    const { document } = importOnnx(modelOf(CASES['sizes worked out from a shape']!), 'small');
    expect(document.nodes.map(({ id, gate, params }) => [id, gate, params?.['shape']])).toEqual([
      ['x', 'variable', undefined],
      ['out', 'flatten', undefined]
    ]);
  });

  it('names every operator that has no gate, with its nodes', () => {
    const { code, diagnostics } = refusal({
      nodes: [
        ['LSTM', 'x'],
        ['Relu', 'op0'],
        ['Einsum', 'op1'],
        ['LSTM', 'op2']
      ],
      shape: [2]
    });
    expect(code).toBe('unsupported-onnx');
    expect(diagnostics[0]!.message).toBe('no gate computes LSTM (nodes node0, node3); Einsum (node node2)');
  });

  it('names every node that asks for what its gate does not do, and not those that only follow', () => {
    const { diagnostics } = refusal({
      nodes: [
        ['Softmax', 'x', { axis: 1 }],
        ['Relu', 'op0'],
        ['CumSum', 'x a', { reverse: 1 }],
        ['Add', 'op1 op2']
      ],
      shape: [2, 3, 4],
      opset: 11,
      weights: { a: whole(1) }
    });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'node node0 (Softmax): its axis is not the last one, and operator set 11 takes all behind it together',
      'node node2 (CumSum): it goes backwards or leaves the entry itself out'
    ]);
    expect(diagnostics.every(({ hint }) => hint)).toBe(true);
  });

  it('refuses a graph whose sizes do not fit, a tensor that nothing gives and an input of no shape', () => {
    expect(refusal({ nodes: [['MatMul', 'x w']], shape: [2, 3], weights: { w: floats([4, 5]) } }).message).toMatch(
      /node node0 \(MatMul\): as the gate linear, .*4/
    );
    expect(refusal({ nodes: [['Add', 'x ghost']], shape: [2] }).message).toContain('its input ghost is given by nothing before it');
  });

  it.each(['__proto__', 'constructor', '', '0', 'ä.b/c', 'x'.repeat(300)])('gives the weight %j an id', (name) => {
    const { document, weights } = importOnnx(
      modelOf({ nodes: [['Mul', `x ${name || 'w'}`]], shape: [2], weights: { [name || 'w']: floats([2]) } }),
      'small'
    );
    const [parameter] = document.nodes.filter(({ gate }) => gate === 'parameter');
    expect(parameter!.id).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
    expect([...weights.keys()]).toEqual([parameter!.id]);
  });
});
