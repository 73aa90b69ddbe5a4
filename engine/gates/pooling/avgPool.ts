import { defineGate, type Gate } from '../gate';
import {
  CEIL_MODE,
  countsOf,
  KERNEL_SIZE,
  PADDING,
  POOL_STRIDE,
  poolWindows,
  splitAxes,
  onnxWindows,
  perAxis,
  onnxBatched
} from '../windows';
import { meanOfWindows } from './average';
import { channelsOf, pooledTypes, sampleOf, type Axes } from './pool';

/** `avg_pool1d`, `avg_pool2d`, `avg_pool3d`: torch.nn.functional's, for so many axes. */
export function avgPool(axes: Axes): Gate {
  return defineGate({
    kind: 'kernel',
    name: `avg_pool${axes}d`,
    family: 'pooling',
    inputs: [{ name: 'x' }],
    params: {
      kernel_size: KERNEL_SIZE,
      stride: POOL_STRIDE,
      padding: PADDING,
      ceil_mode: CEIL_MODE,
      count_include_pad: { type: 'boolean', default: true, doc: 'Whether padding counts as zeros of the mean.' }
    },
    shape: ({ x }, params) => pooledTypes(x!, axes, countsOf(poolWindows(splitAxes(x!, axes).spatial, params)), ['float']),
    lower: (b, { x }, params) => {
      const { channels, spatial, shaped } = channelsOf(b, x!, axes);
      const windows = poolWindows(spatial, params);
      return [b.reshape(meanOfWindows(b, channels, windows, params['count_include_pad']), shaped(countsOf(windows)))];
    },
    latex: 'out_o = \\frac{1}{K} \\sum_{i \\in \\text{window } o} x_i',
    latexBackward: { x: '\\frac{1}{K} \\sum_{o \\ni i} g_o' },
    doc: 'The mean of each window. Backward all entries of a window share its gradient evenly.',
    emit: {
      onnx: onnxBatched(axes, (o, { x }, params, types) => {
        const { spatial } = splitAxes(types['x']!, axes);
        const windows = poolWindows(spatial, params);
        // Of windows that reach beyond the padding, ONNX leaves open what they are divided by.
        const inside = windows.every(({ size, stride, low, count }, axis) => (count - 1) * stride + size <= spatial[axis]! + 2 * low);
        if (!inside) return null;
        const attributes = onnxWindows(params, perAxis(params, 'kernel_size', axes, 1));
        return [o.node('AveragePool', [x], { ...attributes, count_include_pad: Number(params['count_include_pad']) })];
      })
    },
    samples: [
      { inputs: { x: sampleOf([2, 2], axes, 4) }, params: { kernel_size: 2 } },
      { inputs: { x: sampleOf([2], axes, 5, 1) }, params: { kernel_size: 3, stride: 2, padding: 1, ceil_mode: true } },
      { inputs: { x: sampleOf([1, 1], axes, 4, 2) }, params: { kernel_size: 3, padding: 1, count_include_pad: false, ceil_mode: true } },
      { inputs: { x: { shape: [0, 2, ...Array<number>(axes).fill(3)], data: [] } }, params: { kernel_size: 2 } }
    ]
  });
}
