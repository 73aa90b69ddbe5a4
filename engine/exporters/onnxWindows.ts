/**
 * Windows in ONNX where no operator of a gate's meaning does them: a table that is known when exporting says which entry each
 * place of each window is, and Gather, ScatterElements and ArgMax go by it.
 */
import { sizeOf, stridesOf, type Shape } from '../base/shapes';
import type { Window } from '../ir/graph';
import type { Fragment } from './onnxGraph';
import type { Site } from './onnxPrimitives';
import { FixedRows, shapeOver, type Size } from './onnxRows';

/** What is beyond the axes. */
const OUTSIDE = -1;

/** Flat places on axes of `spatial`, OUTSIDE beyond them: for every entry of a window, for every window. */
function placesOf(windows: readonly Window[], spatial: Shape): Int32Array {
  const sizes = windows.map(({ size }) => size);
  const counts = windows.map(({ count }) => count);
  const shape = [...sizes, ...counts];
  const [strides, own] = [stridesOf(spatial), stridesOf(shape)];
  return Int32Array.from({ length: sizeOf(shape) }, (_, flat) => {
    let place = 0;
    for (let axis = 0; axis < windows.length; axis++) {
      const { stride, dilation, low } = windows[axis]!;
      const at = (of: number) => Math.floor(flat / own[of]!) % shape[of]!;
      const position = at(windows.length + axis) * stride + at(axis) * dilation - low;
      if (position < 0 || position >= spatial[axis]!) return OUTSIDE;
      place += position * strides[axis]!;
    }
    return place;
  });
}

interface Laid {
  readonly lead: readonly Size[];
  readonly spatial: Shape;
  readonly places: Int32Array;
  readonly entries: number;
  readonly count: number;
}

/** `shapes` are those that the windows lie on. Throws FixedRows where they lie on the axis of rows. */
function lay(windows: readonly (readonly Window[])[], shapes: readonly Shape[], rows: readonly number[]): Laid {
  const sizes = shapeOver(rows, shapes);
  const [first, ...others] = windows;
  const axes = first!.length;
  const spatial = sizes.slice(sizes.length - axes);
  if (spatial.some((size) => typeof size !== 'number') || others.some((other) => JSON.stringify(other) !== JSON.stringify(first)))
    throw new FixedRows('windows over the rows');
  return {
    lead: sizes.slice(0, sizes.length - axes),
    spatial: spatial as Shape,
    places: placesOf(first!, spatial as Shape),
    entries: sizeOf(first!.map(({ size }) => size)),
    count: sizeOf(first!.map(({ count }) => count))
  };
}

/** x [L, S] with a column of `value` behind the others, if any place is outside. */
function withOutside(o: Fragment, x: string, places: Int32Array, value: number): string {
  return places.includes(OUTSIDE) ? o.node('Pad', [x, o.integers([0, 0, 0, 1]), o.number(value)]) : x;
}

/** The table, with what is outside in the column behind the others. */
function table(o: Fragment, { places, spatial }: Laid, outside = sizeOf(spatial)): string {
  const data = places.map((place) => (place === OUTSIDE ? outside : place));
  return o.graph.constant({ dtype: 'int32', shape: [data.length], data });
}

/** x [lead…, s…] as [L, S]. */
function flat(o: Fragment, x: string, spatial: Shape): string {
  // A −1 would stand for anything beside a size of 0.
  if (sizeOf(spatial) === 0) throw new FixedRows('windows on nothing');
  return o.node('Reshape', [x, o.integers([-1, sizeOf(spatial)])]);
}

export function writePatches(o: Fragment, [x]: readonly string[], { operations, shapes, rows }: Site<'patches'>): string {
  const { windows, at, value } = operations[0]!.attributes;
  const laid = lay(
    operations.map(({ attributes }) => attributes.windows),
    shapes.map(([shape]) => shape!),
    rows
  );
  const { lead, spatial, places } = laid;
  const taken = o.node('Gather', [withOutside(o, flat(o, x!, spatial), places, value), table(o, laid)], { axis: 1 });
  const shaped = o.reshape(taken, [...lead, ...windows.map(({ size }) => size), ...windows.map(({ count }) => count)]);
  // [lead, sizes, counts] → [lead before at, sizes, other lead, counts]
  const axes = Array.from({ length: lead.length + 2 * windows.length }, (_, axis) => axis);
  const perm = [
    ...axes.slice(0, at),
    ...axes.slice(lead.length, lead.length + windows.length),
    ...axes.slice(at, lead.length),
    ...axes.slice(lead.length + windows.length)
  ];
  return perm.every((dim, axis) => dim === axis) ? shaped : o.node('Transpose', [shaped], { perm });
}

export function writeFoldPatches(o: Fragment, [x]: readonly string[], { operations, rows }: Site<'fold_patches'>): string {
  const { windows, at } = operations[0]!.attributes;
  const laid = lay(
    operations.map(({ attributes }) => attributes.windows),
    operations.map(({ type }) => type.shape),
    rows
  );
  const { lead, spatial, entries, count } = laid;
  const rank = lead.length + 2 * windows.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const perm = [
    ...axes.slice(0, at),
    ...axes.slice(at + windows.length, lead.length + windows.length),
    ...axes.slice(at, at + windows.length),
    ...axes.slice(lead.length + windows.length)
  ];
  const turned = perm.every((dim, axis) => dim === axis) ? x! : o.node('Transpose', [x], { perm });
  const updates = o.node('Reshape', [turned, o.integers([-1, entries * count])]);
  const shape = o.node('Shape', [updates]);
  const lines = o.node('Slice', [shape, o.integers([0]), o.integers([1])]);
  const index = o.node('Expand', [table(o, laid), shape]);
  const width = sizeOf(spatial) + (laid.places.includes(OUTSIDE) ? 1 : 0);
  const zero = o.node('Expand', [o.number(0), o.node('Concat', [lines, o.integers([width])], { axis: 0 })]);
  const sums = o.node('ScatterElements', [zero, index, updates], { axis: 1, reduction: 'add' });
  const inside =
    width === sizeOf(spatial) ? sums : o.node('Slice', [sums, o.integers([0]), o.integers([sizeOf(spatial)]), o.integers([1])]);
  return o.reshape(inside, [...lead, ...spatial]);
}

export function writeWindowArgmax(o: Fragment, [x]: readonly string[], { operations, shapes, rows }: Site<'window_argmax'>): string {
  const laid = lay(
    operations.map(({ attributes }) => attributes.windows),
    shapes.map(([shape]) => shape!),
    rows
  );
  const { lead, spatial, places, entries, count } = laid;
  const taken = o.node('Gather', [withOutside(o, flat(o, x!, spatial), places, -Infinity), table(o, laid)], { axis: 1 });
  const best = o.node('ArgMax', [o.reshape(taken, [...lead, entries, count])], { axis: 1, keepdims: 1 });
  // Where the best of a window is: entry e of window w is in column e · count + w of the table.
  const columns = Int32Array.from({ length: count }, (_, window) => window);
  const column = o.node('Add', [
    o.node('Mul', [best, o.integers([count])]),
    o.graph.constant({ dtype: 'int32', shape: [1, 1, count], data: columns })
  ]);
  const place = o.node('Gather', [table(o, laid, 0), column], { axis: 0 });
  return o.reshape(place, [...lead, ...operations[0]!.attributes.windows.map((window) => window.count)]);
}
