/** IR as NumPy expressions: one text per value, operands by name, what is used twice in a line of its own. */
import { InvariantError } from '../base/errors';
import { broadcastShapes, sameShape, type Shape } from '../base/shapes';
import type { AnyOperation, Graph, ValueId, Window } from '../ir/graph';
import { floatText } from './pythonText';

/** Which part of an axis the windows' entries at one place are, and of which windows: patches and fold_patches call it. */
const INSIDE =
  'def inside(place, window, length):\n    size, stride, dilation, low, count = window\n    start = place * dilation - low\n    first = min(count, max(0, -(start // stride)))\n    end = min(count, max(first, -((start - length) // stride)))\n    if first == end:\n        return slice(0, 0), slice(0, 0)\n    return slice(start + first * stride, start + (end - 1) * stride + 1, stride), slice(first, end)';

/** Functions that NumPy lacks; a file defines those that its lines call. */
export const HELPERS: Readonly<Record<string, string>> = {
  erf: 'erf = np.vectorize(math.erf, otypes=[float])',
  gather:
    'def gather(x, index, axis):\n    part = tuple(slice(None) if at == axis else slice(0, size) for at, size in enumerate(index.shape))\n    return np.take_along_axis(x[part], index, axis=axis)',
  scatter_add:
    'def scatter_add(index, updates, shape, axis):\n    out = np.zeros(shape)\n    where = list(np.indices(index.shape))\n    where[axis] = index\n    np.add.at(out, tuple(where), updates)\n    return out',
  pad: 'def pad(x, low, high, interior, value):\n    spread = np.full([n + max(0, n - 1) * i for n, i in zip(x.shape, interior)], float(value))\n    spread[tuple(slice(None, None, i + 1) for i in interior)] = x\n    spread = spread[tuple(slice(max(0, -l), n - max(0, -h)) for n, l, h in zip(spread.shape, low, high))]\n    return np.pad(spread, [(max(0, l), max(0, h)) for l, h in zip(low, high)], constant_values=value)',
  inside: INSIDE,
  patches:
    'def patches(x, windows, at, value):\n    lead = x.ndim - len(windows)\n    sizes, counts = tuple(w[0] for w in windows), tuple(w[4] for w in windows)\n    out = np.full(x.shape[:lead] + sizes + counts, value, dtype=x.dtype)\n    every = (slice(None),) * lead\n    for place in np.ndindex(*sizes):\n        pairs = [inside(*pair) for pair in zip(place, windows, x.shape[lead:])]\n        out[every + place + tuple(to for _, to in pairs)] = x[every + tuple(part for part, _ in pairs)]\n    return np.moveaxis(out, range(lead, lead + len(windows)), range(at, at + len(windows)))',
  window_argmax:
    'def window_argmax(x, windows):\n    spatial = x.shape[1:]\n    size = int(np.prod(spatial))\n    counts = tuple(w[4] for w in windows)\n    seen = patches(x, windows, 1, -np.inf).reshape((x.shape[0], -1) + counts)\n    own = patches(np.arange(size).reshape(spatial), windows, 0, size).reshape((-1,) + counts)\n    own = np.where(own < size, own, np.min(own, axis=0, initial=size))\n    best = np.argmax(seen, axis=1)\n    return np.where(own[0] < size, np.take_along_axis(own[None], best[:, None], axis=1)[:, 0], 0)',
  fold_patches:
    'def fold_patches(x, windows, at, spatial):\n    n = len(windows)\n    lead = x.ndim - 2 * n\n    x = np.moveaxis(x, range(at, at + n), range(lead, lead + n))\n    out = np.zeros(x.shape[:lead] + spatial)\n    every = (slice(None),) * lead\n    for place in np.ndindex(*x.shape[lead:lead + n]):\n        pairs = [inside(*pair) for pair in zip(place, windows, spatial)]\n        out[every + tuple(part for part, _ in pairs)] += x[every + place + tuple(of for _, of in pairs)]\n    return out',
  // Philox4x32-10 (Salmon et al. 2011), as the engine draws.
  random:
    'def random(seed, stream, shape):\n    count = int(np.prod(shape))\n    words = [np.full((count + 3) // 4, word % 2 ** 32, dtype=np.uint64) for word in (0, stream[1], stream[0], int(seed[1]))]\n    words[0] = np.arange((count + 3) // 4, dtype=np.uint64)\n    keys, half, mask = [int(seed[0]) % 2 ** 32, 0], np.uint64(32), np.uint64(2 ** 32 - 1)\n    for _ in range(10):\n        first, second = words[0] * np.uint64(0xD2511F53), words[2] * np.uint64(0xCD9E8D57)\n        words = [(second >> half) ^ words[1] ^ np.uint64(keys[0]), second & mask, (first >> half) ^ words[3] ^ np.uint64(keys[1]), first & mask]\n        keys = [(keys[0] + 0x9E3779B9) % 2 ** 32, (keys[1] + 0xBB67AE85) % 2 ** 32]\n    return (np.stack(words, axis=-1).reshape(-1)[:count] >> np.uint64(8)).reshape(shape) / 2.0 ** 24'
};

