import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../engine/base/tensors';
import { readNpy, writeNpy } from '../../../engine/formats/npy';
import { readNpz, writeNpz } from '../../../engine/formats/npz';
import { hasPython, runPython } from './python';

const arrays = new Map<string, Tensor>([
  ['w', { dtype: 'float', shape: [2, 2], data: Float32Array.of(1, 2, NaN, -0) }],
  ['__proto__', { dtype: 'float', shape: [], data: Float64Array.of(0.1) }],
  ['b1.running_mean', { dtype: 'int32', shape: [3], data: Int32Array.of(1, -2, 3) }],
  ['none', { dtype: 'float', shape: [0, 3], data: new Float32Array() }]
]);

describe('npz', () => {
  it.each([false, true])('gives the arrays back and the same bytes every time, deflated: %s', async (deflate) => {
    const bytes = writeNpz(arrays, deflate);
    expect(await readNpz(bytes)).toEqual(arrays);
    expect(writeNpz(arrays, deflate)).toEqual(bytes);
  });

  it('refuses a file that unpacks to more than the limit, also one that lies about it', async () => {
    const bomb = writeNpz(new Map([['zeros', { shape: [1_000_000], data: new Float32Array(1_000_000) }]]), true);
    expect(bomb.length).toBeLessThan(20_000);
    await expect(readNpz(bomb, { bytes: 1_000_000, arrays: 10 })).rejects.toMatchObject({
      code: 'bad-npz',
      message: expect.stringContaining('it unpacks to 4000128 bytes')
    });
    // The unpacked size stands at 22 in the local header and at 24 in the directory's.
    const view = new DataView(bomb.buffer);
    for (let at = 0; at + 4 <= bomb.length; at++) {
      const signature = view.getUint32(at, true);
      if (signature === 0x04034b50) view.setUint32(at + 22, 100, true);
      if (signature === 0x02014b50) view.setUint32(at + 24, 100, true);
    }
    await expect(readNpz(bomb, { bytes: 1_000_000, arrays: 10 })).rejects.toMatchObject({ code: 'bad-npz' });
  });

  it('refuses damage, other files and too many of them', async () => {
    const bytes = writeNpz(arrays);
    const damaged = bytes.slice();
    damaged[200]! ^= 1;
    await expect(readNpz(damaged)).rejects.toMatchObject({ code: 'bad-npz' });
    await expect(readNpz(bytes.subarray(0, 300))).rejects.toMatchObject({ code: 'bad-npz' });
    await expect(readNpz(new Uint8Array(100))).rejects.toMatchObject({ code: 'bad-npz' });
    await expect(readNpz(zipSync({ 'a.txt': new Uint8Array(3) }))).rejects.toMatchObject({ code: 'bad-npz' });
    await expect(readNpz(zipSync({ 'a.npy': new Uint8Array(30) }))).rejects.toMatchObject({ code: 'bad-npy' });
    await expect(readNpz(bytes, { bytes: 1e6, arrays: 3 })).rejects.toMatchObject({ code: 'bad-npz' });
  });

  it('refuses arrays that disagree with their header', () => {
    const bytes = writeNpy({ shape: [2], data: Float32Array.of(1, 2) });
    expect(() => readNpy(bytes.subarray(0, bytes.length - 4))).toThrow('shape [2] takes 8 bytes, and the file has 4');
    const text = (from: string, to: string): Uint8Array =>
      new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1'));
    expect(() => readNpy(text('<f4', '>f4'))).toThrow('entries are >f4');
    expect(() => readNpy(text('<f4', '|O8'))).toThrow('entries are |O8');
    expect(() => readNpy(text('(2,)', '(999999999999,)'))).toThrow('takes 3999999999996 bytes');
    expect(() => readNpy(bytes.subarray(0, 20))).toThrow('past the file');
  });

  describe.skipIf(!hasPython('numpy', 'reading npz in NumPy'))('and NumPy', () => {
    it('read each other', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'npz-'));
      try {
        const [ours, theirs] = [join(folder, 'ours.npz'), join(folder, 'theirs.npz')];
        writeFileSync(ours, writeNpz(arrays, true));
        const script = `
import json, sys, numpy
a = numpy.load(sys.argv[1])
numpy.savez_compressed(sys.argv[2], **{k: a[k] for k in a.files}, wide=numpy.arange(3), turned=numpy.ones((1, 3), order='F'))
print(json.dumps({k: [str(a[k].dtype), list(a[k].shape), numpy.nan_to_num(a[k], nan=99).tolist()] for k in a.files}))`;
        expect(Object.entries(runPython(script, ours, theirs) as object)).toEqual([
          [
            'w',
            [
              'float32',
              [2, 2],
              [
                [1, 2],
                [99, -0]
              ]
            ]
          ],
          ['__proto__', ['float64', [], 0.1]],
          ['b1.running_mean', ['int32', [3], [1, -2, 3]]],
          ['none', ['float32', [0, 3], []]]
        ]);
        const read = await readNpz(readFileSync(theirs));
        for (const [name, tensor] of arrays) expect(read.get(name)).toEqual(tensor);
        expect(read.get('wide')).toEqual({ dtype: 'int32', shape: [3], data: Int32Array.of(0, 1, 2) });
        expect(read.get('turned')?.shape).toEqual([1, 3]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
});
