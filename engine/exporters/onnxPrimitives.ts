/**
 * Every primitive of the IR as ONNX operators: what a gate is exported as that has no operator of its own. int32 values are
 * int64, which is what ONNX's indices are; a compare gives a float, as it does here.
 */
import { broadcastShapes, sameShape, type Shape } from '../base/shapes';
import type { AnyOperation, Operation, Primitive } from '../ir/graph';
import { FixedRows, shapeOver, sizeOver, type Size } from './onnxRows';
import type { Fragment } from './onnxGraph';
import { writeFoldPatches, writePatches, writeWindowArgmax } from './onnxWindows';

/** One operation, as it is in the graph of each number of rows; all else is the same in all of them. */
export interface Site<P extends Primitive = Primitive> {
  readonly operations: readonly Operation<P>[];
  /** Shapes of the operands, by graph. */
  readonly shapes: readonly (readonly Shape[])[];
  readonly rows: readonly number[];
  /** A bool tensor that says what the first operand does, where it is a comparison. */
  readonly condition?: string | undefined;
}

type Write<P extends Primitive> = (o: Fragment, inputs: readonly string[], site: Site<P>) => string;

/** Those that compute entry by entry and broadcast in ONNX too. */
export const ELEMENTWISE = {
  identity: 'Identity',
  neg: 'Neg',
  abs: 'Abs',
  sign: 'Sign',
  exp: 'Exp',
  log: 'Log',
  sin: 'Sin',
  cos: 'Cos',
  tanh: 'Tanh',
  erf: 'Erf',
  sqrt: 'Sqrt',
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  pow: 'Pow',
  max: 'Max',
  min: 'Min'
} as const satisfies Partial<Record<Primitive, string>>;

const COMPARISONS = { lt: 'Less', le: 'LessOrEqual', gt: 'Greater', ge: 'GreaterOrEqual', eq: 'Equal', ne: 'Equal' } as const;

/** The largest int64 that is written: to the end of an axis. */
const END = 2 ** 31 - 1;

type Plain = keyof typeof ELEMENTWISE;
const plain = Object.fromEntries(
  Object.entries(ELEMENTWISE).map(([primitive, op]) => [primitive, ((o, inputs) => o.node(op, inputs)) satisfies Write<Plain>])
) as unknown as { [P in Plain]: Write<P> };

/** Throws FixedRows for what cannot be said of any number of rows. */
export const PRIMITIVES: { readonly [P in Exclude<Primitive, 'input' | 'random' | 'custom'>]: Write<P> } = {
  ...plain,
  constant: (o, _, { operations, rows }) => {
    const size = sizeOver(
      rows,
      operations.map(({ attributes }) => attributes.value)
    );
    if (typeof size === 'number') return o.number(size);
    return o.node('Cast', [o.node('Squeeze', [o.sizes([size])])], { to: 1 });
  },
  // float32 loses what is below 6e-8 of 1 + x.
  log1p: (o, [x]) => o.node('Log', [o.node('Add', [x, o.number(1)])]),
  expm1: (o, [x]) => o.node('Sub', [o.node('Exp', [x]), o.number(1)]),
  iota: (o, _, { operations, rows }) => {
    const { axis } = operations[0]!.attributes;
    const shape = shapeOf(operations, rows);
    const length = shape[axis]!;
    if (typeof length === 'number' && shape.every((size, at) => at === axis || size === 1)) return counting(o, shape as Shape, length);
    const line =
      typeof length === 'number'
        ? counting(o, [length], length)
        : o.node('Range', [
            o.node('Squeeze', [o.integers([0])]),
            o.node('Squeeze', [o.sizes([length])]),
            o.node('Squeeze', [o.integers([1])])
          ]);
    const laid = o.node('Reshape', [line, o.integers(shape.map((_, at) => (at === axis ? -1 : 1)))]);
    return o.node('Expand', [laid, o.sizes(shape)]);
  },
  convert: (o, [x], { operations }) => o.node('Cast', [x], { to: operations[0]!.attributes.dtype === 'int32' ? 7 : 1 }),
  compare: (o, inputs, { operations }) => o.node('Cast', [writeCondition(o, inputs, operations[0]!)], { to: 1 }),
  select: (o, [condition, a, b], { condition: known }) => o.node('Where', [known ?? o.node('Cast', [condition], { to: 9 }), a, b]),
  reshape: (o, [x], { operations, rows }) => o.reshape(x!, shapeOf(operations, rows)),
  permute: (o, [x], { operations }) => o.node('Transpose', [x], { perm: operations[0]!.attributes.dims }),
  broadcast: (o, [x], { operations, rows }) => o.node('Expand', [x, o.sizes(shapeOf(operations, rows))]),
  slice: (o, [x], { operations, shapes, rows }) => {
    const [lengths, starts, limits] = [
      shapeOver(
        rows,
        shapes.map(([shape]) => shape!)
      ),
      shapeOver(
        rows,
        operations.map(({ attributes }) => attributes.start)
      ),
      shapeOver(
        rows,
        operations.map(({ attributes }) => attributes.limit)
      )
    ];
    const { step } = operations[0]!.attributes;
    const axes = lengths.flatMap((length, axis) => (starts[axis] === 0 && equal(limits[axis]!, length) && step[axis] === 1 ? [] : [axis]));
    const ends = axes.map((axis) => (equal(limits[axis]!, lengths[axis]!) ? END : limits[axis]!));
    const among = (list: readonly number[]) => axes.map((axis) => list[axis]!);
    return o.node('Slice', [x, o.sizes(axes.map((axis) => starts[axis]!)), o.sizes(ends), o.integers(axes), o.integers(among(step))]);
  },
  pad: (o, [x], site) => writePad(o, x!, site),
  concat: (o, inputs, { operations }) => o.node('Concat', inputs, { axis: operations[0]!.attributes.axis }),
  reverse: (o, [x], { operations }) => {
    const { axes } = operations[0]!.attributes;
    const every = (value: number) => o.integers(axes.map(() => value));
    return o.node('Slice', [x, every(-1), every(-END), o.integers(axes), every(-1)]);
  },
  reduce_sum: (o, [x], { operations }) => o.node('ReduceSum', [x, o.integers(operations[0]!.attributes.axes)], { keepdims: 0 }),
  reduce_max: (o, [x], site) => writeExtreme(o, x!, site, 'ReduceMax', -Infinity),
  reduce_min: (o, [x], site) => writeExtreme(o, x!, site, 'ReduceMin', Infinity),
  cumsum: (o, [x], { operations }) => o.node('CumSum', [x, o.node('Squeeze', [o.integers([operations[0]!.attributes.axis])])]),
  argmax: (o, [x], { operations }) => o.node('ArgMax', [x], { axis: operations[0]!.attributes.axis, keepdims: 0 }),
  dot: (o, [a, b], { operations, shapes }) => {
    const { transposeA, transposeB } = operations[0]!.attributes;
    const rank = shapes[0]![0]!.length;
    if (rank === 2 && (transposeA || transposeB)) return o.node('Gemm', [a, b], { transA: Number(transposeA), transB: Number(transposeB) });
    const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
    const turned = (x: string | undefined, turn: boolean) => (turn ? o.node('Transpose', [x], { perm }) : x);
    return o.node('MatMul', [turned(a, transposeA), turned(b, transposeB)]);
  },
  window_argmax: writeWindowArgmax,
  gather: (o, [x, index], { operations }) => o.node('GatherElements', [x, index], { axis: operations[0]!.attributes.axis }),
  scatter_add: (o, [index, updates], { operations, rows }) => {
    const [first] = operations;
    const zero = o.node('Expand', [first!.type.dtype === 'int32' ? o.integers([0]) : o.number(0), o.sizes(shapeOf(operations, rows))]);
    return o.node('ScatterElements', [zero, index, updates], { axis: first!.attributes.axis, reduction: 'add' });
  },
  patches: writePatches,
  fold_patches: writeFoldPatches
};

