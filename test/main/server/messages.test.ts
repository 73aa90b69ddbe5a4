/** What a page may send that has the cookie all the same: one into which somebody brought code of their own. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../main/contract/codec';
import { CLASSIFIER, SIMPLE } from '../cli/documents';
import { attacked, closed, rawly } from './attacked';

const server = attacked();

const call = (name: unknown, given: unknown): Uint8Array => encode({ t: 'q', i: '1', m: name, a: given });

/** A message with a header that `encode` would not write. */
function forged(header: string, headerLength = Buffer.byteLength(header), attachments = 0): Uint8Array {
  const start = Math.ceil((4 + Buffer.byteLength(header)) / 8) * 8;
  const bytes = Buffer.alloc(start + attachments);
  bytes.writeUInt32LE(headerLength);
  bytes.write(header, 4);
  return bytes;
}
const request = (given: string): string => `{"t":"q","i":"1","m":"trainingInHand","a":[${given}]}`;

const MESSAGES: readonly [string, () => string | Uint8Array][] = [
  ['text', () => 'hello'],
  ['a call as text', () => request('')],
  ['nothing', () => new Uint8Array()],
  ['bytes at random', () => randomBytes(10_000)],
  ['a header that is longer than the message', () => forged('{}', 1_000)],
  ['a header of four gigabytes', () => forged('{}', 2 ** 32 - 1)],
  ['a header that is no UTF-8', () => new Uint8Array([2, 0, 0, 0, 0xc0, 0xae, 0, 0])],
  ['a header that is null', () => forged('null')],
  ['an attachment that lies outside', () => forged(request('{"$":["Float64Array",0,1e9]}'))],
  ['an attachment before the start', () => forged(request('{"$":["Uint8Array",-8,8]}'))],
  ['an attachment of another type', () => forged(request('{"$":["SharedArrayBuffer",0,8]}'))],
  ['an attachment whose type is a prototype', () => forged(request('{"$":["__proto__",0,8]}'))],
  ['a list in a list, and so on', () => forged(request('['.repeat(100_000) + ']'.repeat(100_000)))],
  ['an object in an object, and so on', () => forged(request('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)))],
  ['a request whose prototype is given', () => forged('{"__proto__":{"t":"q","m":"report","a":[]}}')],
  ['an answer that nobody waits for', () => encode({ t: 's', i: 'x', r: 1 })],
  ['a name that is none', () => call({ toString: 'report' }, [])],
  ['arguments that are none', () => call('run', 'x')],
  ...[
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'then', ''],
    ...['$call', '$close', '$functions', 'trainProgress', 'engineState', 'leave', 'discard', 'dispose', 'kill'],
    ...['eval', 'require', 'readFile', 'writeFile', 'open', 'save', 'exec', 'run.constructor', 'report\0']
  ].map((name): [string, () => Uint8Array] => [`the call ${JSON.stringify(name)}`, () => call(name, ['/etc/passwd'])])
];

describe('a page with hostile code in it', () => {
  it.each(MESSAGES)('gets nothing for %s', async (_name, message) => {
    const { socket, run } = await server.page();
    const answers: string[] = [];
    socket.on('message', (data) => answers.push(Buffer.from(data as ArrayBuffer).toString('latin1')));
    socket.send(message());
    expect(await run()).toBe(-12);
    // Whatever else is answered is a failure: `r` holds what a call brought.
    for (const answer of answers.filter((answer) => answer.includes('"i":"1"'))) {
      expect(answer).toContain('"diagnostics"');
      expect(answer).not.toMatch(/"r":|root:/);
    }
    socket.close();
  });

  const FRAMES: readonly [string, readonly number[]][] = [
    ['is not masked', [0x82, 0x01, 0x00]],
    ['has reserved bits', [0xf2, 0x80, 0, 0, 0, 0]],
    ['is of no known kind', [0x83, 0x80, 0, 0, 0, 0]],
    ['goes on where nothing began', [0x80, 0x80, 0, 0, 0, 0]],
    ['is a ping in parts', [0x09, 0x80, 0, 0, 0, 0]],
    ['is a ping that is too long', [0x89, 0xfe, 0x10, 0x00, 0, 0, 0, 0]],
    ['announces more than may be sent', [0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]],
    ['announces more than there can be', [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]],
    ['is compressed', [0xc2, 0x80, 0, 0, 0, 0]],
    ['closes with a code that is none', [0x88, 0x82, 0, 0, 0, 0, 0x00, 0x01]]
  ];
  it.each(FRAMES)('is cut off for a frame that %s', async (_name, frame) => {
    const { socket } = await server.page();
    const ended = closed(socket);
    rawly(socket).write(Uint8Array.from(frame));
    expect([1002, 1006, 1009]).toContain(await ended);
    const { run, socket: next } = await server.page();
    expect(await run()).toBe(-12);
    next.close();
  });
});

describe('the calls of a page', () => {
  const OUTSIDE = ['/etc/passwd', '../../../../etc/passwd', 'file:///etc/passwd', '\\\\server\\share', 'C:\\Windows\\win.ini'];

  it('read no file, whatever a document calls its data', async () => {
    const { socket, calls } = await server.page();
    for (const source of OUTSIDE) {
      const datasets = { points: { ...CLASSIFIER.datasets.points, source } };
      const document = JSON.stringify({ ...CLASSIFIER, datasets });
      await expect(calls.run({ document, revision: 1, backward: false }), source).rejects.toMatchObject({
        diagnostics: [expect.objectContaining({ code: 'missing-data' })]
      });
    }
    socket.close();
  });

  it('read no weights from a file that a document names', async () => {
    const { socket, calls } = await server.page();
    for (const weights of OUTSIDE) {
      const { values } = await calls.run({ document: JSON.stringify({ ...SIMPLE, weights }), revision: 1, backward: false });
      expect(values.get('f')!.data[0]).toBe(-12);
    }
    socket.close();
  });

  it('keep nothing outside of the folder for it, and name no file in it', async () => {
    const { socket } = await server.page();
    const answered = new Promise<void>((resolve) => {
      let left = 4 * OUTSIDE.length;
      socket.on('message', () => --left || resolve());
    });
    const before = await readdir(join(server.home, '..'));
    for (const path of OUTSIDE) {
      socket.send(call('keepDraft', [{ key: path, name: path, handle: path, at: 0, text: 'x' }]));
      socket.send(call('keepVersion', [path, new Uint8Array([120])]));
      socket.send(call('version', [path, path]));
      socket.send(call('dropDraft', [path]));
    }
    await answered;
    expect(await readdir(join(server.home, '..'))).toEqual(before);
    const kept = (await readdir(server.home, { recursive: true })).map((name) => basename(name));
    for (const name of kept) expect(name).toMatch(/^(drafts|versions|logs|wiregrad\.log|[0-9a-f]{32}|\d{13}-\d+|\d+-[0-9a-f]+\.alive)$/);
    socket.close();
  });
});
