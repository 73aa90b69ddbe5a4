import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENGINE_CALLS, EngineError, type EngineCalls, type EngineEvents, type TrainNews } from '@wiregrad/engine';
import { answerCalls, type Answering } from '@wiregrad/engine/node';
import { connectEngine, type EngineClient } from '../../../main/contract/engineClient';

const channel = (port: MessagePort) => ({
  post: (message: unknown) => port.postMessage(message),
  on: (receive: (message: unknown) => void) => void port.on('message', receive)
});

/** An engine of which only what a test needs is there. */
function fakeCalls(calls: Partial<EngineCalls>): EngineCalls {
  return calls as EngineCalls;
}

let ports: MessageChannel;
let bugs: unknown[];
let heard: TrainNews[];
beforeEach(() => {
  ports = new MessageChannel();
  bugs = [];
  heard = [];
});
afterEach(() => ports.port1.close());

function link(calls: Partial<EngineCalls>): { client: EngineClient; answering: Answering<EngineEvents> } {
  const answering = answerCalls<EngineCalls, EngineEvents>(fakeCalls(calls), ENGINE_CALLS, channel(ports.port1), ['trainProgress'], (bug) =>
    bugs.push(bug)
  );
  const client = connectEngine(channel(ports.port2), { trainProgress: (progress) => heard.push(progress), engineState: () => undefined });
  return { client, answering };
}

describe('calls to the engine', () => {
  it('carry typed arrays and Maps there and back', async () => {
    const report = (text: string, bytes: Uint8Array) => ({ matched: [text, String(bytes[1])], missing: [], unexpected: [], reshaped: [] });
    const { client } = link({ loadWeights: async (text, bytes) => report(text, bytes) });
    expect((await client.calls.loadWeights('doc', new Uint8Array([1, 2]))).matched).toEqual(['doc', '2']);
  });

  it('that fail reject with the diagnostics and without a stack of the engine', async () => {
    const { client } = link({
      resetWeights: async () => {
        throw new EngineError({ code: 'first', message: 'a', gate: 'q', hint: 'h' }, { code: 'second', message: 'b' });
      }
    });
    await expect(client.calls.resetWeights()).rejects.toMatchObject({
      name: 'EngineError',
      diagnostics: [
        { code: 'first', message: 'a', gate: 'q', hint: 'h' },
        { code: 'second', message: 'b' }
      ]
    });
    expect(bugs).toEqual([]);
  });

  it('that meet a bug say so, and the bug is reported on the side that has it', async () => {
    const { client } = link({
      stop: () => {
        throw new TypeError('x is undefined');
      }
    });
    await expect(client.calls.stop()).rejects.toMatchObject({
      diagnostics: [{ code: 'internal', message: expect.stringContaining('x is undefined') }]
    });
    expect(bugs).toEqual([new TypeError('x is undefined')]);
  });

  it('by a name that is not among them are refused', async () => {
    const { client } = link({});
    for (const name of ['constructor', 'toString', '__proto__', 'dispose']) {
      await expect((client.calls as unknown as Record<string, () => Promise<unknown>>)[name]!(), name).rejects.toMatchObject({
        diagnostics: [{ code: 'internal' }]
      });
    }
  });

  it('go on after messages that are none', async () => {
    const { client } = link({ stop: async () => undefined });
    for (const message of [null, 7, 'text', {}, { t: 'q', m: 'stop' }, { t: 's', i: 'x' }]) ports.port2.postMessage(message);
    await client.calls.stop();
    expect(bugs).toHaveLength(6);
  });

  it('in hand are rejected when the connection is closed', async () => {
    const { client } = link({ stop: () => new Promise(() => undefined) });
    const call = client.calls.stop();
    client.close();
    await expect(call).rejects.toMatchObject({ code: 'engine-lost' });
  });
});

describe('events of the engine', () => {
  it('reach the asker in order', async () => {
    const { client, answering } = link({ stop: async () => undefined });
    for (const step of [1, 2])
      answering.trainProgress({ epoch: 1, epochs: 1, step, totalSteps: 2, loss: 0, seconds: 0, eta: 0, reports: [] });
    await client.calls.stop();
    expect(heard.map(({ step }) => step)).toEqual([1, 2]);
  });
});
