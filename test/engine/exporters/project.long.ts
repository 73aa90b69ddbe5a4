/** The exported PyTorch project at greater length: every optimizer and schedule, more processes than a batch has rows. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTIMIZER_KINDS } from '../../../engine/document/types';
import { hasPython } from '../formats/python';
import { workFolder } from './judged';
import { classifier, expectSameCurve, expectSameWeights, regression, run, trainHere, weightsAt, wiresOf, write } from './projects';

const top = workFolder();
let count = 0;
const newFolder = () => join(top, `project${++count}`);
const OUT = ['--out', 'trained.safetensors'];

const SCHEDULES = [
  undefined,
  { kind: 'constant', warmup_steps: 100 },
  { kind: 'step', step_size: 5, factor: 0.7 },
  { kind: 'cosine', period: 20, min_learning_rate: 1e-4 },
  { kind: 'cosine', warmup_steps: 3 },
  { kind: 'plateau', patience: 0, factor: 0.5, threshold: 0.05, min_learning_rate: 1e-3 }
];
const OPTIONS: Record<string, object> = {
  sgd: { momentum: 0.5, weight_decay: 0.01 },
  adagrad: { learning_rate_decay: 0.01, weight_decay: 0.01 },
  rmsprop: { alpha: 0.9, centered: true, momentum: 0.3, epsilon: 1e-5 },
  adam: { beta1: 0.8, beta2: 0.95, weight_decay: 0.01 },
  adamw: { weight_decay: 0.1 }
};

describe.skipIf(!hasPython('torch', 'PyTorch projects at length'))('an exported project', () => {
  const cases = OPTIMIZER_KINDS.flatMap((kind) => SCHEDULES.map((schedule, at) => ({ kind, schedule, at })));
  it.each(cases)('takes the steps of $kind that training here takes, with schedule $at', async ({ kind, schedule }) => {
    const optimizer = { kind, learning_rate: 0.02, ...OPTIONS[kind] };
    const training = { optimizer, ...(schedule && { schedule }), clip_norm: 1, early_stopping: { patience: 25 } };
    for (const json of [classifier(training), regression(training)]) {
      const folder = newFolder();
      const document = await write(json, folder);
      const [found, wanted] = await Promise.all([run(folder, OUT), trainHere(document)]);
      expect(found.stderr).toBe('');
      expectSameCurve(found.reports, wanted.epochs, 1e-4);
      expectSameWeights(weightsAt(folder), wanted.parameters, 1e-3);
    }
  });

  it('comes to the same in more processes than the last batch has rows, by sums too', async () => {
    // 63 rows: two batches of 31 and one of 1; of 61, one and one of 2.
    const slow = { optimizer: { kind: 'sgd', learning_rate: 0.01 } };
    const json = classifier({ epochs: 10, ...slow, batch_size: 31 });
    const small = classifier({ epochs: 10, ...slow, batch_size: 61 });
    const summed = { ...json, nodes: json.nodes.map((node) => (node.id === 'L' ? { ...node, params: { reduction: 'sum' } } : node)) };
    const normed = {
      ...small,
      nodes: [...small.nodes, { id: 'bn', gate: 'batch_norm' }],
      wires: [...small.wires.filter(({ to }) => to !== 'a.x'), ...wiresOf('h bn.x', 'bn a.x')]
    };
    for (const one of [json, summed, normed]) {
      const folder = newFolder();
      await write(one, folder);
      const alone = await run(folder, ['--out', 'alone.safetensors']);
      const three = await run(folder, OUT, { processes: 3 });
      expect(three.status, three.stderr).toBe(0);
      expectSameCurve(three.reports, alone.reports, 1e-4);
      expectSameWeights(weightsAt(folder), weightsAt(folder, 'alone.safetensors'), 1e-4);
    }
  });

  it('goes on in another number of processes from a checkpoint of two that were stopped', async () => {
    const folder = newFolder();
    await write(classifier({ epochs: 60 }), folder);
    const whole = await run(folder, ['--out', 'whole.safetensors']);
    let told = 0;
    const args = ['--checkpoint', 'state', '--checkpoint-every', '1000', '--progress'];
    const first = await run(folder, args, {
      processes: 2,
      onLine: (line, kill) => line.includes('"step"') && ++told === 1 && kill('SIGTERM')
    });
    expect(first.reports.length).toBeLessThan(60);
    const rest = await run(folder, [...OUT, '--resume', 'state']);
    expect([rest.status, rest.stderr]).toEqual([0, '']);
    expectSameCurve(rest.reports, whole.reports, 1e-4);
    expectSameWeights(weightsAt(folder), weightsAt(folder, 'whole.safetensors'), 1e-3);
  });
});
