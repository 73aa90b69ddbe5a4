/** Pools whose windows follow from the size of the result: torch's adaptive pools. */
import type { Type } from '../../base/dtypes';
import type { Builder } from '../../ir/builder';
import type { ValueId, Window } from '../../ir/graph';
import { defineGate, type Gate, type ResolvedParams } from '../gate';
import { OUTPUT_SIZE, perAxis, splitAxes, onnxBatched } from '../windows';
import { maximumAt, maximumOutputs } from './maximum';
import { channelsOf, MAXIMUM_OUTPUTS, onnxMaxPool, pooledTypes, sampleOf, type Axes } from './pool';
import { adaptiveBounds, counting, flatIndices } from './positions';
import { mixAxis } from './mix';

/** Weights [count, length]: each window's entries 1/k, k of them, the others 0. */
function shares(b: Builder, length: number, count: number): ValueId {
  const [start, end] = adaptiveBounds(b, counting(b, count, 0), length, count);
  const place = counting(b, length, 1);
  const inside = b.mul(b.compare('ge', place, start), b.compare('lt', place, end));
  return b.div(inside, b.sub(end, start));
}

/** Positions [1, k, count] of the windows' entries; a window shorter than the longest repeats its last. */
function positions(b: Builder, length: number, count: number): ValueId {
  const longest = Math.max(
    ...Array.from({ length: count }, (_, at) => Math.ceil(((at + 1) * length) / count) - Math.floor((at * length) / count))
  );
  const [start, end] = adaptiveBounds(b, counting(b, count, 1), length, count);
  const entry = b.add(start, counting(b, longest, 0));
  return b.reshape(b.min(entry, b.sub(end, b.constant(1))), [1, longest, count]);
}

/** The windows where they are all alike; null where they are not. */
function evenWindows(x: Type, params: ResolvedParams, axes: Axes): readonly Window[] | null {
  const { spatial } = splitAxes(x, axes);
  const counts = perAxis(params, 'output_size', axes, 1);
  if (spatial.some((length, axis) => length % counts[axis]! !== 0)) return null;
  return spatial.map((length, axis) => {
    const [size, count] = [length / counts[axis]!, counts[axis]!];
    return { size, stride: size, dilation: 1, low: 0, count };
  });
}

const samples = (axes: Axes) => [
  { inputs: { x: sampleOf([2, 2], axes, 4) }, params: { output_size: 2 } },
  { inputs: { x: sampleOf([1], axes, 5, 1) }, params: { output_size: 3 } },
  { inputs: { x: sampleOf([1, 1], axes, 3, 2) }, params: { output_size: 4 } },
  { inputs: { x: { shape: [0, 2, ...Array<number>(axes).fill(3)], data: [] } }, params: { output_size: 1 } }
];

/** `adaptive_avg_pool1d`, `adaptive_avg_pool2d`, `adaptive_avg_pool3d`. The means of one axis after the other are those of the windows. */
export function adaptiveAvgPool(axes: Axes): Gate {
  return defineGate({
    kind: 'composite',
    name: `adaptive_avg_pool${axes}d`,
    family: 'pooling',
    inputs: [{ name: 'x' }],
    params: { output_size: OUTPUT_SIZE },
    shape: ({ x }, params) => pooledTypes(x!, axes, perAxis(params, 'output_size', axes, 1), ['float']),
    lower: (b, { x }, params) => {
      const { spatial, lead } = channelsOf(b, x!, axes);
      const counts = perAxis(params, 'output_size', axes, 1);
      return [counts.reduce((mixed, count, axis) => mixAxis(b, mixed, lead.length + axis, shares(b, spatial[axis]!, count)), x!)];
    },
    latex: 'out_o = \\operatorname{mean} x_i,\\; \\lfloor o\\,n/m \\rfloor \\le i < \\lceil (o+1)\\,n/m \\rceil',
    latexBackward: { x: '\\sum_{o \\ni i} g_o / k_o' },
    doc: 'Means of as many windows as the result has entries, whatever the size of x.',
    emit: {
      onnx: onnxBatched(axes, (o, { x }, params, types) => {
        const even = evenWindows(types['x']!, params, axes);
        if (!even) return null;
        if (even.every(({ count }) => count === 1)) return [o.node('GlobalAveragePool', [x])];
        const sizes = even.map(({ size }) => size);
        return [o.node('AveragePool', [x], { kernel_shape: sizes, strides: sizes })];
      })
    },
    samples: samples(axes)
  });
}

/** `adaptive_max_pool1d`, `adaptive_max_pool2d`, `adaptive_max_pool3d`. */
export function adaptiveMaxPool(axes: Axes): Gate {
  return defineGate({
    kind: 'composite',
    name: `adaptive_max_pool${axes}d`,
    family: 'pooling',
    inputs: [{ name: 'x' }],
    outputs: MAXIMUM_OUTPUTS,
    params: { output_size: OUTPUT_SIZE },
    shape: ({ x }, params) => pooledTypes(x!, axes, perAxis(params, 'output_size', axes, 1), ['float', 'int32']),
    lower: (b, { x }, params) => {
      const { channels, spatial, shaped } = channelsOf(b, x!, axes);
      const counts = perAxis(params, 'output_size', axes, 1);
      const indices = flatIndices(
        b,
        spatial,
        counts.map((count, axis) => positions(b, spatial[axis]!, count))
      );
      return maximumOutputs(b, maximumAt(b, channels, indices), shaped(counts));
    },
    latex: 'out_o = \\max x_i,\\; \\lfloor o\\,n/m \\rfloor \\le i < \\lceil (o+1)\\,n/m \\rceil',
    latexBackward: { x: '\\sum_o g_o\\,[i = \\arg\\max \\text{ of window } o]' },
    doc: 'The largest of as many windows as the result has entries, whatever the size of x.',
    emit: {
      torch: (params) => ({ forward: `F.adaptive_max_pool${axes}d`, params: { ...params, return_indices: true } }),
      onnx: onnxBatched(axes, (o, { x }, params, types) => {
        const even = evenWindows(types['x']!, params, axes);
        return even && onnxMaxPool(o, x!, splitAxes(types['x']!, axes).spatial, even);
      })
    },
    samples: samples(axes)
  });
}
