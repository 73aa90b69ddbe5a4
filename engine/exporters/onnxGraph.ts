/** The nodes and tensors of an ONNX graph while it is written: names are given once, equal constants are one. */
import type { Tensor } from '../base/tensors';
import { freshName } from '../document/identifiers';
import type { OnnxAttributes, OnnxNode } from '../formats/onnx';
import type { OnnxWriter } from '../gates/gate';
import type { Size } from './onnxRows';

export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, Tensor>();
  private readonly taken = new Set<string>();
  private readonly constants = new Map<string, string>();
  private rowCount: string | undefined;

  /** `rows` names a tensor whose first axis is N. */
  constructor(private readonly rows: () => string) {}

  /** `wish`, or it and the first number that makes it no other's. */
  name(wish: string): string {
    const name = freshName(wish, (other) => this.taken.has(other));
    this.taken.add(name);
    return name;
  }

  initializer(wish: string, tensor: Tensor): string {
    const name = this.name(wish);
    this.initializers.set(name, tensor);
    return name;
  }

  /** A tensor that has no name of its own, named by what is in it where that is short. */
  constant(tensor: Tensor): string {
    const { dtype, shape, data } = tensor;
    const key = `${dtype} ${shape.join()} ${data.join()}`;
    let name = this.constants.get(key);
    if (name === undefined) {
      const text = data.length <= 6 ? Array.from(data, entryText).join(',') : `${data.length}`;
      name = this.initializer(`:${shape.length === 0 ? text : `[${text}]`}`, tensor);
      this.constants.set(key, name);
    }
    return name;
  }

  integers(values: readonly number[]): string {
    return this.constant({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
  }
  number(value: number): string {
    return this.constant({ dtype: 'float', shape: [], data: Float32Array.of(value) });
  }
  numbers(values: readonly number[]): string {
    return this.constant({ dtype: 'float', shape: [values.length], data: Float32Array.from(values) });
  }

  /** N itself, a list of one, from the shape of an input. */
  count(): string {
    if (this.rowCount === undefined) {
      const rows = this.rows();
      const [shape, count] = [this.name(':shape'), this.name(':N')];
      const node = (op: string, inputs: readonly string[], output: string) =>
        this.nodes.unshift({ name: output, op, inputs, outputs: [output], attributes: {} });
      node('Slice', [shape, this.integers([0]), this.integers([1])], count);
      node('Shape', [rows], shape);
      this.rowCount = count;
    }
    return this.rowCount;
  }
}

/** Nodes of one gate or primitive, which get their names when it is known which of their results are wanted. */
export class Fragment implements OnnxWriter {
  readonly nodesMade: OnnxNode[] = [];

  constructor(
    readonly graph: OnnxGraph,
    private readonly owner: string,
    private readonly stateName: (name: string) => string = () => {
      throw new Error('a primitive has no state');
    }
  ) {}

  node(op: string, inputs: readonly (string | undefined)[], attributes: OnnxAttributes = {}): string {
    return this.nodes(op, inputs, attributes, 1)[0]!;
  }
  nodes(op: string, inputs: readonly (string | undefined)[], attributes: OnnxAttributes, count: number): readonly string[] {
    const name = this.graph.name(`${this.owner}:${op}`);
    const outputs = Array.from({ length: count }, (_, at) => (at === 0 ? name : this.graph.name(`${name}.${at}`)));
    const given = inputs.map((input) => input ?? '');
    while (given.at(-1) === '') given.pop();
    this.nodesMade.push({ name, op, inputs: given, outputs, attributes });
    return outputs;
  }
  /** A node that holds `value`. */
  value(value: Tensor): string {
    const name = this.node('Constant', []);
    this.nodesMade.push({ ...this.nodesMade.pop()!, attributes: { value } });
    return name;
  }
  integers(values: readonly number[]): string {
    return this.graph.integers(values);
  }
  number(value: number): string {
    return this.graph.number(value);
  }
  numbers(values: readonly number[]): string {
    return this.graph.numbers(values);
  }
  state(name: string): string {
    return this.stateName(name);
  }

  /** x under another shape. One size that follows N is a −1, unless a size of 0 leaves open what that stands for. */
  reshape(x: string, shape: readonly Size[]): string {
    const open = shape.filter((size) => typeof size !== 'number').length;
    if (shape.includes(0)) return this.node('Reshape', [x, this.sizes(shape)], { allowzero: 1 });
    return this.node('Reshape', [
      x,
      open === 1 ? this.integers(shape.map((size) => (typeof size === 'number' ? size : -1))) : this.sizes(shape)
    ]);
  }

  /** A list (int64) of sizes, some of which may follow N. */
  sizes(sizes: readonly Size[]): string {
    if (sizes.every((size) => typeof size === 'number')) return this.integers(sizes);
    const parts: string[] = [];
    let known: number[] = [];
    const flush = () => {
      if (known.length > 0) parts.push(this.integers(known));
      known = [];
    };
    for (const size of sizes) {
      if (typeof size === 'number') known.push(size);
      else {
        flush();
        parts.push(this.size(size));
      }
    }
    flush();
    return parts.length === 1 ? parts[0]! : this.node('Concat', parts, { axis: 0 });
  }

  /** factor · N + offset, a list of one. */
  private size({ factor, offset }: Exclude<Size, number>): string {
    const count = this.graph.count();
    const scaled = factor === 1 ? count : this.node('Mul', [count, this.integers([factor])]);
    return offset === 0 ? scaled : this.node('Add', [scaled, this.integers([offset])]);
  }

  /**
   * Appends the nodes that `results` need to the graph. A result is renamed to its target, keeps its name where that is
   * undefined, and is not wanted where it is null; the last node that makes a target is called `title`.
   */
  finish(results: readonly string[], targets: readonly (string | null)[], title: string | null): void {
    const renamed = new Map<string, string>();
    const copies: OnnxNode[] = [];
    results.forEach((result, at) => {
      const target = targets[at];
      if (target === null || target === undefined) return;
      const made = this.nodesMade.some(({ outputs }) => outputs.includes(result));
      if (made && !renamed.has(result)) renamed.set(result, target);
      // An operand or a constant handed on, or one result under two names.
      else copies.push({ name: target, op: 'Identity', inputs: [renamed.get(result) ?? result], outputs: [target], attributes: {} });
    });
    const rename = (name: string) => renamed.get(name) ?? name;
    const live = new Set([...results.filter((_, at) => targets[at] !== null), ...copies.flatMap(({ inputs }) => inputs)]);
    const written: OnnxNode[] = [];
    for (const node of [...this.nodesMade].reverse()) {
      const used = node.outputs.findLastIndex((output) => live.has(output) || live.has(rename(output)));
      if (used < 0) continue;
      for (const input of node.inputs) live.add(input);
      written.unshift({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.slice(0, used + 1).map(rename) });
    }
    const last = written.findLast(({ outputs }) => outputs.some((output) => targets.includes(output)));
    for (const node of written) this.graph.nodes.push(node === last ? { ...node, name: title ?? node.outputs[0]! } : node);
    this.graph.nodes.push(...copies);
  }
}

/** Seven digits of a fraction, which is all that float32 holds for sure. */
function entryText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(7)));
}
