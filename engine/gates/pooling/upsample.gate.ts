import type { Type } from '../../base/dtypes';
import { formatShape, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { defineGate, ShapeError, type OnnxAttributes, type ResolvedParams } from '../gate';
import { sampleTensor } from '../windows';
import { mixAxis } from './mix';
import { counting } from './positions';

const AXES = { nearest: [1, 2, 3], linear: [1], bilinear: [2], trilinear: [3] } as const;

function resolve({ shape }: Type, { scale_factor: scale, mode }: ResolvedParams): { spatial: Shape; out: Shape } {
  const allowed: readonly number[] = AXES[mode as keyof typeof AXES];
  const spatial = shape.slice(2);
  if (!allowed.includes(spatial.length)) {
    throw new ShapeError(
      `x is ${formatShape(shape)}; ${mode} expects N, C and ${allowed.join(', ')} more axes`,
      'x',
      'choose another mode'
    );
  }
  const result = spatial.map((length) => Math.floor(length * scale));
  if (result.includes(0) || spatial.includes(0))
    throw new ShapeError(`x is ${formatShape(shape)} and scale_factor is ${scale}; nothing would be left`, 'x');
  return { spatial, out: [...shape.slice(0, 2), ...result] };
}

/** Every entry of `axis` repeated, or the entry at ⌊o/scale⌋ where the scale is no whole number. */
function repeat(b: Builder, x: ValueId, axis: number, count: number, scale: number): ValueId {
  const shape = b.shape(x);
  const length = shape[axis]!;
  const out = shape.with(axis, count);
  if (Number.isInteger(scale)) {
    const apart = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
    return b.reshape(b.broadcast(b.reshape(x, apart), apart.with(axis + 1, scale)), out);
  }
  const place = b.min(b.mul(counting(b, count, 1), b.constant(1 / scale)), b.constant(length - 1));
  const index = b.reshape(
    b.convert(place, 'int32'),
    out.map((size, other) => (other === axis ? size : 1))
  );
  return b.gather(x, b.broadcast(index, out), axis);
}

/** Weights [count, length] of linear interpolation: 1 at the source's place, falling to 0 at its neighbours. */
function hats(b: Builder, length: number, count: number, scale: number, alignCorners: boolean): ValueId {
  const o = counting(b, count, 0);
  const [half, one, zero] = [0.5, 1, 0].map((value) => b.constant(value)) as [ValueId, ValueId, ValueId];
  const source = alignCorners
    ? b.mul(o, b.constant(count > 1 ? (length - 1) / (count - 1) : 0))
    : b.sub(b.mul(b.add(o, half), b.constant(1 / scale)), half);
  const inside = b.min(b.max(source, zero), b.constant(length - 1));
  return b.max(b.sub(one, b.abs(b.sub(inside, counting(b, length, 1)))), zero);
}

export default defineGate({
  kind: 'composite',
  name: 'upsample',
  family: 'pooling',
  inputs: [{ name: 'x' }],
  params: {
    scale_factor: { type: 'number', default: 2, min: 0, doc: 'How many times larger the result is.' },
    mode: {
      type: 'choice',
      choices: ['nearest', 'linear', 'bilinear', 'trilinear'],
      default: 'nearest',
      doc: 'How entries between those of x are found; linear, bilinear and trilinear are for one, two and three axes.'
    },
    align_corners: { type: 'boolean', default: false, doc: 'Whether the first and last entries stay where they are; for the linear modes.' }
  },
  shape: ({ x }, params) => [{ dtype: 'float', shape: resolve(x!, params).out }],
  lower: (b, { x }, params) => {
    const { spatial, out } = resolve(b.type(x!), params);
    const { scale_factor: scale, mode, align_corners: alignCorners } = params;
    return [
      spatial.reduce((y, length, at) => {
        const [axis, count] = [at + 2, out[at + 2]!];
        return mode === 'nearest' ? repeat(b, y, axis, count, scale) : mixAxis(b, y, axis, hats(b, length, count, scale, alignCorners));
      }, x!)
    ];
  },
  latex: 'out_o = \\sum_i \\max(0,\\, 1 - |o/s - i|)\\,x_i',
  latexBackward: { x: '\\sum_o \\max(0,\\, 1 - |o/s - i|)\\,g_o' },
  doc: 'Makes an image larger, by repeating its entries or by interpolating between them. Backward the copies’ gradients add up.',
  emit: {
    torch: ({ mode }) =>
      mode === 'nearest'
        ? 'F.interpolate({x}, scale_factor={scale_factor})'
        : 'F.interpolate({x}, scale_factor={scale_factor}, mode={mode}, align_corners={align_corners})',
    onnx: (o, { x }, { scale_factor: scale, mode, align_corners: corners }, types) => {
      const scales = o.numbers(types['x']!.shape.map((_, axis) => (axis < 2 ? 1 : scale)));
      const attributes: OnnxAttributes =
        mode === 'nearest'
          ? { mode, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
          : { mode: 'linear', coordinate_transformation_mode: corners ? 'align_corners' : 'half_pixel' };
      return [o.node('Resize', [x, undefined, scales], attributes)];
    }
  },
  samples: [
    { inputs: { x: sampleTensor([1, 2, 2, 3]) } },
    { inputs: { x: sampleTensor([1, 1, 5]) }, params: { scale_factor: 1.5 } },
    { inputs: { x: sampleTensor([2, 1, 3]) }, params: { scale_factor: 3, mode: 'linear' } },
    { inputs: { x: sampleTensor([1, 2, 3, 2]) }, params: { mode: 'bilinear', align_corners: true } },
    { inputs: { x: sampleTensor([1, 1, 2, 3, 4]) }, params: { scale_factor: 1.7, mode: 'trilinear' } },
    { inputs: { x: { shape: [0, 1, 2], data: [] } } }
  ]
});
