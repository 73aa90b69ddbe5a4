import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import type { Backend } from '../../../engine/backends/backend';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { Clock } from '../../../engine/base/clock';
import { EngineError } from '../../../engine/base/errors';
import { parseDocument } from '../../../engine/document/parse';
import type { Document, OptimizerRecord } from '../../../engine/document/types';
import { readSafetensors, writeSafetensors } from '../../../engine/formats/safetensors';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../../../engine/training/checkpoint';
import { train, type TrainOptions, type TrainResult } from '../../../engine/training/train';
import { randomOf } from '../../random';
import { wasmWorkers } from '../backends/artifacts';
import { netText, POINTS } from './net';

const EPOCHS = 6;
const SGD: OptimizerRecord = { kind: 'sgd', learning_rate: 0.1, momentum: 0.9, weight_decay: 1e-3 };
const ADAM: OptimizerRecord = { kind: 'adam', learning_rate: 0.02 };
const net = (optimizer: OptimizerRecord): Document => parseDocument(netText(optimizer, EPOCHS)).document!;

const threads = new Map<string, Backend>([['reference', referenceBackend()]]);
beforeAll(async () => {
  for (const count of [1, 2]) threads.set(`wasm, ${count}`, await createWasmBackend({ workers: await wasmWorkers(), threads: count }));
}, 120_000);
afterAll(() => threads.forEach((backend) => backend.dispose()));

const run = (document: Document, backend: string, options: Partial<TrainOptions> = {}): Promise<TrainResult> =>
  train(document, { backend: threads.get(backend)!, data: () => new TextEncoder().encode(POINTS), ...options });

/** As files, whose bytes are the same where all bits are. */
const bytesOf = ({ parameters }: TrainResult): Uint8Array => writeSafetensors(parameters, { exact: true });
const withoutTimes = ({ epochs }: TrainResult) => epochs.map(({ seconds: _, ...report }) => report);

/** Every checkpoint of a run, each through its file. */
async function checkpointsOf(
  document: Document,
  backend: string,
  options: Partial<TrainOptions> = {}
): Promise<[TrainResult, Checkpoint[]]> {
  const files: Uint8Array[] = [];
  const write = async (state: Checkpoint): Promise<void> => void files.push(writeCheckpoint(state));
  const result = await run(document, backend, { ...options, checkpoints: { every: 1, write } });
  return [result, files.map(readCheckpoint)];
}

