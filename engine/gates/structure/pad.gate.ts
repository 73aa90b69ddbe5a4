import { formatShape, type Shape } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { defineGate, ShapeError, type ResolvedParams } from '../gate';
import { sliceAxis } from './parts';

type Mode = 'constant' | 'reflect' | 'replicate';

/** Amounts before and behind, by axis: torch lists them in pairs, the last axis first. */
function resolve(shape: Shape, { pad, mode }: ResolvedParams): { low: number[]; high: number[]; out: Shape } {
  const pair = `x is ${formatShape(shape)} and pad is ${formatShape(pad)}`;
  if (pad.length % 2 || pad.length > 2 * shape.length) {
    throw new ShapeError(`${pair}; expected two amounts for an axis, the last axis first, for at most ${shape.length} axes`, 'x');
  }
  const amount = (axis: number, side: 0 | 1): number => pad[2 * (shape.length - 1 - axis) + side] ?? 0;
  const low = shape.map((_, axis) => amount(axis, 0));
  const high = shape.map((_, axis) => amount(axis, 1));
  shape.forEach((length, axis) => {
    const kept = length + Math.min(0, low[axis]!) + Math.min(0, high[axis]!);
    const most = Math.max(low[axis]!, high[axis]!);
    if (kept < 0) throw new ShapeError(`${pair}, which takes more from axis ${axis} than the ${length} it has`, 'x');
    if (mode === 'reflect' && most > 0 && most >= kept)
      throw new ShapeError(
        `${pair}; a mirror image of axis ${axis} has at most ${Math.max(0, kept - 1)} entries`,
        'x',
        'pad less, or use replicate'
      );
    if (mode === 'replicate' && most > 0 && kept === 0)
      throw new ShapeError(`${pair}; axis ${axis} is empty and has no edge to repeat`, 'x');
  });
  return { low, high, out: shape.map((length, axis) => length + low[axis]! + high[axis]!) };
}

/** Continues one axis by its mirror image without the edge, or by its edge. */
function extend(b: Builder, x: ValueId, axis: number, low: number, high: number, mode: Exclude<Mode, 'constant'>): ValueId {
  const length = b.shape(x)[axis]!;
  const edge = (at: number, count: number) =>
    b.broadcast(
      sliceAxis(b, x, axis, at, at + 1),
      b.shape(x).map((size, other) => (other === axis ? count : size))
    );
  const mirror = (from: number, count: number) => b.reverse(sliceAxis(b, x, axis, from, from + count), [axis]);
  const parts = [x];
  if (low > 0) parts.unshift(mode === 'reflect' ? mirror(1, low) : edge(0, low));
  if (high > 0) parts.push(mode === 'reflect' ? mirror(length - 1 - high, high) : edge(length - 1, high));
  return parts.length > 1 ? b.concat(parts, axis) : x;
}

/** Takes what the padding repeats along every axis: torch's own reflects and replicates only some axes of some ranks. */
const TORCH_PAD = `def pad_from(x, pad, mode):
    for at in range(0, len(pad), 2):
        axis, low, high = x.ndim - 1 - at // 2, pad[at], pad[at + 1]
        x = x.narrow(axis, max(0, -low), x.shape[axis] + min(0, low) + min(0, high))
        last = x.shape[axis] - 1
        place = torch.arange(-max(0, low), last + 1 + max(0, high), device=x.device)
        x = x.index_select(axis, place.clamp(0, last) if mode == "replicate" else last - (last - place.abs()).abs())
    return x`;

export default defineGate({
  kind: 'composite',
  name: 'pad',
  family: 'structure',
  inputs: [{ name: 'x' }],
  params: {
    pad: { type: 'integers', doc: 'Amounts before and behind, the last axis first; negative ones crop.' },
    mode: {
      type: 'choice',
      choices: ['constant', 'reflect', 'replicate'],
      default: 'constant',
      doc: 'What to pad with: a value, the mirror image, or the edge.'
    },
    value: { type: 'number', default: 0, doc: 'The value of mode constant.' }
  },
  shape: ({ x }, params) => [{ dtype: 'float', shape: resolve(x!.shape, params).out }],
  lower: (b, { x }, params) => {
    const shape = b.shape(x!);
    const { low, high } = resolve(shape, params);
    const none = shape.map(() => 0);
    const { mode, value } = params as { mode: Mode; value: number };
    if (mode === 'constant') return [b.pad(x!, low, high, none, value)];
    const cropped = b.pad(
      x!,
      low.map((amount) => Math.min(0, amount)),
      high.map((amount) => Math.min(0, amount)),
      none
    );
    return [shape.reduce((padded, _, axis) => extend(b, padded, axis, low[axis]!, high[axis]!, mode), cropped)];
  },
  latex: '\\operatorname{pad}(x)',
  latexBackward: { x: 'g \\text{ without the padding, plus what repeats received}' },
  doc: 'Adds a border. Backward the border of a fixed value is cut off; one copied from x gives its gradient back there.',
  emit: {
    torch: ({ mode }) =>
      mode === 'constant'
        ? 'F.pad({x}, {pad}, value={value})'
        : { forward: 'pad_from({x}, {pad}, {mode})', needs: { pad_from: TORCH_PAD } },
    onnx: (o, { x }, params, types) => {
      const { low, high } = resolve(types['x']!.shape, params);
      if (params['mode'] === 'constant' || [...low, ...high].some((amount) => amount < 0)) return null;
      return [o.node('Pad', [x, o.integers([...low, ...high])], { mode: params['mode'] === 'reflect' ? 'reflect' : 'edge' })];
    }
  },
  samples: [
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      },
      params: { pad: [1, 2], value: 0.5 }
    },
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      },
      params: { pad: [-1, 1, 0, 1] }
    },
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9]
        ]
      },
      params: { pad: [2, 1, 0, 2], mode: 'reflect' }
    },
    {
      inputs: {
        x: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      },
      params: { pad: [3, 1, 1, 2], mode: 'replicate' }
    },
    { inputs: { x: [1, 2, 3, 4] }, params: { pad: [-1, 2], mode: 'reflect' } },
    { inputs: { x: 3 }, params: { pad: [] } },
    { inputs: { x: { shape: [0, 2], data: [] } }, params: { pad: [1, 1] } }
  ]
});
