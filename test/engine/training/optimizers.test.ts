import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import type { OptimizerRecord } from '../../../engine/document/types';
import { train } from '../../../engine/training/train';
import { wasmWorkers } from '../backends/artifacts';
import { documentOf } from '../documentOf';
import { hasPython, runPython } from '../formats/python';

const start = [1.5, -0.3, 0.02, 4];
const float64 = referenceBackend();
let float32: Backend;
beforeAll(async () => {
  float32 = await createWasmBackend({ workers: await wasmWorkers(), threads: 1 });
}, 120_000);
afterAll(() => float32.dispose());

/** Where `p` is after so many steps down ⟨upstream, p⟩: its gradient is the upstream. */
async function slide(optimizer: OptimizerRecord, p: number, upstream: number, steps: number): Promise<number> {
  const document = documentOf({
    nodes: [{ id: 'p', gate: 'parameter', params: { value: p } }],
    wires: [],
    objective: [{ from: 'p', upstream }],
    training: { optimizer, epochs: steps }
  });
  return (await train(document, { backend: float64 })).parameters.get('p')!.data[0]!;
}

/** `steps` steps down Σ (sin(3p) + p²), whose slope changes sign on the way. */
async function descend(optimizer: OptimizerRecord, steps: number, backend: Backend): Promise<number[]> {
  const document = documentOf({
    nodes: [
      { id: 'p', gate: 'parameter', params: { value: start } },
      { id: 'three', gate: 'constant', params: { value: 3 } },
      { id: 'angle', gate: 'mul' },
      { id: 'wave', gate: 'sin' },
      { id: 'bowl', gate: 'square' },
      { id: 'both', gate: 'add' },
      { id: 'loss', gate: 'sum' }
    ],
    wires: [
      { from: 'p', to: 'angle.a' },
      { from: 'three', to: 'angle.b' },
      { from: 'angle', to: 'wave.x' },
      { from: 'p', to: 'bowl.x' },
      { from: 'wave', to: 'both.a' },
      { from: 'bowl', to: 'both.b' },
      { from: 'both', to: 'loss.x' }
    ],
    objective: 'loss',
    training: { optimizer, epochs: steps }
  });
  return [...(await train(document, { backend })).parameters.get('p')!.data];
}

const records: OptimizerRecord[] = [
  { kind: 'sgd', learning_rate: 0.01 },
  { kind: 'sgd', learning_rate: 0.01, momentum: 0.9, weight_decay: 0.1 },
  { kind: 'adam', learning_rate: 0.05 },
  { kind: 'adam', learning_rate: 0.01, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weight_decay: 0.2 }
];

describe('optimizers', () => {
  it('take the first steps that their formulas give', async () => {
    const sgd = { kind: 'sgd', learning_rate: 0.5, momentum: 0.5, weight_decay: 0.1 } as const;
    // 1 − 0.5·(2 + 0.1·1), then the buffer is 0.5·2.1 + 2 + 0.1·(−0.05).
    expect(await slide(sgd, 1, 2, 1)).toBeCloseTo(-0.05, 12);
    expect(await slide(sgd, 1, 2, 2)).toBeCloseTo(-0.05 - 0.5 * (1.05 + 2 - 0.005), 12);
    // The first step of Adam is the rate against the gradient's sign, but for ε.
    expect(await slide({ kind: 'adam', learning_rate: 0.1 }, 1, -3, 1)).toBeCloseTo(1.1, 8);
  });

  it.skipIf(!hasPython('torch', 'comparing optimizers with PyTorch'))('agree with torch.optim after 100 steps', async () => {
    const script = `
import json, sys, torch
out = []
for record in json.loads(sys.argv[1]):
    for dtype in (torch.float64, torch.float32):
        p = torch.tensor(json.loads(sys.argv[2]), dtype=dtype, requires_grad=True)
        o = dict(lr=record['learning_rate'], weight_decay=record.get('weight_decay', 0))
        if record['kind'] == 'sgd': opt = torch.optim.SGD([p], momentum=record.get('momentum', 0), **o)
        else: opt = torch.optim.Adam([p], betas=(record.get('beta1', 0.9), record.get('beta2', 0.999)), eps=record.get('epsilon', 1e-8), **o)
        for _ in range(100):
            opt.zero_grad()
            (torch.sin(3 * p) + p * p).sum().backward()
            opt.step()
        out.append(p.detach().double().tolist())
print(json.dumps(out))`;
    const theirs = runPython(script, JSON.stringify(records), JSON.stringify(start)) as number[][];
    for (const [index, record] of records.entries()) {
      // 100 roundings in either precision.
      (await descend(record, 100, float64)).forEach((value, at) => expect(value).toBeCloseTo(theirs[2 * index]![at]!, 12));
      (await descend(record, 100, float32)).forEach((value, at) => expect(value).toBeCloseTo(theirs[2 * index + 1]![at]!, 4));
    }
  });
});
