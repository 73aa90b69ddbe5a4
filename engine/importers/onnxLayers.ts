/** ONNX operators that are layers of networks, as gates: products with weights, windows, normalisations. */
import { normalizeAxis, sizeOf } from '../base/shapes';
import type { Params } from '../document/types';
import { turned } from './onnxFold';
import {
  isKnown,
  listAttribute,
  numberOf,
  numbersAt,
  operand,
  scalar,
  shapeOf,
  textOf,
  Unsupported,
  type Call,
  type Handler,
  type Known,
  type Value
} from './onnxScope';
import { padBy } from './onnxStructure';

const softmax =
  (gate: string): Handler =>
  (call) => {
    const x = operand(call, 0);
    const rank = shapeOf(x).length;
    const dim = normalizeAxis(numberOf(call, 'axis', call.opset < 13 ? 1 : -1), rank);
    // Before operator set 13 the axes from this one on were taken together.
    if (call.opset < 13 && dim !== rank - 1)
      throw new Unsupported(`its axis is not the last one, and operator set ${call.opset} takes all behind it together`);
    return call.scope.gate(gate, call.wish, { x }, dim === rank - 1 ? {} : { dim: dim! });
  };

export const LAYERS: Readonly<Record<string, Handler>> = {
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('log_softmax'),
  MatMul: (call) => {
    const [a, b] = [operand(call, 0), operand(call, 1)];
    const { scope, wish } = call;
    // The lecture's layer, where it is one: rows times a matrix of weights.
    if (isKnown(b) && b.isWeight && shapeOf(b).length === 2 && shapeOf(a).length > 1)
      return scope.gate('linear', wish, { x: a, weight: b });
    return scope.gate('matmul', wish, { a, b });
  },
  Gemm: (call) => {
    const { scope, wish } = call;
    const flipped = (value: Value, flip: boolean): Value => (flip ? transposed(call, value) : value);
    const [a, b] = [
      flipped(operand(call, 0), numberOf(call, 'transA', 0) === 1),
      flipped(operand(call, 1), numberOf(call, 'transB', 0) === 1)
    ];
    const scaled = (value: Value, factor: number): Value =>
      factor === 1 ? value : scope.gate('mul', wish, { a: value, b: scalar(factor) });
    const c = call.inputs[2] && scaled(call.inputs[2], numberOf(call, 'beta', 1));
    const alpha = numberOf(call, 'alpha', 1);
    if (alpha === 1 && c && shapeOf(c).length === 1 && shapeOf(c)[0] === shapeOf(b)[1])
      return scope.gate('linear', wish, { x: a, weight: b, bias: c });
    const product = scaled(scope.gate('linear', wish, { x: a, weight: b }), alpha);
    return c ? scope.gate('add', wish, { a: product, b: c }) : product;
  },

  Conv: (call) => {
    const [x, weight] = [operand(call, 0), operand(call, 1)];
    const kernel = shapeOf(weight).slice(2);
    const { padded, padding } = evenPadding(call, x, kernel);
    return call.scope.gate(
      `conv${axesOf(kernel)}d`,
      call.wish,
      { x: padded, weight, bias: call.inputs[2] },
      { ...windows(call, kernel), ...padding, ...groups(call) }
    );
  },
  ConvTranspose: (call) => {
    const [x, weight] = [operand(call, 0), operand(call, 1)];
    const kernel = shapeOf(weight).slice(2);
    const { low, high } = paddingOf(call, shapeOf(x).slice(2), kernel);
    if (listAttribute(call, 'output_shape')) throw new Unsupported('it asks for an output_shape; expected pads and output_padding');
    const asked = listAttribute(call, 'output_padding') ?? kernel.map(() => 0);
    // Less cut off behind than before is more of the result.
    const extra = asked.map((amount, axis) => amount + low[axis]! - high[axis]!);
    if (extra.some((amount) => amount < 0))
      throw new Unsupported(`its pads cut off more behind (${high.join()}) than before (${low.join()})`);
    return call.scope.gate(
      `conv_transpose${axesOf(kernel)}d`,
      call.wish,
      { x, weight, bias: call.inputs[2] },
      {
        ...windows(call, kernel),
        ...given('padding', low, 0),
        ...given('output_padding', extra, 0),
        ...groups(call)
      }
    );
  },
  MaxPool: (call) => {
    const kernel = kernelShape(call);
    const x = operand(call, 0);
    const spatial = shapeOf(x).slice(2);
    const { padded, padding } = evenPadding(call, x, kernel, -Infinity);
    const [out, indices] = call.scope.add(
      `max_pool${axesOf(kernel)}d`,
      call.wish,
      { x: padded },
      { kernel_size: few(kernel), ...windows(call, kernel, kernel), ...padding }
    );
    return padded === x ? [out!, { ...indices!, channel: sizeOf(spatial) }] : out!;
  },
  AveragePool: (call) => {
    const kernel = kernelShape(call);
    const counts = numberOf(call, 'count_include_pad', 0) === 1;
    const x = operand(call, 0);
    const { low, high, ceil } = paddingOf(call, shapeOf(x).slice(2), kernel);
    const isEven = low.every((amount, axis) => amount === high[axis]);
    if (!isEven && !counts)
      throw new Unsupported(`its pads are ${low.join()} before and ${high.join()} behind; expected the same, or count_include_pad`);
    const padded = isEven ? x : padBy(call, x, [0, 0, ...low], [0, 0, ...high]);
    return call.scope.gate(
      `avg_pool${axesOf(kernel)}d`,
      call.wish,
      { x: padded },
      {
        kernel_size: few(kernel),
        ...windows(call, kernel, kernel),
        ...(isEven && given('padding', low, 0)),
        ...(ceil && { ceil_mode: true }),
        ...(!counts && { count_include_pad: false })
      }
    );
  },
  GlobalAveragePool: (call) => global(call, 'adaptive_avg_pool'),
  GlobalMaxPool: (call) => global(call, 'adaptive_max_pool'),
  Resize: upsample,
  Upsample: upsample,

  BatchNormalization: (call) => {
    const { scope, wish } = call;
    if (numberOf(call, 'training_mode', 0) === 1) throw new Unsupported('it takes the statistics of each batch (training_mode)');
    const [mean, variance] = [operand(call, 3), operand(call, 4)];
    if (!isKnown(mean) || !isKnown(variance)) throw new Unsupported('its mean and var are computed by the model; expected weights');
    const params = { ...number(call, 'eps', 'epsilon', 1e-5), training: false };
    const out = scope.gate('batch_norm', wish, { x: operand(call, 0), weight: operand(call, 1), bias: operand(call, 2) }, params);
    scope.weights.set(`${out.reference}.running_mean`, mean.tensor);
    scope.weights.set(`${out.reference}.running_var`, variance.tensor);
    scope.tell('batch_norm goes by the statistics in the file (training is false): remove that parameter to train it');
    return out;
  },
  LayerNormalization: (call) => {
    const x = operand(call, 0);
    const rank = shapeOf(x).length;
    if (normalizeAxis(numberOf(call, 'axis', -1), rank) !== rank - 1)
      throw new Unsupported('its axis is not the last one, which alone the gate goes by');
    return call.scope.gate(
      'layer_norm',
      call.wish,
      { x, weight: call.inputs[1], bias: call.inputs[2] },
      number(call, 'eps', 'epsilon', 1e-5)
    );
  },
  InstanceNormalization: (call) => {
    const x = operand(call, 0);
    const params = { num_groups: shapeOf(x)[1]!, ...number(call, 'eps', 'epsilon', 1e-5) };
    return call.scope.gate('group_norm', call.wish, { x, weight: operand(call, 1), bias: operand(call, 2) }, params);
  },
  GroupNormalization: (call) => {
    const [x, weight] = [operand(call, 0), operand(call, 1)];
    if (shapeOf(weight)[0] !== shapeOf(x)[1])
      throw new Unsupported('it has a scale for each group; expected one for each channel', 'export it with operator set 21');
    const params = { num_groups: numberOf(call, 'num_groups', 1), ...number(call, 'eps', 'epsilon', 1e-5) };
    return call.scope.gate('group_norm', call.wish, { x, weight, bias: operand(call, 2) }, params);
  }
};

