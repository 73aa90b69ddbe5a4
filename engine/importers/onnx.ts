/**
 * An ONNX model as a document that can be edited, and its weights. An input becomes a variable of zeros for one row, so that
 * the graph runs at once; weights become parameters, and sizes that the model computes are worked out.
 */
import { EngineError, type Diagnostic } from '../base/errors';
import { sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import type { Document } from '../document/types';
import { portShape, type OnnxModel, type OnnxNode, type OnnxPort } from '../formats/onnx';
import { readOnnx } from '../formats/onnxReader';
import { ELEMENTWISE } from './onnxElementwise';
import { fold, FOLDS } from './onnxFold';
import { LAYERS } from './onnxLayers';
import { layOut } from './onnxLayout';
import { isKnown, Scope, Unsupported, type Call, type Handler } from './onnxScope';
import { STRUCTURE } from './onnxStructure';

export interface ImportedOnnx {
  /** Without the name of a file of weights. */
  readonly document: Document;
  /** By id, and `id.running_mean` and `id.running_var` of batch_norm. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What was renamed, set or approximated, as sentences. */
  readonly notes: readonly string[];
  /** By the model's names of its outputs, the output that gives it. */
  readonly outputs: ReadonlyMap<string, string>;
}

const HANDLERS: Readonly<Record<string, Handler>> = { ...ELEMENTWISE, ...STRUCTURE, ...LAYERS };

/** A variable of more numbers would be more text than an editor bears. */
const MOST_TYPED = 1_000_000;

/**
 * `name` is the document's. Throws EngineError `bad-onnx` for what is no model, and `unsupported-onnx` with every node that
 * no gate computes.
 */
export function importOnnx(bytes: Uint8Array, name: string): ImportedOnnx {
  const model = readOnnx(bytes);
  requireKnown(model);
  const scope = new Scope(usesOf(model));
  for (const [key, tensor] of model.initializers)
    scope.values.set(key, { tensor, name: key, isWeight: tensor.dtype === 'float' && tensor.shape.length > 0 });
  for (const port of model.inputs) scope.values.set(port.name, scope.variable(port.name, port.dtype, inputShape(port, scope)));
  const problems: Diagnostic[] = [];
  const failed = new Set<string>();
  for (const node of model.nodes) {
    if (node.inputs.some((input) => failed.has(input))) {
      for (const output of node.outputs) failed.add(output);
      continue;
    }
    try {
      importNode(node, model, scope);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      for (const output of node.outputs) failed.add(output);
      problems.push({ code: 'unsupported-onnx', message: `node ${titleOf(node)} (${node.op}): ${error.message}`, hint: error.hint });
    }
  }
  if (problems[0]) throw new EngineError(problems[0], ...problems.slice(1));
  const outputs = new Map(model.outputs.map((port) => [port.name, outputOf(port, scope)]));
  const { nodes, wires } = scope;
  return {
    document: { name, nodes, wires, layout: layOut(nodes, wires) },
    weights: scope.weights,
    notes: [...scope.notes, scope.renamings()].filter((note) => note !== null),
    outputs
  };
}

/** Operators that no gate is made of, all of them at once. */
function requireKnown({ nodes }: OnnxModel): void {
  const unknown = new Map<string, string[]>();
  for (const node of nodes) {
    const isOwn = !node.domain;
    if (isOwn && (Object.hasOwn(HANDLERS, node.op) || Object.hasOwn(FOLDS, node.op) || node.op === 'Constant')) continue;
    const op = isOwn ? node.op : `${node.domain}.${node.op}`;
    unknown.set(op, [...(unknown.get(op) ?? []), titleOf(node)]);
  }
  if (unknown.size === 0) return;
  const listed = [...unknown].map(([op, names]) => {
    const shown = names.slice(0, 5).join(', ');
    return `${op.slice(0, 80)} (${names.length === 1 ? 'node' : 'nodes'} ${shown}${names.length > 5 ? ` and ${names.length - 5} more` : ''})`;
  });
  throw new EngineError({
    code: 'unsupported-onnx',
    message: `no gate computes ${listed.slice(0, 20).join('; ')}`,
    hint: 'export the model without them, or as operators that have a gate, such as MatMul, Conv and Relu'
  });
}

const titleOf = ({ name, outputs, op }: OnnxNode): string => (name || (outputs[0] ?? op)).slice(0, 80);

function usesOf({ nodes, outputs }: OnnxModel): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...outputs.map((port) => port.name)])
    uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/** What the gate of a node should be called: as an output of the model that it gives, else as itself. */
function wishFor({ name, op, outputs }: OnnxNode, model: OnnxModel): string {
  const given = model.outputs.find((port) => outputs.includes(port.name))?.name;
  if (given !== undefined && !given.startsWith(`${name}.`)) return given;
  return name || (outputs[0] ?? op.toLowerCase());
}

/** Sizes of a port, those that may be any set to 1. */
function inputShape(port: OnnxPort, scope: Scope): readonly number[] {
  if (!port.shape)
    throw new EngineError({
      code: 'unsupported-onnx',
      message: `input ${port.name.slice(0, 80)} has no shape`,
      hint: 'export the model with the shapes of its inputs'
    });
  const shape = port.shape.map((size) => (typeof size === 'number' ? size : 1));
  if (sizeOf(shape) > MOST_TYPED)
    throw new EngineError({
      code: 'unsupported-onnx',
      message: `input ${port.name.slice(0, 80)} is ${portShape(port)}, more than ${MOST_TYPED} numbers`,
      hint: 'export it for a smaller input'
    });
  scope.notes.push(
    `input ${port.name.slice(0, 80)} ${portShape(port)} is a variable of zeros [${shape.join(',')}]: type values, or put a data gate in its place`
  );
  return shape;
}

function importNode(node: OnnxNode, model: OnnxModel, scope: Scope): void {
  const inputs = node.inputs.map((name) => {
    if (name === '') return undefined;
    const value = scope.values.get(name);
    if (!value)
      throw new Unsupported(`its input ${name.slice(0, 80)} is given by nothing before it`, 'the file is damaged: export the model again');
    return value;
  });
  const call: Call = {
    scope,
    node,
    inputs,
    opset: model.opset,
    wish: wishFor(node, model)
  };
  const known = fold(call);
  if (known) {
    scope.values.set(node.outputs[0]!, known);
    return;
  }
  const handler = Object.hasOwn(HANDLERS, node.op) ? HANDLERS[node.op]! : null;
  if (!handler) throw new Unsupported('its operands are computed by the model; expected fixed ones');
  const results = [handler(call)].flat();
  node.outputs.forEach((output, at) => {
    if (results[at]) scope.values.set(output, results[at]);
  });
}

/** The reference of what the model calls `port`; what is known, or comes in, gets a gate that says so. */
function outputOf({ name }: OnnxPort, scope: Scope): string {
  const value = scope.values.get(name);
  if (!value)
    throw new EngineError({
      code: 'unsupported-onnx',
      message: `output ${name.slice(0, 80)} is given by no node`,
      hint: 'the file is damaged: export the model again'
    });
  return isKnown(value) ? scope.reference(value) : value.reference;
}
