/** The generated NumPy code, run by Python, against the engine's own run. */
import { describe, expect, it } from 'vitest';
import { exportDocument } from '../../../engine/session/export';
import { hasPython } from '../formats/python';
import {
  chain,
  codeOf,
  drawn,
  examples,
  expectAgreement,
  net,
  network,
  penalized,
  statistics,
  wide,
  workFolder,
  type Weights
} from './judged';
import { documentOf } from '../documentOf';

const folder = workFolder();
/** A sum may be taken in another order. */
const agree = (json: object, weights?: Weights) => expectAgreement(documentOf(json), 'numpy', folder, 1e-12, weights);

const random = () =>
  chain(
    'L',
    ['x', 'parameter', drawn(1, 2, 7, 7)],
    ['d', 'dropout', { training: true, p: 0.25 }, { x: 'x' }],
    ['r', 'rrelu', { training: true }, { x: 'd' }],
    ['p', 'fractional_max_pool2d', { kernel_size: 2, output_size: 4 }, { x: 'r' }],
    ['L', 'norm', {}, { x: 'p' }]
  );

describe('the NumPy export', () => {
  it('writes the sigmoid neuron as the lecture does', () => {
    const neuron = examples.find(({ document }) => document.name === 'neuron')!.document;
    const lines = codeOf(documentOf(neuron), 'numpy')
      .split('\n')
      .map((line) => line.trim());
    const forward = ['s0 = w0 * x0', 's1 = w1 * x1', 's2 = s0 + s1', 's3 = s2 + w2', 'L = sigmoid(s3)'];
    const backward = [
      'grad_L = 1.0',
      'grad_s3 = grad_L * (1.0 - L) * L',
      'grad_s2 = grad_s3',
      'grad_w2 = grad_s3',
      'grad_s0 = grad_s2',
      'grad_s1 = grad_s2',
      'grad_w1 = grad_s1 * x1',
      'grad_x1 = grad_s1 * w1',
      'grad_w0 = grad_s0 * x0',
      'grad_x0 = grad_s0 * w0'
    ];
    const from = lines.indexOf(forward[0]!);
    expect(lines.slice(from, from + forward.length)).toEqual(forward);
    const back = lines.indexOf(backward[0]!);
    expect(back).toBeGreaterThan(from);
    expect(lines.slice(back, back + backward.length)).toEqual(backward);
  });

  it('renames what Python reserves, says so, and keeps the ids in its results', () => {
    const code = codeOf(documentOf(net()), 'numpy');
    expect(code).toContain('#   lambda is lambda_');
    expect(code).toContain('"lambda": lambda_,');
    expect(code).not.toMatch(/^ *lambda =/m);
  });

  it('puts more than 10,000 numbers into a file beside it', () => {
    const big = documentOf({
      format: 'wiregrad',
      version: 1,
      name: 'big',
      nodes: [
        { id: 'W', gate: 'parameter', params: { shape: [101, 100], init: { kind: 'normal' } } },
        { id: 's', gate: 'sum' }
      ],
      wires: [{ from: 'W', to: 's.x' }],
      objective: 's'
    });
    expect(exportDocument(big, 'numpy', { stem: 'graph' }).map(({ name }) => name)).toEqual(['graph.py', 'graph.npz']);
  });

  describe.skipIf(!hasPython('numpy', 'Running the NumPy export'))('run by Python', () => {
    it.each(examples.map((example) => [example.document.name, example.document] as const))('agrees on %s', async (_, document) => {
      await agree(document);
    });
    it('agrees on a net with broadcasting, fan-out, reserved names and a regularizer', async () => {
      await agree(net());
    });
    it('agrees on an objective of several terms, one of which feeds on', async () => {
      await agree(net({ objective: [{ from: 'L', upstream: 3 }, { from: 'a' }, { from: 'twice' }] }));
    });
    it('agrees on a gradient as a tensor of the graph, differentiated again', async () => {
      await agree(penalized());
    });
    it('agrees on convolutions, pools, normalisation and resampling, with running statistics', async () => {
      await agree(network(), statistics);
    });
    it('agrees on what is drawn at random', async () => {
      await agree(random());
    });
    it('agrees where the numbers lie in a file beside it', async () => {
      await agree(wide());
    });
  });
});
