/**
 * Nodes whose operands are all known are computed while importing: the sums of sizes by which exporters say `flatten`, and
 * weights that are only turned. What is not listed here becomes gates.
 */
import { broadcastShapes, normalizeAxis, sizeOf, stridesOf, type Shape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { isKnown, listAttribute, numberOf, numbersAt, shapeOf, Unsupported, type Call, type Known } from './onnxScope';

/** Numbers of a result above which nothing is folded but a change of shape. */
const MOST_FOLDED = 1_000_000;

type Fold = (tensors: readonly Tensor[], call: Call) => Tensor | null;

const whole = (values: readonly number[]): Tensor => ({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
const like = (tensor: Tensor, shape: Shape, data: ArrayLike<number>): Tensor => ({
  dtype: tensor.dtype,
  shape,
  data: tensor.dtype === 'int32' ? Int32Array.from(data) : Float64Array.from(data)
});

/** x with its axes in the order of `dims`. */
export function turned(x: Tensor, dims: readonly number[]): Tensor {
  const strides = stridesOf(x.shape);
  const shape = dims.map((dim) => x.shape[dim]!);
  const own = stridesOf(shape);
  const data = x.data.slice();
  const length = shape.at(-1) ?? 1;
  const step = shape.length > 0 ? strides[dims.at(-1)!]! : 1;
  // Matrices of weights have millions of entries: along the last axis there is no division.
  for (let start = 0; start < data.length; start += length) {
    let from = 0;
    for (let axis = 0; axis < shape.length - 1; axis++) from += (Math.floor(start / own[axis]!) % shape[axis]!) * strides[dims[axis]!]!;
    for (let at = 0; at < length; at++) data[start + at] = x.data[from + at * step]!;
  }
  return { dtype: x.dtype, shape, data };
}

/** Entry by entry, operands broadcast; entries are of the kind of the last operand. */
function entrywise(compute: (...entries: readonly number[]) => number): Fold {
  return (tensors) => {
    const shape = tensors.reduce<Shape | null>((all, one) => all && broadcastShapes(all, one.shape), []);
    if (!shape || sizeOf(shape) > MOST_FOLDED) return null;
    const readers = tensors.map((tensor) => readerOver(tensor, shape));
    const data = Array.from({ length: sizeOf(shape) }, (_, flat) => compute(...readers.map((entry) => entry(flat))));
    return like(tensors.at(-1)!, shape, data);
  };
}

/** Entries of x as if it had been broadcast to `shape`, by their flat place there. */
function readerOver(x: Tensor, shape: Shape): (flat: number) => number {
  const strides = stridesOf(x.shape);
  return (flat) => {
    let from = 0;
    for (let axis = shape.length - 1, rest = flat; axis >= 0; rest = Math.floor(rest / shape[axis]!), axis--) {
      const own = axis - shape.length + x.shape.length;
      if (own >= 0 && x.shape[own]! > 1) from += (rest % shape[axis]!) * strides[own]!;
    }
    return x.data[from]!;
  };
}

/** The entries of x at `places` of an axis. */
function taken(x: Tensor, axis: number, places: readonly number[]): Tensor {
  const shape = x.shape.with(axis, places.length);
  const [inner, length] = [sizeOf(shape.slice(axis + 1)), x.shape[axis]!];
  const data = Array.from({ length: sizeOf(shape) }, (_, at) => {
    const place = places[Math.floor(at / inner) % places.length]!;
    return x.data[(Math.floor(at / inner / places.length) * length + place) * inner + (at % inner)]!;
  });
  return like(x, shape, data);
}

const reshaped = (x: Tensor, shape: Shape): Tensor => ({ ...x, shape });

export const FOLDS: Readonly<Record<string, Fold>> = {
  Identity: ([x]) => x!,
  Cast: ([x], call) => {
    const to = numberOf(call, 'to', 1);
    const isFloat = [1, 10, 11].includes(to);
    if (to === 9) return null;
    return isFloat === (x!.dtype === 'float')
      ? x!
      : { dtype: isFloat ? 'float' : 'int32', shape: x!.shape, data: isFloat ? Float64Array.from(x!.data) : Int32Array.from(x!.data) };
  },
  Transpose: ([x], call) => turned(x!, listAttribute(call, 'perm') ?? x!.shape.map((_, axis) => x!.shape.length - 1 - axis)),
  Reshape: ([x, shape], call) => reshaped(x!, reshapeTo(x!.shape, [...shape!.data], numberOf(call, 'allowzero', 0) === 1)),
  Flatten: ([x], call) => {
    const axis = normalizeAxis(numberOf(call, 'axis', 1), x!.shape.length) ?? x!.shape.length;
    return reshaped(x!, [sizeOf(x!.shape.slice(0, axis)), sizeOf(x!.shape.slice(axis))]);
  },
  Squeeze: ([x], call) => reshaped(x!, squeezed(x!.shape, axesOf(call, 1))),
  Unsqueeze: ([x], call) => reshaped(x!, unsqueezed(x!.shape, axesOf(call, 1) ?? [])),
  Shape: ([x]) => whole(x!.shape),
  Size: ([x]) => ({ dtype: 'int32', shape: [], data: Int32Array.of(sizeOf(x!.shape)) }),
  Neg: ([x]) =>
    like(
      x!,
      x!.shape,
      Array.from(x!.data, (value) => -value)
    ),
  Floor: ([x]) => like(x!, x!.shape, Array.from(x!.data, Math.floor)),
  Ceil: ([x]) => like(x!, x!.shape, Array.from(x!.data, Math.ceil)),
  Sqrt: ([x]) => like(x!, x!.shape, Array.from(x!.data, Math.sqrt)),
  Add: entrywise((a, b) => a! + b!),
  Sub: entrywise((a, b) => a! - b!),
  Mul: entrywise((a, b) => a! * b!),
  Div: ([a, b], call) => entrywise(a!.dtype === 'int32' ? (x, y) => Math.trunc(x! / y!) : (x, y) => x! / y!)([a!, b!], call),
  Mod: entrywise((a, b) => ((a! % b!) + b!) % b!),
  Pow: entrywise((a, b) => a! ** b!),
  Max: entrywise(Math.max),
  Min: entrywise(Math.min),
  Equal: entrywise((a, b) => Number(a === b)),
  Where: entrywise((condition, a, b) => (condition === 0 ? b! : a!)),
  Concat: (parts, call) => {
    const axis = normalizeAxis(numberOf(call, 'axis', 0), parts[0]!.shape.length)!;
    if (parts.some(({ shape }) => shape.length !== 1) || axis !== 0) return null;
    return like(
      parts[0]!,
      [parts.reduce((sum, { data }) => sum + data.length, 0)],
      parts.flatMap(({ data }) => [...data])
    );
  },
  Gather: ([x, index], call) => {
    const axis = normalizeAxis(numberOf(call, 'axis', 0), x!.shape.length);
    if (axis === null) return null;
    const length = x!.shape[axis]!;
    const places = Array.from(index!.data, (at) => (at < 0 ? at + length : at));
    if (places.some((at) => at < 0 || at >= length)) return null;
    return reshaped(taken(x!, axis, places), [...x!.shape.slice(0, axis), ...index!.shape, ...x!.shape.slice(axis + 1)]);
  },
  Slice: ([x], call) => {
    const { starts, ends, axes, steps } = slicesOf(call);
    return axes.reduce<Tensor>((sliced, dim, at) => {
      const axis = dim < 0 ? dim + x!.shape.length : dim;
      return taken(sliced, axis, placesOf(sliced.shape[axis]!, starts[at]!, ends[at]!, steps[at]!));
    }, x!);
  },
  ReduceProd: ([x], call) => {
    const keep = numberOf(call, 'keepdims', 1) === 1;
    return x!.shape.length === 1 ? like(x!, keep ? [1] : [], [[...x!.data].reduce((product, value) => product * value, 1)]) : null;
  },
  Range: ([from, to, step]) => {
    const [a, b, by] = [from!.data[0]!, to!.data[0]!, step!.data[0]!];
    const length = Math.max(0, Math.ceil((b - a) / by));
    return length > MOST_FOLDED
      ? null
      : like(
          from!,
          [length],
          Array.from({ length }, (_, at) => a + at * by)
        );
  },
  ConstantOfShape: ([shape], call) => {
    const { value } = call.node.attributes;
    const size = sizeOf([...shape!.data]);
    const fill: Tensor = typeof value === 'object' && 'dtype' in value ? value : { dtype: 'float', shape: [1], data: Float64Array.of(0) };
    return size > MOST_FOLDED ? null : like(fill, [...shape!.data], new Float64Array(size).fill(fill.data[0]!));
  },
  Expand: ([x, shape]) => {
    const to = broadcastShapes(x!.shape, [...shape!.data]);
    if (!to || sizeOf(to) > MOST_FOLDED) return null;
    return like(
      x!,
      to,
      Array.from({ length: sizeOf(to) }, (_, flat) => readerOver(x!, to)(flat))
    );
  }
};

/** The result where it is known; null where gates have to compute it. A weight that is only turned stays one. */
export function fold(call: Call): Known | null {
  const { node, inputs } = call;
  if (node.op === 'Constant') return constant(call);
  const rule = Object.hasOwn(FOLDS, node.op) ? FOLDS[node.op]! : null;
  if (!rule) return null;
  const name = node.outputs[0] ?? '';
  // A size is known where the numbers are not.
  if (node.op === 'Shape' || node.op === 'Size') {
    const { dtype, shape } = { dtype: 'float' as const, shape: inputs[0] ? shapeOf(inputs[0]) : [] };
    return { tensor: rule([{ dtype, shape, data: new Float64Array() }], call)!, name, isWeight: false, isWorkedOut: true };
  }
  const known = inputs.filter((value) => value !== undefined);
  if (known.length === 0 || !known.every(isKnown)) return null;
  const turns = TURNS.has(node.op);
  // What is computed of weights and of constants is part of the graph; what is computed of sizes is not.
  const isOfSizes = known.every(({ tensor, isWeight, isWorkedOut }) => !isWeight && (isWorkedOut || tensor.dtype === 'int32'));
  const isOfSome = known.some(({ isWorkedOut }) => isWorkedOut) && known.every(({ isWeight }) => !isWeight);
  if (!turns && !isOfSizes && !isOfSome) return null;
  if (!turns && known.some(({ tensor }) => tensor.data.length > MOST_FOLDED)) return null;
  const tensor = rule(
    known.map((value) => value.tensor),
    call
  );
  if (!tensor) return null;
  return turns && !isOfSizes && !isOfSome ? { ...known[0]!, tensor } : { tensor, name, isWeight: false, isWorkedOut: true };
}

/** Operators that leave the numbers as they are. */
const TURNS: ReadonlySet<string> = new Set(['Identity', 'Transpose', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast']);

function constant({ node }: Call): Known {
  const { value, value_float: float, value_int: int, value_floats: floats, value_ints: ints } = node.attributes;
  const name = node.name || (node.outputs[0] ?? '');
  const known = (tensor: Tensor): Known => ({ tensor, name, isWeight: false });
  if (typeof value === 'object' && 'dtype' in value) return known(value);
  if (typeof float === 'number') return known({ dtype: 'float', shape: [], data: Float64Array.of(float) });
  if (typeof int === 'number') return known({ dtype: 'int32', shape: [], data: Int32Array.of(int) });
  if (Array.isArray(ints)) return known(whole(ints as number[]));
  if (Array.isArray(floats)) return known({ dtype: 'float', shape: [floats.length], data: Float64Array.from(floats as number[]) });
  throw new Unsupported('its value is no tensor of numbers');
}

/** Axes from the operand at `at`, in older operator sets from an attribute. */
export function axesOf(call: Call, at: number): readonly number[] | undefined {
  return numbersAt(call, at, 'axes') ?? listAttribute(call, 'axes');
}

/** What a Slice takes, by axis; attributes before operator set 10. */
export function slicesOf(call: Call) {
  const listed = (at: number, name: string) => numbersAt(call, at, name) ?? listAttribute(call, name);
  const starts = listed(1, 'starts') ?? [];
  const axes = listed(3, 'axes') ?? starts.map((_, axis) => axis);
  return { starts, ends: listed(2, 'ends') ?? [], axes, steps: numbersAt(call, 4, 'steps') ?? starts.map(() => 1) };
}

/** The places from `start` to before `end` on an axis of `length`, by Python's rules. */
export function placesOf(length: number, start: number, end: number, step: number): readonly number[] {
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const clipped = (place: number) => Math.min(most, Math.max(least, place < 0 ? place + length : place));
  const places: number[] = [];
  const [from, to] = [clipped(start), clipped(end)];
  for (let place = from; step > 0 ? place < to : place > to; place += step) places.push(place);
  return places;
}

export function squeezed(shape: Shape, axes: readonly number[] | undefined): Shape {
  const named = axes?.map((axis) => normalizeAxis(axis, shape.length));
  return shape.filter((length, axis) => (named ? !named.includes(axis) : length !== 1));
}

export function unsqueezed(shape: Shape, axes: readonly number[]): Shape {
  const rank = shape.length + axes.length;
  const named = axes.map((axis) => normalizeAxis(axis, rank));
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => (named.includes(axis) ? 1 : rest.shift()!));
}

/** The shape that ONNX's Reshape means: 0 is the size that was there, −1 what is left. */
export function reshapeTo(from: Shape, asked: readonly number[], allowzero: boolean): Shape {
  const sizes = asked.map((size, axis) => (size === 0 && !allowzero ? (from[axis] ?? 0) : size));
  const known = sizeOf(sizes.filter((size) => size !== -1));
  return sizes.map((size) => (size === -1 ? (known === 0 ? 0 : sizeOf(from) / known) : size));
}
