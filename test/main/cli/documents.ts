/** Documents and data that the command line is tried on. */

export const SIMPLE = {
  format: 'wiregrad',
  version: 1,
  name: 'simple',
  nodes: [
    { id: 'x', gate: 'variable', params: { value: -2 } },
    { id: 'y', gate: 'variable', params: { value: 5 } },
    { id: 'z', gate: 'variable', params: { value: -4 } },
    { id: 'q', gate: 'add' },
    { id: 'f', gate: 'mul' }
  ],
  wires: [
    { from: 'x', to: 'q.a' },
    { from: 'y', to: 'q.b' },
    { from: 'q', to: 'f.a' },
    { from: 'z', to: 'f.b' }
  ],
  objective: 'f'
};

/** A linear classifier of points above and below a line. */
export const CLASSIFIER = {
  format: 'wiregrad',
  version: 1,
  name: 'classifier',
  nodes: [
    { id: 'x', gate: 'data', params: { dataset: 'points', field: 'x', shape: [2] } },
    { id: 'y', gate: 'data', params: { dataset: 'points', field: 'y', shape: [], dtype: 'int32' } },
    { id: 'w', gate: 'parameter', params: { shape: [2, 2], init: { kind: 'xavier_uniform' } } },
    { id: 'b', gate: 'parameter', params: { shape: [2], init: { kind: 'zeros' } } },
    { id: 's', gate: 'linear' },
    { id: 'loss', gate: 'cross_entropy' }
  ],
  wires: [
    { from: 'x', to: 's.x' },
    { from: 'w', to: 's.weight' },
    { from: 'b', to: 's.bias' },
    { from: 's', to: 'loss.input' },
    { from: 'y', to: 'loss.target' }
  ],
  objective: 'loss',
  datasets: {
    points: {
      source: 'points.csv',
      fields: { x: { columns: ['x0', 'x1'] }, y: { columns: ['side'], type: 'class' } },
      split: { validation: 0.2, test: 0.2, seed: 0, stratify: 'y' }
    }
  },
  training: {
    optimizer: { kind: 'adam', learning_rate: 0.05 },
    batch_size: 10,
    epochs: 30,
    seed: 0,
    metrics: [{ kind: 'accuracy', input: 's', target: 'y' }]
  }
};

/** 100 points of a spiral of golden angles, above or below x1 = x0. */
export function pointsCsv(): string {
  const rows = Array.from({ length: 100 }, (_, index) => {
    const [x0, x1] = [Math.cos(index * 2.4) * (1 + index / 50), Math.sin(index * 2.4) * (1 + index / 50)];
    return `${x0.toFixed(4)},${x1.toFixed(4)},${x1 > x0 ? 'above' : 'below'}`;
  });
  return `x0,x1,side\n${rows.join('\n')}\n`;
}
