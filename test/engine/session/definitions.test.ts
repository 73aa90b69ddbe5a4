/** What a window and a file of weights see of definitions: opened instances, training, checks. */
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { Backends } from '../../../engine/session/backends';
import { check } from '../../../engine/session/check';
import { execute } from '../../../engine/session/execute';
import { exportDocument } from '../../../engine/session/export';
import { Session } from '../../../engine/session/session';
import { train } from '../../../engine/training/train';

function documentOf(json: object): Document {
  const { document, diagnostics } = parseDocument(JSON.stringify({ format: 'wiregrad', version: 1, name: 'net', ...json }));
  expect(diagnostics).toEqual([]);
  return document!;
}

/** Two different residual stages in front of a squared error: `first` three times with one weight, `second` once. */
const net = documentOf({
  nodes: [
    {
      id: 'x',
      gate: 'constant',
      params: {
        value: [
          [0.5, -1],
          [1, 0.25]
        ]
      }
    },
    {
      id: 'y',
      gate: 'constant',
      params: {
        value: [
          [1, 0],
          [0, 1]
        ]
      }
    },
    { id: 'first', gate: 'block', params: { repeat: 3 } },
    { id: 'second', gate: 'block' },
    { id: 'L', gate: 'mse_loss' }
  ],
  wires: [
    { from: 'x', to: 'first.x' },
    { from: 'first', to: 'second.x' },
    { from: 'second', to: 'L.input' },
    { from: 'y', to: 'L.target' }
  ],
  objective: 'L',
  training: { optimizer: { kind: 'sgd', learning_rate: 0.05 }, epochs: 40 },
  definitions: {
    block: {
      inputs: ['x'],
      outputs: { out: 'sum' },
      nodes: [
        { id: 'W', gate: 'parameter', params: { shape: [2, 2] } },
        { id: 'h', gate: 'matmul' },
        { id: 'scale', gate: 'variable', params: { value: 0.5 } },
        { id: 'scaled', gate: 'mul' },
        { id: 'sum', gate: 'add' }
      ],
      wires: [
        { from: 'x', to: 'h.a' },
        { from: 'W', to: 'h.b' },
        { from: 'h', to: 'scaled.a' },
        { from: 'scale', to: 'scaled.b' },
        { from: 'scaled', to: 'sum.a' },
        { from: 'x', to: 'sum.b' }
      ]
    }
  }
});

describe('an opened instance', () => {
  const session = new Session({ onTrainProgress: () => undefined });
  const run = (document: Document, inside: string) =>
    session.run({ document: serializeDocument(document), revision: 1, backward: true, precision: 'float64', inside });
  const numbers = (summary: { readonly data: ArrayLike<number> } | undefined) => Array.from(summary!.data);

  it('has the values and gradients of its inner gates, in the names of its definition', async () => {
    const { inside, values, gradients } = await run(net, 'second');
    expect([...inside!.values.keys()]).toEqual(expect.arrayContaining(['x', 'W', 'h', 'scale', 'scaled', 'sum']));
    expect([...inside!.values.keys()].some((name) => name.includes('/'))).toBe(false);
    expect(numbers(inside!.values.get('x'))).toEqual(numbers(values.get('first')));
    expect(numbers(inside!.values.get('sum'))).toEqual(numbers(values.get('second')));
    expect(numbers(inside!.gradients.get('sum'))).toEqual(numbers(gradients.get('second')));
    expect(inside!.wires.map(({ from, to }) => `${from} ${to}`).at(-1)).toBe('sum out.in');
    expect(numbers(inside!.wires.at(-1)!.gradient)).toEqual(numbers(gradients.get('second')));
    const [toMatmul, , , , , toSum] = inside!.wires.map(({ gradient }) => gradient && numbers(gradient));
    const sum = toMatmul!.map((value, index) => value + toSum![index]!);
    numbers(inside!.gradients.get('x')).forEach((value, index) => expect(value).toBeCloseTo(sum[index]!, 12));
  });

  it('is one copy of what is repeated: the next takes what it gives', async () => {
    const [second, third] = [await run(net, 'first@2'), await run(net, 'first@3')];
    expect(numbers(third.inside!.values.get('x'))).toEqual(numbers(second.inside!.values.get('sum')));
    expect(numbers(third.inside!.values.get('W'))).toEqual(numbers(second.inside!.values.get('W')));
    // One weight for all copies has one gradient.
    expect(numbers(third.inside!.gradients.get('W'))).toEqual(numbers(second.inside!.gradients.get('W')));
  });

  it('can be looked at in full, and follows a number that was typed inside', async () => {
    await run(net, 'second');
    const whole = await session.inspect({ kind: 'value', output: 'h', inside: true });
    expect(whole.shape).toEqual([2, 2]);
    const wire = await session.inspect({ kind: 'wire', wire: 0, inside: true });
    expect(wire.shape).toEqual([2, 2]);
    const typed = JSON.parse(serializeDocument(net)) as { definitions: { block: { nodes: { params: { value: number } }[] } } };
    typed.definitions.block.nodes[2]!.params.value = 0;
    const { inside, values } = await run(documentOf(typed), 'second');
    expect(numbers(inside!.values.get('scaled')).every((value) => value === 0)).toBe(true);
    expect(numbers(values.get('second'))).toEqual(numbers(values.get('x')));
  });

  it('is absent where the path leads nowhere', async () => {
    expect((await run(net, 'second/h')).inside).toBeUndefined();
    await expect(session.inspect({ kind: 'value', output: 'h', inside: true })).rejects.toMatchObject({ code: 'not-computed' });
  });
});

