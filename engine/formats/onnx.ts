/**
 * ONNX models as their nodes, tensors and ports; bytes in, bytes out. What the operators mean is not known here.
 * `onnxSchema.ts` holds the messages: protoc-gen-es 2 (target=ts) made it of `onnx.proto`, and it is not edited by hand.
 */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { Dtype } from '../base/dtypes';
import type { Tensor } from '../base/tensors';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type AttributeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema
} from './onnxSchema';

/** ONNX's names and numbers for what entries are. */
export const ENTRIES = { FLOAT: 1, UINT8: 2, INT8: 3, UINT16: 4, INT16: 5, INT32: 6, INT64: 7, BOOL: 9, FLOAT16: 10, DOUBLE: 11 } as const;

/** Tensors are float32 or, as int32, int64. */
export type OnnxAttribute = number | string | Tensor | readonly number[] | readonly string[];
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

export interface OnnxNode {
  /** Unique, or empty in files of others. */
  readonly name: string;
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain?: string;
  /** Names of tensors; an empty one is an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

/** A tensor that comes in or goes out; a size that is a text is one that may be any, as `N`; null for any shape at all. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly (number | string)[] | null;
}

export interface OnnxModel {
  readonly name: string;
  readonly doc: string;
  /** Version of ONNX's own operators. */
  readonly opset: number;
  /** The program that wrote it. */
  readonly producer: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Without those that are initializers. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** The version of the file's structure that goes with operator set 17. */
const IR_VERSION = 8n;

/** Attributes whose numbers are floats, by ONNX's names for them; all others are whole. */
const FLOATS: ReadonlySet<string> = new Set(['alpha', 'beta', 'gamma', 'epsilon', 'lambd', 'bias', 'momentum', 'value_float']);

/** float entries are written as float32, int32 ones as int64. */
export function writeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const message = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: BigInt(model.opset) }],
    producerName: model.producer,
    docString: model.doc,
    graph: {
      name: model.name,
      node: model.nodes.map(({ name, op, inputs, outputs, attributes }) => ({
        name,
        opType: op,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([key, value]) => attributeMessage(key, value))
      })),
      initializer: [...model.initializers].map(([name, tensor]) => tensorMessage(tensor, name)),
      input: model.inputs.map(portMessage),
      output: model.outputs.map(portMessage)
    }
  });
  return toBinary(ModelProtoSchema, message);
}

function attributeMessage(name: string, value: OnnxAttribute): MessageInitShape<typeof AttributeProtoSchema> {
  const { FLOAT, FLOATS: FLOAT_LIST, INT, INTS, STRING, STRINGS, TENSOR } = AttributeType;
  const text = (one: string) => new TextEncoder().encode(one);
  const isFloat = FLOATS.has(name);
  if (typeof value === 'string') return { name, type: STRING, s: text(value) };
  if (typeof value === 'number') return isFloat ? { name, type: FLOAT, f: value } : { name, type: INT, i: BigInt(value) };
  if ('dtype' in value) return { name, type: TENSOR, t: tensorMessage(value) };
  if (typeof value[0] === 'string') return { name, type: STRINGS, strings: (value as readonly string[]).map(text) };
  const numbers = value as readonly number[];
  return isFloat ? { name, type: FLOAT_LIST, floats: [...numbers] } : { name, type: INTS, ints: numbers.map(BigInt) };
}

function tensorMessage({ dtype, shape, data }: Tensor, name = ''): MessageInitShape<typeof TensorProtoSchema> {
  const entries = dtype === 'int32' ? BigInt64Array.from(data, BigInt) : Float32Array.from(data);
  return { name, dims: shape.map(BigInt), dataType: elementType(dtype), rawData: new Uint8Array(entries.buffer) };
}

function portMessage({ name, dtype, shape }: OnnxPort): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = (shape ?? []).map((size) => ({
    value: typeof size === 'number' ? { case: 'dimValue' as const, value: BigInt(size) } : { case: 'dimParam' as const, value: size }
  }));
  return { name, type: { value: { case: 'tensorType', value: { elemType: elementType(dtype), ...(shape && { shape: { dim } }) } } } };
}

function elementType(dtype: Dtype): number {
  return dtype === 'int32' ? ENTRIES.INT64 : ENTRIES.FLOAT;
}

/** `[N,3]`, as messages print the shape of a port. */
export function portShape({ shape }: OnnxPort): string {
  return shape ? `[${shape.join(',')}]` : 'of unknown shape';
}
