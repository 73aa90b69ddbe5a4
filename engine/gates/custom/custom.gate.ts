/** A gate that the user writes: torch.autograd.Function's forward and backward as formulas. */
import { appendJvp } from '../../autodiff/jvp';
import { formatShape, broadcastShapes } from '../../base/shapes';
import { Builder, buildRegion } from '../../ir/builder';
import type { Graph, ValueId } from '../../ir/graph';
import { defineGate, type ParamProblem, type ResolvedParams } from '../gate';
import { evaluate, placed, placeText } from './evaluate';
import { MOST_INPUTS, parseBackward, parseForward, parseInputs } from './parse';
import type { Code } from './syntax';
import { CodeError, MOST_CHARACTERS } from './tokens';

interface Texts {
  readonly names: readonly string[];
  readonly forward: Code;
  /** Null where it is derived. */
  readonly backward: Code | null;
}

/** The gate's three texts as trees. Throws CodeError. */
export function readTexts({ inputs, forward, backward = '' }: ResolvedParams): Texts {
  const names = parseInputs(inputs);
  return { names, forward: parseForward(forward, names), backward: parseBackward(backward, names) };
}

/** One problem per text at most: the first in it. */
function problems({ inputs, forward, backward = '' }: ResolvedParams): readonly ParamProblem[] {
  const found: ParamProblem[] = [];
  const attempt = (param: string, parse: () => void) => {
    try {
      parse();
    } catch (error) {
      if (!(error instanceof CodeError)) throw error;
      const { code, at, message, hint } = error;
      found.push({ code, param, ...at, message: placeText(param, at) + message, hint });
    }
  };
  attempt('inputs', () => parseInputs(inputs));
  // Which names there are is not known then: what the formulas say of them would be noise.
  if (found.length > 0) return found;
  const names = parseInputs(inputs);
  attempt('forward', () => parseForward(forward, names));
  attempt('backward', () => parseBackward(backward, names));
  return found;
}

/** The ports: where the text is wrong, every word in it that could be a name, so that the gate keeps its wires. */
function portNames({ inputs }: ResolvedParams): readonly string[] {
  try {
    return parseInputs(inputs);
  } catch (error) {
    if (!(error instanceof CodeError)) throw error;
    return [
      ...new Set(
        String(inputs)
          .slice(0, MOST_CHARACTERS)
          .match(/\b[A-Za-z_][A-Za-z0-9_]*/g)
      )
    ].slice(0, MOST_INPUTS);
  }
}

const scopeOf = (names: readonly string[], values: readonly ValueId[], more: readonly (readonly [string, ValueId])[] = []) =>
  new Map([...names.map((name, at) => [name, values[at]!] as const), ...more]);

/** The cotangents that `backward` gives: broadcast to the operands' shapes, or summed to them as PyTorch does. */
function pullBack({ names, backward }: Texts, b: Builder, values: readonly ValueId[], out: ValueId, grad: ValueId): ValueId[] {
  const code = backward!;
  const scope = scopeOf(names, values, [
    ['out', out],
    ['grad', grad]
  ]);
  return evaluate(code, b, scope, 'backward').map((cotangent, at) => {
    const shape = b.shape(values[at]!);
    const joined = broadcastShapes(b.shape(cotangent), shape);
    if (!joined) {
      const message = `the gradient of ${names[at]} is ${formatShape(b.shape(cotangent))} and ${names[at]} is ${formatShape(shape)}`;
      throw placed('backward', code.results[at]!.at, message, 'a gradient has the shape of its input, or one that broadcasts with it');
    }
    return b.sumTo(b.broadcast(cotangent, joined), shape);
  });
}

/** Appends `value` of `graph`, whose inputs are known by name. */
function inline(b: Builder, graph: Graph, value: ValueId, known: ReadonlyMap<string, ValueId>): ValueId {
  const values: ValueId[] = [];
  for (const { primitive, inputs, attributes, type } of graph.operations.slice(0, value + 1)) {
    const bound = primitive === 'input' ? known.get(attributes.name) : undefined;
    values.push(
      bound ??
        b.emit(
          primitive,
          inputs.map((input) => values[input]!),
          attributes as never,
          type
        )
    );
  }
  return values[value]!;
}

