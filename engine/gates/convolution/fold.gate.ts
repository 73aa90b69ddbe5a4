import type { Type } from '../../base/dtypes';
import { formatShape, sizeOf } from '../../base/shapes';
import { defineGate, ShapeError, type ResolvedParams } from '../gate';
import { countsOf, DILATION, entriesOf, KERNEL_SIZE, layWindows, OUTPUT_SIZE, PADDING, perAxis, sampleTensor, STRIDE } from '../windows';

function resolve({ shape }: Type, params: ResolvedParams) {
  const spatial = perAxis(params, 'output_size', 2, 1);
  const windows = layWindows(spatial, params, { kernel: perAxis(params, 'kernel_size', 2, 1) });
  const [entries, places] = [entriesOf(windows), sizeOf(countsOf(windows))];
  const channels = shape.at(-2) ?? 0;
  if (shape.length < 2 || shape.length > 3 || channels % entries || shape.at(-1) !== places) {
    throw new ShapeError(
      `x is ${formatShape(shape)}; expected [N,C·${entries},${places}]: the ${entries} entries of a window for each channel, and the ${places} windows that output_size holds`,
      'x',
      'use the parameters of the unfold that made it'
    );
  }
  const lead = [...shape.slice(0, -2), channels / entries];
  return { spatial, windows, lead };
}

export default defineGate({
  kind: 'kernel',
  name: 'fold',
  family: 'convolution',
  inputs: [{ name: 'x' }],
  params: { output_size: OUTPUT_SIZE, kernel_size: KERNEL_SIZE, dilation: DILATION, padding: PADDING, stride: STRIDE },
  shape: ({ x }, params) => {
    const { lead, spatial } = resolve(x!, params);
    return [{ dtype: 'float', shape: [...lead, ...spatial] }];
  },
  lower: (b, { x }, params) => {
    const { lead, spatial, windows } = resolve(b.type(x!), params);
    const columns = b.reshape(x!, [...lead, ...windows.map(({ size }) => size), ...countsOf(windows)]);
    return [b.foldPatches(columns, windows, lead.length, spatial)];
  },
  latex: '\\operatorname{col2im}(x)',
  latexBackward: { x: '\\operatorname{im2col}(g)' },
  doc: 'Puts the windows of an image back where unfold took them from; where windows overlap they add up.',
  samples: [
    { inputs: { x: sampleTensor([2, 8, 6]) }, params: { output_size: [3, 4], kernel_size: 2 } },
    {
      inputs: { x: sampleTensor([6, 6]) },
      params: { output_size: [4, 5], kernel_size: [2, 3], padding: 1, stride: [2, 1], dilation: [2, 2] }
    },
    { inputs: { x: { shape: [0, 1, 4], data: [] } }, params: { output_size: 2, kernel_size: 1 } }
  ]
});
