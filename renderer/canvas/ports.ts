/** The ports that a node shows: those of its gate, and those that only wires name, so that a wrong gate keeps its wires. */
import { gateOf, outputName, resolveParams, splitOutput, type Document, type Gate, type NodeRecord } from '@wiregrad/engine';

export interface Port {
  readonly name: string;
  /** Named by a wire alone; the gate has no such port. */
  readonly missing?: boolean;
  readonly optional?: boolean;
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

/** Ports by node id, for the whole document. */
export function portsOf(document: Document): ReadonlyMap<string, Ports> {
  const named = new Map(document.nodes.map(({ id }) => [id, { inputs: new Set<string>(), outputs: new Set<string>() }]));
  for (const { from, to } of document.wires) {
    const source = splitOutput(from);
    const target = splitInput(to);
    named.get(source.id)?.outputs.add(source.port);
    named.get(target.id)?.inputs.add(target.port);
  }
  return new Map(
    document.nodes.map((node) => {
      const { inputs, outputs } = declaredPorts(document, node);
      const wires = named.get(node.id)!;
      return [node.id, { inputs: withMissing(inputs, wires.inputs), outputs: withMissing(outputs, wires.outputs) }];
    })
  );
}

/** The output that stands for a node: `out` if it has it, else its first. */
export function primaryOutput(document: Document, node: NodeRecord): string {
  const { outputs } = declaredPorts(document, node);
  return outputName(node.id, outputs.some(({ name }) => name === 'out') ? 'out' : (outputs[0]?.name ?? 'out'));
}

function declaredPorts(document: Document, node: NodeRecord): Ports {
  const gate = gateOf(document, node.gate);
  return (gate && portsOfGate(gate, node.params)) ?? { inputs: [], outputs: [{ name: 'out', missing: !gate }] };
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

function withMissing(declared: readonly Port[], named: ReadonlySet<string>): readonly Port[] {
  const missing = [...named].filter((name) => !declared.some((port) => port.name === name));
  return missing.length === 0 ? declared : [...declared, ...missing.map((name) => ({ name, missing: true }))];
}