/** Binding strength of an expression's outermost operator. */
const enum Level {
  compare,
  sum,
  product,
  sign,
  power,
  atom
}
interface Text {
  readonly text: string;
  readonly level: Level;
}

export interface Printed {
  /** Assignments that come before, in order. */
  readonly lines: readonly string[];
  /** An expression per value asked for. */
  readonly expressions: readonly string[];
  /** Names of HELPERS that the text calls. */
  readonly helpers: ReadonlySet<string>;
}

/** Prints an assignment to each of `variables`, in order, each able to use the ones before. */
export function assignNumpy(
  graph: Graph,
  variables: readonly (readonly [name: string, value: ValueId])[],
  names: ReadonlyMap<ValueId, string>,
  temporary: () => string
): Omit<Printed, 'expressions'> {
  const printer = new Printer(graph, new Map(names), temporary);
  printer.countUses(variables.map(([, value]) => value));
  for (const [name, value] of variables) printer.assign(name, value);
  return { lines: printer.lines, helpers: printer.helpers };
}

/** Prints `values` of `graph`; `names` gives variables that hold a value already; `temporary` makes a fresh name. */
export function printNumpy(
  graph: Graph,
  values: readonly ValueId[],
  names: ReadonlyMap<ValueId, string>,
  temporary: () => string
): Printed {
  const printer = new Printer(graph, new Map(names), temporary);
  printer.countUses(values);
  const expressions = values.map((value) => printer.print(value).text);
  return { lines: printer.lines, expressions, helpers: printer.helpers };
}

class Printer {
  readonly lines: string[] = [];
  readonly helpers = new Set<string>();
  private readonly uses = new Map<ValueId, number>();

  constructor(
    private readonly graph: Graph,
    private readonly names: Map<ValueId, string>,
    private readonly temporary: () => string
  ) {}

