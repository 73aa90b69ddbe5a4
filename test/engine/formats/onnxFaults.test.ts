/** ONNX files that lie: refused before memory is taken, with the tensor, what was expected and what was found. */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ENTRIES, writeOnnx, type OnnxModel } from '../../../engine/formats/onnx';
import { readOnnx } from '../../../engine/formats/onnxReader';
import { ModelProtoSchema, TensorProto_DataLocation as DataLocation, type TensorProtoSchema } from '../../../engine/formats/onnxSchema';
import { MIB, refused } from './refused';

const { FLOAT, INT64, FLOAT16, DOUBLE, INT32, BOOL, UINT8, INT8 } = ENTRIES;
const OPSET = [{ domain: '', version: 17n }];
const bytesOf = (message: MessageInitShape<typeof ModelProtoSchema>) => toBinary(ModelProtoSchema, create(ModelProtoSchema, message));

/** A model of one initializer `w`, a float32 unless `change` says otherwise. */
const holding = (change: MessageInitShape<typeof TensorProtoSchema>) =>
  bytesOf({
    opsetImport: OPSET,
    graph: { initializer: [{ name: 'w', dims: [1n], dataType: FLOAT, rawData: new Uint8Array(4), ...change }] }
  });

describe('an ONNX file', () => {
  it('is read as it was written', () => {
    const model: OnnxModel = {
      name: 'net',
      doc: 'of a test',
      opset: 17,
      producer: 'Wiregrad',
      nodes: [
        {
          name: 'y',
          op: 'Gemm',
          domain: '',
          inputs: ['x', '', 'w'],
          outputs: ['y'],
          attributes: { alpha: 0.5, axis: -1, mode: 'é', pads: [0, 1], names: ['a', 'b'] }
        }
      ],
      initializers: new Map([
        ['w', { dtype: 'float', shape: [2], data: Float32Array.of(1.5, -0) }],
        ['n', { dtype: 'int32', shape: [], data: Int32Array.of(-7) }]
      ]),
      inputs: [{ name: 'x', dtype: 'float', shape: ['N', 3] }],
      outputs: [{ name: 'y', dtype: 'int32', shape: [] }]
    };
    expect(readOnnx(writeOnnx(model))).toEqual(model);
  });

  it.each([
    ['float_data', { rawData: new Uint8Array(), floatData: [0.5] }, 0.5],
    ['double_data', { rawData: new Uint8Array(), dataType: DOUBLE, doubleData: [0.25] }, 0.25],
    ['int32_data', { rawData: new Uint8Array(), dataType: INT32, int32Data: [-3] }, -3],
    ['bool in int32_data', { rawData: new Uint8Array(), dataType: BOOL, int32Data: [1] }, 1],
    ['int64_data', { rawData: new Uint8Array(), dataType: INT64, int64Data: [5n] }, 5],
    ['the largest int64', { rawData: new Uint8Array(), dataType: INT64, int64Data: [2n ** 63n - 1n] }, 2 ** 31 - 1],
    ['raw doubles', { dataType: DOUBLE, rawData: new Uint8Array(Float64Array.of(-0.5).buffer) }, -0.5],
    ['raw int32', { dataType: INT32, rawData: new Uint8Array(Int32Array.of(-9).buffer) }, -9],
    ['raw bytes', { dataType: UINT8, rawData: Uint8Array.of(200) }, 200],
    ['raw signed bytes', { dataType: INT8, rawData: Uint8Array.of(200) }, -56]
  ])('may hold its numbers as %s', (_what, change, value) => {
    expect([...readOnnx(holding(change)).initializers.get('w')!.data]).toEqual([value]);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'it has no graph'],
    ['a text', new TextEncoder().encode('this is a text, and no model'), 'this is not an ONNX model'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'this is not an ONNX model'],
    ['a graph without an operator set', bytesOf({ graph: {} }), 'it does not say which operator set'],
    [
      'an operator set of long ago',
      bytesOf({ opsetImport: [{ domain: '', version: 6n }], graph: {} }),
      'uses operator set 6; expected 7 or later'
    ],
    [
      'a tensor twice',
      bytesOf({ opsetImport: OPSET, graph: { initializer: [0, 1].map(() => ({ name: 'w', dims: [0n], dataType: FLOAT })) } }),
      'the initializer "w" twice'
    ],
    ['an input that is no tensor', bytesOf({ opsetImport: OPSET, graph: { input: [{ name: 'x', type: {} }] } }), 'input "x" is no tensor'],
    ['fewer numbers than a shape', holding({ dims: [2n] }), 'initializer "w": shape [2] holds 2 numbers, and it has 1'],
    ['a part of a number', holding({ rawData: new Uint8Array(3) }), 'holds 1 numbers, and it has 0.75'],
    ['a shape of all memory', holding({ dims: [2n ** 40n, 2n ** 40n] }), 'holds 1.2089258196146292e+24 numbers, and it has 1'],
    ['a size beyond counting', holding({ dims: [2n ** 62n] }), 'sizes of 0 or more'],
    ['a negative size', holding({ dims: [-1n] }), 'sizes of 0 or more'],
    ['a thousand axes', holding({ dims: Array<bigint>(1000).fill(1n) }), 'up to 64 sizes'],
    [
      'numbers of half precision',
      holding({ dataType: FLOAT16, rawData: new Uint8Array(2) }),
      'type 10, which cannot be read; expected float32 or int64'
    ],
    ['entries of no known type', holding({ dataType: 99 }), 'its entries are of type 99; expected numbers'],
    [
      'numbers in another file',
      holding({ dataLocation: DataLocation.EXTERNAL, rawData: new Uint8Array() }),
      'its numbers are in another file'
    ],
    ['a name of a megabyte', holding({ name: 'n'.repeat(MIB), dims: [2n] }), 'initializer "nnn']
  ])('of %s is refused', async (_what, bytes, message) => {
    const { code, message: said, largest } = await refused(() => readOnnx(bytes));
    expect(code).toBe('bad-onnx');
    expect(said).toContain(message);
    expect(largest).toBeLessThan(MIB);
  });

  it('whose messages are nested without end is refused', async () => {
    // ModelProto.graph.node.attribute.t … as deep as bytes go; every level is a field 7 with the rest as its content.
    let bytes = new Uint8Array();
    for (let depth = 0; depth < 2000; depth++) {
      const length: number[] = [];
      for (let rest = bytes.length; ; rest >>>= 7) {
        length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
        if (rest <= 0x7f) break;
      }
      bytes = Uint8Array.of(0x3a, ...length, ...bytes);
    }
    expect((await refused(() => readOnnx(bytes))).code).toBe('bad-onnx');
  });

  it.each(['__proto__', 'constructor', '', '\0'])('may name a tensor and an attribute %j', (name) => {
    const model = readOnnx(
      bytesOf({
        opsetImport: OPSET,
        graph: { initializer: [{ name, dims: [0n], dataType: FLOAT }], node: [{ opType: 'Add', attribute: [{ name, type: 2, i: 7n }] }] }
      })
    );
    expect([...model.initializers.keys()]).toEqual([name]);
    expect(Object.entries(model.nodes[0]!.attributes)).toEqual([[name, 7]]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
