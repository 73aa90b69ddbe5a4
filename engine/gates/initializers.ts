/**
 * Initial values of parameters: the kinds and options of torch.nn.init. Draws are keyed by seed and parameter id, so adding
 * a gate changes no other's values.
 */
import { invariant } from '../base/errors';
import { keyOf, normalAt, uniformAt, type RandomKey } from '../base/random';
import { sizeOf, type Shape } from '../base/shapes';

export const INITIALIZERS = [
  'zeros',
  'ones',
  'constant',
  'normal',
  'uniform',
  'eye',
  'kaiming_uniform',
  'kaiming_normal',
  'xavier_uniform',
  'xavier_normal',
  'orthogonal',
  'trunc_normal'
] as const;
type Kind = (typeof INITIALIZERS)[number];

export interface Init {
  readonly kind: Kind;
  /** Numbers such as mean, std, a, b, gain, val, fan_in, fan_out. */
  readonly options: Readonly<Record<string, number>>;
  readonly mode: 'fan_in' | 'fan_out';
  readonly nonlinearity: Nonlinearity;
}
const NONLINEARITIES = ['leaky_relu', 'relu', 'tanh', 'sigmoid', 'linear', 'selu'] as const;
type Nonlinearity = (typeof NONLINEARITIES)[number];

/** torch.nn.Linear's for weight and bias: uniform within ±1/√fan_in. */
export const DEFAULT_INIT: Init = { kind: 'kaiming_uniform', options: { a: Math.sqrt(5) }, mode: 'fan_in', nonlinearity: 'leaky_relu' };

/** Option names a kind takes besides fan_in and fan_out; torch.nn.init's. */
const OPTIONS: Readonly<Record<Kind, readonly string[]>> = {
  zeros: [],
  ones: [],
  constant: ['val', 'value'],
  normal: ['mean', 'std'],
  uniform: ['a', 'b'],
  eye: [],
  kaiming_uniform: ['a'],
  kaiming_normal: ['a'],
  xavier_uniform: ['gain'],
  xavier_normal: ['gain'],
  orthogonal: ['gain'],
  trunc_normal: ['mean', 'std', 'a', 'b']
};