/** The comparison as a bool tensor. */
export function writeCondition(o: Fragment, inputs: readonly string[], { attributes }: Operation<'compare'>): string {
  const compared = o.node(COMPARISONS[attributes.direction], inputs);
  return attributes.direction === 'ne' ? o.node('Not', [compared]) : compared;
}

/** Whether operands of `shapes` give `shape` by broadcasting alone. */
export function broadcastsTo(shapes: readonly Shape[], shape: Shape): boolean {
  const joined = shapes.reduce<Shape | null>((all, one) => all && broadcastShapes(all, one), []);
  return joined !== null && sameShape(joined, shape);
}

export function shapeOf(operations: readonly Pick<AnyOperation, 'type'>[], rows: readonly number[]): readonly Size[] {
  return shapeOver(
    rows,
    operations.map(({ type }) => type.shape)
  );
}

function equal(a: Size, b: Size): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function counting(o: Fragment, shape: Shape, length: number): string {
  return o.graph.constant({ dtype: 'int32', shape, data: Int32Array.from({ length }, (_, at) => at) });
}

/** Of nothing, what it is of nothing here: ONNX leaves it open. */
function writeExtreme(o: Fragment, x: string, site: Site<'reduce_max' | 'reduce_min'>, op: string, ofNothing: number): string {
  const { operations, shapes, rows } = site;
  const { axes } = operations[0]!.attributes;
  if (axes.some((axis) => shapes[0]![0]![axis] === 0)) return o.node('Expand', [o.number(ofNothing), o.sizes(shapeOf(operations, rows))]);
  return o.node(op, [x], { axes, keepdims: 0 });
}

function writePad(o: Fragment, x: string, { operations, shapes, rows }: Site<'pad'>): string {
  const [first, ...others] = operations;
  const { low, high, interior, value } = first!.attributes;
  if (others.some(({ attributes }) => JSON.stringify(attributes) !== JSON.stringify(first!.attributes))) throw new FixedRows('a pad');
  const fill = first!.type.dtype === 'int32' ? o.node('Squeeze', [o.integers([value])]) : o.number(value);
  const sizes = [
    ...shapeOver(
      rows,
      shapes.map(([shape]) => shape!)
    )
  ];
  let padded = x;
  interior.forEach((amount, axis) => {
    const length = sizes[axis]!;
    if (amount === 0 || length === 0) return;
    if (typeof length !== 'number') throw new FixedRows('an interior pad of the rows');
    // Behind each entry an axis of its own is padded; what comes behind the last entry is cut off again.
    const [before, after] = [sizes.slice(0, axis), sizes.slice(axis + 1)];
    const apart = o.reshape(padded, [...before, length, 1, ...after]);
    const none = sizes.map(() => 0);
    const filled = o.node('Pad', [apart, o.integers([...none, 0, ...none.with(axis, 0).toSpliced(axis + 1, 0, amount)]), fill]);
    const whole = length * (amount + 1);
    const joined = o.reshape(filled, [...before, whole, ...after]);
    padded = o.node('Slice', [joined, o.integers([0]), o.integers([whole - amount]), o.integers([axis])]);
    sizes[axis] = whole - amount;
  });
  if ([...low, ...high].every((amount) => amount === 0)) return padded;
  return o.node('Pad', [padded, o.integers([...low, ...high]), fill]);
}
