import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readIdx } from '../../../engine/formats/idx';
import { idxOf } from './headed';
import { expectNoFlipMisread, MIB, refused } from './refused';

/** Real files, which the product is not shipped with. */
const MNIST = '/work/shared/data/mnist-8k-';

describe('the IDX reader', () => {
  it('reads whole numbers of each width as int32, signed where they are', () => {
    expect(readIdx(idxOf(0x08, [2, 2], Uint8Array.of(0, 1, 254, 255)))).toEqual({
      dtype: 'int32',
      shape: [2, 2],
      data: Int32Array.of(0, 1, 254, 255)
    });
    expect(readIdx(idxOf(0x09, [2], Uint8Array.of(0x80, 0x7f))).data).toEqual(Int32Array.of(-128, 127));
    expect(readIdx(idxOf(0x0b, [1], Uint8Array.of(0xff, 0xfe))).data).toEqual(Int32Array.of(-2));
    expect(readIdx(idxOf(0x0c, [2], Uint8Array.of(1, 0, 0, 0, 0x80, 0, 0, 0))).data).toEqual(Int32Array.of(2 ** 24, -(2 ** 31)));
  });

  it('reads float and double as they are stored', () => {
    const float = { dtype: 'float', shape: [1], data: Float32Array.of(1) };
    expect(readIdx(idxOf(0x0d, [1], Uint8Array.of(0x3f, 0x80, 0, 0)))).toEqual(float);
    const double = Uint8Array.of(0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a);
    expect(readIdx(idxOf(0x0e, [1], double))).toEqual({ dtype: 'float', shape: [1], data: Float64Array.of(0.1) });
  });

  it('reads a single number, an empty array, and bytes that lie in a pooled Buffer', () => {
    expect(readIdx(idxOf(0x08, [], Uint8Array.of(7)))).toEqual({ dtype: 'int32', shape: [], data: Int32Array.of(7) });
    expect(readIdx(idxOf(0x08, [0, 28]))).toEqual({ dtype: 'int32', shape: [0, 28], data: new Int32Array() });
    expect(readIdx(Buffer.from(idxOf(0x08, [1], Uint8Array.of(9)))).data).toEqual(Int32Array.of(9));
    expect(readIdx(Buffer.from(gzipSync(idxOf(0x08, [1], Uint8Array.of(9))))).data).toEqual(Int32Array.of(9));
  });

  if (!existsSync(`${MNIST}labels-idx1-ubyte.gz`)) process.stderr.write('reading MNIST skipped: it is not on this machine\n');
  it.skipIf(!existsSync(`${MNIST}labels-idx1-ubyte.gz`))("reads MNIST's own files", () => {
    const images = readIdx(readFileSync(`${MNIST}images-idx3-ubyte.gz`));
    const labels = readIdx(readFileSync(`${MNIST}labels-idx1-ubyte.gz`));
    expect([images.dtype, images.shape, images.data.length]).toEqual(['int32', [8000, 28, 28], 8000 * 784]);
    expect([Math.min(...labels.data), Math.max(...labels.data), labels.shape]).toEqual([0, 9, [8000]]);
    expect(images.data.every((pixel) => pixel >= 0 && pixel <= 255)).toBe(true);
  });

  it.each([
    [0x08, [0xffffffff, 0xffffffff, 0xffffffff]],
    [0x0e, [0x7fffffff]],
    [0x08, [60_000, 28, 28]],
    [0x08, []],
    [0x08, Array.from({ length: 40 }, () => 0xffffffff).concat(0)],
    [0x08, Array.from({ length: 255 }, () => 1)]
  ])('refuses type %d with the sizes %j before memory is taken for them', async (type, sizes) => {
    const { code, largest } = await refused(() => readIdx(idxOf(type, sizes)));
    expect(code).toBe('bad-idx');
    expect(largest).toBeLessThan(MIB);
  });

  it.each([0x00, 0x07, 0x0a, 0x0f, 0xff])('refuses a type that the format does not have: %d', async (type) => {
    const { message } = await refused(() => readIdx(idxOf(type, [1], new Uint8Array(1)), 'train-images'));
    expect(message).toMatch(/^train-images: its entries are of type 0x[0-9a-f]{2}; expected 08, 09, 0b, 0c, 0d or 0e/);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['three bytes', Uint8Array.of(0, 0, 8)],
    ['a table', new TextEncoder().encode('a,b\n1,2\n')],
    ['the beginning of a gzip file', Uint8Array.of(0x1f, 0x8b)],
    ['its own source', readFileSync(import.meta.filename)]
  ])('refuses %s', async (_what, bytes) => {
    expect((await refused(() => readIdx(bytes))).code).toBe('bad-idx');
  });

  it('refuses more entries than it says, and a file above the limit', async () => {
    const bytes = idxOf(0x08, [2], new Uint8Array(3));
    expect((await refused(() => readIdx(bytes))).message).toContain('its sizes [2] take 2 bytes, and the file has 3 for them');
    expect((await refused(() => readIdx(bytes, 'file', 10))).message).toContain('it has 11 bytes; at most 10 are read');
  });
});

describe('a gzipped IDX file', () => {
  const plain = idxOf(
    0x08,
    [200],
    Uint8Array.from({ length: 200 }, (_, at) => (at * at) % 251)
  );
  const packed = new Uint8Array(gzipSync(plain));
  /** The same with `fields` in its head, which `flags` announces. */
  const withHead = (flags: number, ...fields: number[]): Uint8Array => {
    const bytes = Uint8Array.of(...packed.subarray(0, 10), ...fields, ...packed.subarray(10));
    bytes[3] = flags;
    return bytes;
  };

  const endlessName = new Uint8Array(5_000_000).fill(65);
  endlessName.set([0x1f, 0x8b, 8, 8]);

  it('may have a name, a comment, a sum and more in its head', () => {
    const fields = [3, 0, 1, 2, 3, ...new TextEncoder().encode('name\0comment\0'), 0, 0];
    expect(readIdx(withHead(2 | 4 | 8 | 16, ...fields))).toEqual(readIdx(plain));
  });

  it.each([
    ['a name that does not end', endlessName],
    ['more in its head than there is', withHead(4, 0xff, 0xff)],
    ['a second one behind it', Uint8Array.of(...packed, ...packed)],
    ['zeros behind it', Uint8Array.of(...packed, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['nothing in it', Uint8Array.of(0x1f, 0x8b, 8, 0, ...new Uint8Array(14))]
  ])('with %s is refused', async (_what, bytes) => {
    expect((await refused(() => readIdx(bytes))).code).toBe('bad-idx');
  });

  it('never gives other numbers, whichever of its bits is flipped', async () => {
    expect(await expectNoFlipMisread(packed, (bytes) => readIdx(bytes))).toBeGreaterThan(7 * (packed.length - 10));
  });

  it('that is a bomb is refused while it unpacks', async () => {
    const bomb = gzipSync(new Uint8Array(256 * MIB));
    const before = process.memoryUsage().arrayBuffers;
    const { message } = await refused(() => readIdx(bomb, 'train.gz', 4 * MIB));
    expect(message).toContain(`train.gz: it unpacks to more than ${4 * MIB} bytes`);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MIB);
  });
});
