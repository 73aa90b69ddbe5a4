/** The ports that a node shows: those of its gate, and those that only wires name, so that a wrong gate keeps its wires. */
import {
  gateOf,
  outputName,
  resolveParams,
  splitOutput,
  type Document,
  type Gate,
  type InputPort,
  type NodeRecord,
  type PortNames
} from '@wiregrad/engine';

export interface Port {
  readonly name: string;
  /** Named by a wire alone; the gate has no such port. */
  readonly missing?: boolean;
  readonly optional?: boolean;
  /** Of an input: what it is made for. */
  readonly dtype?: InputPort['dtype'];
}

export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** Splits `id.port` as the ends of wires are written. */
export function splitInput(reference: string): { readonly id: string; readonly port: string } {
  const dot = reference.indexOf('.');
  return dot < 0 ? { id: reference, port: '' } : { id: reference.slice(0, dot), port: reference.slice(dot + 1) };
}

/** Ports by node id, for the whole document. A node whose ports are those of its gate gets the same object again. */
export function portsOf(document: Document): ReadonlyMap<string, Ports> {
  const ports = new Map(document.nodes.map((node) => [node.id, declaredPorts(document, node)]));
  const add = (id: string, side: 'inputs' | 'outputs', name: string): void => {
    const own = ports.get(id);
    if (own && !own[side].some((port) => port.name === name)) ports.set(id, { ...own, [side]: [...own[side], { name, missing: true }] });
  };
  for (const { from, to } of document.wires) {
    const source = splitOutput(from);
    const target = splitInput(to);
    add(source.id, 'outputs', source.port);
    add(target.id, 'inputs', target.port);
  }
  return ports;
}

/** The output that stands for a node: `out` if it has it, else its first. */
export function primaryOutput(document: Document, node: NodeRecord): string {
  return outputName(node.id, primaryPort(declaredPorts(document, node).outputs) ?? 'out');
}

/** The port that stands for a gate's outputs; undefined where it has none. */
export function primaryPort(outputs: readonly Port[]): string | undefined {
  return (outputs.find(({ name }) => name === 'out') ?? outputs[0])?.name;
}

export function namesOf({ inputs, outputs }: Ports): PortNames {
  return { inputs: inputs.map(({ name }) => name), outputs: outputs.map(({ name }) => name) };
}

const declared = new WeakMap<NodeRecord, { readonly gate: Gate | undefined; readonly ports: Ports }>();

function declaredPorts(document: Document, node: NodeRecord): Ports {
  const gate = gateOf(document, node.gate);
  const known = declared.get(node);
  if (known && known.gate === gate) return known.ports;
  const ports = (gate && portsOfGate(gate, node.params)) ?? { inputs: [], outputs: [{ name: 'out', missing: !gate }] };
  declared.set(node, { gate, ports });
  return ports;
}

/** Null where the ports follow from parameters that are unusable. */
export function portsOfGate(gate: Gate, given: NodeRecord['params']): Ports | null {
  try {
    const { params } = resolveParams(gate, given);
    return { inputs: gate.inputs(params), outputs: gate.outputs(params).map((name) => ({ name })) };
  } catch {
    return null;
  }
}