/** Reads `{"kind": …, options}` or a bare kind; a sentence when something is wrong. */
export function readInit(json: unknown): Init | string {
  const record: Record<string, unknown> = typeof json === 'string' ? { kind: json } : ((json ?? {}) as Record<string, unknown>);
  if (typeof record !== 'object' || Array.isArray(record)) return 'expected {"kind": …}';
  const kind = INITIALIZERS.find((name) => name === record['kind']);
  if (!kind) return `kind ${JSON.stringify(record['kind'])} is unknown; expected one of ${INITIALIZERS.join(', ')}`;
  const kaiming = kind.startsWith('kaiming');
  const options: Record<string, number> = {};
  let mode: Init['mode'] = 'fan_in';
  let nonlinearity: Nonlinearity = 'leaky_relu';
  for (const [name, value] of Object.entries(record)) {
    if (name === 'kind') continue;
    if (name === 'mode' && kaiming) {
      if (value !== 'fan_in' && value !== 'fan_out') return 'mode should be fan_in or fan_out';
      mode = value;
    } else if (name === 'nonlinearity' && kaiming) {
      const known = NONLINEARITIES.find((one) => one === value);
      if (!known) return `nonlinearity should be one of ${NONLINEARITIES.join(', ')}`;
      nonlinearity = known;
    } else if ([...OPTIONS[kind], 'fan_in', 'fan_out'].includes(name)) {
      if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} should be a number`;
      if ((name === 'std' || name.startsWith('fan')) && value < (name === 'std' ? 0 : 1)) return `${name} should be positive`;
      options[name] = value;
    } else
      return `${kind} has no option ${name}; it takes ${[...OPTIONS[kind], ...(kaiming ? ['mode', 'nonlinearity'] : []), 'fan_in', 'fan_out'].join(', ')}`;
  }
  return { kind, options, mode, nonlinearity };
}

export interface Fans {
  readonly in: number;
  readonly out: number;
}

/** torch.nn.init.calculate_gain; `a` is leaky_relu's slope. */
function gainOf(nonlinearity: Nonlinearity, a: number): number {
  switch (nonlinearity) {
    case 'linear':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + a * a));
    case 'selu':
      return 3 / 4;
    default:
      throw nonlinearity satisfies never;
  }
}

/** The entries of parameter `id` of `shape`, row-major, in float64. */
export function initialize(init: Init, shape: Shape, fans: Fans, seed: number, id: string): Float64Array {
  const values = new Float64Array(sizeOf(shape));
  const key = keyOf(seed, id);
  const { options } = init;
  const fanIn = options['fan_in'] ?? fans.in;
  const fanOut = options['fan_out'] ?? fans.out;
  const uniform = (low: number, high: number) => values.map((_, index) => low + (high - low) * uniformAt(key, index));
  const normal = (mean: number, std: number) => values.map((_, index) => mean + std * normalAt(key, index));
  const kaimingStd = () => gainOf(init.nonlinearity, options['a'] ?? 0) / Math.sqrt(Math.max(1, init.mode === 'fan_in' ? fanIn : fanOut));
  const xavierStd = () => (options['gain'] ?? 1) * Math.sqrt(2 / Math.max(1, fanIn + fanOut));
  switch (init.kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'constant':
      return values.fill(options['val'] ?? options['value'] ?? 0);
    case 'normal':
      return normal(options['mean'] ?? 0, options['std'] ?? 1);
    case 'uniform':
      return uniform(options['a'] ?? 0, options['b'] ?? 1);
    case 'eye':
      return values.map((_, index) => (Math.floor(index / (shape.at(-1) ?? 1)) === index % (shape.at(-1) ?? 1) ? 1 : 0));
    // A uniform on ±b has standard deviation b/√3.
    case 'kaiming_uniform': {
      const bound = Math.sqrt(3) * kaimingStd();
      return uniform(-bound, bound);
    }
    case 'kaiming_normal':
      return normal(0, kaimingStd());
    case 'xavier_uniform': {
      const bound = Math.sqrt(3) * xavierStd();
      return uniform(-bound, bound);
    }
    case 'xavier_normal':
      return normal(0, xavierStd());
    case 'orthogonal':
      return orthogonal(normal(0, 1), shape, options['gain'] ?? 1);
    case 'trunc_normal':
      return truncatedNormal(values.length, key, options);
    default:
      throw init.kind satisfies never;
  }
}

/** Normal draws, each repeated until it lies in [a, b]; at most 1,000 times, then clamped. */
function truncatedNormal(count: number, key: RandomKey, options: Readonly<Record<string, number>>): Float64Array {
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  return Float64Array.from({ length: count }, (_, index) => {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const draw = mean + std * normalAt(key, index + attempt * count);
      if (draw >= a && draw <= b) return draw;
    }
    return Math.min(b, Math.max(a, mean));
  });
}

/** Rows (or columns, whichever are fewer) made orthonormal by modified Gram–Schmidt, times `gain`. */
function orthogonal(draws: Float64Array, shape: Shape, gain: number): Float64Array {
  const rows = shape[0] ?? 1;
  const columns = rows === 0 ? 0 : draws.length / rows;
  const [vectors, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const at = (vector: number, entry: number) => (rows <= columns ? vector * columns + entry : entry * columns + vector);
  for (let vector = 0; vector < vectors; vector++) {
    for (let before = 0; before < vector; before++) {
      let dot = 0;
      for (let entry = 0; entry < length; entry++) dot += draws[at(vector, entry)]! * draws[at(before, entry)]!;
      for (let entry = 0; entry < length; entry++) draws[at(vector, entry)]! -= dot * draws[at(before, entry)]!;
    }
    let norm = 0;
    for (let entry = 0; entry < length; entry++) norm += draws[at(vector, entry)]! ** 2;
    invariant(norm > 0, 'normal draws are linearly independent');
    for (let entry = 0; entry < length; entry++) draws[at(vector, entry)]! /= Math.sqrt(norm);
  }
  return draws.map((value) => value * gain);
}