describe('a checkpoint', () => {
  const cases = [SGD, ADAM].flatMap((optimizer) => ['reference', 'wasm, 1', 'wasm, 2'].map((backend) => ({ optimizer, backend })));
  it.each(cases)(
    'gone on from gives the weights of a run that was not interrupted: $optimizer.kind, $backend',
    async ({ optimizer, backend }) => {
      const [whole, checkpoints] = await checkpointsOf(net(optimizer), backend);
      expect(checkpoints.map(({ epoch }) => epoch)).toEqual([2, 3, 4, 5, 6, 7]);
      for (const resume of checkpoints) {
        const resumed = await run(net(optimizer), backend, { resume });
        expect(bytesOf(resumed)).toEqual(bytesOf(whole));
        expect(withoutTimes(resumed)).toEqual(withoutTimes(whole));
      }
    }
  );

  it('that is made within an epoch, where training was stopped, goes on within it', async () => {
    const whole = await run(net(ADAM), 'reference');
    for (let stopAt = 1; stopAt < 20; stopAt += 3) {
      let left: Checkpoint | undefined;
      const clock = new Clock();
      clock.due = () => false;
      let checks = 0;
      clock.check = () => {
        // One look a step, and some before and in evaluations.
        if (++checks > stopAt) clock.cancel();
        Clock.prototype.check.call(clock);
      };
      const stopped = await run(net(ADAM), 'reference', { clock, checkpoints: { write: async (state) => void (left = state) } });
      expect(stopped.stopped).toBe(true);
      expect(left!.step).toBeGreaterThan(0);
      const resumed = await run(net(ADAM), 'reference', { resume: readCheckpoint(writeCheckpoint(left!)) });
      expect(bytesOf(resumed)).toEqual(bytesOf(whole));
      expect(withoutTimes(resumed)).toEqual(withoutTimes(whole));
    }
  });

  it('is made within long epochs as well, every ten seconds', async () => {
    // Every step takes four seconds.
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const clock = new Clock();
    clock.check = () => void (now += 4_000);
    const files: Uint8Array[] = [];
    const checkpoints = { write: async (state: Checkpoint) => void files.push(writeCheckpoint(state)) };
    const whole = await run(net(SGD), 'wasm, 2', { clock, checkpoints });
    vi.restoreAllMocks();
    const within = files.map(readCheckpoint).filter(({ rows }) => rows > 0);
    expect(within.length).toBeGreaterThan(2);
    for (const resume of within) {
      const resumed = await run(net(SGD), 'wasm, 2', { resume });
      expect(bytesOf(resumed)).toEqual(bytesOf(whole));
      expect(withoutTimes(resumed)).toEqual(withoutTimes(whole));
    }
  });

  it('is left by a run whose thread dies, of the steps before', async () => {
    const backend = threads.get('reference')!;
    let steps = 0;
    const dying: Backend = {
      ...backend,
      compile: (plan, sharing) => {
        const executable = backend.compile(plan, sharing);
        const step = executable.run.bind(executable);
        executable.run = (clock) => {
          if (++steps > 20) throw new EngineError({ code: 'worker-died', message: 'a thread of the engine ended' });
          return step(clock);
        };
        return executable;
      }
    };
    let left: Checkpoint | undefined;
    const data = () => new TextEncoder().encode(POINTS);
    const checkpoints = { write: async (state: Checkpoint) => void (left = state) };
    await expect(train(net(ADAM), { backend: dying, data, checkpoints })).rejects.toMatchObject({ code: 'worker-died' });
    expect(bytesOf(await run(net(ADAM), 'reference', { resume: left! }))).toEqual(bytesOf(await run(net(ADAM), 'reference')));
  });

  it('makes no difference to the run that writes it', async () => {
    const [written] = await checkpointsOf(net(SGD), 'wasm, 2');
    expect(bytesOf(written)).toEqual(bytesOf(await run(net(SGD), 'wasm, 2')));
  });

  it('lets a run go on for longer than was meant at first', async () => {
    const [, checkpoints] = await checkpointsOf(net(ADAM), 'reference');
    const longer = await run(net(ADAM), 'reference', { epochs: 2 * EPOCHS });
    expect(bytesOf(await run(net(ADAM), 'reference', { epochs: 2 * EPOCHS, resume: checkpoints.at(-1)! }))).toEqual(bytesOf(longer));
  });

  it('is a file of weights too', async () => {
    const [whole, checkpoints] = await checkpointsOf(net(ADAM), 'wasm, 1');
    const tensors = readSafetensors(writeCheckpoint(checkpoints.at(-1)!));
    for (const [id, { data }] of whole.parameters) expect([...tensors.get(id)!.data]).toEqual([...data]);
    expect([...tensors.keys()]).toEqual(expect.arrayContaining(['n.running_mean', 'mean:w1', 'square:w1']));
  });

  it.each([
    ['the seed', { seed: 4 }, net(ADAM), 'the seed was 3 and is 4'],
    ['the optimizer', {}, net(SGD), 'the optimizer is another'],
    ['the precision', {}, net(ADAM), 'the precision was float64 and is float32'],
    [
      'a metric',
      {},
      parseDocument(netText(ADAM, EPOCHS).replace(/"metrics":\[[^\]]*\]/, '"metrics":[]')).document!,
      'what is measured is another'
    ],
    [
      'the data',
      { data: () => new TextEncoder().encode(POINTS.replace('0.0000', '0.0001')) },
      net(ADAM),
      'the data or its split is another'
    ],
    ['a gate', {}, parseDocument(netText(ADAM, EPOCHS).replace('0.2', '0.3')).document!, 'the graph is another'],
    [
      'the batch size',
      {},
      parseDocument(netText(ADAM, EPOCHS).replace('"batch_size":9', '"batch_size":7')).document!,
      'the batch size was 9 and is 7'
    ]
  ])('is refused for another run: %s', async (what, options, document, message) => {
    const [, checkpoints] = await checkpointsOf(net(ADAM), 'reference', { epochs: 1 });
    const resumed = run(document, what === 'the precision' ? 'wasm, 1' : 'reference', { ...options, resume: checkpoints[0]! });
    await expect(resumed).rejects.toMatchObject({ code: 'other-training' });
    await expect(resumed).rejects.toThrow(message);
  });

  it('holds the reports of as many epochs as there are, whatever was measured', async () => {
    const [, [checkpoint]] = await checkpointsOf(net(ADAM), 'reference', { epochs: 1 });
    const reports = Array.from({ length: 300_000 }, (_, at) => ({
      ...{ epoch: at + 1, steps: 3 * at, seconds: at / 7, train: { loss: 1 / (at + 1) } },
      validation: { loss: at % 2 ? Infinity : NaN }
    }));
    const read = readCheckpoint(writeCheckpoint({ ...checkpoint!, reports }));
    expect(read.reports).toHaveLength(reports.length);
    // To compare them all takes seconds.
    for (const part of [reports.slice(0, 3), reports.slice(-3)]) {
      const from = part[0]!.epoch - 1;
      expect(read.reports.slice(from, from + 3)).toEqual(part);
    }
    expect([...read.tensors.keys()]).toEqual([...checkpoint!.tensors.keys()]);
  });

  it('with any bit of it changed is refused', async () => {
    const [, checkpoints] = await checkpointsOf(net(ADAM), 'wasm, 1', { epochs: 2 });
    const bytes = writeCheckpoint(checkpoints[1]!);
    const random = randomOf('a bit of a checkpoint');
    for (let round = 0; round < 500; round++) {
      const at = Math.floor(random() * bytes.length);
      const changed = bytes.slice();
      changed[at]! ^= 1 << Math.floor(random() * 8);
      expect(() => readCheckpoint(changed), `byte ${at}`).toThrow(expect.objectContaining({ code: expect.stringMatching(/^bad-/) }));
    }
  });

  it('cut off at any byte, or without its part of the header, is refused', async () => {
    const [, checkpoints] = await checkpointsOf(net(ADAM), 'wasm, 1', { epochs: 1 });
    const bytes = writeCheckpoint(checkpoints[0]!);
    for (let length = 0; length < bytes.length; length++) {
      let code: unknown;
      try {
        readCheckpoint(bytes.subarray(0, length));
      } catch (error) {
        ({ code } = error as { code: string });
      }
      expect(code).toBe('bad-safetensors');
    }
    expect(() => readCheckpoint(writeSafetensors(checkpoints[0]!.tensors))).toThrow('no checkpoint of a training run');
    for (const text of ['', '{', 'null', '[]', '{"version":2}', '{"version":1}', '{"version":1,"epoch":1,"rows":0,"step":"x"}']) {
      expect(() => readCheckpoint(writeSafetensors(new Map(), { metadata: { 'wiregrad.checkpoint': text } }))).toThrow(
        expect.objectContaining({ code: 'bad-checkpoint' })
      );
    }
  });
});
