/** ONNX operators that move entries, and reductions, as gates. */
import { broadcastShapes, normalizeAxis, sizeOf, type Shape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import type { Params } from '../document/types';
import { axesOf, placesOf, reshapeTo, slicesOf, squeezed, unsqueezed } from './onnxFold';
import {
  isKnown,
  listAttribute,
  numberOf,
  numbersAt,
  operand,
  shapeOf,
  textOf,
  Unsupported,
  type Call,
  type Handler,
  type Known,
  type Value
} from './onnxScope';

/** x under another shape; the axis that the rows are on stays open, so that data can take the place of the input. */
function reshape({ scope, wish }: Call, x: Value, shape: Shape): Value {
  const from = shapeOf(x);
  if (from.length === shape.length && from.every((size, axis) => size === shape[axis])) return x;
  if (shape.length === 2 && from.length > 2 && from[0] === shape[0]) return scope.gate('flatten', wish, { x });
  const keepsRows = shape.length > 0 && from.length > 0 && shape[0] === from[0] && from[0] === 1 && !shape.includes(0);
  return scope.gate('reshape', wish, { x }, { shape: keepsRows ? [-1, ...shape.slice(1)] : [...shape] });
}

const whole = (values: readonly number[]): Known => {
  const tensor: Tensor = { dtype: 'int32', shape: [values.length], data: Int32Array.from(values) };
  return { tensor, name: '', isWeight: false };
};

const axisOf = (call: Call, rank: number, otherwise: number): number => {
  const axis = normalizeAxis(numberOf(call, 'axis', otherwise), rank);
  if (axis === null) throw new Unsupported(`its axis is ${numberOf(call, 'axis', otherwise)} and its input has ${rank} axes`);
  return axis;
};

/** A reduction; `before` and `after` are gates that what goes in and comes out passes. */
const reduction =
  (gate: string, { before, after, params = {} }: { before?: string; after?: string; params?: Params } = {}): Handler =>
  (call) => {
    const { scope, wish } = call;
    const x = operand(call, 0);
    const axes = axesOf(call, 1);
    if (!axes?.length && numberOf(call, 'noop_with_empty_axes', 0) === 1) return x;
    const from = before ? scope.gate(before, wish, { x }) : x;
    const keepdim = numberOf(call, 'keepdims', 1) === 1;
    const reduced = scope.gate(
      gate,
      wish,
      { x: from },
      { ...params, ...(axes?.length && { dim: [...axes] }), ...(keepdim && { keepdim }) }
    );
    return after ? scope.gate(after, wish, { x: reduced }) : reduced;
  };

export const STRUCTURE: Readonly<Record<string, Handler>> = {
  Reshape: (call) => {
    const x = operand(call, 0);
    const asked = numbersAt(call, 1, 'sizes') ?? listAttribute(call, 'shape') ?? [];
    return reshape(call, x, reshapeTo(shapeOf(x), asked, numberOf(call, 'allowzero', 0) === 1));
  },
  Flatten: (call) => {
    const x = operand(call, 0);
    const shape = shapeOf(x);
    const axis = numberOf(call, 'axis', 1);
    const at = axis === shape.length ? axis : axisOf(call, shape.length, 1);
    if (at === 1 && shape.length > 1) return call.scope.gate('flatten', call.wish, { x });
    return reshape(call, x, [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))]);
  },
  Squeeze: (call) => reshape(call, operand(call, 0), squeezed(shapeOf(operand(call, 0)), axesOf(call, 1))),
  Unsqueeze: (call) => reshape(call, operand(call, 0), unsqueezed(shapeOf(operand(call, 0)), axesOf(call, 1) ?? [])),
  Transpose: (call) => {
    const x = operand(call, 0);
    const rank = shapeOf(x).length;
    const dims = listAttribute(call, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
    return call.scope.gate('permute', call.wish, { x }, { dims: [...dims] });
  },
  Concat: (call) => {
    const parts = Object.fromEntries(call.inputs.map((_, at) => [`x${at}`, operand(call, at)]));
    return call.scope.gate('concat', call.wish, parts, { n: call.inputs.length, dim: numberOf(call, 'axis', 0) });
  },
  Split: (call) => {
    const x = operand(call, 0);
    const dim = axisOf(call, shapeOf(x).length, 0);
    const count = call.node.outputs.length;
    const even = Math.ceil(shapeOf(x)[dim]! / count);
    const sizes =
      numbersAt(call, 1, 'sizes') ??
      listAttribute(call, 'split') ??
      Array.from({ length: count }, (_, at) => Math.min(even, shapeOf(x)[dim]! - at * even));
    return call.scope.add('split', call.wish, { x }, { sizes: [...sizes], dim });
  },
  Slice: (call) => {
    const x = operand(call, 0);
    const { starts, ends, axes, steps } = slicesOf(call);
    return axes.reduce<Value>((sliced, dim, at) => sliceAxis(call, sliced, dim, [starts[at]!, ends[at]!, steps[at]!]), x);
  },
  Gather: (call) => {
    const [x, index] = [operand(call, 0), operand(call, 1)];
    const shape = shapeOf(x);
    const dim = axisOf(call, shape.length, 0);
    const { scope, wish } = call;
    if (!isKnown(index) && dim === 0 && shape.length === 2) return scope.gate('embedding', wish, { weight: x, index });
    const at = isKnown(index)
      ? whole(Array.from(index.tensor.data, (place) => (place < 0 ? place + shape[dim]! : place)))
      : reshape(call, index, [sizeOf(shapeOf(index))]);
    const taken = scope.gate('index_select', wish, { x, index: at }, { dim });
    return shapeOf(index).length === 1 ? taken : reshape(call, taken, [...shape.slice(0, dim), ...shapeOf(index), ...shape.slice(dim + 1)]);
  },
  GatherElements: (call) =>
    call.scope.gate('gather', call.wish, { x: operand(call, 0), index: operand(call, 1) }, { dim: numberOf(call, 'axis', 0) }),
  OneHot: (call) => {
    const classes = numbersAt(call, 1, 'depth')?.[0];
    const [off, on] = numbersAt(call, 2, 'values') ?? [];
    const index = operand(call, 0);
    const axis = numberOf(call, 'axis', -1);
    if (axis !== -1 && axis !== shapeOf(index).length) throw new Unsupported(`its axis is ${axis}; expected the last one`);
    const hot = call.scope.gate('one_hot', call.wish, { index }, { num_classes: classes! });
    if (off === 0 && on === 1) return hot;
    throw new Unsupported(`its values are ${off} and ${on}; expected 0 and 1`);
  },
  Expand: (call) => {
    const x = operand(call, 0);
    const shape = broadcastShapes(shapeOf(x), numbersAt(call, 1, 'sizes') ?? []);
    if (!shape) throw new Unsupported('its sizes do not fit its input');
    return call.scope.gate('expand', call.wish, { x }, { shape });
  },
  Tile: (call) => {
    const repeats = numbersAt(call, 1, 'repeats') ?? [];
    return repeats.reduce<Value>(
      (tiled, n, dim) => {
        const parts = Object.fromEntries(Array.from({ length: n }, (_, at) => [`x${at}`, tiled]));
        return n === 1 ? tiled : call.scope.gate('concat', call.wish, parts, { n, dim });
      },
      operand(call, 0)
    );
  },
  Pad: (call) => {
    const x = operand(call, 0);
    const rank = shapeOf(x).length;
    const amounts = numbersAt(call, 1, 'amounts') ?? listAttribute(call, 'pads') ?? [];
    const axes = numbersAt(call, 3, 'axes') ?? Array.from({ length: rank }, (_, axis) => axis);
    const low = Array<number>(rank).fill(0);
    const high = Array<number>(rank).fill(0);
    axes.forEach((axis, at) => {
      low[normalizeAxis(axis, rank)!] = amounts[at]!;
      high[normalizeAxis(axis, rank)!] = amounts[at + axes.length]!;
    });
    const value = numbersAt(call, 2, 'value')?.[0] ?? numberOf(call, 'value', 0);
    return padBy(call, x, low, high, textOf(call, 'mode', 'constant'), value);
  },

  ReduceSum: reduction('sum'),
  ReduceMean: reduction('mean'),
  ReduceProd: reduction('prod'),
  ReduceMax: reduction('amax'),
  ReduceMin: reduction('amin'),
  ReduceL1: reduction('norm', { params: { p: 1 } }),
  ReduceL2: reduction('norm'),
  ReduceLogSumExp: reduction('logsumexp'),
  ReduceSumSquare: reduction('sum', { before: 'square' }),
  ReduceLogSum: reduction('sum', { after: 'log' }),
  CumSum: (call) => {
    if (numberOf(call, 'exclusive', 0) || numberOf(call, 'reverse', 0))
      throw new Unsupported('it goes backwards or leaves the entry itself out');
    return call.scope.gate('cumsum', call.wish, { x: operand(call, 0) }, { dim: numbersAt(call, 1, 'axis')?.[0] ?? 0 });
  },
  ArgMax: (call) => {
    if (numberOf(call, 'select_last_index', 0)) throw new Unsupported('it takes the last of several that tie; the gate takes the first');
    const keepdim = numberOf(call, 'keepdims', 1) === 1;
    return call.scope.gate('argmax', call.wish, { x: operand(call, 0) }, { dim: numberOf(call, 'axis', 0), ...(keepdim && { keepdim }) });
  }
};

