import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../engine/base/shapes';
import type { Tensor } from '../../../engine/base/tensors';
import { EngineError } from '../../../engine/base/errors';
import { readSafetensors, writeSafetensors } from '../../../engine/formats/safetensors';
import { safetensorsOf as file } from './headed';
import { hasPython, runPython } from './python';

function info(dtype: string, shape: number[], begin: number, end: number): string {
  return JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
}

const tensors: fc.Arbitrary<ReadonlyMap<string, Tensor>> = fc
  .uniqueArray(
    fc.tuple(
      fc.oneof(fc.constantFrom('__proto__', 'constructor', 'b1.w', '7'), fc.string()).filter((name) => name !== '__metadata__'),
      fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
        const length = { minLength: sizeOf(shape), maxLength: sizeOf(shape) };
        return fc.oneof(
          fc.array(fc.float(), length).map((list): Tensor => ({ dtype: 'float', shape, data: Float32Array.from(list) })),
          fc.array(fc.integer(), length).map((list): Tensor => ({ dtype: 'int32', shape, data: Int32Array.from(list) }))
        );
      })
    ),
    { selector: ([name]) => name, maxLength: 5 }
  )
  .map((entries) => new Map(entries));

describe('safetensors', () => {
  it('come back as they were written, whatever their names and shapes', () => {
    fc.assert(
      fc.property(tensors, (written) => {
        const bytes = writeSafetensors(written);
        expect(new Map(readSafetensors(bytes))).toEqual(written);
        expect(writeSafetensors(written)).toEqual(bytes);
      })
    );
  });

  it('are narrowed to float32 when written and widened when read', () => {
    const [stored] = [
      ...readSafetensors(writeSafetensors(new Map([['w', { dtype: 'float', shape: [2], data: Float64Array.of(0.1, -0) }]]))).values()
    ];
    expect(stored?.data).toEqual(Float32Array.of(0.1, -0));
    expect(readSafetensors(file(`{"w":${info('F64', [1], 0, 8)}}`, new Uint8Array(Float64Array.of(0.1).buffer))).get('w')?.data).toEqual(
      Float64Array.of(0.1)
    );
    const wide = new Uint8Array(BigInt64Array.of(-5n, 7n).buffer);
    expect(readSafetensors(file(`{"__metadata__":{"a":"b"},"i":${info('I64', [2], 0, 16)}}`, wide)).get('i')).toEqual({
      dtype: 'int32',
      shape: [2],
      data: Int32Array.of(-5, 7)
    });
    expect(() => readSafetensors(file(`{"i":${info('I64', [1], 0, 8)}}`, new Uint8Array(BigInt64Array.of(2n ** 31n).buffer)))).toThrow(
      'beyond 32 bits'
    );
  });

  it.each([
    ['a file of a few bytes', new Uint8Array(3), 'too few'],
    [
      'a header that claims more than the format allows',
      (() => {
        const b = file('{}');
        new DataView(b.buffer).setBigUint64(0, 2n ** 63n, true);
        return b;
      })(),
      'at most 100000000'
    ],
    [
      'a header that ends past the file',
      (() => {
        const b = file('{}');
        b[0] = 200;
        return b;
      })(),
      'ends past the file'
    ],
    ['a header that is no JSON', file('{"a":'), 'not JSON'],
    [
      'a header that is no UTF-8',
      (() => {
        const b = file('{"a":"??"}');
        b[15] = 0xff;
        return b;
      })(),
      'not JSON'
    ],
    ['a header that is a list', file('[]'), 'not a JSON object'],
    ['a tensor named twice', file(`{"a":${info('F32', [1], 0, 4)},"\\u0061":${info('F32', [1], 0, 4)}}`, 4), '"a" twice'],
    ['two shapes of one tensor', file('{"a":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8), '"shape" twice'],
    ['an unknown dtype', file(`{"a":${info('F8_E4M3', [1], 0, 1)}}`, 1), 'cannot be read'],
    ['a dtype that objects inherit', file(`{"a":${info('constructor', [1], 0, 1)}}`, 1), 'cannot be read'],
    ['a negative size', file(`{"a":${info('F32', [-1, -1], 0, 4)}}`, 4), 'sizes of 0 or more'],
    ['a size beyond all memory', file(`{"a":${info('F32', [2 ** 40, 2 ** 40], 0, 4)}}`, 4), 'takes'],
    ['offsets past the end', file(`{"a":${info('F32', [1000000], 0, 4000000)}}`, 4), 'the data has 4'],
    ['offsets that run backwards', file(`{"a":${info('F32', [1], 4, 0)}}`, 4), 'span -4'],
    ['tensors that overlap', file(`{"a":${info('F32', [2], 0, 8)},"b":${info('F32', [1], 4, 8)}}`, 8), 'inside the tensor before it'],
    ['a hole between tensors', file(`{"a":${info('F32', [1], 0, 4)},"b":${info('F32', [1], 8, 12)}}`, 12), 'leaves a hole'],
    ['bytes behind the last tensor', file(`{"a":${info('F32', [1], 0, 4)}}`, 12), 'the tensors take 4'],
    ['a tensor that is no object', file('{"a":null}'), 'expected an object']
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrowError(
      expect.objectContaining({ code: 'bad-safetensors', message: expect.stringContaining(message) })
    );
  });

  it('are refused with an EngineError and nothing else, whichever bytes are changed', () => {
    const whole = writeSafetensors(new Map([['w', { dtype: 'float', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = whole.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          try {
            readSafetensors(bytes);
            readSafetensors(bytes.subarray(0, length));
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
          }
        }
      ),
      { numRuns: 1000 }
    );
  });

  it.skipIf(!hasPython('numpy', 'reading safetensors in Python'))('are read in Python by the description of the format', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
    try {
      const path = join(folder, 'w.safetensors');
      writeFileSync(
        path,
        writeSafetensors(
          new Map<string, Tensor>([
            ['w', { dtype: 'float', shape: [2, 3], data: Float32Array.of(1.5, -2, 3, 4, 5, 0.1) }],
            ['steps', { dtype: 'int32', shape: [], data: Int32Array.of(-7) }]
          ])
        )
      );
      const script = `
import json, struct, sys, numpy
raw = open(sys.argv[1], 'rb').read()
n = struct.unpack('<Q', raw[:8])[0]
assert n % 8 == 0
out = {}
for name, info in json.loads(raw[8:8 + n]).items():
    begin, end = info['data_offsets']
    dtype = {'F32': '<f4', 'I32': '<i4'}[info['dtype']]
    out[name] = numpy.frombuffer(raw[8 + n + begin:8 + n + end], dtype).reshape(info['shape']).astype('f8').tolist()
print(json.dumps(out))`;
      expect(runPython(script, path)).toEqual({
        w: [
          [1.5, -2, 3],
          [4, 5, Math.fround(0.1)]
        ],
        steps: -7
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads bytes that lie in a pooled Buffer, as Node reads small files', () => {
    const tensors = new Map<string, Tensor>([['w', { dtype: 'float', shape: [2], data: Float32Array.of(1, 2) }]]);
    expect(readSafetensors(Buffer.from(writeSafetensors(tensors)))).toEqual(tensors);
  });
});
