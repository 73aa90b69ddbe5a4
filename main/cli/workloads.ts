/** What `wiregrad bench` measures: documents as a user would draw them, the same ones in every run and in every peer. */
import type { Document, NodeRecord, ParamValue, WireRecord } from '@wiregrad/engine';

export interface Workload {
  readonly name: string;
  readonly document: Document;
  /** `train`: milliseconds of a step. `run`: nanoseconds, forward and backward, of each of `divisor` gates. `product`: GFLOP/s, forward. */
  readonly measures: 'train' | 'run' | 'product';
  readonly threads: readonly number[];
  /** Gates that share a run's time, or floating point operations of it. */
  readonly divisor: number;
}

/** Numbers between −1 and 1 that look random. */
function numbers(shape: readonly number[]): { shape: number[]; data: number[] } {
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape: [...shape], data: Array.from({ length: count }, (_, at) => 2 * (((at + 1) * 0.6180339887498949) % 1) - 1) };
}

function classes(rows: number, count: number): number[] {
  return Array.from({ length: rows }, (_, row) => (row * 7) % count);
}

/** Gates and wires in the order in which they are drawn. */
class Sketch {
  private readonly nodes: NodeRecord[] = [];
  private readonly wires: WireRecord[] = [];

  /** A gate whose input ports are wired to the outputs given; the result is its id. */
  add(id: string, gate: string, params: Record<string, ParamValue> = {}, ports: Record<string, string> = {}): string {
    this.nodes.push({ id, gate, params });
    for (const [port, from] of Object.entries(ports)) this.wires.push({ from, to: `${id}.${port}` });
    return id;
  }
  /** x·W + b with parameters of its own. */
  linear(id: string, x: string, [inner, outer]: readonly [number, number]): string {
    const weight = this.add(`${id}_weight`, 'parameter', { shape: [inner, outer] });
    const bias = this.add(`${id}_bias`, 'parameter', { shape: [outer] });
    return this.add(id, 'linear', {}, { x, weight, bias });
  }
  convolution(id: string, x: string, [inner, outer]: readonly [number, number]): string {
    const weight = this.add(`${id}_weight`, 'parameter', { shape: [outer, inner, 3, 3] });
    const bias = this.add(`${id}_bias`, 'parameter', { shape: [outer] });
    return this.add(id, 'conv2d', { padding: 1 }, { x, weight, bias });
  }
  finish(name: string, objective?: string): Document {
    const training = { optimizer: { kind: 'sgd' as const, learning_rate: 0.01 } };
    return { name, nodes: this.nodes, wires: this.wires, layout: new Map(), training, ...(objective !== undefined && { objective }) };
  }
}

function perceptron(
  name: string,
  sizes: readonly number[],
  batch: number,
  activation: string,
  loss: string,
  target: Record<string, ParamValue>
) {
  const sketch = new Sketch();
  let x = sketch.add('x', 'constant', { value: numbers([batch, sizes[0]!]) });
  sizes.slice(1).forEach((outer, layer) => {
    x = sketch.linear(`layer${layer + 1}`, x, [sizes[layer]!, outer]);
    if (layer + 2 < sizes.length) x = sketch.add(`hidden${layer + 1}`, activation, {}, { x });
  });
  const y = sketch.add('y', 'constant', target);
  sketch.add('loss', loss, {}, { input: x, target: y });
  return sketch.finish(name, 'loss');
}

function convolutionNet(): Document {
  const sketch = new Sketch();
  let x = sketch.add('x', 'constant', { value: numbers([32, 1, 28, 28]) });
  for (const [layer, sizes] of [[1, 16] as const, [16, 32] as const].entries()) {
    x = sketch.convolution(`conv${layer + 1}`, x, sizes);
    x = sketch.add(`relu${layer + 1}`, 'relu', {}, { x });
    x = sketch.add(`pool${layer + 1}`, 'max_pool2d', { kernel_size: 2 }, { x });
  }
  const scores = sketch.linear('scores', sketch.add('flat', 'flatten', {}, { x }), [1568, 10]);
  const y = sketch.add('y', 'constant', { value: classes(32, 10), dtype: 'int32' });
  sketch.add('loss', 'cross_entropy', {}, { input: scores, target: y });
  return sketch.finish('cnn', 'loss');
}

/** The lecture's σ(w₀x₀ + w₁x₁ + w₂), a gate for each operation. */
function neuron(): Document {
  const sketch = new Sketch();
  for (const [id, value] of Object.entries({ w0: 2, x0: -1, w1: -3, x1: -2, w2: -3 })) sketch.add(id, 'variable', { value });
  const first = sketch.add('s0', 'mul', {}, { a: 'w0', b: 'x0' });
  const second = sketch.add('s1', 'mul', {}, { a: 'w1', b: 'x1' });
  const sum = sketch.add('s2', 'add', {}, { a: first, b: second });
  sketch.add('f', 'sigmoid', {}, { x: sketch.add('s3', 'add', {}, { a: sum, b: 'w2' }) });
  return sketch.finish('neuron', 'f');
}

const CHAIN_GATES = 2700;

/** mul and add in turn, and tanh every ninetieth gate, each with the one before it. */
function chain(): Document {
  const sketch = new Sketch();
  let x = sketch.add('x', 'variable', { value: 0.5 });
  const w = sketch.add('w', 'variable', { value: 0.9 });
  const b = sketch.add('b', 'variable', { value: 0.1 });
  for (let gate = 0; gate < CHAIN_GATES; gate++) {
    const id = `g${gate}`;
    if (gate % 90 === 89) x = sketch.add(id, 'tanh', {}, { x });
    else x = gate % 2 === 0 ? sketch.add(id, 'mul', {}, { a: x, b: w }) : sketch.add(id, 'add', {}, { a: x, b });
  }
  return sketch.finish(`chain-${CHAIN_GATES}`, x);
}

function product(size: number): Document {
  const sketch = new Sketch();
  for (const id of ['a', 'b']) sketch.add(id, 'variable', { value: numbers([size, size]) });
  sketch.add('c', 'matmul', {}, { a: 'a', b: 'b' });
  return sketch.finish(`gemm-${size}`);
}

/** Made when first asked for: some hold a hundred thousand numbers. */
export const WORKLOADS: readonly (Omit<Workload, 'document'> & { readonly make: () => Document })[] = [
  {
    name: 'mlp-large',
    make: () => perceptron('mlp-large', [784, 512, 512, 10], 128, 'relu', 'cross_entropy', { value: classes(128, 10), dtype: 'int32' }),
    measures: 'train',
    threads: [1, 2],
    divisor: 1
  },
  {
    name: 'mlp-small',
    make: () => perceptron('mlp-small', [2, 16, 16, 1], 32, 'tanh', 'mse_loss', { value: numbers([32, 1]) }),
    measures: 'train',
    threads: [1, 2],
    divisor: 1
  },
  { name: 'cnn', make: convolutionNet, measures: 'train', threads: [1, 2], divisor: 1 },
  { name: 'neuron', make: neuron, measures: 'run', threads: [1], divisor: 1 },
  { name: `chain-${CHAIN_GATES}`, make: chain, measures: 'run', threads: [1], divisor: CHAIN_GATES },
  { name: 'gemm-512', make: () => product(512), measures: 'product', threads: [1, 2], divisor: 2 * 512 ** 3 }
];
