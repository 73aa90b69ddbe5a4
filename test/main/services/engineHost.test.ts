import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineState } from '../../../main/contract/engineClient';
import { hostEngine, type EngineHost } from '../../../main/services/engineHost';

/** An engine that dies of its first request, and answers in its second life. */
const FRAGILE = `
import { existsSync, writeFileSync } from 'node:fs';
const mark = new URL('./died', import.meta.url);
process.on('message', ({ i }) => {
  if (existsSync(mark)) process.send({ t: 's', i, r: ['w'] });
  else {
    writeFileSync(mark, '');
    process.exit(7);
  }
});
process.on('disconnect', () => process.exit());
`;

let folder: string;
let host: EngineHost | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-host-'));
  await writeFile(join(folder, 'engine.mjs'), FRAGILE);
});
afterEach(async () => {
  host?.dispose();
  await rm(folder, { recursive: true });
});

describe('the engine in a forked process', () => {
  it('that crashes fails the call in hand, is told as lost, started again, and answers', async () => {
    const states: EngineState[] = [];
    let back: () => void;
    const ready = new Promise<void>((resolve) => (back = resolve));
    host = hostEngine(join(folder, 'engine.mjs'), {
      trainProgress: () => undefined,
      engineState: (state) => {
        states.push(state);
        if (state === 'ready') back();
      }
    });
    await expect(host.calls.loadWeights('', new Uint8Array())).rejects.toMatchObject({ code: 'engine-lost' });
    expect(states).toEqual(['lost']);
    await expect(host.calls.stop()).rejects.toMatchObject({ code: 'engine-lost' });
    await ready;
    expect(await host.calls.loadWeights('', new Uint8Array([1]))).toEqual(['w']);
  });
});
