import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../engine/base/tensors';
import { readIdx } from '../../../engine/formats/idx';
import { readNpy, writeNpy } from '../../../engine/formats/npy';
import { writeOnnx } from '../../../engine/formats/onnx';
import { readOnnx } from '../../../engine/formats/onnxReader';
import { readNpz, writeNpz } from '../../../engine/formats/npz';
import { readSafetensors, writeSafetensors } from '../../../engine/formats/safetensors';
import { idxOf } from './headed';
import { refused } from './refused';

const tensors = new Map<string, Tensor>([
  ['w', { dtype: 'float', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['n', { dtype: 'int32', shape: [2], data: Int32Array.of(-1, 7) }]
]);
const digits = idxOf(
  0x08,
  [200],
  Uint8Array.from({ length: 200 }, (_, at) => (at * at) % 251)
);

const model = writeOnnx({
  name: 'model',
  doc: 'what it is for',
  opset: 17,
  producer: 'test',
  nodes: [{ name: 'y', op: 'Add', inputs: ['x', 'w'], outputs: ['y'], attributes: { axis: 1, alpha: 0.5, mode: 'a', pads: [0, 1] } }],
  initializers: tensors,
  inputs: [{ name: 'x', dtype: 'float', shape: ['N', 3] }],
  outputs: [{ name: 'y', dtype: 'int32', shape: null }]
});

describe('a file cut off at any byte is refused:', () => {
  it.each<[string, Uint8Array, (bytes: Uint8Array) => unknown, string]>([
    ['safetensors', writeSafetensors(tensors), readSafetensors, 'bad-safetensors'],
    ['npy', writeNpy(tensors.get('w')!), (bytes) => readNpy(bytes), 'bad-npy'],
    ['npz', writeNpz(tensors), readNpz, 'bad-npz'],
    ['npz, deflated', writeNpz(tensors, true), readNpz, 'bad-npz'],
    ['ONNX', model, readOnnx, 'bad-onnx'],
    ['IDX', digits, (bytes) => readIdx(bytes), 'bad-idx'],
    ['IDX, gzipped', gzipSync(digits), (bytes) => readIdx(bytes), 'bad-idx']
  ])('%s', async (_name, bytes, read, code) => {
    await read(bytes);
    for (let length = 0; length < bytes.length; length++)
      expect([length, (await refused(() => read(bytes.subarray(0, length)))).code]).toEqual([length, code]);
  });
});
