/** The bytes of an ONNX model from anywhere → its nodes and tensors; what a file claims is checked before memory is taken for it. */
import { fromBinary } from '@bufbuild/protobuf';
import type { Dtype } from '../base/dtypes';
import { EngineError } from '../base/errors';
import { formatShape, sizeOf, type Shape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { found, MOST_AXES } from './found';
import { ENTRIES, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxPort } from './onnx';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataLocation as DataLocation,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto
} from './onnxSchema';

/** Operator sets whose operators the importer knows; before 7 they broadcast by rules of their own. */
const OLDEST_OPSET = 7;

function refuse(message: string, hint = 'export the model again, or choose another file'): EngineError {
  return new EngineError({ code: 'bad-onnx', message, hint });
}

/** Throws EngineError `bad-onnx` for what is no ONNX model, or one that this program cannot hold. */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const message = parse(bytes);
  const { graph } = message;
  if (!graph) throw refuse('this is not an ONNX model: it has no graph');
  const opset = Number(message.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n);
  if (opset === 0) throw refuse('this is not a whole ONNX model: it does not say which operator set it uses');
  if (opset < OLDEST_OPSET)
    throw refuse(`the model uses operator set ${opset}; expected ${OLDEST_OPSET} or later`, 'export it with a later opset_version');
  return { ...readGraph(graph), doc: message.docString, opset, producer: message.producerName };
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch {
    // Whatever the library has to say is about bytes, and tells a user nothing.
    throw refuse('this is not an ONNX model: it is no protobuf, or is cut off');
  }
}

function readGraph(graph: GraphProto): Omit<OnnxModel, 'doc' | 'opset' | 'producer'> {
  const initializers = new Map<string, Tensor>();
  for (const tensor of graph.initializer) {
    if (initializers.has(tensor.name)) throw refuse(`the model has the initializer ${found(tensor.name)} twice`);
    initializers.set(tensor.name, readTensorMessage(tensor, `initializer ${found(tensor.name)}`));
  }
  return {
    name: graph.name,
    nodes: graph.node.map(readNode),
    initializers,
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map((port) => readPort(port, 'input')),
    outputs: graph.output.map((port) => readPort(port, 'output'))
  };
}

function readNode({ name, opType, domain, input, output, attribute }: NodeProto): OnnxNode {
  const place = `node ${found(name || output[0] || opType)} (${opType.slice(0, 40)})`;
  const attributes: Record<string, OnnxAttribute> = Object.create(null);
  for (const one of attribute) attributes[one.name] = readAttribute(one, place);
  return { name, op: opType, domain: domain === 'ai.onnx' ? '' : domain, inputs: input, outputs: output, attributes };
}

function readAttribute(attribute: AttributeProto, place: string): OnnxAttribute {
  const text = (bytes: Uint8Array) => new TextDecoder('utf-8').decode(bytes);
  const { name, type, f, i, s, t, floats, ints, strings } = attribute;
  switch (type) {
    case AttributeType.FLOAT:
      return f;
    case AttributeType.INT:
      return saturated(i);
    case AttributeType.STRING:
      return text(s);
    case AttributeType.TENSOR:
      if (!t) throw refuse(`${place}: attribute ${found(name)} should be a tensor and has none`);
      return readTensorMessage(t, `${place}: attribute ${found(name)}`);
    case AttributeType.FLOATS:
      return floats;
    case AttributeType.INTS:
      return ints.map(saturated);
    case AttributeType.STRINGS:
      return strings.map(text);
    default:
      // Graphs and types: an operator that has them is none that can be imported, which says more than this attribute.
      return `${AttributeType[type] ?? 'unknown'}`;
  }
}