/** A matrix with its axes exchanged; a weight is turned here, once for all that read it. */
function transposed({ scope, wish }: Call, value: Value): Value {
  if (!isKnown(value)) return scope.gate('transpose', wish, { x: value });
  let flipped = scope.flipped.get(value.tensor);
  if (!flipped) scope.flipped.set(value.tensor, (flipped = { ...value, tensor: turned(value.tensor, [1, 0]) } satisfies Known));
  return flipped;
}

function axesOf(kernel: readonly number[]): number {
  if (kernel.length < 1 || kernel.length > 3) throw new Unsupported(`its windows have ${kernel.length} axes; expected 1, 2 or 3`);
  return kernel.length;
}

function kernelShape(call: Call): readonly number[] {
  const kernel = listAttribute(call, 'kernel_shape');
  if (!kernel) throw new Unsupported('it has no kernel_shape');
  return kernel;
}

/** One number where all are alike. */
const few = (values: readonly number[]) => (values.every((value) => value === values[0]) ? values[0]! : [...values]);

/** The parameter `name`, unless it is what it is by default. */
function given(name: string, values: readonly number[], otherwise: number | readonly number[]): Params {
  const usual = values.every((value, axis) => value === (typeof otherwise === 'number' ? otherwise : otherwise[axis]));
  return usual ? {} : { [name]: few(values) };
}

function windows(call: Call, kernel: readonly number[], usualStride: number | readonly number[] = 1) {
  // ONNX moves pools by 1 unless it is told, torch by the window.
  const strides = listAttribute(call, 'strides') ?? kernel.map(() => 1);
  return { ...given('stride', strides, usualStride), ...given('dilation', listAttribute(call, 'dilations') ?? kernel.map(() => 1), 1) };
}

function groups(call: Call) {
  return given('groups', [numberOf(call, 'group', 1)], 1);
}

function number(call: Call, name: string, attribute: string, otherwise: number) {
  const value = call.scope.short(numberOf(call, attribute, otherwise));
  return value === otherwise ? {} : { [name]: value };
}

