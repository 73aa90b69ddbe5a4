/** Graham 2014, "Fractional max-pooling": windows whose steps vary at random, so that any size of the result can be had. */
import type { Type } from '../../base/dtypes';
import { formatShape, sizeOf, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { defineGate, ShapeError, type Gate, type Operands, type ResolvedParams } from '../gate';
import { KERNEL_SIZE, OUTPUT_SIZE, perAxis, splitAxes } from '../windows';
import { maximumAt, maximumOutputs } from './maximum';
import { channelsOf, MAXIMUM_OUTPUTS, pooledTypes, sampleOf, type Axes } from './pool';
import { counting, flatIndices, truncated } from './positions';

function resolve({ x, samples }: Operands<Type>, params: ResolvedParams, axes: Axes) {
  const { lead, spatial } = splitAxes(x!, axes);
  const kernel = perAxis(params, 'kernel_size', axes, 1);
  const counts = perAxis(params, 'output_size', axes, 1);
  spatial.forEach((length, axis) => {
    if (counts[axis]! + kernel[axis]! - 1 > length) {
      throw new ShapeError(
        `x is ${formatShape(x!.shape)}; ${counts[axis]} windows of ${kernel[axis]} need ${counts[axis]! + kernel[axis]! - 1} entries on axis ${axis - axes}`,
        'x',
        'use a smaller output_size'
      );
    }
  });
  const wanted = [...lead, axes];
  if (samples && (samples.shape.at(-1) !== axes || sizeOf(samples.shape) !== sizeOf(wanted))) {
    throw new ShapeError(
      `samples is ${formatShape(samples.shape)}; expected ${formatShape(wanted)}, a number in [0, 1) for each channel and axis`,
      'samples',
      'leave it unconnected to have them drawn'
    );
  }
  return { kernel, counts };
}

/** Positions [rows, size, count] of windows that begin at ⌊(i + u)α⌋ − ⌊uα⌋, α = (length − size)/(count − 1), the last at the end; u is [rows, 1]. */
function positions(b: Builder, u: ValueId, length: number, size: number, count: number): ValueId {
  const rows = b.shape(u)[0]!;
  const last = b.constant(length - size);
  const alpha = b.constant(count > 1 ? (length - size) / (count - 1) : 0);
  const window = counting(b, count, 1);
  const stepped = b.sub(truncated(b, b.mul(b.add(window, u), alpha)), truncated(b, b.mul(u, alpha)));
  const starts = b.select(b.compare('eq', window, b.constant(count - 1)), last, stepped);
  return b.add(b.reshape(starts, [rows, 1, count]), b.reshape(counting(b, size, 0), [1, size, 1]));
}

/** `fractional_max_pool2d`, `fractional_max_pool3d`: torch.nn.functional's; samples lists the last axis first in 2d, as there. */
export function fractionalMaxPool(axes: 2 | 3): Gate {
  const draws = (lead: Shape) => ({
    shape: [...lead, axes],
    data: Array.from({ length: sizeOf(lead) * axes }, (_, at) => (0.13 + 0.37 * at) % 1)
  });
  return defineGate({
    kind: 'composite',
    name: `fractional_max_pool${axes}d`,
    family: 'pooling',
    inputs: [{ name: 'x' }, { name: 'samples', optional: true }],
    outputs: MAXIMUM_OUTPUTS,
    params: { kernel_size: KERNEL_SIZE, output_size: OUTPUT_SIZE },
    shape: (inputs, params) => pooledTypes(inputs['x']!, axes, resolve(inputs, params, axes).counts, ['float', 'int32']),
    lower: (b, { x, samples }, params, context) => {
      const { kernel, counts } = resolve({ x: b.type(x!) }, params, axes);
      const { channels, spatial, rows, shaped } = channelsOf(b, x!, axes);
      const u = samples === undefined ? context.random([rows, axes]) : b.reshape(samples, [rows, axes]);
      const along = spatial.map((length, axis) => {
        const column = axes === 2 ? 1 - axis : axis;
        return positions(b, b.slice(u, [0, column], [rows, column + 1], [1, 1]), length, kernel[axis]!, counts[axis]!);
      });
      return maximumOutputs(b, maximumAt(b, channels, flatIndices(b, spatial, along)), shaped(counts));
    },
    latex: 'out_o = \\max_{0 \\le j < k} x_{\\lfloor (o+u)\\alpha \\rfloor - \\lfloor u\\alpha \\rfloor + j}',
    latexBackward: { x: '\\sum_o g_o\\,[i = \\arg\\max \\text{ of window } o]' },
    doc: 'The largest of windows that lie at random steps, a little differently in every channel. samples decides; without it they are drawn.',
    emit: {
      torch: (params, { samples }) => {
        const [kernel, counts] = ['kernel_size', 'output_size'].map((name) => perAxis(params, name, axes, 1).join(', '));
        const given = samples ? `, _random_samples={samples}.detach().reshape(-1, {x}.shape[-${axes + 1}], ${axes})` : '';
        return `F.fractional_max_pool${axes}d({x}, (${kernel}), (${counts}), return_indices=True${given})`;
      }
    },
    samples: [
      { inputs: { x: sampleOf([1, 2], axes, 5), samples: draws([1, 2]) }, params: { kernel_size: 2, output_size: 3 } },
      { inputs: { x: sampleOf([2], axes, 4, 1) }, params: { kernel_size: 2, output_size: 2 } },
      { inputs: { x: sampleOf([1, 1], axes, 3, 2), samples: draws([1, 1]) }, params: { kernel_size: 3, output_size: 1 } }
    ]
  });
}
