import type { Type } from '../../base/dtypes';
import { formatShape, sameShape, sizeOf } from '../../base/shapes';
import type { Builder } from '../../ir/builder';
import type { ValueId } from '../../ir/graph';
import { defineGate, ShapeError, type LowerContext, type LowerMode, type Operands, type ResolvedParams } from '../gate';
import { TRAINING, trains } from '../modes';
import { EPS, scaleAndShift } from './normalize';

function resolve(inputs: Operands<Type>, params: ResolvedParams, mode: LowerMode) {
  const { shape } = inputs['x']!;
  const channels = shape[1];
  if (channels === undefined)
    throw new ShapeError(`x is ${formatShape(shape)}; expected [N,C] or [N,C,…], channels on the second axis`, 'x');
  for (const port of ['weight', 'bias']) {
    const found = inputs[port]?.shape;
    if (found && !sameShape(found, [channels])) {
      throw new ShapeError(
        `${port} is ${formatShape(found)} and x is ${formatShape(shape)}; expected [${channels}], one for each channel`,
        port,
        `make it [${channels}]`
      );
    }
  }
  const axes = shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const count = sizeOf(axes.map((axis) => shape[axis]!));
  if (trains(params, mode) && count < 2) {
    throw new ShapeError(
      `x is ${formatShape(shape)}, ${count} for each channel; training needs at least 2 to take a variance of`,
      'x',
      'choose a batch size that leaves no row alone'
    );
  }
  return { shape, channels, axes, count, perChannel: shape.map((length, axis) => (axis === 1 ? length : 1)) };
}

/** Means and variances [C], of the batch while training, whose running ones each step moves by momentum towards them. */
function statistics(
  b: Builder,
  x: ValueId,
  { channels, axes, count, perChannel }: ReturnType<typeof resolve>,
  params: ResolvedParams,
  context: LowerContext
) {
  const running = { mean: context.state('running_mean', [channels], 0), variance: context.state('running_var', [channels], 1) };
  if (!trains(params, context)) return running;
  const size = b.constant(count);
  const mean = b.div(b.reduce('sum', x, axes), size);
  const deviation = b.sub(x, b.reshape(mean, perChannel));
  const squares = b.reduce('sum', b.mul(deviation, deviation), axes);
  const towards = (state: ValueId, target: ValueId) => {
    const kept = b.mul(b.constant(1 - params['momentum']), state);
    context.update(state, b.add(kept, b.mul(b.constant(params['momentum']), target)));
  };
  towards(running.mean, mean);
  // The running variance is the unbiased one, as torch keeps it.
  towards(running.variance, b.div(squares, b.constant(count - 1)));
  return { mean, variance: b.div(squares, size) };
}

export default defineGate({
  kind: 'composite',
  name: 'batch_norm',
  family: 'normalization',
  inputs: [{ name: 'x' }, { name: 'weight', optional: true }, { name: 'bias', optional: true }],
  params: {
    eps: EPS,
    momentum: {
      type: 'number',
      default: 0.1,
      min: 0,
      max: 1,
      doc: 'How far a step of training moves the running statistics towards the batch’s.'
    },
    training: TRAINING
  },
  shape: (inputs, params, mode) => [{ dtype: 'float', shape: resolve(inputs, params, mode).shape }],
  lower: (b, { x, weight, bias }, params, context) => {
    const resolved = resolve({ x: b.type(x!) }, params, context);
    const { mean, variance } = statistics(b, x!, resolved, params, context);
    const scale = b.sqrt(b.add(variance, b.constant(params['eps'])));
    const normal = b.div(b.sub(x!, b.reshape(mean, resolved.perChannel)), b.reshape(scale, resolved.perChannel));
    return [scaleAndShift(b, normal, weight, bias, resolved.perChannel)];
  },
  latex: '\\frac{x - \\mu_c}{\\sqrt{\\sigma_c^2 + \\epsilon}}\\,w_c + b_c',
  latexBackward: { weight: '\\sum g\\,\\hat{x}', bias: '\\sum g' },
  doc: 'Brings each channel to mean 0 and variance 1, then scales and shifts it: by the batch’s statistics in training, by running ones after.',
  emit: {
    torch: 'F.batch_norm({x}, {running_mean}, {running_var}, {weight}, {bias}, {training}, {momentum}, {eps})',
    onnx: (o, { x, weight, bias }, { eps, training }, types) => {
      if (training) return null;
      const every = (value: number) => o.numbers(Array<number>(types['x']!.shape[1]!).fill(value));
      const running = [o.state('running_mean'), o.state('running_var')];
      return [o.node('BatchNormalization', [x, weight ?? every(1), bias ?? every(0), ...running], { epsilon: eps })];
    }
  },
  samples: [
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, 6],
          [-1, 2, 0.25]
        ],
        weight: [1, 2, -1],
        bias: [0.5, 0, 1]
      }
    },
    {
      inputs: {
        x: [
          [
            [1, 2],
            [4, -1]
          ],
          [
            [-3, 0.5],
            [2, 0]
          ]
        ]
      },
      params: { eps: 0.1 }
    },
    {
      inputs: {
        x: [
          [100, -1e4],
          [-100, 1e4]
        ],
        weight: [2, 3],
        bias: [0, 1]
      },
      params: { training: false }
    },
    { inputs: { x: { shape: [0, 2, 3], data: [] }, weight: [1, 1], bias: [0, 0] }, params: { training: false } }
  ]
});
