/** The workloads every competitor runs, by name: their sizes. All are float32; torchPeer.py says the same in PyTorch. */

/** The rate of plain gradient descent in every training step. */
export const RATE = 0.01;

/** An MLP's `sizes` from input to output, or a CNN's channels over a square image of `side`. */
export const WORKLOADS = {
  'mlp-large': { kind: 'mlp', batch: 128, sizes: [784, 512, 512, 10], activation: 'relu', loss: 'cross_entropy' },
  'mlp-small': { kind: 'mlp', batch: 32, sizes: [2, 16, 16, 1], activation: 'tanh', loss: 'mse_loss' },
  cnn: { kind: 'cnn', batch: 32, side: 28, channels: [1, 16, 32], classes: 10 },
  'gemm-512': { kind: 'gemm', size: 512 }
};

/** A seeded source of numbers uniform in (−scale, scale). */
export function source(seed) {
  let state = seed >>> 0;
  return (length, scale) =>
    Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return scale * ((state / 2 ** 32) * 2 - 1);
    });
}

/** One-hot rows [rows, classes]: row i is of class 7i mod `classes`. */
export function oneHot(rows, classes) {
  const y = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) y[row * classes + ((row * 7) % classes)] = 1;
  return y;
}

/** The parameters of a workload, weights before biases: shape and bound 1/√(fan in). `order` gives a filter's axes. */
export function parameters(workload, filter = (o, i, side) => [o, i, side, side]) {
  if (workload.kind === 'mlp') return workload.sizes.slice(1).flatMap((out, layer) => dense(workload.sizes[layer], out));
  const [first, second, third] = workload.channels;
  const conv = (i, o) => [
    { shape: filter(o, i, 3), bound: 1 / Math.sqrt(9 * i) },
    { shape: [o], bound: 1 / Math.sqrt(9 * i) }
  ];
  const flat = third * (workload.side / 4) ** 2;
  return [...conv(first, second), ...conv(second, third), ...dense(flat, workload.classes)];
}

function dense(rows, columns) {
  const bound = 1 / Math.sqrt(rows);
  return [
    { shape: [rows, columns], bound },
    { shape: [columns], bound }
  ];
}
