/** Gradients as tensors of the graph, trained through. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTensor, type TensorJson } from '../../../engine/base/tensors';
import { documentOf } from '../documentOf';
import type { Document } from '../../../engine/document/types';
import { lower } from '../../../engine/lower/lower';
import { Backends } from '../../../engine/session/backends';
import { check } from '../../../engine/session/check';
import { execute } from '../../../engine/session/execute';
import { hasPython, runPython } from '../formats/python';

interface Json {
  nodes: { id: string; gate: string; params?: object }[];
  wires: { from: string; to: string }[];
  objective?: string;
}
const run = (document: Document) => execute(document, { backends: new Backends(), precision: 'float64', backward: true });

interface Smooth {
  document: Json;
  gradient_penalty: { value: number; gradients: Record<string, TensorJson> };
}
const { examples } = JSON.parse(readFileSync(new URL('../../golden/lecture.json', import.meta.url), 'utf8')) as { examples: Smooth[] };
const smooth = examples.at(-1)!;

/** R = ‖dL/dW1‖² + ‖dL/dW2‖² behind the lecture's smooth net. */
const penalized: Json = {
  nodes: [
    ...smooth.document.nodes,
    ...['W1', 'W2'].flatMap((id) => [
      { id: `g${id}`, gate: 'gradient' },
      { id: `s${id}`, gate: 'square' },
      { id: `n${id}`, gate: 'sum' }
    ]),
    { id: 'R', gate: 'add' }
  ],
  wires: [
    ...smooth.document.wires,
    ...['W1', 'W2'].flatMap((id) => [
      { from: 'L', to: `g${id}.y` },
      { from: id, to: `g${id}.x` },
      { from: `g${id}`, to: `s${id}.x` },
      { from: `s${id}`, to: `n${id}.x` }
    ]),
    { from: 'nW1', to: 'R.a' },
    { from: 'nW2', to: 'R.b' }
  ],
  objective: 'R'
};

/** The WGAN-GP term (‖∇ₓD(x)‖ − 1)² of a critic D(x) = Σ tanh(x W) v. */
const critic: Json = {
  nodes: [
    {
      id: 'x',
      gate: 'variable',
      params: {
        value: [
          [0.5, -1, 2],
          [0.1, 0.3, -0.7]
        ]
      }
    },
    {
      id: 'W',
      gate: 'variable',
      params: {
        value: [
          [0.2, -0.4],
          [0.7, 0.1],
          [-0.3, 0.9]
        ]
      }
    },
    { id: 'v', gate: 'variable', params: { value: [[1.5], [-0.8]] } },
    { id: 'h', gate: 'matmul' },
    { id: 'a', gate: 'tanh' },
    { id: 'd', gate: 'matmul' },
    { id: 'D', gate: 'sum' },
    { id: 'g', gate: 'gradient' },
    { id: 'sq', gate: 'square' },
    { id: 'rows', gate: 'sum', params: { dim: 1 } },
    { id: 'norm', gate: 'sqrt' },
    { id: 'one', gate: 'constant', params: { value: 1 } },
    { id: 'off', gate: 'sub' },
    { id: 'off2', gate: 'square' },
    { id: 'P', gate: 'mean' }
  ],
  wires: [
    { from: 'x', to: 'h.a' },
    { from: 'W', to: 'h.b' },
    { from: 'h', to: 'a.x' },
    { from: 'a', to: 'd.a' },
    { from: 'v', to: 'd.b' },
    { from: 'd', to: 'D.x' },
    { from: 'D', to: 'g.y' },
    { from: 'x', to: 'g.x' },
    { from: 'g', to: 'sq.x' },
    { from: 'sq', to: 'rows.x' },
    { from: 'rows', to: 'norm.x' },
    { from: 'norm', to: 'off.a' },
    { from: 'one', to: 'off.b' },
    { from: 'off', to: 'off2.x' },
    { from: 'off2', to: 'P.x' }
  ],
  objective: 'P'
};

describe('the gradient gate', () => {
  it('gives the lecture’s penalty ‖dL/dW‖² and its gradient 2 H dL/dW', async () => {
    const { values, gradients } = await run(documentOf(penalized));
    const { value, gradients: wanted } = smooth.gradient_penalty;
    expect(values.get('R')!.data[0]).toBeCloseTo(value, 7);
    for (const [id, json] of Object.entries(wanted)) {
      const tensor = readTensor(json);
      if (typeof tensor === 'string') throw new Error(tensor);
      tensor.data.forEach((number, index) =>
        expect(Math.abs(gradients.get(id)!.data[index]! - number)).toBeLessThan(1e-7 * Math.max(1, Math.abs(number)))
      );
    }
  });

  it('passes the check against central differences, as a penalty on the input', async () => {
    for (const entry of await check(documentOf(critic), { all: true })) expect(entry, entry.id).toMatchObject({ ok: true });
  });

  it.skipIf(!hasPython('torch', 'The WGAN-GP term in PyTorch'))('agrees with PyTorch on the WGAN-GP term', async () => {
    const { values, gradients } = await run(documentOf(critic));
    const script = `
import json, torch
torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.5, -1, 2], [0.1, 0.3, -0.7]], requires_grad=True)
W = torch.tensor([[0.2, -0.4], [0.7, 0.1], [-0.3, 0.9]], requires_grad=True)
v = torch.tensor([[1.5], [-0.8]], requires_grad=True)
a = torch.tanh(x @ W)
a.retain_grad()
g, = torch.autograd.grad((a @ v).sum(), x, create_graph=True)
P = ((g.square().sum(1).sqrt() - 1) ** 2).mean()
a.grad = None
P.backward()
print(json.dumps({'P': P.item(), 'W': W.grad.flatten().tolist(), 'v': v.grad.flatten().tolist(), 'x': x.grad.flatten().tolist(), 'a': a.grad.flatten().tolist()}))`;
    const { P, ...wanted } = runPython(script) as { P: number } & Record<string, number[]>;
    expect(values.get('P')!.data[0]).toBeCloseTo(P, 12);
    for (const [id, numbers] of Object.entries(wanted))
      numbers.forEach((number, index) => expect(gradients.get(id)!.data[index], `${id}[${index}]`).toBeCloseTo(number, 12));
  });

  it('is of a scalar, and of something that the scalar depends on', () => {
    const problems = (json: Json) => lower(documentOf(json)).diagnostics.map(({ gate, port, code }) => ({ gate, port, code }));
    const nodes = [
      { id: 'x', gate: 'variable', params: { value: [1, 2] } },
      { id: 'z', gate: 'variable' },
      { id: 'y', gate: 'square' },
      { id: 's', gate: 'sum' },
      { id: 'g', gate: 'gradient' }
    ];
    const wires = [
      { from: 'x', to: 'y.x' },
      { from: 'y', to: 's.x' }
    ];
    expect(problems({ nodes, wires: [...wires, { from: 'y', to: 'g.y' }, { from: 'x', to: 'g.x' }] })).toEqual([
      { gate: 'g', port: 'y', code: 'shape-mismatch' }
    ]);
    expect(problems({ nodes, wires: [...wires, { from: 's', to: 'g.y' }, { from: 'z', to: 'g.x' }] })).toEqual([
      { gate: 'g', port: 'x', code: 'shape-mismatch' }
    ]);
  });
});
