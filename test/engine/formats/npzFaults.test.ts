/** Zip files that lie, and bombs: refused before memory is taken for what they claim, and while they unpack. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../../engine/formats/npy';
import { readNpz } from '../../../engine/formats/npz';
import { expectNoFlipMisread, MIB, refused } from './refused';
import { zipOf, type ZipEntry } from './zip';

const array = writeNpy({ shape: [3], data: Float32Array.of(1, 2, 3) });
const whole: ZipEntry = { name: 'a.npy', data: array };
const zeros = new Uint8Array(64 * MIB);
const bomb: ZipEntry = { name: 'bomb.npy', data: zeros, packed: deflateRawSync(zeros, { level: 9 }) };

/** An extra field of zip64 with these numbers of 64 bits. */
function zip64(...numbers: bigint[]): Uint8Array {
  const bytes = Buffer.alloc(4 + 8 * numbers.length);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, at) => bytes.writeBigUInt64LE(number, 4 + 8 * at));
  return bytes;
}

describe('a zip bomb', () => {
  it('that says how large it is, is refused before it is unpacked', async () => {
    const { message, largest } = await refused(() => readNpz(zipOf([bomb]), { bytes: 10 * MIB, arrays: 10 }));
    expect(message).toContain(`it unpacks to ${64 * MIB} bytes or more; at most ${10 * MIB} are read`);
    expect(largest).toBeLessThan(MIB);
  });

  it('of many entries, each of which may be read, is refused before any is unpacked', async () => {
    const entries = Array.from({ length: 40 }, (_, at) => ({ ...bomb, name: `bomb${at}.npy` }));
    const { message, largest } = await refused(() => readNpz(zipOf(entries)));
    expect(message).toContain(`at most ${2 ** 31} are read`);
    expect(largest).toBeLessThan(4 * MIB);
  });

  it.each([0, 1, 1_000, 65_536])('that says it has %d bytes, is refused when more come', async (size) => {
    const { message, largest } = await refused(() => readNpz(zipOf([{ ...bomb, says: { size } }])));
    expect(message).toMatch(/bomb\.npy" unpacks to more than the \d+ bytes that it claims|not a whole zip file/);
    expect(largest).toBeLessThan(MIB);
  });

  it('that says it is larger than its bytes can become, is refused before memory is taken', async () => {
    const { message, largest } = await refused(() => readNpz(zipOf([{ ...whole, says: { size: 2_000_000_000 } }])));
    expect(message).toContain('"a.npy" claims to unpack from');
    expect(largest).toBeLessThan(MIB);
  });

  it('that says it is packed into more bytes than the file has, is refused before memory is taken', async () => {
    const { largest } = await refused(() => readNpz(zipOf([{ ...whole, says: { packedSize: 2_000_000, size: 2_000_000_000 } }])));
    expect(largest).toBeLessThan(MIB);
  });

  it.each([
    ['its size', [0xffffffff, undefined], [2n ** 60n]],
    ['both its sizes', [0xffffffff, 0xffffffff], [2n ** 60n, 2n ** 60n]],
    ['a size beyond 2⁶³', [0xffffffff, undefined], [2n ** 64n - 1n]],
    ['a size that fits the limit', [0xffffffff, undefined], [2n ** 31n - 1n]]
  ] as const)('whose zip64 field lies about %s, is refused before memory is taken', async (_what, [size, packedSize], numbers) => {
    const says = { size, ...(packedSize !== undefined && { packedSize }) };
    const { largest } = await refused(() => readNpz(zipOf([{ ...whole, says, extra: zip64(...numbers) }])));
    expect(largest).toBeLessThan(MIB);
  });

  it('takes memory as its bytes come, not as they are claimed', async () => {
    // A thousand times as large could be true: only unpacking tells.
    const packed = new Uint8Array(300_000).fill(0);
    const { largest } = await refused(() => readNpz(zipOf([{ ...whole, packed, says: { size: 300_000_000 } }])));
    expect(largest).toBeLessThan(2 * MIB);
  });
});

describe('a zip file', () => {
  it('made as these are made is read where nothing in it lies', async () => {
    const read = await readNpz(zipOf([whole, { ...whole, name: 'folder/b.npy', packed: array, says: { method: 0 } }]));
    expect([...read.keys()]).toEqual(['a', 'folder/b']);
    for (const { data } of read.values()) expect(data).toEqual(Float32Array.of(1, 2, 3));
  });

  it('may have its sizes in a zip64 field before its bytes and plain in its directory, as NumPy writes it', async () => {
    const size = 0xffffffff;
    const extraLocally = zip64(BigInt(array.length), BigInt(array.length));
    const entry = { ...whole, packed: array, says: { method: 0 }, saysLocally: { size, packedSize: size }, extraLocally };
    expect((await readNpz(zipOf([entry]))).get('a')?.data).toEqual(Float32Array.of(1, 2, 3));
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['with a wrong sum', zipOf([{ ...whole, says: { crc: 1 } }]), /a\.npy|whole zip/],
    ['with an encrypted entry', zipOf([{ ...whole, says: { flags: 1 } }]), /"a\.npy" is encrypted/],
    ['with a way of packing that is unknown', zipOf([{ ...whole, says: { method: 99 } }]), /whole zip/],
    ['with an entry that unpacks to less than it says', zipOf([{ ...whole, says: { size: array.length + 9 } }]), /whole zip|and claims/],
    [
      'with a stored entry of another size',
      zipOf([{ ...whole, packed: array, says: { method: 0, size: array.length - 1 } }]),
      /whole|more/
    ],
    ['with two entries over the same bytes', zipOf([whole, { ...whole, name: 'b.npy', offset: 0 }]), /whole zip/],
    [
      'with an entry inside another',
      zipOf([
        { name: 'a.npy', data: zipOf([whole]), packed: zipOf([whole]), says: { method: 0 } },
        { ...whole, name: 'b.npy', offset: 35 }
      ]),
      /whole zip|not a \.npy/
    ],
    ['with an entry that begins behind its end', zipOf([{ ...whole, offset: 2 ** 31 }]), /whole zip/],
    ['with two entries of one name', zipOf([whole, whole]), /"a\.npy" is there twice|whole zip/],
    ['with another name in the file than in the directory', zipOf([{ ...whole, saysLocally: { name: 'b.npy' } }]), /whole zip/],
    ['with other sizes in the file than in the directory', zipOf([{ ...whole, saysLocally: { size: 7 } }]), /whole zip/],
    ['with fewer entries than it says', zipOf([whole], { count: 2 }), /whole zip/],
    ['with more entries than it says', zipOf([whole, { ...whole, name: 'b.npy' }], { count: 1 }), /whole zip/],
    ['with 65,535 entries and no zip64 directory', zipOf([whole], { count: 65_535 }), /whole zip/],
    ['with its directory behind its end', zipOf([whole], { directory: 0xfffffff0 }), /whole zip/],
    ['with a name that climbs out of its folder', zipOf([{ ...whole, name: '../a.npy' }]), /whole zip/],
    ['with a name from the root', zipOf([{ ...whole, name: '/etc/a.npy' }]), /whole zip/],
    ['with a name on a drive', zipOf([{ ...whole, name: 'C:\\a.npy' }]), /whole zip/],
    ['with a name that has a zero in it', zipOf([{ ...whole, name: 'a\0.npy' }]), /whole zip/],
    ['with a folder', zipOf([{ name: 'a.npy/', data: new Uint8Array() }]), /"a\.npy\/" is no \.npy file/],
    ['with something before it', new Uint8Array(Buffer.concat([Buffer.from('#!/bin/sh\n'), zipOf([whole])])), /whole zip/],
    ['with something behind it', new Uint8Array(Buffer.concat([zipOf([whole]), Buffer.from('more')])), /whole zip/],
    ['with a name of 60,000 letters', zipOf([{ ...whole, name: 'a'.repeat(60_000) }]), /aaa"… is no \.npy file/]
  ])('%s is refused', async (_what, bytes, message) => {
    const { message: said, largest } = await refused(() => readNpz(bytes));
    expect(said).toMatch(message);
    expect(largest).toBeLessThan(MIB);
  });

  it('with more entries than are read is refused at the first that is too many', async () => {
    const entries = Array.from({ length: 20_000 }, (_, at) => ({ ...whole, name: `${at}.npy` }));
    expect((await refused(() => readNpz(zipOf(entries)))).message).toContain('there are more than 10000 files in it');
  });

  it('never gives other numbers, whichever of its bits is flipped', async () => {
    const bytes = zipOf([whole]);
    expect(await expectNoFlipMisread(bytes, readNpz)).toBeGreaterThan(4 * bytes.length);
  });
});
