/**
 * Rearrangements as strided copies. Every primitive that only moves entries is a list of boxes: entry i of the box goes
 * from `from + Σ i·fromSteps` in the operand to `to + Σ i·toSteps` in the result. What no box reaches holds the fill.
 */
import { stridesOf, type Shape } from '../base/shapes';
import { patchesShape } from '../ir/builder';
import type { AnyOperation, Window } from '../ir/graph';

export interface Move {
  readonly operand: number;
  readonly shape: Shape;
  readonly from: number;
  readonly fromSteps: readonly number[];
  readonly to: number;
  readonly toSteps: readonly number[];
}

export const MOVING = ['identity', 'reshape', 'permute', 'broadcast', 'slice', 'reverse', 'concat', 'pad', 'patches'] as const;
export type Moving = (typeof MOVING)[number];
export type MovingOperation = Extract<AnyOperation, { primitive: Moving }>;

/** The boxes of `patches`, one for each place within a window; those of `fold_patches` go the other way. */
export function patchMoves(spatial: Shape, lead: Shape, { windows, at }: { windows: readonly Window[]; at: number }): Move[] {
  const source = stridesOf([...lead, ...spatial]);
  const target = stridesOf(patchesShape([...lead, ...spatial], windows, at));
  const places = target.slice(at, at + windows.length);
  const toSteps = target.filter((_, axis) => axis < at || axis >= at + windows.length);
  let boxes = [{ shape: lead, from: 0, fromSteps: source.slice(0, lead.length), to: 0 }];
  windows.forEach(({ size, stride, dilation, low, count }, axis) => {
    const step = source[lead.length + axis]!;
    boxes = boxes.flatMap((box) =>
      Array.from({ length: size }, (_, place) => {
        // Window i has its entry at start + i·stride; those inside the axis are first … end − 1.
        const start = place * dilation - low;
        const first = Math.min(count, Math.max(0, Math.ceil(-start / stride)));
        const end = Math.min(count, Math.max(first, Math.ceil((spatial[axis]! - start) / stride)));
        return {
          shape: [...box.shape, end - first],
          from: box.from + (start + first * stride) * step,
          fromSteps: [...box.fromSteps, step * stride],
          to: box.to + place * places[axis]! + first * toSteps[lead.length + axis]!
        };
      })
    );
  });
  return boxes.filter(({ shape }) => !shape.includes(0)).map((box) => ({ operand: 0, ...box, toSteps }));
}

/** The boxes of a moving operation whose operands have the shapes given; `pad` and `patches` alone leave entries that no box reaches. */
export function movesOf(operation: MovingOperation, operands: readonly Shape[]): Move[] {
  const shape = operation.type.shape;
  const operand = operands[0]!;
  const steps = stridesOf(operand);
  const toSteps = stridesOf(shape);
  switch (operation.primitive) {
    case 'identity':
    case 'reshape':
      return [{ operand: 0, shape, from: 0, fromSteps: toSteps, to: 0, toSteps }];
    case 'permute':
      return [{ operand: 0, shape, from: 0, fromSteps: operation.attributes.dims.map((dim) => steps[dim]!), to: 0, toSteps }];
    case 'broadcast': {
      const skipped = shape.length - operand.length;
      const fromSteps = shape.map((_, axis) => (axis < skipped || operand[axis - skipped] === 1 ? 0 : steps[axis - skipped]!));
      return [{ operand: 0, shape, from: 0, fromSteps, to: 0, toSteps }];
    }
    case 'slice': {
      const { start, step } = operation.attributes;
      return [{ operand: 0, shape, from: dot(start, steps), fromSteps: steps.map((stride, axis) => stride * step[axis]!), to: 0, toSteps }];
    }
    case 'reverse': {
      const { axes } = operation.attributes;
      const from = axes.reduce((sum, axis) => sum + (operand[axis]! - 1) * steps[axis]!, 0);
      return [
        { operand: 0, shape, from, fromSteps: steps.map((stride, axis) => (axes.includes(axis) ? -stride : stride)), to: 0, toSteps }
      ];
    }
    case 'concat': {
      const { axis } = operation.attributes;
      let start = 0;
      return operands.map((part, index) => {
        const move = { operand: index, shape: part, from: 0, fromSteps: stridesOf(part), to: start * toSteps[axis]!, toSteps };
        start += part[axis]!;
        return move;
      });
    }
    case 'pad': {
      const { low, interior } = operation.attributes;
      // Source entry i lands at low + i·(interior + 1); the box holds those i whose place is inside the result.
      const first = operand.map((_, axis) => Math.max(0, Math.ceil(-low[axis]! / (interior[axis]! + 1))));
      const end = operand.map((length, axis) => Math.min(length, Math.ceil((shape[axis]! - low[axis]!) / (interior[axis]! + 1))));
      const place = first.map((index, axis) => low[axis]! + index * (interior[axis]! + 1));
      return [
        {
          operand: 0,
          shape: first.map((index, axis) => Math.max(0, end[axis]! - index)),
          from: dot(first, steps),
          fromSteps: steps,
          to: dot(place, toSteps),
          toSteps: toSteps.map((stride, axis) => stride * (interior[axis]! + 1))
        }
      ];
    }
    case 'patches': {
      const lead = operand.length - operation.attributes.windows.length;
      return patchMoves(operand.slice(lead), operand.slice(0, lead), operation.attributes);
    }
    default:
      return operation satisfies never;
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}
