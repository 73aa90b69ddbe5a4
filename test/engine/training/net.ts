/** A small classifier with all that a run of training keeps from step to step: dropout, running statistics, momenta, a last smaller batch. */
import type { OptimizerRecord } from '../../../engine/document/types';

/** The document as its text. */
export function netText(optimizer: OptimizerRecord, epochs: number): string {
  return JSON.stringify({
    format: 'wiregrad',
    version: 1,
    name: 'net',
    nodes: [
      { id: 'x', gate: 'data', params: { dataset: 'points', field: 'x', shape: [2] } },
      { id: 'y', gate: 'data', params: { dataset: 'points', field: 'y', shape: [], dtype: 'int32' } },
      { id: 'w1', gate: 'parameter', params: { shape: [2, 8], init: { kind: 'xavier_uniform' } } },
      { id: 'b1', gate: 'parameter', params: { shape: [8], init: { kind: 'zeros' } } },
      { id: 'gamma', gate: 'parameter', params: { shape: [8], init: { kind: 'ones' } } },
      { id: 'beta', gate: 'parameter', params: { shape: [8], init: { kind: 'zeros' } } },
      { id: 'w2', gate: 'parameter', params: { shape: [8, 2], init: { kind: 'xavier_uniform' } } },
      { id: 'b2', gate: 'parameter', params: { shape: [2], init: { kind: 'zeros' } } },
      { id: 'h', gate: 'linear' },
      { id: 'n', gate: 'batch_norm' },
      { id: 'r', gate: 'relu' },
      { id: 'd', gate: 'dropout', params: { p: 0.2 } },
      { id: 's', gate: 'linear' },
      { id: 'loss', gate: 'cross_entropy' }
    ],
    wires: [
      { from: 'x', to: 'h.x' },
      { from: 'w1', to: 'h.weight' },
      { from: 'b1', to: 'h.bias' },
      { from: 'h', to: 'n.x' },
      { from: 'gamma', to: 'n.weight' },
      { from: 'beta', to: 'n.bias' },
      { from: 'n', to: 'r.x' },
      { from: 'r', to: 'd.x' },
      { from: 'd', to: 's.x' },
      { from: 'w2', to: 's.weight' },
      { from: 'b2', to: 's.bias' },
      { from: 's', to: 'loss.input' },
      { from: 'y', to: 'loss.target' }
    ],
    objective: 'loss',
    datasets: {
      points: {
        source: 'points.csv',
        fields: { x: { columns: ['x0', 'x1'], standardize: true }, y: { columns: ['side'], type: 'class' } },
        split: { validation: 0.2, test: 0, seed: 0, stratify: 'y' }
      }
    },
    training: { optimizer, batch_size: 9, epochs, seed: 3, metrics: [{ kind: 'accuracy', input: 's', target: 'y' }] }
  });
}

/** 61 rows, so that the last batch is a smaller one. */
export const POINTS = `x0,x1,side\n${Array.from({ length: 61 }, (_, at) => {
  const [u, v] = [Math.sin(3 * at) + at / 40, Math.cos(5 * at)];
  return `${u.toFixed(4)},${v.toFixed(4)},${u + v > 0.4 ? 'above' : 'below'}`;
}).join('\n')}\n`;

/** Descends along a logarithm: w ← w − 0.1 / w goes 0.5, 0.3, −0.0333, and the third step's loss is NaN. */
export const LEAVING = JSON.stringify({
  ...{ format: 'wiregrad', version: 1, name: 'log', objective: 'L' },
  nodes: [
    { id: 'w', gate: 'parameter', params: { value: [0.5, 1] } },
    { id: 'l', gate: 'log' },
    { id: 'L', gate: 'sum' }
  ],
  wires: [
    { from: 'w', to: 'l.x' },
    { from: 'l', to: 'L.x' }
  ],
  training: { optimizer: { kind: 'sgd', learning_rate: 0.1 } }
});
