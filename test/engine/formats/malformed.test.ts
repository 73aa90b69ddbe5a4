/** Files that lie, in every format: refused before anything is allocated for what they claim. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/base/errors';
import type { Tensor } from '../../../engine/base/tensors';
import { readCsv } from '../../../engine/formats/csv';
import { readIdx } from '../../../engine/formats/idx';
import { readNpy, writeNpy } from '../../../engine/formats/npy';
import { readNpz, writeNpz } from '../../../engine/formats/npz';
import { readSafetensors, writeSafetensors } from '../../../engine/formats/safetensors';
import { buildDataset } from '../../../engine/training/dataset';

const tensors = new Map<string, Tensor>([
  ['w', { dtype: 'float', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['n', { dtype: 'int32', shape: [2], data: Int32Array.of(-1, 7) }]
]);

/** What a call threw, which has to be an EngineError, and how much memory for arrays was asked for meanwhile. */
async function refused(read: () => unknown): Promise<{ error: EngineError; bytes: number }> {
  const before = process.memoryUsage().arrayBuffers;
  try {
    await read();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    return { error: error as EngineError, bytes: process.memoryUsage().arrayBuffers - before };
  }
  throw new Error('it was not refused');
}
const MIB = 1024 ** 2;

/** IDX of a type and sizes, whatever they are. */
function idx(type: number, sizes: readonly number[], data: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * sizes.length + data.length);
  bytes.set([0, 0, type, sizes.length]);
  const view = new DataView(bytes.buffer);
  sizes.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(data, 4 + 4 * sizes.length);
  return bytes;
}

describe('a file cut off at any byte', () => {
  const files: [string, Uint8Array, (bytes: Uint8Array) => unknown, string][] = [
    ['safetensors', writeSafetensors(tensors), readSafetensors, 'bad-safetensors'],
    ['npy', writeNpy(tensors.get('w')!), (bytes) => readNpy(bytes), 'bad-npy'],
    ['npz', writeNpz(tensors), (bytes) => readNpz(bytes), 'bad-npz'],
    ['npz, deflated', writeNpz(tensors, true), (bytes) => readNpz(bytes), 'bad-npz'],
    ['IDX', idx(0x08, [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)), (bytes) => readIdx(bytes), 'bad-idx'],
    [
      'IDX, gzipped',
      gzipSync(
        idx(
          0x08,
          [200],
          new Uint8Array(200).map((_, at) => (at * at) % 251)
        )
      ),
      (bytes) => readIdx(bytes),
      'bad-idx'
    ]
  ];
  it.each(files)('is refused: %s', async (_name, bytes, read, code) => {
    await read(bytes);
    for (let length = 0; length < bytes.length; length++) {
      expect([length, (await refused(() => read(bytes.subarray(0, length)))).error.code]).toEqual([length, code]);
    }
  });
});

