/** The built engine process, killed while it trains. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineCalls } from '@wiregrad/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectEngine, engineLost } from '../../../main/contract/engineClient';
import { netText, POINTS } from '../training/net';

const ENGINE = fileURLToPath(new URL('../../../out/main/engine.cjs', import.meta.url));
const DOCUMENT = netText({ kind: 'adam', learning_rate: 0.001 }, 100);

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-engine-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

interface Engine {
  readonly calls: EngineCalls;
  kill(): Promise<void>;
}

async function start(keep: string): Promise<Engine> {
  const child = fork(ENGINE, ['--keep', keep], { serialization: 'advanced', execArgv: [] });
  children.push(child);
  const channel = {
    post: (message: object) => void child.send(message),
    on: (receive: (message: unknown) => void) => void child.on('message', receive)
  };
  const client = connectEngine(channel, { trainProgress: () => undefined, engineState: () => undefined });
  child.once('exit', () => client.close());
  await client.calls.openData('points.csv', new TextEncoder().encode(POINTS));
  return {
    calls: client.calls,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  };
}

const request = { document: DOCUMENT, revision: 0, threads: 2 };
const weights = async ({ calls }: Engine) => (await calls.exportWeights({ document: DOCUMENT, format: 'safetensors' }))[0]!.bytes;

describe('an engine that is killed in mid-training', () => {
  it('goes on in its next life to the weights and reports of one that was not', async () => {
    const keep = join(folder, 'keep');
    const first = await start(keep);
    const lost = expect(first.calls.train({ ...request, epochs: 1_000_000_000 })).rejects.toMatchObject({ code: engineLost().code });
    await expect.poll(() => readdir(keep).catch(() => []), { timeout: 10_000 }).toContainEqual(expect.stringMatching(/^\w+\.safetensors$/));
    await first.kill();
    await lost;

    const second = await start(keep);
    const reached = (await second.calls.interruptedTraining(DOCUMENT))!.epochs.length;
    expect(reached).toBeGreaterThan(0);
    const rest = await second.calls.train({ ...request, epochs: reached + 100, resume: 'interrupted' });

    const whole = await start(join(folder, 'whole'));
    const outcome = await whole.calls.train({ ...request, epochs: reached + 100 });
    const numbers = ({ epochs }: typeof rest) => epochs.map(({ seconds: _, ...report }) => report);
    expect(numbers(rest)).toEqual(numbers(outcome));
    expect(await weights(second)).toEqual(await weights(whole));
    await second.calls.dropInterrupted(DOCUMENT);
    expect(await readdir(keep)).toEqual([]);
  }, 60_000);
});
