import { createBirpc } from 'birpc';
import { describe, expect, it, vi } from 'vitest';
import { EngineError, type EngineCalls } from '@wiregrad/engine';
import { socketChannel } from '../../../main/contract/channel';
import type { KeepingCalls } from '../../../main/contract/keeping';
import { browserFiles } from '../../../renderer/host/browserFiles';
import { recentDocuments } from '../../../renderer/host/recentDocuments';
import { webHost, type Socket } from '../../../renderer/host/webHost';

type Listener = (event: { data: unknown }) => void;

/** Two ends of a connection in memory; what one sends the other hears. */
function wire(): { near: Socket & { fire(type: string): void }; far: Socket } {
  const end = () => {
    const listeners = new Map<string, Set<Listener>>();
    const fire = (type: string, data?: unknown): void => listeners.get(type)?.forEach((listener) => listener({ data }));
    return {
      binaryType: '',
      peer: null as null | { fire(type: string, data?: unknown): void },
      fire,
      send(bytes: Uint8Array<ArrayBuffer>): void {
        queueMicrotask(() => this.peer?.fire('message', bytes.slice().buffer));
      },
      addEventListener: (type: string, listener: Listener) =>
        void (listeners.get(type) ?? listeners.set(type, new Set()).get(type)!).add(listener),
      removeEventListener: (type: string, listener: Listener) => void listeners.get(type)?.delete(listener)
    };
  };
  const [near, far] = [end(), end()];
  near.peer = far;
  far.peer = near;
  return { near: near as unknown as Socket & { fire(type: string): void }, far: far as unknown as Socket };
}

function connection() {
  const wires: ReturnType<typeof wire>[] = [];
  const pauses: number[] = [];
  let retry = (): void => undefined;
  const host = webHost({
    connect: () => {
      wires.push(wire());
      return wires.at(-1)!.near;
    },
    schedule: (again, milliseconds) => {
      pauses.push(milliseconds);
      retry = again;
    }
  });
  const states: string[] = [];
  host.onEngineState((state) => states.push(state));
  const serve = (calls: Partial<EngineCalls>) => {
    createBirpc(calls as EngineCalls, socketChannel(wires.at(-1)!.far));
    wires.at(-1)!.near.fire('open');
  };
  return { host, wires, pauses, states, serve, retry: () => retry(), lose: () => wires.at(-1)!.near.fire('close') };
}

const report = (matched: string) => ({ matched: [matched], missing: [], unexpected: [], reshaped: [] });

describe('the host in a tab', () => {
  it('lets calls wait for the first connection', async () => {
    const { host, serve } = connection();
    const call = host.engine.loadWeights('text', new Uint8Array([1, 2]));
    serve({ loadWeights: async (_text, bytes) => report(`${bytes.length} bytes`) });
    expect(await call).toEqual(report('2 bytes'));
  });

  it('fails the call in hand when the connection breaks, connects again, and goes on', async () => {
    const { host, serve, lose, retry, states } = connection();
    serve({ stop: () => new Promise(() => undefined) });
    const call = host.engine.stop();
    const failed = expect(call).rejects.toMatchObject({ code: 'engine-lost' });
    await Promise.resolve();
    lose();
    await failed;
    await expect(call).rejects.toBeInstanceOf(EngineError);
    retry();
    serve({ loadWeights: async () => report('again') });
    expect(await host.engine.loadWeights('', new Uint8Array())).toEqual(report('again'));
    expect(states).toEqual(['lost', 'ready']);
  });

  it('waits twice as long after each failure, and as little as at first after a success', () => {
    const { pauses, lose, retry, serve } = connection();
    for (let failure = 0; failure < 7; failure++) {
      lose();
      retry();
    }
    serve({});
    lose();
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 250]);
  });
});

describe('recent documents of a tab', () => {
  const storage = (limit = Infinity) => {
    const items = new Map<string, string>();
    return {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, text: string) => {
        if (text.length > limit) throw new Error('full');
        items.set(key, text);
      }
    } as unknown as Storage;
  };
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('are the last ten, newest first, and survive a reload', () => {
    const kept = storage();
    const recent = recentDocuments(kept, () => 7);
    for (let number = 0; number < 12; number++) recent.remember(`${number}.wiregrad`, bytes(`text ${number}`));
    const again = recentDocuments(kept);
    expect(again.list().map(({ name }) => name)).toEqual(
      ['11', '10', '9', '8', '7', '6', '5', '4', '3', '2'].map((name) => `${name}.wiregrad`)
    );
    expect(new TextDecoder().decode(again.find(again.list()[0]!.handle)!.bytes)).toBe('text 11');
  });

  it('hold a document once, with its latest text', () => {
    const recent = recentDocuments(storage());
    const handle = recent.remember('a.wiregrad', bytes('one'));
    expect(recent.remember('a.wiregrad', bytes('two'))).toBe(handle);
    expect(recent.list().length).toBe(1);
  });

  it('have a handle by which a large one is saved under its name, though its text is not kept here', async () => {
    const recent = recentDocuments(storage());
    const large = bytes('x'.repeat(500_000));
    const handle = recent.remember('large.wiregrad', large);
    expect(recent.list()).toEqual([]);
    const downloads: string[] = [];
    const versions = new Map<string, Uint8Array>();
    vi.stubGlobal('document', {
      createElement: () => ({
        click(this: { download: string }) {
          downloads.push(this.download);
        }
      })
    });
    const files = browserFiles(recent, {
      keepVersion: async (name: string, kept: Uint8Array) => void versions.set(name, kept)
    } as Partial<KeepingCalls> as KeepingCalls);
    expect(await files.save(handle, large)).toBe('saved');
    vi.unstubAllGlobals();
    expect([downloads, [...versions.keys()]]).toEqual([['large.wiregrad'], ['large.wiregrad']]);
  });

  it('lose the oldest where the storage is full', () => {
    const kept = storage(400);
    const recent = recentDocuments(kept, () => 7);
    for (let number = 0; number < 5; number++) recent.remember(`${number}.wiregrad`, bytes('x'.repeat(100)));
    const names = recentDocuments(kept)
      .list()
      .map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names[0]).toBe('4.wiregrad');
  });

  it('start empty where the storage holds something else', () => {
    const kept = storage();
    kept.setItem('wiregrad.recent', '{"not": "a list"}');
    expect(recentDocuments(kept).list()).toEqual([]);
  });
});
