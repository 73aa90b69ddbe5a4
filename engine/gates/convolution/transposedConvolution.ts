/** The adjoint of a convolution as a gate of its own: one matrix product, its windows added up where they lie. */
import type { Type } from '../../base/dtypes';
import { formatShape, sizeOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId, Window } from '../../ir/graph';
import { defineGate, ShapeError, type Gate, type Operands, type ResolvedParams } from '../gate';
import {
  DILATION,
  entriesOf,
  OUTPUT_PADDING,
  PADDING,
  perAxis,
  sampleTensor,
  splitAxes,
  STRIDE,
  onnxWindows,
  onnxBatched
} from '../windows';
import { checkBias, GROUPS, kernelOf } from './convolution';

function resolve({ x, weight, bias }: Operands<Type>, params: ResolvedParams, axes: number) {
  const { lead, spatial } = splitAxes(x!, axes);
  const kernel = kernelOf(weight!, axes, 'in,out/groups');
  const groups: number = params['groups'];
  const [channels, part] = weight!.shape as [number, number];
  if (lead.at(-1) !== channels) {
    throw new ShapeError(
      `x is ${formatShape(x!.shape)} and weight is ${formatShape(weight!.shape)}; the channels of x, ${lead.at(-1)}, and the first size of weight, ${channels}, must agree`,
      'weight',
      `make weight [${lead.at(-1)},${part},${kernel.join()}]`
    );
  }
  if (channels % groups)
    throw new ShapeError(
      `weight is ${formatShape(weight!.shape)} and groups is ${groups}; its ${channels} rows should divide evenly`,
      'weight',
      'change groups'
    );
  const outer = part * groups;
  checkBias(bias, outer);
  const strides = perAxis(params, 'stride', axes, 1);
  const paddings = perAxis(params, 'padding', axes, 0);
  const dilations = perAxis(params, 'dilation', axes, 1);
  const extra = perAxis(params, 'output_padding', axes, 0);
  const windows: readonly Window[] = spatial.map((count, axis) => ({
    size: kernel[axis]!,
    stride: strides[axis]!,
    dilation: dilations[axis]!,
    low: paddings[axis]!,
    count
  }));
  const result = windows.map(({ size, stride, dilation, low, count }, axis) => {
    if (extra[axis]! >= Math.max(stride, dilation)) {
      throw new ShapeError(
        `output_padding is ${extra[axis]} on axis ${axis - axes}; it should be below the stride ${stride} or the dilation ${dilation}`
      );
    }
    const length = (count - 1) * stride - 2 * low + dilation * (size - 1) + extra[axis]! + 1;
    if (count === 0 || length < 1)
      throw new ShapeError(
        `x is ${formatShape(x!.shape)}; axis ${axis - axes} of the result would have ${length} entries`,
        'x',
        'use less padding'
      );
    return length;
  });
  return {
    rows: sizeOf(lead.slice(0, -1)),
    channels,
    spatial,
    groups,
    part,
    outer,
    windows,
    result,
    out: [...lead.slice(0, -1), outer, ...result]
  };
}

function lower(b: Builder, { x, weight, bias }: Operands<ValueId>, params: ResolvedParams, axes: number): ValueId {
  const { rows, channels, spatial, groups, part, outer, windows, result, out } = resolve(
    { x: b.type(x!), weight: b.type(weight!) },
    params,
    axes
  );
  const batch = groups === 1 ? [rows] : [rows, groups];
  const inner = channels / groups;
  const reach = part * entriesOf(windows);
  const kernel = b.broadcast(b.reshape(weight!, [...batch.slice(1), inner, reach]), [...batch, inner, reach]);
  const product = b.dot(kernel, b.reshape(x!, [...batch, inner, sizeOf(spatial)]), { transposeA: true });
  const folded = b.foldPatches(b.reshape(product, [rows, outer, ...windows.map(({ size }) => size), ...spatial]), windows, 2, result);
  const laid = b.reshape(folded, out);
  return bias === undefined ? laid : b.add(laid, b.reshape(bias, [outer, ...result.map(() => 1)]));
}

/** `conv_transpose1d`, `conv_transpose2d`, `conv_transpose3d`: torch.nn.functional's, for so many axes. */
export function transposedConvolution(axes: 1 | 2 | 3): Gate {
  const fill = (length: number) => Array.from({ length: axes }, () => length);
  const square = (lead: Shape, length: number, seed: number) => sampleTensor([...lead, ...fill(length)], seed);
  return defineGate({
    kind: 'kernel',
    name: `conv_transpose${axes}d`,
    family: 'convolution',
    inputs: [{ name: 'x' }, { name: 'weight' }, { name: 'bias', optional: true }],
    params: { stride: STRIDE, padding: PADDING, output_padding: OUTPUT_PADDING, dilation: DILATION, groups: GROUPS },
    shape: (inputs, params) => [{ dtype: 'float', shape: resolve(inputs, params, axes).out }],
    lower: (b, inputs, params) => [lower(b, inputs, params, axes)],
    latex: 'out_{n,o} = b_o + \\sum_c w_{c,o} * x_{n,c}',
    latexBackward: { x: '\\sum_o w_{c,o} \\star g_{n,o}', weight: '\\sum_n x_{n,c} \\star g_{n,o}', bias: '\\sum_{n,\\ldots} g_{n,o}' },
    doc: 'A convolution backwards: every entry of x lays down a weighted kernel, and where kernels overlap they add up. weight is [in, out/groups, kernel…].',
    emit: {
      onnx: onnxBatched(axes, (o, { x, weight, bias }, params, types) => {
        const low = perAxis(params, 'padding', axes, 0);
        const high = perAxis(params, 'output_padding', axes, 0).map((extra, axis) => low[axis]! - extra);
        // What is cut off less at the end comes to the same, and runtimes refuse an output_padding that reaches the stride.
        if (high.some((size) => size < 0)) return null;
        const attributes = { ...onnxWindows(params, types['weight']!.shape.slice(2)), pads: [...low, ...high] };
        return [o.node('ConvTranspose', [x, weight, bias], attributes)];
      })
    },
    samples: [
      { inputs: { x: square([2, 2], 2, 0), weight: square([2, 3], 2, 1), bias: [0.1, -0.2, 0.3] } },
      { inputs: { x: square([1, 2], 3, 2), weight: square([2, 1], 3, 3) }, params: { stride: 2, padding: 1, output_padding: fill(1) } },
      { inputs: { x: square([2], 2, 4), weight: square([2, 1], 2, 5) }, params: { dilation: fill(3), output_padding: 2, padding: 1 } },
      { inputs: { x: square([1, 4], 2, 6), weight: square([4, 1], 2, 7), bias: [1, 2] }, params: { groups: 2 } },
      { inputs: { x: { shape: [0, 1, ...fill(2)], data: [] }, weight: square([1, 1], 1, 8), bias: [1] } }
    ]
  });
}
