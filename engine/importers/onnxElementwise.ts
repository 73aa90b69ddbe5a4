/** ONNX operators that compute entry by entry, as gates. */
import { sizeOf } from '../base/shapes';
import {
  isKnown,
  numberOf,
  numbersAt,
  operand,
  scalar,
  shapeOf,
  textOf,
  typeOf,
  Unsupported,
  type Call,
  type Handler,
  type Value
} from './onnxScope';

/** One operand, at port x. */
const unary =
  (gate: string, params?: (call: Call) => Record<string, number | string>): Handler =>
  (call) =>
    call.scope.gate(gate, call.wish, { x: operand(call, 0) }, params?.(call) ?? {});

/** Two operands at ports a and b; more are joined one after the other. */
const binary =
  (gate: string): Handler =>
  (call) => {
    const [first, ...others] = call.inputs.map((_, at) => operand(call, at));
    if (!first) throw new Unsupported('it has no inputs');
    return others.reduce<Value>((joined, other) => call.scope.gate(gate, call.wish, { a: joined, b: other }), first);
  };

const refuseUnless = (call: Call, name: string, expected: number): void => {
  const found = numberOf(call, name, expected);
  if (Math.abs(found - expected) > 1e-6) throw new Unsupported(`its ${name} is ${found}; expected ${expected}`);
};

/** ONNX's numbers for entries that are whole. */
const FLOATS: readonly number[] = [1, 10, 11];
const BOOL = 9;

