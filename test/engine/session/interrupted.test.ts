import { describe, expect, it } from 'vitest';
import type { TrainingKeeper } from '../../../engine/session/keptTraining';
import type { TrainNews } from '../../../engine/session/messages';
import { Session } from '../../../engine/session/session';
import { wasmWorkers } from '../backends/artifacts';
import { netText, POINTS } from '../training/net';

const EPOCHS = 400;
const TEXT = netText({ kind: 'adam', learning_rate: 0.01 }, EPOCHS);
const reference = { revision: 0, backend: 'reference' } as const;

/** A place to keep a run in that outlives sessions. */
function memoryKeeper(): TrainingKeeper & { bytes: Uint8Array | null; failing: boolean } {
  const keeper = {
    bytes: null as Uint8Array | null,
    failing: false,
    write: async (bytes: Uint8Array) => {
      if (keeper.failing) throw new Error('no space left on device');
      keeper.bytes = bytes;
    },
    read: async () => keeper.bytes,
    drop: async () => void (keeper.bytes = null)
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
    await session.dropInterrupted();
    expect(await session.interruptedTraining(TEXT)).toBeNull();
    await expect(session.train({ ...reference, document: TEXT, resume: 'interrupted' })).rejects.toMatchObject({ code: 'no-checkpoint' });
  });

  it('that is damaged is dropped', async () => {
    const keeper = memoryKeeper();
    const session = await open(keeper);
    await session.train({ ...reference, document: TEXT, epochs: 1 });
    keeper.bytes = keeper.bytes!.subarray(0, 1000);
    expect(await session.interruptedTraining(TEXT)).toBeNull();
    expect(keeper.bytes).toBeNull();
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
    const document = JSON.stringify({
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
    const session = await open(memoryKeeper());
    await expect(session.train({ ...reference, document })).rejects.toMatchObject({ code: 'not-finite', diagnostics: [{ gate: 'l' }] });
    const { values } = await session.run({ document, revision: 0, backward: false, precision: 'float64', backend: 'reference' });
    expect(values.get('w')!.data[0]).toBeCloseTo(-1 / 30, 12);
  });
});
