import { sizeOf } from '../../base/shapes';
import { defineGate, type ResolvedParams } from '../gate';
import type { Type } from '../../base/dtypes';
import { countsOf, DILATION, entriesOf, KERNEL_SIZE, layWindows, PADDING, perAxis, sampleTensor, splitAxes, STRIDE } from '../windows';

function resolve(x: Type, params: ResolvedParams) {
  const { lead, spatial } = splitAxes(x, 2);
  const windows = layWindows(spatial, params, { kernel: perAxis(params, 'kernel_size', 2, 1) });
  return { windows, channelAxis: lead.length, out: [...lead.slice(0, -1), lead.at(-1)! * entriesOf(windows), sizeOf(countsOf(windows))] };
}

export default defineGate({
  kind: 'kernel',
  name: 'unfold',
  family: 'convolution',
  inputs: [{ name: 'x' }],
  params: { kernel_size: KERNEL_SIZE, dilation: DILATION, padding: PADDING, stride: STRIDE },
  shape: ({ x }, params) => [{ dtype: 'float', shape: resolve(x!, params).out }],
  lower: (b, { x }, params) => {
    const { windows, channelAxis, out } = resolve(b.type(x!), params);
    return [b.reshape(b.patches(x!, windows, channelAxis), out)];
  },
  latex: '\\operatorname{im2col}(x)',
  latexBackward: { x: '\\operatorname{col2im}(g)' },
  doc: 'Lays the windows of an image side by side: a column for each, its entries below each other. A convolution is a matrix product with it.',
  samples: [
    { inputs: { x: sampleTensor([2, 2, 3, 4]) }, params: { kernel_size: 2 } },
    { inputs: { x: sampleTensor([1, 4, 5]) }, params: { kernel_size: [2, 3], padding: 1, stride: [2, 1], dilation: [1, 2] } },
    { inputs: { x: { shape: [0, 1, 2, 2], data: [] } }, params: { kernel_size: 1 } }
  ]
});
