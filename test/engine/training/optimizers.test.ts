import { describe, expect, it } from 'vitest';
import type { OptimizerRecord } from '../../../engine/document/types';
import { createOptimizer } from '../../../engine/training/optimizers';
import { hasPython, runPython } from '../formats/python';

const start = [1.5, -0.3, 0.02, 4];

/** `steps` steps down Σ (sin(3p) + p²), whose slope changes sign on the way. */
function descend(record: OptimizerRecord, steps: number, kind: 'float32' | 'float64'): number[] {
  const data = kind === 'float64' ? Float64Array.from(start) : Float32Array.from(start);
  const gradient = data.slice();
  const optimizer = createOptimizer(record, [{ id: 'p', data, gradient }]);
  for (let step = 0; step < steps; step++) {
    for (const [index, value] of data.entries()) gradient[index] = 3 * Math.cos(3 * value) + 2 * value;
    optimizer.step();
  }
  return [...data];
}

const records: OptimizerRecord[] = [
  { kind: 'sgd', learning_rate: 0.01 },
  { kind: 'sgd', learning_rate: 0.01, momentum: 0.9, weight_decay: 0.1 },
  { kind: 'adam', learning_rate: 0.05 },
  { kind: 'adam', learning_rate: 0.01, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weight_decay: 0.2 }
];

describe('optimizers', () => {
  it('take the first steps that their formulas give', () => {
    const data = Float64Array.of(1);
    const sgd = createOptimizer({ kind: 'sgd', learning_rate: 0.5, momentum: 0.5, weight_decay: 0.1 }, [
      { id: 'p', data, gradient: Float64Array.of(2) }
    ]);
    sgd.step();
    // 1 − 0.5·(2 + 0.1·1), then the buffer is 0.5·2.1 + 2 + 0.1·(−0.05).
    expect(data[0]).toBeCloseTo(-0.05, 12);
    sgd.step();
    expect(data[0]).toBeCloseTo(-0.05 - 0.5 * (1.05 + 2 - 0.005), 12);

    const other = Float64Array.of(1);
    createOptimizer({ kind: 'adam', learning_rate: 0.1 }, [{ id: 'p', data: other, gradient: Float64Array.of(-3) }]).step();
    // The first step of Adam is the rate against the gradient's sign, but for ε.
    expect(other[0]).toBeCloseTo(1.1, 8);
  });

  it('move the array that a parameter has at the time of the step', () => {
    const views = { id: 'p', data: Float32Array.of(1), gradient: Float32Array.of(1) };
    const optimizer = createOptimizer({ kind: 'sgd', learning_rate: 1 }, [views]);
    optimizer.step();
    views.data = Float32Array.of(10);
    views.gradient = Float32Array.of(3);
    optimizer.step();
    expect(views.data[0]).toBe(7);
  });

  it.skipIf(!hasPython('torch', 'comparing optimizers with PyTorch'))('agree with torch.optim after 100 steps', () => {
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
    records.forEach((record, index) => {
      // 100 roundings of float64; in float32 we round once a step where torch rounds every operation.
      descend(record, 100, 'float64').forEach((value, at) => expect(value).toBeCloseTo(theirs[2 * index]![at]!, 12));
      descend(record, 100, 'float32').forEach((value, at) => expect(value).toBeCloseTo(theirs[2 * index + 1]![at]!, 4));
    });
  });
});
