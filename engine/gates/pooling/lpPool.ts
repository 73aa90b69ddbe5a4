import { defineGate, type Gate } from '../gate';
import { CEIL_MODE, countsOf, entriesOf, KERNEL_SIZE, POOL_STRIDE, poolWindows, splitAxes } from '../windows';
import { meanOfWindows } from './average';
import { channelsOf, pooledTypes, sampleOf, type Axes } from './pool';

/** `lp_pool1d`, `lp_pool2d`: torch.nn.functional's, whose last window with ceil_mode counts as if it were whole. */
export function lpPool(axes: Axes): Gate {
  const positive = (lead: readonly number[], length: number, seed: number) => {
    const { shape, data } = sampleOf(lead, axes, length, seed);
    return { shape, data: data.map((value) => Math.abs(value) + 0.1) };
  };
  return defineGate({
    kind: 'composite',
    name: `lp_pool${axes}d`,
    family: 'pooling',
    inputs: [{ name: 'x' }],
    params: {
      norm_type: { type: 'number', doc: 'p: 1 gives sums, 2 lengths, more and more the maximum.' },
      kernel_size: KERNEL_SIZE,
      stride: POOL_STRIDE,
      ceil_mode: CEIL_MODE
    },
    shape: ({ x }, params) => pooledTypes(x!, axes, countsOf(poolWindows(splitAxes(x!, axes).spatial, params)), ['float']),
    lower: (b, { x }, params) => {
      const { channels, spatial, shaped } = channelsOf(b, x!, axes);
      const windows = poolWindows(spatial, params);
      const p: number = params['norm_type'];
      const powers = b.pow(channels, b.constant(p));
      const sums = b.mul(meanOfWindows(b, powers, windows, true), b.constant(entriesOf(windows)));
      // The root of 0 rises without bound: torch lets no gradient through there.
      const none = b.compare('eq', sums, b.constant(0));
      const roots = b.pow(b.select(none, b.constant(1), sums), b.constant(1 / p));
      return [b.reshape(b.select(none, b.constant(0), roots), shaped(countsOf(windows)))];
    },
    latex: 'out_o = \\Big(\\sum_{i \\in \\text{window } o} x_i^p\\Big)^{1/p}',
    latexBackward: { x: '\\sum_{o \\ni i} g_o \\Big(\\frac{x_i}{out_o}\\Big)^{p-1}' },
    doc: 'The p-norm of each window, without the absolute value. Where it is 0 no gradient passes.',
    samples: [
      { inputs: { x: positive([2, 2], 4, 0) }, params: { norm_type: 2, kernel_size: 2 } },
      { inputs: { x: positive([1], 5, 1) }, params: { norm_type: 3, kernel_size: 3, stride: 2, ceil_mode: true } },
      { inputs: { x: sampleOf([1, 1], axes, 4, 2) }, params: { norm_type: 1, kernel_size: 3, stride: 1 } },
      {
        inputs: { x: { shape: [1, 1, ...Array<number>(axes).fill(2)], data: Array<number>(2 ** axes).fill(0) } },
        params: { norm_type: 2, kernel_size: 2 },
        kink: true
      },
      { inputs: { x: { shape: [0, 2, ...Array<number>(axes).fill(3)], data: [] } }, params: { norm_type: 2, kernel_size: 2 } }
    ]
  });
}