/** Padding before and behind by axis, from `pads` or `auto_pad`. */
function paddingOf(call: Call, spatial: readonly number[], kernel: readonly number[]) {
  const auto = textOf(call, 'auto_pad', 'NOTSET');
  const ceil = numberOf(call, 'ceil_mode', 0) === 1;
  const axes = kernel.length;
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const [strides, dilations] = ['strides', 'dilations'].map((name) => listAttribute(call, name) ?? kernel.map(() => 1));
    const total = kernel.map((size, axis) => {
      const [length, stride] = [spatial[axis]!, strides![axis]!];
      return Math.max(0, (Math.ceil(length / stride) - 1) * stride + dilations![axis]! * (size - 1) + 1 - length);
    });
    const [smaller, larger] = [total.map((amount) => Math.floor(amount / 2)), total.map((amount) => Math.ceil(amount / 2))];
    return auto === 'SAME_UPPER' ? { low: smaller, high: larger, ceil } : { low: larger, high: smaller, ceil };
  }
  const pads = (auto === 'NOTSET' ? listAttribute(call, 'pads') : undefined) ?? Array<number>(2 * axes).fill(0);
  return { low: pads.slice(0, axes), high: pads.slice(axes), ceil };
}

/** x padded by a gate of its own where it is not padded alike on both sides, and the parameters of the windows then. */
function evenPadding(call: Call, x: Value, kernel: readonly number[], value = 0) {
  const spatial = shapeOf(x).slice(2);
  const { low, high, ceil } = paddingOf(call, spatial, kernel);
  const mode: Params = ceil ? { ceil_mode: true } : {};
  if (low.every((amount, axis) => amount === high[axis])) return { padded: x, padding: { ...given('padding', low, 0), ...mode } };
  // A maximum pays no heed to what is behind: that is what ceil_mode adds.
  if (value === -Infinity && !ceil && countsAs(call, spatial, kernel, low, high))
    return { padded: x, padding: { ...given('padding', low, 0), ceil_mode: true } };
  return { padded: padBy(call, x, [0, 0, ...low], [0, 0, ...high], 'constant', value), padding: mode };
}

/** Whether windows padded by `low` on both sides, their number rounded up, are those padded by `low` and `high`. */
function countsAs(
  call: Call,
  spatial: readonly number[],
  kernel: readonly number[],
  low: readonly number[],
  high: readonly number[]
): boolean {
  const [strides, dilations] = ['strides', 'dilations'].map((name) => listAttribute(call, name) ?? kernel.map(() => 1));
  return kernel.every((size, axis) => {
    const [length, stride, reach] = [spatial[axis]!, strides![axis]!, dilations![axis]! * (size - 1) + 1];
    const count = Math.floor((length + low[axis]! + high[axis]! - reach) / stride) + 1;
    let rounded = Math.ceil((length + 2 * low[axis]! - reach) / stride) + 1;
    if ((rounded - 1) * stride >= length + low[axis]!) rounded--;
    return count === rounded;
  });
}

function global(call: Call, gate: string): Value {
  const x = operand(call, 0);
  const axes = axesOf(shapeOf(x).slice(2));
  return call.scope.gate(`${gate}${axes}d`, call.wish, { x }, { output_size: 1 });
}

/** Resize and the Upsample of older operator sets, where they are the gate. */
function upsample(call: Call): Value {
  const x = operand(call, 0);
  const shape = shapeOf(x);
  const sizes = numbersAt(call, 3, 'sizes');
  const listed = numbersAt(call, call.node.op === 'Upsample' || call.opset < 11 ? 1 : 2, 'scales');
  const scales = listed?.length ? listed : sizes?.map((size, axis) => size / shape[axis]!);
  const scale = scales?.[2];
  if (!scales || scale === undefined || scales[0] !== 1 || scales[1] !== 1 || scales.slice(2).some((other) => other !== scale))
    throw new Unsupported(`its scales are ${scales?.join() ?? 'not given'}; expected 1,1 and the same for all axes behind`);
  const mode = textOf(call, 'mode', 'nearest');
  const places = textOf(call, 'coordinate_transformation_mode', call.opset < 11 ? 'asymmetric' : 'half_pixel');
  const rounding = textOf(call, 'nearest_mode', call.opset < 11 ? 'floor' : 'round_prefer_floor');
  const factor = { scale_factor: call.scope.short(scale) };
  if (mode === 'nearest' && ((places === 'asymmetric' && rounding === 'floor') || Number.isInteger(scale)))
    return call.scope.gate('upsample', call.wish, { x }, factor);
  const linear = ['linear', 'bilinear', 'trilinear'][shape.length - 3];
  const corners = places === 'align_corners';
  if (mode !== 'linear' || !(corners || places === 'half_pixel' || places === 'pytorch_half_pixel') || linear === undefined)
    throw new Unsupported(
      `its mode is ${mode} with ${places}; expected nearest with asymmetric, or linear with half_pixel or align_corners`
    );
  return call.scope.gate('upsample', call.wish, { x }, { ...factor, mode: linear, ...(corners && { align_corners: true }) });
}