/** `low` and `high` by axis; torch lists them in pairs, the last axis first. */
export function padBy(
  { scope, wish }: Call,
  x: Value,
  low: readonly number[],
  high: readonly number[],
  mode = 'constant',
  value = 0
): Value {
  if ([...low, ...high].every((amount) => amount === 0)) return x;
  const modes: Readonly<Record<string, string>> = { constant: 'constant', reflect: 'reflect', edge: 'replicate' };
  const kind = modes[mode];
  if (kind === undefined) throw new Unsupported(`its mode is ${mode}; expected constant, reflect or edge`);
  const pad = low
    .flatMap((amount, axis) => [[amount, high[axis]!]])
    .reverse()
    .flat();
  while (pad.length > 2 && pad.at(-1) === 0 && pad.at(-2) === 0) pad.length -= 2;
  const number = Number.isFinite(value) ? value : (String(value) as 'Infinity');
  return scope.gate('pad', wish, { x }, { pad, ...(kind !== 'constant' && { mode: kind }), ...(value !== 0 && { value: number }) });
}

function sliceAxis({ scope, wish }: Call, x: Value, axis: number, [start, end, step]: readonly [number, number, number]): Value {
  const length = shapeOf(x).at(axis)!;
  if (step < 0) return scope.gate('index_select', wish, { x, index: whole(placesOf(length, start, end, step)) }, { dim: axis });
  const toEnd = end >= length;
  if (start === 0 && toEnd && step === 1) return x;
  return scope.gate(
    'slice',
    wish,
    { x },
    { dim: axis, ...(start !== 0 && { start }), ...(!toEnd && { end }), ...(step !== 1 && { step }) }
  );
}