describe('the parameters of instances', () => {
  it('draw their own numbers, train, and are exported and read back under their paths', async () => {
    const backends = new Backends();
    const before = await execute(net, { backends, precision: 'float64' });
    const result = await train(net, { backend: backends.choice('reference') });
    expect([...result.parameters.keys()]).toEqual(['first.W', 'second.W']);
    expect(result.parameters.get('first.W')!.data).not.toEqual(result.parameters.get('second.W')!.data);
    expect(result.epochs.at(-1)!.train.loss).toBeLessThan(result.epochs[0]!.train.loss / 2);
    const [file] = exportDocument(net, 'safetensors', { weights: result.parameters });
    const weights = readSafetensors(file!.bytes);
    expect([...weights.keys()]).toEqual(['first.W', 'second.W']);
    const after = await execute(net, { backends, precision: 'float64', weights });
    expect(after.values.get('L')!.data[0]).toBeLessThan(before.values.get('L')!.data[0]! / 2);
  });

  it('are checked by central differences', async () => {
    const entries = await check(net, { all: true });
    expect(entries.map(({ id, ok }) => [id, ok])).toEqual([
      ['first.W', true],
      ['first.scale', true],
      ['second.W', true],
      ['second.scale', true]
    ]);
  });

  it('take tangents and vectors by their names', async () => {
    const one = { dtype: 'float' as const, shape: [2, 2], data: new Float64Array([1, 0, 0, 0]) };
    const { jvp, hvp } = await execute(net, {
      backends: new Backends(),
      precision: 'float64',
      tangents: new Map([['first.W', one]]),
      vector: new Map([['first.W', one]])
    });
    const { jacobian } = await execute(net, { backends: new Backends(), precision: 'float64', jacobian: { of: 'L', wrt: 'first.W' } });
    expect((jvp as { data: ArrayLike<number> }).data[0]).toBeCloseTo(jacobian!.data[0]!, 12);
    expect([...hvp!.keys()]).toEqual(['first.W', 'first.scale', 'second.W', 'second.scale']);
  });

  it('share the running statistics of copies, each going on from the one before', async () => {
    const batchNorm = documentOf({
      nodes: [
        {
          id: 'x',
          gate: 'parameter',
          params: {
            value: [
              [1, 10],
              [3, 30]
            ]
          }
        },
        { id: 'b', gate: 'standard', params: { repeat: 2 } },
        { id: 'L', gate: 'sum' }
      ],
      wires: [
        { from: 'x', to: 'b.x' },
        { from: 'b', to: 'L.x' }
      ],
      objective: 'L',
      training: { epochs: 1 },
      definitions: {
        standard: { inputs: ['x'], outputs: { out: 'n' }, nodes: [{ id: 'n', gate: 'batch_norm' }], wires: [{ from: 'x', to: 'n.x' }] }
      }
    });
    const { parameters } = await train(batchNorm, { backend: new Backends().choice('reference') });
    expect([...parameters.keys()]).toEqual(['x', 'b.n.running_mean', 'b.n.running_var']);
    // 0.1 of the mean [2, 20] in the first copy, then 0.9 of that and 0.1 of 0, the mean of what was normalised.
    const mean = parameters.get('b.n.running_mean')!.data;
    expect(mean[0]).toBeCloseTo(0.18, 6);
    expect(mean[1]).toBeCloseTo(1.8, 6);
  });
});
