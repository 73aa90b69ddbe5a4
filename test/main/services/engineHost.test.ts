import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineState } from '../../../main/contract/engineClient';
import { hostEngine, type EngineHost } from '../../../main/services/engineHost';
import { SIMPLE } from '../cli/documents';

const ENGINE = fileURLToPath(new URL('../../../out/main/engine.cjs', import.meta.url));

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
  vi.unstubAllEnvs();
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

  it('that runs out of memory is one that crashed: the next call is answered', async () => {
    // Room for the engine itself, and for no graph of a hundred thousand gates.
    vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=48');
    let back: () => void;
    const ready = new Promise<void>((resolve) => (back = resolve));
    host = hostEngine(ENGINE, { trainProgress: () => undefined, engineState: (state) => state === 'ready' && back() });
    const gates = Array.from({ length: 100_000 }, (_, at) => ({ id: `g${at}`, gate: 'exp' }));
    const wires = gates.slice(1).map(({ id }, at) => ({ from: `g${at}`, to: `${id}.x` }));
    const large = {
      ...SIMPLE,
      nodes: [{ id: 'x', gate: 'variable', params: { value: 0 } }, ...gates],
      wires: [{ from: 'x', to: 'g0.x' }, ...wires],
      objective: 'g9'
    };
    await expect(host.calls.run({ document: JSON.stringify(large), revision: 1, backward: true })).rejects.toMatchObject({
      code: 'engine-lost'
    });
    await ready;
    const { values } = await host.calls.run({ document: JSON.stringify(SIMPLE), revision: 2, backward: true });
    expect(values.get('f')!.data[0]).toBe(-12);
  }, 60_000);

  it('refuses a graph that is larger than memory before it takes any', async () => {
    host = hostEngine(ENGINE, { trainProgress: () => undefined, engineState: () => undefined });
    const huge = {
      ...SIMPLE,
      nodes: [
        { id: 'x', gate: 'parameter', params: { shape: [2_000_000, 1_000_000] } },
        { id: 'f', gate: 'sum' }
      ],
      wires: [{ from: 'x', to: 'f.x' }]
    };
    await expect(host.calls.run({ document: JSON.stringify(huge), revision: 1, backward: true })).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringContaining('a run would hold')
    });
    const { values } = await host.calls.run({ document: JSON.stringify(SIMPLE), revision: 2, backward: true });
    expect(values.get('f')!.data[0]).toBe(-12);
  });
});