  countUses(values: readonly ValueId[]): void {
    const pending = [...values];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      const before = this.uses.get(id) ?? 0;
      this.uses.set(id, before + 1);
      const { primitive, inputs } = this.graph.operations[id]!;
      // A broadcast may be left out of the text: then its users are its operand's.
      if (!this.names.has(id) && (before === 0 || primitive === 'broadcast')) pending.push(...inputs);
    }
  }

  assign(name: string, id: ValueId): void {
    const known = this.names.get(id);
    this.lines.push(`${name} = ${known ?? this.expression(id, this.graph.operations[id]!).text}`);
    if (known === undefined) this.names.set(id, name);
  }

  print(id: ValueId): Text {
    const name = this.names.get(id);
    if (name !== undefined) return { text: name, level: Level.atom };
    const printed = this.expression(id, this.graph.operations[id]!);
    if (this.uses.get(id)! < 2 || this.isTrivial(id)) return printed;
    const variable = this.temporary();
    this.lines.push(`${variable} = ${printed.text}`);
    this.names.set(id, variable);
    return { text: variable, level: Level.atom };
  }

  private isTrivial(id: ValueId): boolean {
    const { primitive, inputs } = this.graph.operations[id]!;
    return primitive === 'constant' || ((primitive === 'broadcast' || primitive === 'reshape') && this.isTrivial(inputs[0]!));
  }

  private within(id: ValueId, level: Level): string {
    const { text, level: own } = this.print(id);
    return own < level ? `(${text})` : text;
  }

  /** Operands of an elementwise operation without the broadcasts that NumPy does by itself. */
  private bare(inputs: readonly ValueId[], shape: Shape): readonly ValueId[] {
    const operations = this.graph.operations;
    const stripped = inputs.map((id) =>
      operations[id]!.primitive === 'broadcast' && !this.names.has(id) ? operations[id]!.inputs[0]! : id
    );
    const joined = stripped.reduce<number[] | null>((sum, id) => sum && broadcastShapes(sum, operations[id]!.type.shape), []);
    return joined && sameShape(joined, shape) ? stripped : inputs;
  }

  private call(name: string, ...args: readonly string[]): Text {
    if (Object.hasOwn(HELPERS, name)) this.helpers.add(name);
    return { text: `${name}(${args.join(', ')})`, level: Level.atom };
  }

  private infix(operator: string, level: Level, inputs: readonly ValueId[], shape: Shape): Text {
    const [a, b] = this.bare(inputs, shape);
    // Right operands of − and / need parentheses at the same level, those of ** on the left.
    const left = this.within(a!, level === Level.power ? Level.atom : level);
    const right = this.within(b!, operator === '+' || operator === '*' ? level : level + 1);
    return { text: `${left} ${operator} ${right}`, level };
  }

  private expression(id: ValueId, operation: AnyOperation): Text {
    const { inputs, type } = operation;
    const { shape } = type;
    const x = inputs[0]!;
    const arg = (position = 0) => this.print(inputs[position]!).text;
    const list = (values: readonly number[]) => `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;
    switch (operation.primitive) {
      case 'constant':
        return numberText(operation.attributes.value);
      case 'identity':
        return this.print(x);
      case 'neg':
        return { text: `-${this.within(x, Level.sign)}`, level: Level.sign };
      case 'abs':
      case 'sign':
      case 'exp':
      case 'log':
      case 'log1p':
      case 'expm1':
      case 'sin':
      case 'cos':
      case 'tanh':
      case 'sqrt':
        return this.call(`np.${operation.primitive}`, arg());
      case 'erf':
        return this.call('erf', arg());
      case 'add':
        return this.infix('+', Level.sum, inputs, shape);
      case 'sub':
        return this.infix('-', Level.sum, inputs, shape);
      case 'mul':
        return this.infix('*', Level.product, inputs, shape);
      case 'div':
        return this.infix('/', Level.product, inputs, shape);
      case 'pow':
        return this.infix('**', Level.power, inputs, shape);
      case 'max':
      case 'min':
        return this.call(`np.${operation.primitive}imum`, ...this.bare(inputs, shape).map((input) => this.print(input).text));
      case 'compare': {
        const truth = this.truth(operation);
        return { text: `(${truth}) * 1.0`, level: Level.product };
      }
      case 'select': {
        const [condition, a, b] = this.bare(inputs, shape);
        return this.call('np.where', this.condition(condition!), this.print(a!).text, this.print(b!).text);
      }
      case 'convert':
        return this.call('np.asarray', arg(), `dtype=${type.dtype === 'int32' ? 'np.int32' : 'float'}`);
      case 'reshape':
        return this.call('np.reshape', arg(), list(shape));
      case 'broadcast':
        return this.call('np.broadcast_to', arg(), list(shape));
      case 'permute': {
        const { dims } = operation.attributes;
        return dims.length === 2
          ? { text: `${this.within(x, Level.atom)}.T`, level: Level.atom }
          : this.call('np.transpose', arg(), list(dims));
      }
      case 'slice': {
        const { start, limit, step } = operation.attributes;
        const parts = shape.map((_, axis) => `${start[axis]}:${limit[axis]}${step[axis] === 1 ? '' : `:${step[axis]}`}`);
        return { text: `${this.within(x, Level.atom)}[${parts.join(', ')}]`, level: Level.atom };
      }
      case 'pad': {
        const { low, high, interior, value } = operation.attributes;
        return this.call('pad', arg(), list(low), list(high), list(interior), numberText(value).text);
      }
      case 'concat':
        return this.call(
          'np.concatenate',
          `[${inputs.map((input) => this.print(input).text).join(', ')}]`,
          `axis=${operation.attributes.axis}`
        );
      case 'reverse':
        return this.call('np.flip', arg(), `axis=${list(operation.attributes.axes)}`);
      case 'reduce_sum':
        return this.reduction('np.sum', x, operation.attributes.axes);
      case 'reduce_max':
        return this.reduction('np.max', x, operation.attributes.axes);
      case 'reduce_min':
        return this.reduction('np.min', x, operation.attributes.axes);
      case 'cumsum':
        return this.call('np.cumsum', arg(), `axis=${operation.attributes.axis}`);
      case 'argmax':
        return this.call('np.argmax', arg(), `axis=${operation.attributes.axis}`);
      case 'dot': {
        const { transposeA, transposeB } = operation.attributes;
        return { text: `${this.matrix(inputs[0]!, transposeA)} @ ${this.matrix(inputs[1]!, transposeB)}`, level: Level.product };
      }
      case 'gather':
        return this.call('gather', arg(0), arg(1), `axis=${operation.attributes.axis}`);
      case 'scatter_add':
        return this.call('scatter_add', arg(0), arg(1), list(shape), `axis=${operation.attributes.axis}`);
      case 'iota': {
        const { axis } = operation.attributes;
        const column = `np.arange(${shape[axis]})${axis === shape.length - 1 ? '' : `.reshape(${list([shape[axis]!, ...shape.slice(axis + 1).map(() => 1)])})`}`;
        return this.call('np.broadcast_to', column, list(shape));
      }
      case 'patches': {
        const { windows, at, value } = operation.attributes;
        this.helpers.add('inside');
        return this.call(
          'patches',
          arg(),
          windowsText(windows),
          String(at),
          type.dtype === 'int32' ? String(value) : numberText(value).text
        );
      }
      case 'window_argmax':
        this.helpers.add('inside');
        this.helpers.add('patches');
        return this.call('window_argmax', arg(), windowsText(operation.attributes.windows));
      case 'fold_patches': {
        const { windows, at } = operation.attributes;
        this.helpers.add('inside');
        return this.call('fold_patches', arg(), windowsText(windows), String(at), list(shape.slice(shape.length - windows.length)));
      }
      case 'random':
        return this.call('random', arg(), list(operation.attributes.stream), list(shape));
      case 'input':
      case 'custom':
        throw new InvariantError(`${operation.primitive} %${id} has no name to be printed by`);
      default:
        throw operation satisfies never;
    }
  }

  private reduction(name: string, x: ValueId, axes: readonly number[]): Text {
    const all = axes.length === this.graph.operations[x]!.type.shape.length;
    const axis = axes.length === 1 ? String(axes[0]) : `(${axes.join(', ')})`;
    return all ? this.call(name, this.print(x).text) : this.call(name, this.print(x).text, `axis=${axis}`);
  }

  private matrix(id: ValueId, transposed: boolean): string {
    const text = this.within(id, transposed ? Level.atom : Level.product + 1);
    if (!transposed) return text;
    return this.graph.operations[id]!.type.shape.length === 2 ? `${text}.T` : `np.swapaxes(${text}, -1, -2)`;
  }

  /** A comparison as NumPy's booleans. */
  private truth({ inputs, type, attributes }: Extract<AnyOperation, { primitive: 'compare' }>): string {
    const signs = { lt: '<', le: '<=', eq: '==', ne: '!=', gt: '>', ge: '>=' } as const;
    const [a, b] = this.bare(inputs, type.shape);
    return `${this.within(a!, Level.sum)} ${signs[attributes.direction]} ${this.within(b!, Level.sum)}`;
  }

  private condition(id: ValueId): string {
    const operation = this.graph.operations[id]!;
    if (operation.primitive === 'compare' && !this.names.has(id)) return this.truth(operation);
    return `${this.within(id, Level.sum)} != 0`;
  }
}

/** Windows as tuples of (size, stride, dilation, low, count). */
function windowsText(windows: readonly Window[]): string {
  return `[${windows.map(({ size, stride, dilation, low, count }) => `(${[size, stride, dilation, low, count].join(', ')})`).join(', ')}]`;
}

/** A float literal of Python. */
function numberText(value: number): Text {
  return { text: floatText(value, 'np'), level: value < 0 ? Level.sign : Level.atom };
}
