/** Convolution over any number of axes, as one matrix product over the patches of x. */
import type { Type } from '../../base/dtypes';
import { formatShape, sizeOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { defineGate, ShapeError, type Gate, type Operands, type ParamSpec, type ResolvedParams } from '../gate';
import { countsOf, DILATION, entriesOf, layWindows, PADDING, sampleTensor, splitAxes, STRIDE, onnxWindows, onnxBatched } from '../windows';

export const GROUPS = {
  type: 'integer',
  default: 1,
  min: 1,
  doc: 'Into how many groups the channels are divided; each sees its own only.'
} as const satisfies ParamSpec;

/** The kernel's sizes: `weight` has two axes more than the windows. Throws ShapeError where it has not, or x other channels. */
export function kernelOf(weight: Type, axes: number, labels: string): readonly number[] {
  if (weight.shape.length !== axes + 2 || weight.shape.includes(0)) {
    throw new ShapeError(
      `weight is ${formatShape(weight.shape)}; expected [${labels},${'k,'.repeat(axes).slice(0, -1)}], no size 0`,
      'weight',
      'reshape it'
    );
  }
  return weight.shape.slice(2);
}

export function checkBias(bias: Type | undefined, channels: number): void {
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new ShapeError(
      `bias is ${formatShape(bias.shape)}; expected [${channels}], one for each channel of the result`,
      'bias',
      `make bias [${channels}]`
    );
  }
}

function resolve({ x, weight, bias }: Operands<Type>, params: ResolvedParams, axes: number) {
  const { lead, spatial } = splitAxes(x!, axes);
  const kernel = kernelOf(weight!, axes, 'out,in/groups');
  const groups: number = params['groups'];
  const [outer, inner] = weight!.shape as [number, number];
  const channels = lead.at(-1)!;
  if (channels !== inner * groups) {
    throw new ShapeError(
      `x is ${formatShape(x!.shape)} and weight is ${formatShape(weight!.shape)}; its ${channels} channels should be ${inner}${groups > 1 ? ` · ${groups} groups` : ''}`,
      'weight',
      `make weight [${outer},${Math.ceil(channels / groups)},${kernel.join()}]`
    );
  }
  if (outer % groups)
    throw new ShapeError(
      `weight is ${formatShape(weight!.shape)} and groups is ${groups}; its ${outer} rows should divide evenly`,
      'weight',
      'change groups'
    );
  checkBias(bias, outer);
  const windows = layWindows(spatial, params, { kernel });
  return {
    rows: sizeOf(lead.slice(0, -1)),
    channels,
    spatial,
    groups,
    outer,
    inner,
    windows,
    out: [...lead.slice(0, -1), outer, ...countsOf(windows)]
  };
}

/** For each image, and each group of channels, the kernel as a matrix times the patches. */
function lower(b: Builder, { x, weight, bias }: Operands<ValueId>, params: ResolvedParams, axes: number): ValueId {
  const types = { x: b.type(x!), weight: b.type(weight!) };
  const { rows, channels, spatial, groups, outer, inner, windows, out } = resolve(types, params, axes);
  const lead = groups === 1 ? [rows] : [rows, groups];
  const places = sizeOf(countsOf(windows));
  const reach = inner * entriesOf(windows);
  const patches = b.reshape(b.patches(b.reshape(x!, [rows, channels, ...spatial]), windows, 2), [...lead, reach, places]);
  const kernel = b.reshape(weight!, [...lead.slice(1), outer / groups, reach]);
  const product = b.reshape(b.dot(b.broadcast(kernel, [...lead, outer / groups, reach]), patches), out);
  return bias === undefined ? product : b.add(product, b.reshape(bias, [outer, ...windows.map(() => 1)]));
}

/** `conv1d`, `conv2d`, `conv3d`: torch.nn.functional's, for so many axes. */
export function convolution(axes: 1 | 2 | 3): Gate {
  const fill = (length: number) => Array.from({ length: axes }, () => length);
  const square = (lead: Shape, length: number, seed: number) => sampleTensor([...lead, ...fill(length)], seed);
  return defineGate({
    kind: 'kernel',
    name: `conv${axes}d`,
    family: 'convolution',
    inputs: [{ name: 'x' }, { name: 'weight' }, { name: 'bias', optional: true }],
    params: { stride: STRIDE, padding: PADDING, dilation: DILATION, groups: GROUPS },
    shape: (inputs, params) => [{ dtype: 'float', shape: resolve(inputs, params, axes).out }],
    lower: (b, inputs, params) => [lower(b, inputs, params, axes)],
    latex: 'out_{n,o} = b_o + \\sum_c w_{o,c} \\star x_{n,c}',
    latexBackward: { x: '\\sum_o w_{o,c} * g_{n,o}', weight: '\\sum_n g_{n,o} \\star x_{n,c}', bias: '\\sum_{n,\\ldots} g_{n,o}' },
    doc: `Slides a kernel over ${['a line', 'an image', 'a volume'][axes - 1]}: every output is the weighted sum of a window of x over all channels. weight is [out, in/groups, kernel…].`,
    emit: {
      onnx: onnxBatched(axes, (o, { x, weight, bias }, params, types) => [
        o.node('Conv', [x, weight, bias], onnxWindows(params, types['weight']!.shape.slice(2)))
      ])
    },
    samples: [
      { inputs: { x: square([2, 2], 4, 0), weight: square([3, 2], 2, 1), bias: [0.1, -0.2, 0.3] } },
      { inputs: { x: square([1, 2], 5, 2), weight: square([2, 2], 3, 3) }, params: { stride: 2, padding: 1 } },
      { inputs: { x: square([2], 5, 4), weight: square([1, 2], 2, 5) }, params: { dilation: fill(3), stride: fill(2), padding: 2 } },
      { inputs: { x: square([1, 4], 3, 6), weight: square([4, 2], 2, 7), bias: [1, 2, 3, 4] }, params: { groups: 2 } },
      { inputs: { x: { shape: [0, 1, ...fill(2)], data: [] }, weight: square([1, 1], 1, 8), bias: [1] } }
    ]
  });
}