describe('npy', () => {
  const file = (header: string, data = new Uint8Array(8)): Uint8Array => {
    const text = `${header.padEnd(117)}\n`;
    const bytes = new Uint8Array(10 + text.length + data.length);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 0xff, text.length >> 8]);
    bytes.set(new TextEncoder().encode(text), 10);
    bytes.set(data, 10 + text.length);
    return bytes;
  };
  const shaped = (shape: string, descr = '<f4', order = 'False'): Uint8Array =>
    file(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`);

  it.each([
    '100000000000, 100000000000',
    '9'.repeat(300),
    `${'9'.repeat(20)}, 0`,
    '2, 2, 2, 2, 2',
    '3',
    '',
    '-2',
    '2.',
    '1e3',
    '0x2',
    '2**40',
    '2,, 1'
  ])('with the shape (%s) is refused before memory is taken for it', async (shape) => {
    const { error, bytes } = await refused(() => readNpy(shaped(shape)));
    expect(error.code).toBe('bad-npy');
    expect(bytes).toBeLessThan(MIB);
  });

  it.each(['|O', '>f4', '<f2', '<c8', '|S8', '<U2', 'O', '', '__proto__', 'constructor', "<f4'+'"])(
    'with entries of %j is refused',
    async (descr) => {
      expect((await refused(() => readNpy(shaped('2,', descr)))).error.code).toBe('bad-npy');
    }
  );

  it.each([
    "{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os').getpid(),), }",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f4', 'fortran_order': 1, 'shape': (2,), }",
    "{'descr': '<f4', 'shape': (2,), }",
    '{"descr": "<f4", "fortran_order": false, "shape": [2]}',
    'null'
  ])('with the header %s is refused, and nothing of it is run', async (header) => {
    expect((await refused(() => readNpy(file(header)))).error.code).toBe('bad-npy');
  });

  it('in Fortran order is refused, not read in the wrong order', async () => {
    expect((await refused(() => readNpy(shaped('1, 2', '<f4', 'True'))).catch(() => null))?.error.code ?? 'read').toBe('read');
    expect((await refused(() => readNpy(file("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }")))).error.code).toBe('bad-npy');
  });
});

describe('a zip bomb', () => {
  /** A zip of one entry whose sizes are what is claimed. */
  function zip(name: string, data: Uint8Array, claimed: number, packed = data.length, method = 8): Uint8Array {
    const encoded = new TextEncoder().encode(name);
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(8, method, true);
    local.setUint32(18, packed, true);
    local.setUint32(22, claimed, true);
    local.setUint16(26, encoded.length, true);
    const central = new DataView(new ArrayBuffer(46));
    central.setUint32(0, 0x02014b50, true);
    central.setUint16(10, method, true);
    central.setUint32(20, packed, true);
    central.setUint32(24, claimed, true);
    central.setUint16(28, encoded.length, true);
    const start = 30 + encoded.length + data.length;
    const end = new DataView(new ArrayBuffer(22));
    end.setUint32(0, 0x06054b50, true);
    end.setUint16(8, 1, true);
    end.setUint16(10, 1, true);
    end.setUint32(12, 46 + encoded.length, true);
    end.setUint32(16, start, true);
    return Buffer.concat([
      new Uint8Array(local.buffer),
      encoded,
      data,
      new Uint8Array(central.buffer),
      encoded,
      new Uint8Array(end.buffer)
    ]);
  }
  const zeros = deflateRawSync(new Uint8Array(64 * MIB), { level: 9 });

  it('that says what it is, is refused before it is unpacked', async () => {
    const { error, bytes } = await refused(() => readNpz(zip('a.npy', zeros, 64 * MIB), { bytes: 10 * MIB, arrays: 10 }));
    expect(error.message).toContain(`it unpacks to ${64 * MIB} bytes`);
    expect(bytes).toBeLessThan(MIB);
  });

  it('that says it is small, is refused while it is unpacked', async () => {
    const { error, bytes } = await refused(() => readNpz(zip('a.npy', zeros, 1_000)));
    expect(error.code).toBe('bad-npz');
    expect(bytes).toBeLessThan(8 * MIB);
  });

  it('that says it is larger than it can be, is refused before memory is taken', async () => {
    const { error, bytes } = await refused(() => readNpz(zip('a.npy', zeros.subarray(0, 100), 2_000_000_000)));
    expect(error.message).toContain('more than is possible');
    expect(bytes).toBeLessThan(MIB);
  });

  it('that unpacks to less than it says, is refused', async () => {
    expect((await refused(() => readNpz(zip('a.npy', deflateRawSync(new Uint8Array(1_000)), 5_000)))).error.code).toBe('bad-npz');
  });

  it.each(['../a.npy', '/etc/a.npy', 'C:\\a.npy', 'folder/a.npy', `${'a'.repeat(5_000)}.npy`])(
    'or a path for a name is only ever a name: %s',
    async (name) => {
      const array = writeNpy({ shape: [1], data: Float32Array.of(1) });
      const read = await readNpz(zip(name, deflateRawSync(array), array.length)).catch((error: EngineError) => error);
      if (read instanceof Map) expect([...read.keys()]).toEqual([name.slice(0, -4)]);
      else expect(read).toBeInstanceOf(EngineError);
    }
  );

  it('in gzip is refused while it is unpacked', async () => {
    const bomb = gzipSync(new Uint8Array(64 * MIB));
    const { error, bytes } = await refused(() => readIdx(bomb, 'train.gz', 4 * MIB));
    expect(error.message).toContain('train.gz: it unpacks to more than');
    expect(bytes).toBeLessThan(32 * MIB);
  });
});

describe('IDX', () => {
  it('is what MNIST is: whole numbers, their sizes first', () => {
    expect(readIdx(idx(0x08, [2, 2], Uint8Array.of(0, 1, 254, 255)))).toEqual({
      dtype: 'int32',
      shape: [2, 2],
      data: Int32Array.of(0, 1, 254, 255)
    });
    expect(readIdx(idx(0x09, [2], Uint8Array.of(0x80, 0x7f))).data).toEqual(Int32Array.of(-128, 127));
    expect(readIdx(idx(0x0b, [1], Uint8Array.of(0xff, 0xfe))).data).toEqual(Int32Array.of(-2));
    expect(readIdx(idx(0x0c, [1], Uint8Array.of(1, 0, 0, 0))).data).toEqual(Int32Array.of(2 ** 24));
    expect(readIdx(idx(0x0d, [1], Uint8Array.of(0x3f, 0x80, 0, 0)))).toEqual({ dtype: 'float', shape: [1], data: Float64Array.of(1) });
    expect(readIdx(idx(0x0e, [1], Uint8Array.of(0x40, 0, 0, 0, 0, 0, 0, 0))).data).toEqual(Float64Array.of(2));
    expect(readIdx(gzipSync(idx(0x08, [1], Uint8Array.of(9)))).data).toEqual(Int32Array.of(9));
    expect(readIdx(idx(0x08, [0, 28])).shape).toEqual([0, 28]);
  });

  it.each([
    [0x08, [0xffffffff, 0xffffffff, 0xffffffff]],
    [0x0e, [0x7fffffff]],
    [0x08, [60_000, 28, 28]],
    [0x08, []],
    [0x08, Array.from({ length: 255 }, () => 0xffffffff)]
  ] as const)('of type %d with the sizes %j is refused before memory is taken for it', async (type, sizes) => {
    const { error, bytes } = await refused(() => readIdx(idx(type, sizes)));
    expect(error.code).toBe('bad-idx');
    expect(bytes).toBeLessThan(MIB);
  });

  it.each([0x00, 0x07, 0x0a, 0x0f, 0xff])('of a type that it does not have is refused: %d', async (type) => {
    expect((await refused(() => readIdx(idx(type, [1], new Uint8Array(1))))).error.message).toContain('which IDX does not have');
  });

  it('is refused where it is something else, or has more than it says', async () => {
    for (const bytes of [
      new Uint8Array(),
      Uint8Array.of(1, 2, 3),
      new TextEncoder().encode('a,b\n1,2\n'),
      Uint8Array.of(0x1f, 0x8b),
      readFileSync(import.meta.filename)
    ]) {
      expect((await refused(() => readIdx(bytes))).error.code).toBe('bad-idx');
    }
    expect((await refused(() => readIdx(idx(0x08, [2], new Uint8Array(3))))).error.message).toContain('take 2 bytes, and the file has 3');
  });
});

describe('numbers that are none, in data', () => {
  const record = { source: 'table.csv', fields: new Map([['x', { columns: ['a', 'b'] }]]) };
  const build = (cell: string) => buildDataset('table', record, readCsv(new TextEncoder().encode(`a,b\n1,2\n3,${cell}\n`), 'table.csv'));

  it.each(['inf', '-inf', 'Infinity', '+Inf', '1e999', '-1e999', '1e', '0x10', '1_000', '1,5'.replace(',', ';'), 'zwei', '١'])(
    'are named by line and column, with what can be done: %s',
    async (cell) => {
      const { error } = await refused(() => build(cell));
      expect(error.message).toContain('table.csv: line 3, column b: expected a number, found');
      expect(error.diagnostics[0]!.hint).toContain('"missing": "skip"');
    }
  );

  it.each(['nan', 'NaN', 'NA', 'null', ''])('or missing, are too: %j', async (cell) => {
    const { error } = await refused(() => build(cell));
    expect(error.message).toContain('table.csv: line 3, column b: the cell');
    expect(error.diagnostics[0]!.hint).toContain('"missing": "mean"');
  });
});
