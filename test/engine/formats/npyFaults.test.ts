/** .npy files that lie: refused before memory is taken for what they claim, and nothing of a header is ever run. */
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../engine/formats/npy';
import { npyOf } from './headed';
import { MIB, refused } from './refused';

const shaped = (shape: string, descr = '<f4', order = 'False'): Uint8Array =>
  npyOf(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`);

describe('a .npy file', () => {
  it('is read with the shape that it has, NaN and infinities included', () => {
    expect(readNpy(shaped('2,')).shape).toEqual([2]);
    const data = new Uint8Array(Float32Array.of(NaN, -Infinity).buffer);
    expect(readNpy(npyOf("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", data)).data).toEqual(Float32Array.of(NaN, -Infinity));
  });

  const SHAPES = [
    '100000000000, 100000000000',
    '9'.repeat(300),
    `${'9'.repeat(20)}, 0`,
    '9007199254740993,',
    '4294967296, 4294967296, 4294967296',
    '2, 2, 2, 2, 2',
    '3,',
    '',
    '-2,',
    '-1, -2',
    '2.,',
    '1e3,',
    '0x2,',
    '2**40,',
    '2,, 1',
    ', 2',
    '2 2,',
    'True,',
    '1, '.repeat(3_000)
  ];
  it.each(SHAPES.map((shape) => [shape.slice(0, 60), shape]))(
    'with the shape (%s) is refused before memory is taken for it',
    async (_shown, shape) => {
      const bytes = shaped(shape!);
      const { code, message, largest } = await refused(() => readNpy(bytes, 'weights.npy'));
      expect(code).toBe('bad-npy');
      expect(message).toMatch(/^weights\.npy: (shape|the header)/);
      expect(largest).toBeLessThan(MIB);
    }
  );

  it.each(['|O', 'O', '>f4', '>f8', '>i4', '<f2', '<c8', '|S8', '<U2', '<M8[ns]', '', '__proto__', 'toString', "<f4'+'"])(
    'with entries of %j is refused, and told what can be read',
    async (descr) => {
      const { message } = await refused(() => readNpy(shaped('2,', descr)));
      expect(message).toMatch(/entries are .*; expected one of <f4, <f8, <i4, <i8, \|u1, \|b1|the header is/);
    }
  );

  it.each([
    "{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os').getpid(),), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + exit()",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f4', 'fortran_order': 1, 'shape': (2,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': [2], }",
    "{'descr': '<f4', 'shape': (2,), }",
    '{"descr": "<f4", "fortran_order": false, "shape": [2]}',
    "dict(descr='<f4', fortran_order=False, shape=(2,))",
    'null',
    '',
    '\u{1f4a3}'
  ])('with the header %s is refused, and nothing of it is run', async (header) => {
    expect((await refused(() => readNpy(npyOf(header)))).message).toContain("expected {'descr': …, 'fortran_order': …, 'shape': …}");
  });

  it.each([
    ['blanks before a size', "{'descr': '<f4', 'fortran_order': False, 'shape': (" + ' '.repeat(9_000) + 'x'],
    ['blanks at its end', "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)" + ' '.repeat(9_000) + 'x'],
    ['sizes', "{'descr': '<f4', 'fortran_order': False, 'shape': (" + '1 , '.repeat(2_200) + 'x']
  ])('with thousands of %s is refused at once', async (_what, header) => {
    const began = performance.now();
    await refused(() => readNpy(npyOf(header)));
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('in Fortran order is refused, unless the order is the same', async () => {
    expect((await refused(() => readNpy(shaped('2, 1, 1, 2', '<f4', 'True')))).message).toContain(
      'it is in Fortran order; expected C order'
    );
    expect(readNpy(shaped('1, 2', '<f4', 'True')).shape).toEqual([1, 2]);
  });

  it.each([
    ['a version that does not exist', (bytes: Uint8Array) => void (bytes[6] = 9), 'this is not a .npy file'],
    ['another magic', (bytes: Uint8Array) => void (bytes[1] = 0x50), 'this is not a .npy file'],
    ['a header that ends past the file', (bytes: Uint8Array) => bytes.fill(0xff, 8, 10), 'the header ends past the file'],
    ['a header that is shorter than it says', (bytes: Uint8Array) => void (bytes[8] = 20), 'the header is']
  ])('with %s is refused', async (_what, change, message) => {
    const bytes = shaped('2,');
    change(bytes);
    expect((await refused(() => readNpy(bytes))).message).toContain(message);
  });
});
