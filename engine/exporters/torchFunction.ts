/** A custom gate as PyTorch code: torch.autograd.Function where its backward is given, else a function that PyTorch derives. */
import { readTexts } from '../gates/custom/custom.gate';
import { isComparison, type Code, type Expression } from '../gates/custom/syntax';
import type { ResolvedParams } from '../gates/gate';
import { floatText } from './pythonText';
import { PythonNames } from './pythonNames';

export interface TorchFunction {
  /** What the code defines. */
  readonly name: string;
  /** How it is called on the inputs in the gate's order, float tensors: `name` or `name.apply`. */
  readonly call: string;
  /** Top-level lines that need `import torch`. */
  readonly code: string;
}

/** The definition of the custom gate `id`, whose parameters are sound; a name of its own for every id. */
export function torchFunction(id: string, params: ResolvedParams): TorchFunction {
  const { names, forward, backward } = readTexts(params);
  const python = new PythonNames(['torch', 'ctx']);
  const [grad, out] = ['grad', 'out'].map((name) => python.name(name));
  const inputs = names.map((name) => python.name(name));
  const listed = inputs.join(', ');
  const printed = print(forward, python, names);
  // A comment of the text may hold what Python's source may not.
  const formula = String(params['forward'])
    .split(/\r\n|\r|\n/)
    .map((line) => `# ${line.replace(/\p{C}/gu, ' ')}`.trimEnd());
  if (!backward) {
    const name = `custom_${id}`;
    return {
      name,
      call: name,
      code: lines(`def ${name}(${listed}):`, indent([...formula, ...printed.lines, `return ${printed.results[0]}`]))
    };
  }
  const name = `Custom_${id}`;
  const back = print(backward, python, names);
  // PyTorch sums a gradient to its input's shape; one that is smaller it refuses, so each is broadcast first.
  const fitted = back.results.map((text, at) => `(${text} + torch.zeros_like(${inputs[at]})).sum_to_size(${inputs[at]}.shape)`);
  const body = [
    '@staticmethod',
    `def forward(ctx, ${listed}):`,
    ...indent([
      ...formula,
      ...printed.lines,
      `${out} = ${printed.results[0]}`,
      `ctx.save_for_backward(${listed}, ${out})`,
      `return ${out}`
    ]),
    '',
    '@staticmethod',
    `def backward(ctx, ${grad}):`,
    ...indent([`${listed}, ${out} = ctx.saved_tensors`, ...back.lines, `return ${fitted.join(', ')}`])
  ];
  return { name, call: `${name}.apply`, code: lines(`class ${name}(torch.autograd.Function):`, indent(body)) };
}

const lines = (head: string, body: readonly string[]) => [head, ...body, ''].join('\n');
const indent = (body: readonly string[]) => body.map((line) => (line ? `    ${line}` : ''));

/** Binding strength in Python of an expression's outermost operator. */
const enum Level {
  sum,
  product,
  sign,
  power,
  atom
}
interface Text {
  readonly text: string;
  readonly level: Level;
  /** A number of Python, no tensor: what PyTorch's functions refuse. */
  readonly bare: boolean;
}

const LEVELS = { '+': Level.sum, '-': Level.sum, '*': Level.product, '/': Level.product, '**': Level.power } as const;

function print(
  code: Code,
  python: PythonNames,
  inputs: readonly string[]
): { readonly lines: readonly string[]; readonly results: readonly string[] } {
  const like = python.name(inputs[0]!);
  const bare = new Set<string>();
  /** As a tensor: arithmetic of Python's own numbers differs from a tensor's (1 / 0 raises). */
  const tensor = (text: Text): Text => (text.bare ? { text: `${like}.new_tensor(${text.text})`, level: Level.atom, bare: false } : text);
  const within = ({ text, level }: Text, least: Level) => (level < least ? `(${text})` : text);
  const expression = (node: Expression): Text => {
    switch (node.kind) {
      case 'number':
        return { text: floatText(node.value, 'torch'), level: Level.atom, bare: true };
      case 'name':
        return { text: python.name(node.name), level: Level.atom, bare: bare.has(node.name) };
      case 'negate': {
        const operand = expression(node.operand);
        return { text: `-${within(operand, Level.sign)}`, level: Level.sign, bare: operand.bare };
      }
      case 'binary': {
        const { sign } = node;
        let left = expression(node.left);
        const right = expression(node.right);
        if (left.bare && right.bare) left = tensor(left);
        if (isComparison(sign)) {
          return { text: `(${left.text} ${sign} ${right.text}).to(${like}.dtype)`, level: Level.atom, bare: false };
        }
        const level = LEVELS[sign];
        // The right side of − and / needs parentheses at the same level, the left of ** does.
        const texts = [
          within(left, level === Level.power ? Level.atom : level),
          within(right, level === Level.power ? Level.sign : level + 1)
        ];
        return { text: texts.join(` ${sign} `), level, bare: false };
      }
      case 'call': {
        const operands = node.operands.map((operand) => tensor(expression(operand)).text);
        return { text: node.called.torch(operands, node.literals), level: Level.atom, bare: false };
      }
      default:
        throw node satisfies never;
    }
  };
  const printed = code.bindings.map(({ name, value }) => {
    const text = expression(value);
    if (text.bare) bare.add(name);
    else bare.delete(name);
    return `${python.name(name)} = ${text.text}`;
  });
  return { lines: printed, results: code.results.map((result) => tensor(expression(result)).text) };
}
