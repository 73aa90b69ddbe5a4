import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import type { OptimizerRecord, ScheduleRecord, TrainingRecord } from '../../../engine/document/types';
import { train, type TrainResult } from '../../../engine/training/train';
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

/** `steps` steps down Σ (sin(3p) + p²), whose slope changes sign on the way, each an epoch of its own. */
async function descend(training: TrainingRecord, steps: number, backend: Backend): Promise<TrainResult> {
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
    training: { ...training, epochs: steps }
  });
  return train(document, { backend });
}

const sgd = { kind: 'sgd', learning_rate: 0.01, momentum: 0.9 } as const;
const setups: TrainingRecord[] = [
  ...(
    [
      { kind: 'sgd', learning_rate: 0.01 },
      { ...sgd, weight_decay: 0.1 },
      { ...sgd, nesterov: true },
      { ...sgd, nesterov: true, weight_decay: 0.05 },
      { kind: 'adagrad', learning_rate: 0.1 },
      { kind: 'adagrad', learning_rate: 0.2, learning_rate_decay: 0.01, weight_decay: 0.1, epsilon: 1e-3 },
      { kind: 'rmsprop', learning_rate: 0.01 },
      { kind: 'rmsprop', learning_rate: 0.005, alpha: 0.9, momentum: 0.5, weight_decay: 0.1, epsilon: 1e-4 },
      { kind: 'rmsprop', learning_rate: 0.005, alpha: 0.9, centered: true, epsilon: 1e-3 },
      { kind: 'rmsprop', learning_rate: 0.002, momentum: 0.9, centered: true, epsilon: 1e-3 },
      { kind: 'adam', learning_rate: 0.05 },
      { kind: 'adam', learning_rate: 0.01, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weight_decay: 0.2 },
      { kind: 'adamw', learning_rate: 0.05 },
      { kind: 'adamw', learning_rate: 0.02, beta1: 0.8, beta2: 0.99, weight_decay: 0.3 }
    ] satisfies OptimizerRecord[]
  ).map((optimizer) => ({ optimizer })),
  ...(
    [
      { kind: 'step', step_size: 7, factor: 0.5 },
      { kind: 'cosine', period: 60, min_learning_rate: 0.001 },
      { kind: 'cosine' },
      { kind: 'plateau', patience: 2, factor: 0.3, threshold: 0.01, min_learning_rate: 1e-4 },
      { kind: 'constant', warmup_steps: 20 },
      { kind: 'cosine', warmup_steps: 30 }
    ] satisfies ScheduleRecord[]
  ).map((schedule) => ({ optimizer: sgd, schedule })),
  { optimizer: sgd, clip_norm: 0.7 },
  { optimizer: sgd, clip_value: 0.3 },
  { optimizer: { kind: 'adamw', learning_rate: 0.05 }, clip_value: 2, clip_norm: 1, schedule: { kind: 'step', step_size: 30 } }
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

  it.skipIf(!hasPython('torch', 'comparing optimizers with PyTorch'))(
    'agree with torch.optim after 100 steps, with its schedules and clipping',
    async () => {
      const theirs = runPython(TORCH, JSON.stringify(setups), JSON.stringify(start)) as { p: number[]; rates: number[] }[];
      for (const [index, setup] of setups.entries()) {
        const [wide, narrow] = [theirs[2 * index]!, theirs[2 * index + 1]!];
        const [exact, quick] = [await descend(setup, 100, float64), await descend(setup, 100, float32)];
        // 100 roundings in either precision.
        exact.parameters.get('p')!.data.forEach((value, at) => expect(value).toBeCloseTo(wide.p[at]!, 12));
        quick.parameters.get('p')!.data.forEach((value, at) => expect(Math.abs(value - narrow.p[at]!)).toBeLessThan(1e-5));
        exact.epochs.forEach(({ learning_rate: rate }, at) => expect(rate).toBeCloseTo(wide.rates[at]!, 14));
      }
    }
  );
});

/** The same by torch.optim, in float64 and float32: parameters in the end, and the rate of every step. */
const TORCH = `
import json, sys, torch
from torch.optim import lr_scheduler as schedules
torch.set_num_threads(1)

def optimizer_of(p, r):
    o = dict(lr=r['learning_rate'])
    if 'weight_decay' in r: o['weight_decay'] = r['weight_decay']
    if 'epsilon' in r: o['eps'] = r['epsilon']
    kind = r['kind']
    if kind == 'sgd': return torch.optim.SGD(p, momentum=r.get('momentum', 0), nesterov=r.get('nesterov', False), **o)
    if kind == 'adagrad': return torch.optim.Adagrad(p, lr_decay=r.get('learning_rate_decay', 0), **o)
    if kind == 'rmsprop': return torch.optim.RMSprop(p, alpha=r.get('alpha', 0.99), momentum=r.get('momentum', 0), centered=r.get('centered', False), **o)
    betas = (r.get('beta1', 0.9), r.get('beta2', 0.999))
    return (torch.optim.Adam if kind == 'adam' else torch.optim.AdamW)(p, betas=betas, **o)

def schedule_of(opt, r, steps):
    kind = r['kind']
    if kind == 'step': return schedules.StepLR(opt, r['step_size'], r.get('factor', 0.1))
    if kind == 'cosine': return schedules.CosineAnnealingLR(opt, r.get('period', steps), r.get('min_learning_rate', 0))
    if kind == 'plateau': return schedules.ReduceLROnPlateau(opt, factor=r['factor'], patience=r['patience'], threshold=r['threshold'], min_lr=r['min_learning_rate'])
    return schedules.LambdaLR(opt, lambda epoch: 1.0)

out = []
for setup in json.loads(sys.argv[1]):
    for dtype in (torch.float64, torch.float32):
        p = torch.tensor(json.loads(sys.argv[2]), dtype=dtype, requires_grad=True)
        opt = optimizer_of([p], setup['optimizer'])
        record = setup.get('schedule', {'kind': 'constant'})
        schedule = schedule_of(opt, record, 100)
        warmup = record.get('warmup_steps', 0)
        rates = []
        for step in range(1, 101):
            opt.zero_grad()
            loss = (torch.sin(3 * p) + p * p).sum()
            loss.backward()
            if 'clip_value' in setup: torch.nn.utils.clip_grad_value_([p], setup['clip_value'])
            if 'clip_norm' in setup: torch.nn.utils.clip_grad_norm_([p], setup['clip_norm'])
            whole = opt.param_groups[0]['lr']
            opt.param_groups[0]['lr'] = whole * min(1, step / warmup) if warmup else whole
            rates.append(opt.param_groups[0]['lr'])
            opt.step()
            opt.param_groups[0]['lr'] = whole
            if record['kind'] == 'plateau': schedule.step(loss.item())
            else: schedule.step()
        out.append(dict(p=p.detach().double().tolist(), rates=rates))
print(json.dumps(out))`;
