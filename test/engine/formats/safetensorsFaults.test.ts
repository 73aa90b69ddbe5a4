/** Weights files that lie in every part of their header: refused before memory is taken, with the tensor, what was expected and what was found. */
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../engine/formats/safetensors';
import { safetensorsOf } from './headed';
import { MIB, refused } from './refused';

/** A file of one tensor `w` of one number, with `change` in its header. */
const changed = (change: object, bytes = 4): Uint8Array =>
  safetensorsOf(JSON.stringify({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...change } }), bytes);
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('a weights file', () => {
  it('is read where nothing of it lies', () => {
    expect(readSafetensors(changed({})).get('w')?.shape).toEqual([1]);
    expect(readSafetensors(safetensorsOf('{}')).size).toBe(0);
    expect(readSafetensors(changed({ shape: [0, 2 ** 40], data_offsets: [0, 0] }, 0)).get('w')?.data.length).toBe(0);
  });

  it.each([2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n, 100_000_001n, 100n])('whose header claims %d bytes is refused', async (claimed) => {
    const bytes = safetensorsOf('{}', 8, claimed);
    const { message, largest } = await refused(() => readSafetensors(bytes));
    expect(message).toMatch(/the header claims \d+ bytes/);
    expect(largest).toBeLessThan(MIB);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['no text', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 'it is not UTF-8 text'],
    ['cut off', '{"a":', 'the header is not JSON'],
    ['two objects', '{}{}', 'the header is not JSON'],
    ['a list', '[]', 'which begins with {; it begins with "[]"'],
    ['null', 'null', 'which begins with {; it begins with "null"'],
    ['blank before it begins', ' {}', 'which begins with {'],
    ['begun by a byte order mark', '\ufeff{}', 'which begins with {'],
    ['of keys twice', '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"dtype":"I32"}}', 'the header has "dtype" twice'],
    ['of names twice', '{"__proto__":1,"__proto__":1}', 'the header has "__proto__" twice'],
    ['of a name twice that has a megabyte', `{"${'a'.repeat(MIB)}":1,"${'a'.repeat(MIB)}":1}`, 'the header has "aaa'],
    ['of a name that has a megabyte', `{"${'a'.repeat(MIB)}":1}`, 'tensor "aaa'],
    ['of notes that are no texts', '{"__metadata__":{"a":1}}', '__metadata__ should be an object of texts, found an object'],
    ['of notes in a list', '{"__metadata__":["a"]}', '__metadata__ should be an object of texts, found a list of 1'],
    ['of lists in a thousand lists', `{"w":${deep(100_000)}}`, 'tensor "w": dtype nothing cannot be read'],
    [
      'of a dtype in a thousand lists',
      `{"w":{"dtype":${deep(100_000)},"shape":[1],"data_offsets":[0,4]}}`,
      'dtype a list of 1 cannot be read'
    ]
  ])('whose header is %s is refused', async (_what, header, message) => {
    const bytes = safetensorsOf(header, message.startsWith('__metadata__') ? 0 : 4);
    const { code, message: said, largest } = await refused(() => readSafetensors(bytes));
    expect(code).toBe('bad-safetensors');
    expect(said).toContain(message);
    expect(largest).toBeLessThan(MIB);
  });

  const LIES: readonly (readonly [object, string])[] = [
    [{ dtype: 'F16' }, 'dtype "F16" cannot be read; expected one of F32, F64, I32, I64'],
    [{ dtype: 'f32' }, 'dtype "f32" cannot be read'],
    [{ dtype: 'toString' }, 'dtype "toString" cannot be read'],
    [{ dtype: 7 }, 'dtype 7 cannot be read'],
    [{ dtype: null }, 'dtype null cannot be read'],
    [{ dtype: 'x'.repeat(MIB) }, 'dtype "xxx'],
    [{ shape: [-1] }, 'shape should be a list of up to 64 sizes of 0 or more, found [-1]'],
    [{ shape: [-1, -1] }, 'found [-1, -1]'],
    [{ shape: [0.5] }, 'found [0.5]'],
    [{ shape: ['1'] }, 'found ["1"]'],
    [{ shape: [2 ** 53] }, 'found [9007199254740992]'],
    [{ shape: [null] }, 'found [null]'],
    [{ shape: { length: 1 } }, 'found an object'],
    [{ shape: Array.from({ length: MIB }, () => 1) }, `found a list of ${MIB}`],
    [{ shape: [2 ** 52, 2 ** 52] }, 'takes'],
    [{ shape: Array.from({ length: 64 }, () => 2 ** 52) }, 'takes Infinity bytes, and data_offsets span 4'],
    [{ shape: [...Array.from({ length: 40 }, () => 2 ** 52), 0] }, 'takes'],
    [{ shape: [2] }, 'F32 of shape [2] takes 8 bytes, and data_offsets span 4'],
    [{ dtype: 'F64' }, 'F64 of shape [1] takes 8 bytes, and data_offsets span 4'],
    [{ shape: [] as number[], dtype: 'I64' }, 'I64 of shape [] takes 8 bytes'],
    [{ data_offsets: [4, 0] }, 'data_offsets span -4'],
    [{ data_offsets: [-4, 0] }, 'data_offsets should be two byte positions, found [-4, 0]'],
    [{ data_offsets: [0, 4.5] }, 'found [0, 4.5]'],
    [{ data_offsets: [0] }, 'found [0]'],
    [{ data_offsets: [0, 4, 8] }, 'found [0, 4, 8]'],
    [{ data_offsets: ['0', '4'] }, 'found ["0", "4"]'],
    [{ data_offsets: null }, 'found null'],
    [{ data_offsets: [4, 8] }, 'it begins at byte 4 and leaves a hole behind byte 0'],
    [{ shape: [1_000_000_000], data_offsets: [0, 4_000_000_000] }, 'it ends at byte 4000000000, and the data has 4']
  ];
  it.each(LIES.map(([change, message]) => [JSON.stringify(change).slice(0, 60), change, message] as const))(
    'with %s in a tensor is refused by its name',
    async (_shown, change, message) => {
      const bytes = changed(change);
      const { message: said, largest } = await refused(() => readSafetensors(bytes));
      expect(said).toContain('tensor "w"');
      expect(said).toContain(message);
      expect(largest).toBeLessThan(MIB);
    }
  );

  it.each(['__proto__', 'constructor', 'toString', '', '\0', '\ud800', '../w'])('may name a tensor %j', (name) => {
    const bytes = safetensorsOf(`{${JSON.stringify(name)}:{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4);
    const read = readSafetensors(bytes);
    expect([...read.keys()]).toEqual([name]);
    expect([...readSafetensors(writeSafetensors(read)).keys()]).toEqual([name]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