/** The tangent that follows from the forward formula. */
function pushForward(
  { names, forward }: Texts,
  b: Builder,
  values: readonly ValueId[],
  tangents: readonly (ValueId | undefined)[]
): ValueId | undefined {
  const body = new Builder();
  const operands = values.map((value, at) => body.input(`x${at}`, b.type(value)));
  const directions = values.map((value, at) => body.input(`t${at}`, b.type(value)));
  const out = evaluate(forward, body, scopeOf(names, operands), 'forward')[0]!;
  const seeds = operands.flatMap((operand, at) => (tangents[at] === undefined ? [] : [[operand, directions[at]!] as const]));
  const tangent = appendJvp(body, new Map(seeds), out).get(out);
  const known = [
    ...values.map((value, at) => [`x${at}`, value] as const),
    ...tangents.flatMap((value, at) => (value === undefined ? [] : [[`t${at}`, value] as const]))
  ];
  return tangent === undefined ? undefined : inline(b, body, tangent, new Map(known));
}

export default defineGate({
  kind: 'composite',
  name: 'custom',
  family: 'custom',
  inputs: (params) => portNames(params).map((name) => ({ name })),
  params: {
    inputs: {
      type: 'text',
      default: 'x',
      doc: 'The names of the inputs with commas between them: the ports, and what the formulas call them.'
    },
    forward: {
      type: 'code',
      default: 'let s = 1 / (1 + exp(-x));\nx * s',
      doc: 'The result as a formula of the inputs; let name = …; names a part. # begins a comment.'
    },
    backward: {
      type: 'code',
      optional: true,
      doc: 'Where given, grad_x = …; for each input x, from grad (the upstream gradient), out and the inputs. Derived where empty.'
    }
  },
  problems,
  shape: (inputs, params) => {
    const texts = readTexts(params);
    const b = new Builder();
    const values = texts.names.map((name) => b.input(name, inputs[name]!));
    const out = evaluate(texts.forward, b, scopeOf(texts.names, values), 'forward')[0]!;
    if (texts.backward) pullBack(texts, b, values, out, b.input('grad', b.type(out)));
    return [b.type(out)];
  },
  lower: (b, inputs, params) => {
    const texts = readTexts(params);
    const { names, forward, backward } = texts;
    const values = names.map((name) => inputs[name]!);
    const run = (builder: Builder, operands: readonly ValueId[]) => evaluate(forward, builder, scopeOf(names, operands), 'forward')[0]!;
    if (!backward) return [run(b, values)];
    const types = values.map((value) => b.type(value));
    const region = buildRegion('custom', types, run, {
      vjp: (builder, operands, out, grad) => pullBack(texts, builder, operands, out, grad),
      jvp: (builder, operands, _, tangents) => pushForward(texts, builder, operands, tangents)
    });
    const given = {
      key: JSON.stringify([params['inputs'], params['forward'], params['backward'], types.map(({ shape }) => shape)]),
      param: 'backward',
      operands: names.map((name, at) => ({ name, ...backward.results[at]!.at }))
    };
    return [b.custom({ ...region, given }, values)];
  },
  latex: 'f(x_1, \\ldots)',
  doc: 'A gate of your own: a formula for its result and, if you like, one for each gradient, which is then checked against the formula.',
  samples: [
    { inputs: { x: 1.5 } },
    {
      inputs: {
        x: [
          [-3, -0.5, 0.25],
          [0.5, 2, 3]
        ]
      }
    },
    { inputs: { x: [-30, 30, -1e2, 1e2] } },
    { inputs: { x: { shape: [2, 0], data: [] } } },
    {
      inputs: {
        x: [
          [1, -2, 3],
          [4, 0.5, -6]
        ],
        w: [0.5, -1, 2]
      },
      params: {
        inputs: 'x, w',
        forward: 'let s = 1 / (1 + exp(-w * x));\nx * s',
        backward:
          'let s = 1 / (1 + exp(-w * x));\nlet slope = s * (1 - s);\ngrad_x = grad * (s + w * x * slope);\ngrad_w = grad * x ** 2 * slope;'
      }
    },
    {
      inputs: {
        a: [
          [1, 2],
          [3, 4.5]
        ],
        b: [
          [0.5, -1],
          [2, 3]
        ]
      },
      params: {
        inputs: 'a, b',
        forward: 'matmul(a, transpose(b))',
        backward: 'grad_a = matmul(grad, b); grad_b = matmul(transpose(grad), a)'
      }
    },
    { inputs: { x: [1, 2, 0.5] }, params: { forward: 'sum(x * x)', backward: 'grad_x = 2 * grad * x' } },
    { inputs: { x: [1, -1, 0] }, params: { forward: 'where(x > 0, x, 0.1 * x)' }, kink: true }
  ]
});
