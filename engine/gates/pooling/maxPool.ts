import { defineGate, type Gate } from '../gate';
import { CEIL_MODE, countsOf, DILATION, KERNEL_SIZE, PADDING, POOL_STRIDE, poolWindows, splitAxes, onnxBatched } from '../windows';
import { maximumOfWindows, maximumOutputs } from './maximum';
import { channelsOf, MAXIMUM_OUTPUTS, pooledTypes, sampleOf, type Axes, onnxMaxPool } from './pool';

/** `max_pool1d`, `max_pool2d`, `max_pool3d`: torch.nn.functional's, for so many axes. */
export function maxPool(axes: Axes): Gate {
  return defineGate({
    kind: 'kernel',
    name: `max_pool${axes}d`,
    family: 'pooling',
    inputs: [{ name: 'x' }],
    outputs: MAXIMUM_OUTPUTS,
    params: { kernel_size: KERNEL_SIZE, stride: POOL_STRIDE, padding: PADDING, dilation: DILATION, ceil_mode: CEIL_MODE },
    shape: ({ x }, params) => pooledTypes(x!, axes, countsOf(poolWindows(splitAxes(x!, axes).spatial, params)), ['float', 'int32']),
    lower: (b, { x }, params) => {
      const { channels, spatial, shaped } = channelsOf(b, x!, axes);
      const windows = poolWindows(spatial, params);
      return maximumOutputs(b, maximumOfWindows(b, channels, windows), shaped(countsOf(windows)));
    },
    latex: 'out_o = \\max_{i \\in \\text{window } o} x_i',
    latexBackward: { x: '\\sum_o g_o\\,[i = \\arg\\max \\text{ of window } o]' },
    doc: 'The largest entry of each window. Backward that entry receives the gradient, the first of several that tie.',
    emit: {
      torch: (params) => ({ forward: `F.max_pool${axes}d`, params: { ...params, return_indices: true } }),
      onnx: onnxBatched(axes, (o, { x }, params, types) => {
        const { spatial } = splitAxes(types['x']!, axes);
        return onnxMaxPool(o, x!, spatial, poolWindows(spatial, params));
      })
    },
    samples: [
      { inputs: { x: sampleOf([2, 2], axes, 4) }, params: { kernel_size: 2 } },
      { inputs: { x: sampleOf([2], axes, 5, 1) }, params: { kernel_size: 3, stride: 2, padding: 1, ceil_mode: true } },
      { inputs: { x: sampleOf([1, 1], axes, 5, 2) }, params: { kernel_size: 2, stride: 1, dilation: 3 } },
      { inputs: { x: { shape: [0, 2, ...Array<number>(axes).fill(3)], data: [] } }, params: { kernel_size: 2 } }
    ]
  });
}