function readPort({ name, type }: ValueInfoProto, what: string): OnnxPort {
  if (type?.value.case !== 'tensorType') throw refuse(`${what} ${found(name)} is no tensor`);
  const { elemType, shape } = type.value.value;
  // A size of −1 is one that older exporters could not name.
  const sizes = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' && value.value >= 0n ? Number(value.value) : value.case === 'dimParam' && value.value ? value.value : '?'
  );
  if (sizes && sizes.length > MOST_AXES) throw refuse(`${what} ${found(name)} has ${sizes.length} axes; at most ${MOST_AXES} are allowed`);
  return { name, dtype: dtypeOf(elemType, `${what} ${found(name)}`), shape: sizes ?? null };
}

/** bool is float, as comparisons give it here. */
function dtypeOf(type: number, place: string): Dtype {
  const { FLOAT, DOUBLE, FLOAT16, BOOL } = ENTRIES;
  if (([FLOAT, DOUBLE, FLOAT16, BOOL] as number[]).includes(type)) return 'float';
  if ((Object.values(ENTRIES) as number[]).includes(type)) return 'int32';
  throw refuse(`${place}: its entries are of type ${type}; expected numbers`);
}

function readTensorMessage(tensor: TensorProto, place: string): Tensor {
  const { dims, dataType, rawData, floatData, doubleData, int32Data, int64Data, dataLocation } = tensor;
  if (dataLocation === DataLocation.EXTERNAL)
    throw refuse(`${place}: its numbers are in another file`, 'save the model with its weights in the same file');
  if (dims.length > MOST_AXES || dims.some((size) => size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER)))
    throw refuse(`${place}: its shape should be up to ${MOST_AXES} sizes of 0 or more`);
  const shape = dims.map(Number);
  const count = sizeOf(shape);
  const dtype = dtypeOf(dataType, place);
  const listed = { [ENTRIES.FLOAT]: floatData, [ENTRIES.DOUBLE]: doubleData, [ENTRIES.INT64]: int64Data }[dataType] ?? int32Data;
  const available = rawData.length > 0 ? rawData.length / (BYTES[dataType] ?? NaN) : listed.length;
  if (!(dataType in BYTES)) throw refuse(`${place}: its entries are of type ${dataType}, which cannot be read; expected float32 or int64`);
  if (available !== count) throw refuse(`${place}: shape ${briefly(shape)} holds ${count} numbers, and it has ${available}`);
  const entries = rawData.length > 0 ? rawEntries(rawData, dataType) : listed;
  if (dtype === 'float')
    return { dtype, shape, data: entries instanceof Float32Array ? entries : new Float32Array(entries as ArrayLike<number>) };
  return { dtype, shape, data: Int32Array.from(entries as ArrayLike<number | bigint>, saturated) };
}

const briefly = (shape: Shape): string => (shape.length <= 8 ? formatShape(shape) : `of ${shape.length} axes`);

const BYTES: Readonly<Record<number, number>> = {
  [ENTRIES.FLOAT]: 4,
  [ENTRIES.DOUBLE]: 8,
  [ENTRIES.UINT8]: 1,
  [ENTRIES.INT8]: 1,
  [ENTRIES.BOOL]: 1,
  [ENTRIES.INT32]: 4,
  [ENTRIES.INT64]: 8
};

/** Little-endian entries; a copy, since they may begin anywhere in the file. */
function rawEntries(raw: Uint8Array, type: number): ArrayLike<number | bigint> {
  const { buffer } = new Uint8Array(raw);
  if (type === ENTRIES.FLOAT) return new Float32Array(buffer);
  if (type === ENTRIES.DOUBLE) return new Float64Array(buffer);
  if (type === ENTRIES.INT32) return new Int32Array(buffer);
  if (type === ENTRIES.INT64) return new BigInt64Array(buffer);
  return type === ENTRIES.INT8 ? new Int8Array(buffer) : new Uint8Array(buffer);
}

/** ONNX writes the largest int64 for `to the end`; here the largest int32 says as much. */
function saturated(value: bigint | number): number {
  const number = Number(value);
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, number));
}