export const ELEMENTWISE: Readonly<Record<string, Handler>> = {
  Abs: unary('abs'),
  Neg: unary('neg'),
  Exp: unary('exp'),
  Log: unary('log'),
  Sqrt: unary('sqrt'),
  Reciprocal: unary('reciprocal'),
  Sin: unary('sin'),
  Cos: unary('cos'),
  Erf: unary('erf'),
  Sign: unary('sign'),
  Relu: unary('relu'),
  Sigmoid: unary('sigmoid'),
  Tanh: unary('tanh'),
  Softplus: unary('softplus'),
  Softsign: unary('softsign'),
  Mish: unary('mish'),
  Gelu: unary('gelu', (call) => ({ approximate: textOf(call, 'approximate', 'none') })),
  LeakyRelu: unary('leaky_relu', (call) => ({ negative_slope: float(call, 'alpha', 0.01) })),
  Elu: unary('elu', (call) => ({ alpha: float(call, 'alpha', 1) })),
  ThresholdedRelu: unary('threshold', (call) => ({ threshold: float(call, 'alpha', 1), value: 0 })),
  Selu: (call) => {
    refuseUnless(call, 'alpha', 1.67326319217681884765625);
    refuseUnless(call, 'gamma', 1.05070102214813232421875);
    return unary('selu')(call);
  },
  HardSigmoid: (call) => {
    const { scope, wish } = call;
    const scaled = scope.gate('mul', wish, { a: operand(call, 0), b: scalar(float(call, 'alpha', 0.2)) });
    return scope.gate(
      'clamp',
      wish,
      { x: scope.gate('add', wish, { a: scaled, b: scalar(float(call, 'beta', 0.5)) }) },
      { min: 0, max: 1 }
    );
  },
  HardSwish: (call) => {
    const { scope, wish } = call;
    const x = operand(call, 0);
    const shifted = scope.gate('add', wish, { a: x, b: scalar(3) });
    const gate = scope.gate('div', wish, { a: scope.gate('clamp', wish, { x: shifted }, { min: 0, max: 6 }), b: scalar(6) });
    return scope.gate('mul', wish, { a: x, b: gate });
  },
  PRelu: (call) => {
    const { scope, wish } = call;
    const [x, slope] = [operand(call, 0), operand(call, 1)];
    const below = scope.gate('mul', wish, { a: slope, b: scope.gate('min', wish, { a: x, b: scalar(0) }) });
    return scope.gate('add', wish, { a: scope.gate('relu', wish, { x }), b: below });
  },
  Shrink: (call) => {
    const [lambda, bias] = [float(call, 'lambd', 0.5), float(call, 'bias', 0)];
    if (bias !== 0 && bias !== lambda) throw new Unsupported(`its bias is ${bias}; expected 0 or its lambd, ${lambda}`);
    return unary(bias === 0 ? 'hardshrink' : 'softshrink', () => ({ lambda }))(call);
  },
  Clip: (call) => {
    const limit = (at: number, name: string) => numbersAt(call, at, 'limits')?.[0] ?? call.node.attributes[name];
    const [min, max] = [limit(1, 'min'), limit(2, 'max')];
    return call.scope.gate(
      'clamp',
      call.wish,
      { x: operand(call, 0) },
      {
        ...(typeof min === 'number' && { min: call.scope.short(min) }),
        ...(typeof max === 'number' && { max: call.scope.short(max) })
      }
    );
  },

  Add: (call) => withBias(call) ?? binary('add')(call),
  Sub: binary('sub'),
  Mul: binary('mul'),
  Div: binary('div'),
  Pow: binary('pow'),
  Max: binary('max'),
  Min: binary('min'),
  Sum: binary('add'),
  Mean: (call) => call.scope.gate('div', call.wish, { a: binary('add')(call) as Value, b: scalar(call.inputs.length) }),
  Equal: binary('eq'),
  Less: binary('lt'),
  LessOrEqual: binary('le'),
  Greater: binary('gt'),
  GreaterOrEqual: binary('ge'),
  // What is true is 1 here and what is false 0.
  And: binary('mul'),
  Or: binary('max'),
  Not: (call) => call.scope.gate('eq', call.wish, { a: operand(call, 0), b: scalar(0) }),
  Where: (call) => call.scope.gate('where', call.wish, { condition: operand(call, 0), a: operand(call, 1), b: operand(call, 2) }),
  Mod: channelIndices,

  Identity: (call) => operand(call, 0),
  Dropout: (call) => {
    const p = numbersAt(call, 1, 'ratio')?.[0] ?? numberOf(call, 'ratio', 0.5);
    const trains = numbersAt(call, 2, 'training_mode')?.[0] ?? 0;
    if (trains !== 0) throw new Unsupported('it drops at random when the model is used');
    const out = call.scope.gate('dropout', call.wish, { x: operand(call, 0) }, { p: call.scope.short(p), training: false });
    call.scope.tell('dropout hands on what comes in, as in the file (training is false): remove that parameter to train with it');
    return out;
  },
  Cast: (call) => {
    const x = operand(call, 0);
    const to = numberOf(call, 'to', 1);
    const { dtype } = typeOf(x);
    // A float that comes from an integer is one: a clamp without limits does nothing else.
    if (FLOATS.includes(to)) return dtype === 'float' ? x : call.scope.gate('clamp', call.wish, { x });
    if (to === BOOL) return call.scope.gate('where', call.wish, { condition: x, a: scalar(1), b: scalar(0) });
    if (dtype === 'float') throw new Unsupported('it makes whole numbers of floats, which no gate does', 'leave the node out');
    return x;
  }
};

function float(call: Call, name: string, otherwise: number): number {
  return call.scope.short(numberOf(call, name, otherwise));
}

/** The sum of a product with a matrix of weights and a list: the bias of a linear gate. Null for all other sums. */
function withBias({ scope, node, inputs }: Call): Value | null {
  for (const [at, other] of [
    [0, 1],
    [1, 0]
  ] as const) {
    const [product, bias] = [inputs[at], inputs[other]];
    if (!product || !bias || isKnown(product) || !isKnown(bias)) continue;
    if (!scope.isOpenLinear(product, node.inputs[at]!) || shapeOf(bias).length !== 1 || sizeOf(shapeOf(bias)) !== shapeOf(product).at(-1))
      continue;
    scope.connect(bias, product.reference, 'bias');
    return product;
  }
  return null;
}

/** ONNX's indices of a max pool count through all of its input; modulo the entries of a channel they are those of the gate. */
function channelIndices(call: Call): Value {
  const index = operand(call, 0);
  const size = numbersAt(call, 1, 'divisor')?.[0];
  if (isKnown(index) || index.channel === undefined || index.channel !== size)
    throw new Unsupported('there is no gate for a remainder', 'leave the node out');
  return { reference: index.reference, type: index.type };
}
