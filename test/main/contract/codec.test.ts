import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError, decode, encode } from '../../../main/contract/codec';

const there = (message: unknown): unknown => decode(encode(message));

/** The bytes of a message whose header is `header`, as a hostile sender might write them. */
function forged(header: string, attachments = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const start = Math.ceil((4 + text.length) / 8) * 8;
  const bytes = new Uint8Array(start + attachments);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  return bytes;
}

describe('messages as bytes', () => {
  it('bring typed arrays back with their type, bits and own memory', () => {
    const message = {
      a: new Float32Array([1.5, NaN, -0]),
      b: new Float64Array([Math.PI]),
      c: new Int32Array([-7]),
      d: new Uint8Array([1, 2, 3])
    };
    const back = there(message) as typeof message;
    expect(back).toEqual(message);
    expect(Object.is(back.a[2], -0)).toBe(true);
    expect(back.b.buffer.byteLength).toBe(8);
  });

  it('bring a view into a larger buffer back as what it shows', () => {
    expect(there(new Float64Array([1, 2, 3, 4]).subarray(1, 3))).toEqual(new Float64Array([2, 3]));
  });

  it('bring Maps back in order, whatever their keys', () => {
    const map = new Map<string, unknown>([
      ['__proto__', 1],
      ['constructor', new Map([['x', new Float32Array(2)]])],
      ['b', null]
    ]);
    expect([...(there(map) as Map<string, unknown>)]).toEqual([...map]);
  });

  it('bring numbers back that JSON has no words for', () => {
    expect(there([NaN, Infinity, -Infinity])).toEqual([NaN, Infinity, -Infinity]);
    expect(Object.is((there([-0]) as number[])[0], -0)).toBe(true);
  });

  it('keep a plain object apart from the marks of the format', () => {
    for (const message of [{ $: ['Map', []] }, { $: 1, x: { $: ['undefined'] } }]) expect(there(message)).toEqual(message);
  });

  it('bring anything back that JSON can say', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => void expect(there(value)).toEqual(value)));
  });

  it('do not let a key named __proto__ change a prototype', () => {
    const back = decode(forged('{"__proto__":{"polluted":true}}')) as object;
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.hasOwn(back, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('are refused where they are truncated or malformed', () => {
    const whole = encode({ x: new Float64Array(4) });
    for (let length = 0; length < whole.length; length += 5) expect(() => decode(whole.subarray(0, length))).toThrow(CodecError);
    expect(() => decode(forged('{"x":'))).toThrow(CodecError);
    expect(() => decode(forged('{"$":["Function","alert(1)"]}'))).toThrow(CodecError);
    expect(() => decode(forged('{"$":["Float64Array",0,9]}', 8))).toThrow(CodecError);
    expect(() => decode(forged('{"$":["Float64Array",-8,1]}', 8))).toThrow(CodecError);
    expect(() => decode(forged(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toThrow(CodecError);
  });

  it('are refused when the header claims to be longer than the message', () => {
    const bytes = forged('{}');
    new DataView(bytes.buffer).setUint32(0, 0xffffffff, true);
    expect(() => decode(bytes)).toThrow(CodecError);
  });

  it('of any bytes decode or are refused with a CodecError, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      })
    );
  });

  it('hold no functions or other classes', () => {
    expect(() => encode({ f: () => 1 })).toThrow(CodecError);
    expect(() => encode(new DataView(new ArrayBuffer(1)))).toThrow(CodecError);
  });

  it('refuse arrays that lie over each other: they would take more memory than came', () => {
    const overlapping = forged(`[${Array.from({ length: 1000 }, () => '{"$":["Uint8Array",0,1000]}').join()}]`, 1000);
    expect(() => decode(overlapping)).toThrow('arrays of the message overlap');
    const apart = forged('[{"$":["Uint8Array",0,500]},{"$":["Uint8Array",504,496]}]', 1000);
    expect((decode(apart) as Uint8Array[]).map(({ length }) => length)).toEqual([500, 496]);
  });

  it('refuse a header of brackets before it is parsed, and let brackets in texts be', () => {
    const began = process.memoryUsage().heapUsed;
    for (const bracket of ['[', '{"a":']) expect(() => decode(forged(bracket.repeat(5_000_000)))).toThrow('nested too deeply');
    expect(process.memoryUsage().heapUsed - began).toBeLessThan(100 * 1024 * 1024);
    const text = `${'['.repeat(1_000)}"\\${'{'.repeat(1_000)}`;
    expect(there({ text })).toEqual({ text });
  });
});
