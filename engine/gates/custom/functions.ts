/**
 * The functions of the language: a closed table. Each is a gate or a primitive that is there already, so values, gradients
 * and conventions at ties are the gate's. One entry adds a function.
 */
import type { Builder } from '../../ir/builder';
import type { Unary, ValueId } from '../../ir/graph';
import relu from '../activations/relu.gate';
import logSigmoid from '../activations/log_sigmoid.gate';
import logSoftmax from '../activations/log_softmax.gate';
import sigmoid from '../activations/sigmoid.gate';
import softmax from '../activations/softmax.gate';
import softplus from '../activations/softplus.gate';
import abs from '../arithmetic/abs.gate';
import max from '../arithmetic/max.gate';
import min from '../arithmetic/min.gate';
import pow from '../arithmetic/pow.gate';
import square from '../arithmetic/square.gate';
import where from '../arithmetic/where.gate';
import { apply } from '../apply';
import type { Gate } from '../gate';
import matmul from '../linear/matmul.gate';
import { resolveParams } from '../params';
import amax from '../reductions/amax.gate';
import amin from '../reductions/amin.gate';
import cumsum from '../reductions/cumsum.gate';
import mean from '../reductions/mean.gate';
import sum from '../reductions/sum.gate';
import reshape from '../structure/reshape.gate';
import transpose from '../structure/transpose.gate';
import type { Literals } from './syntax';

export interface CodeFunction {
  /** How it is called, for messages: `sum(x, axes…, keep)`. */
  readonly signature: string;
  /** How many operands come first. */
  readonly operands: number;
  /** How many whole numbers may follow them, and whether `keep` may. */
  readonly counts: (count: number) => boolean;
  readonly keeps: boolean;
  /** Throws ShapeError where the operands do not fit. */
  readonly build: (b: Builder, operands: readonly ValueId[], literals: Literals) => ValueId;
  /** The same in PyTorch, from the operands' texts. */
  readonly torch: (operands: readonly string[], literals: Literals) => string;
}

type GateParams = (literals: Literals) => Readonly<Record<string, unknown>>;
type Extra = Pick<CodeFunction, 'counts' | 'keeps'> & {
  readonly signature: string;
  readonly params: GateParams;
  readonly torch: (l: Literals) => string;
};

const NONE: Extra = { signature: '', counts: (count) => count === 0, keeps: false, params: () => ({}), torch: () => '' };

const list = (numbers: readonly number[]) => `(${numbers.join(', ')}${numbers.length === 1 ? ',' : ''})`;

/** Any number of axes, none for all, and `keep`. */
const AXES: Extra = {
  signature: ', axes…, keep',
  counts: () => true,
  keeps: true,
  params: ({ numbers, keep }) => ({ ...(numbers.length > 0 && { dim: numbers }), keepdim: keep }),
  // Without axes PyTorch's mean takes no keepdim; () means all of them to each of these.
  torch: ({ numbers, keep }) => (numbers.length || keep ? `, dim=${list(numbers)}${keep ? ', keepdim=True' : ''}` : '')
};
/** One axis, the last if absent. */
const AXIS: Extra = {
  signature: ', axis',
  counts: (count) => count <= 1,
  keeps: false,
  params: ({ numbers }) => (numbers.length > 0 ? { dim: numbers[0] } : {}),
  torch: ({ numbers }) => `, dim=${numbers[0] ?? -1}`
};
/** Two axes, the last two if absent. */
const PAIR: Extra = {
  signature: ', axis, axis',
  counts: (count) => count === 0 || count === 2,
  keeps: false,
  params: ({ numbers: [dim0 = -2, dim1 = -1] }) => ({ dim0, dim1 }),
  torch: ({ numbers: [dim0 = -2, dim1 = -1] }) => `, ${dim0}, ${dim1}`
};
const SIZES: Extra = {
  signature: ', sizes…',
  counts: () => true,
  keeps: false,
  params: ({ numbers }) => ({ shape: numbers }),
  torch: ({ numbers }) => `, ${list(numbers)}`
};

/** `gate` under PyTorch's name for it. */
function like(gate: Gate, torchName: string, { signature, counts, keeps, params, torch }: Extra = NONE): CodeFunction {
  const ports = gate.inputs({}).map(({ name }) => name);
  return {
    signature: `${gate.name}(${ports.join(', ')}${signature})`,
    operands: ports.length,
    counts,
    keeps,
    build: (b, operands, literals) => {
      const inputs = Object.fromEntries(ports.map((port, at) => [port, operands[at]!]));
      const resolved = resolveParams(gate, params(literals)).params;
      gate.shape(Object.fromEntries(ports.map((port, at) => [port, b.type(operands[at]!)])), resolved, { mode: 'eval', batch: 1 });
      return apply(gate, b, inputs, resolved);
    },
    torch: (operands, literals) => `torch.${torchName}(${operands.join(', ')}${torch(literals)})`
  };
}

/** A primitive of one operand, which PyTorch calls the same. */
function unary(primitive: Unary): CodeFunction {
  return {
    ...NONE,
    signature: `${primitive}(x)`,
    operands: 1,
    build: (b, [x]) => b.unary(primitive, x!),
    torch: ([x]) => `torch.${primitive}(${x})`
  };
}

export const FUNCTIONS: ReadonlyMap<string, CodeFunction> = new Map([
  ...(['exp', 'log', 'log1p', 'expm1', 'sin', 'cos', 'tanh', 'erf', 'sqrt', 'sign'] as const).map((name) => [name, unary(name)] as const),
  ['abs', like(abs, 'abs')],
  ['square', like(square, 'square')],
  ['sigmoid', like(sigmoid, 'sigmoid')],
  ['log_sigmoid', like(logSigmoid, 'nn.functional.logsigmoid')],
  ['relu', like(relu, 'relu')],
  ['softplus', like(softplus, 'nn.functional.softplus')],
  ['max', like(max, 'maximum')],
  ['min', like(min, 'minimum')],
  ['pow', like(pow, 'pow')],
  ['where', { ...like(where, 'where'), torch: ([condition, a, b]: readonly string[]) => `torch.where(${condition} != 0.0, ${a}, ${b})` }],
  ['sum', like(sum, 'sum', AXES)],
  ['mean', like(mean, 'mean', AXES)],
  ['amax', like(amax, 'amax', AXES)],
  ['amin', like(amin, 'amin', AXES)],
  ['cumsum', like(cumsum, 'cumsum', AXIS)],
  ['softmax', like(softmax, 'softmax', AXIS)],
  ['log_softmax', like(logSoftmax, 'log_softmax', AXIS)],
  ['matmul', like(matmul, 'matmul')],
  ['transpose', like(transpose, 'transpose', PAIR)],
  ['reshape', like(reshape, 'reshape', SIZES)]
]);
