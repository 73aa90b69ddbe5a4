import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { TrainingKeeper } from '../../../engine/session/keptTraining';
import type { TrainNews } from '../../../engine/session/messages';
import { Session } from '../../../engine/session/session';
import { wasmWorkers } from '../backends/artifacts';
import { LEAVING, netText, POINTS } from '../training/net';

const EPOCHS = 400;
const TEXT = netText({ kind: 'adam', learning_rate: 0.01 }, EPOCHS);
const reference = { revision: 0, backend: 'reference' } as const;

/** A place to keep runs in that outlives sessions. */
function memoryKeeper(): TrainingKeeper & { readonly files: Map<string, Uint8Array>; failing: boolean } {
  const files = new Map<string, Uint8Array>();
  const keeper = {
    files,
    failing: false,
    write: async (graph: string, bytes: Uint8Array) => {
      if (keeper.failing) throw new Error('no space left on device');
      files.set(graph, bytes);
    },
    read: async (graph: string) => files.get(graph) ?? null,
    drop: async (graph: string) => void files.delete(graph)
  };
  return keeper;
}

async function open(
  keeper: TrainingKeeper,
  onTrainProgress: (news: TrainNews, session: Session) => void = () => undefined,
  told: string[] = []
) {
  const session: Session = new Session({
    workers: await wasmWorkers(),
    threads: 2,
    keeper,
    onTrainProgress: (news) => onTrainProgress(news, session),
    report: (message) => told.push(message)
  });
  await session.openData('points.csv', new TextEncoder().encode(POINTS));
  return session;
}
const exported = async (session: Session) => (await session.exportWeights({ document: TEXT, format: 'safetensors' }))[0]!.bytes;

describe('a training run that a session wrote down', () => {
  it('is gone on with by another session, to the same weights', async () => {
    const whole = await open(memoryKeeper());
    const outcome = await whole.train({ ...reference, document: TEXT });

    const keeper = memoryKeeper();
    const first = await open(keeper, ({ epoch }, session) => {
      if (epoch >= 5) void session.stop();
    });
    expect((await first.train({ ...reference, document: TEXT })).stopped).toBe(true);

    const second = await open(keeper);
    const found = await second.interruptedTraining(TEXT);
    expect(found!.epochs.length).toBeGreaterThanOrEqual(4);
    expect(Math.abs(found!.at - Date.now())).toBeLessThan(60_000);
    const rest = await second.train({ ...reference, document: TEXT, resume: 'interrupted' });
    expect(rest.epochs.map(({ epoch, train }) => [epoch, train])).toEqual(outcome.epochs.map(({ epoch, train }) => [epoch, train]));
    expect(await exported(second)).toEqual(await exported(whole));
  });

  it('is offered for its own graph alone, and not while one is in hand', async () => {
    const keeper = memoryKeeper();
    const session = await open(keeper);
    expect(await session.interruptedTraining(TEXT)).toBeNull();
    await session.train({ ...reference, document: TEXT, epochs: 2 });
    expect((await session.interruptedTraining(TEXT))!.epochs).toHaveLength(2);
    expect(await session.interruptedTraining(TEXT.replace('"p":0.2', '"p":0.3'))).toBeNull();
    expect(await session.interruptedTraining('{')).toBeNull();
    const running = session.train({ ...reference, document: TEXT, epochs: 1_000_000 });
    expect(await session.interruptedTraining(TEXT)).toBeNull();
    await session.stop();
    await running;
    await session.dropInterrupted(TEXT);
    expect(await session.interruptedTraining(TEXT)).toBeNull();
    await expect(session.train({ ...reference, document: TEXT, resume: 'interrupted' })).rejects.toMatchObject({ code: 'no-checkpoint' });
  });

  it('outlives the training of another graph', async () => {
    const other = TEXT.replace('"p":0.2', '"p":0.3');
    const session = await open(memoryKeeper());
    await session.train({ ...reference, document: TEXT, epochs: 2 });
    await session.train({ ...reference, document: other, epochs: 3 });
    expect((await session.interruptedTraining(TEXT))!.epochs).toHaveLength(2);
    await session.dropInterrupted(other);
    expect(await session.interruptedTraining(other)).toBeNull();
    expect(await session.interruptedTraining(TEXT)).not.toBeNull();
  });

  it('goes on after one of its threads died, on new ones, to the same weights', async () => {
    // Long enough for a thread to end in its midst.
    const request = { ...reference, backend: 'wasm', document: TEXT, epochs: 5_000 } as const;
    const whole = await open(memoryKeeper());
    await whole.train(request);

    let worker: Worker | undefined;
    process.once('worker', (started) => (worker = started));
    const session = await open(memoryKeeper(), ({ epoch }) => {
      if (epoch >= 5) void worker?.terminate();
    });
    await expect(session.train(request)).rejects.toMatchObject({ code: 'worker-died' });
    expect((await session.interruptedTraining(TEXT))!.epochs.length).toBeLessThan(request.epochs);
    worker = undefined;
    const rest = await session.train({ ...request, resume: 'interrupted' });
    expect(rest.epochs).toHaveLength(request.epochs);
    expect(await exported(session)).toEqual(await exported(whole));
    for (const open of [whole, session]) open.dispose();
  });

  it('that is damaged is dropped', async () => {
    const keeper = memoryKeeper();
    const session = await open(keeper);
    await session.train({ ...reference, document: TEXT, epochs: 1 });
    const [[graph, bytes]] = [...keeper.files] as [[string, Uint8Array]];
    keeper.files.set(graph, bytes.subarray(0, 1000));
    expect(await session.interruptedTraining(TEXT)).toBeNull();
    expect(keeper.files.size).toBe(0);
  });

  it('trains on where it cannot be written down, and says so once', async () => {
    const keeper = memoryKeeper();
    keeper.failing = true;
    const told: string[] = [];
    const session = await open(keeper, undefined, told);
    expect((await session.train({ ...reference, document: TEXT, epochs: 3 })).stopped).toBe(false);
    await session.train({ ...reference, document: TEXT, epochs: 3 });
    expect(told).toEqual(['the training run cannot be written down: no space left on device']);
  });

  it('leaves the numbers with the weights from before, for the next run', async () => {
    const session = await open(memoryKeeper());
    await expect(session.train({ ...reference, document: LEAVING })).rejects.toMatchObject({
      code: 'not-finite',
      diagnostics: [{ gate: 'l' }]
    });
    const { values } = await session.run({ document: LEAVING, revision: 0, backward: false, precision: 'float64', backend: 'reference' });
    expect(values.get('w')!.data[0]).toBeCloseTo(-1 / 30, 12);
  });
});
