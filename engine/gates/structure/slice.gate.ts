import type { Shape } from '../../base/shapes';
import { axisOf } from '../axes';
import { defineGate, type ResolvedParams } from '../gate';
import { sliceAxis } from './parts';

/** Python's: negative ends count from the end, and what lies outside is cut off. */
function resolve(shape: Shape, { dim, start, end, step }: ResolvedParams) {
  const axis = axisOf(dim, shape);
  const length = shape[axis]!;
  const clip = (place: number) => Math.min(length, Math.max(0, place < 0 ? place + length : place));
  const from = clip(start);
  const to = Math.max(from, clip(end ?? length));
  return { axis, from, to, taken: Math.ceil((to - from) / step) };
}

export default defineGate({
  kind: 'composite',
  name: 'slice',
  family: 'structure',
  inputs: [{ name: 'x', dtype: 'any' }],
  params: {
    dim: { type: 'integer', default: 0, doc: 'The axis to take from.' },
    start: { type: 'integer', default: 0, doc: 'The first place; negative counts from the end.' },
    end: { type: 'integer', optional: true, doc: 'The place behind the last; the end when absent.' },
    step: { type: 'integer', default: 1, min: 1, doc: 'Takes every step-th.' }
  },
  shape: ({ x }, params) => {
    const { axis, taken } = resolve(x!.shape, params);
    return [{ dtype: x!.dtype, shape: x!.shape.map((length, at) => (at === axis ? taken : length)) }];
  },
  lower: (b, { x }, params) => {
    const { axis, from, to } = resolve(b.shape(x!), params);
    return [sliceAxis(b, x!, axis, from, to, params['step'])];
  },
  latex: 'x_{s : e : k}',
  latexBackward: { x: 'g \\text{ where it was taken, } 0 \\text{ elsewhere}' },
  doc: 'Takes part of x along an axis, as Python’s start:end:step. Backward the rest receives 0.',
  emit: {
    torch: ({ dim, start, end, step }, { x }) => {
      const part = `${start || ''}:${end ?? ''}${step === 1 ? '' : `:${step}`}`;
      return `{x}[${':, '.repeat(axisOf(dim, x!.shape))}${part}]`;
    }
  },
  samples: [
    { inputs: { x: [1, 2, 3, 4, 5] }, params: { start: 1, end: 4 } },
    {
      inputs: {
        x: [
          [1, 2, 3, 4, 5],
          [6, 7, 8, 9, 10]
        ]
      },
      params: { dim: 1, start: -4, step: 2 }
    },
    {
      inputs: {
        x: [
          [1, 2],
          [3, 4]
        ]
      },
      params: { dim: 0, start: 1, end: 100 }
    },
    { inputs: { x: [1, 2, 3] }, params: { start: 2, end: 1 } },
    { inputs: { x: { shape: [0, 2], data: [] } } }
  ]
});
