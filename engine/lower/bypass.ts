/** What stands in the place of a gate that is left out. Its ports stay, so that its wires do; what it computes is gone. */
import { splitOutput, type NodeRecord } from '../document/types';
import { defineGate, type Gate, type Operands } from '../gates/gate';
import { resolveParams } from '../gates/params';
import type { Net, ResolvedNode } from './connections';

/** `gate` bypassed: each output gives what comes in at the first of the inputs that are connected, unchanged. Null without inputs. */
export function bypassed(gate: Gate, record: NodeRecord, net: Net): Gate | null {
  if (gate.source) return null;
  const { params, problems } = resolveParams(gate, record.params);
  // Ports that follow from wrong parameters are not known, but for those that wires name.
  const drawn = problems.length > 0 ? namesOf(record, net) : { inputs: [], outputs: [] };
  const inputs = portsOf(() => gate.inputs(params).map(({ name }) => name)) ?? drawn.inputs;
  const outputs = portsOf(() => gate.outputs(params)) ?? drawn.outputs;
  if (inputs.length === 0) return null;
  const first = (operands: Operands<unknown>): string => inputs.find((port) => Object.hasOwn(operands, port))!;
  const isTuple = outputs.length > 1 || outputs[0] !== 'out';
  return defineGate({
    kind: 'composite',
    name: gate.name,
    // Not the gate's own: exporters go by the family of what is computed.
    family: 'structure',
    doc: gate.doc,
    latex: '',
    inputs: inputs.map((port) => ({ name: port, optional: true, dtype: 'any' })),
    outputs: () => outputs,
    shape: (types) => outputs.map(() => types[first(types)]!),
    lower: (_, operands) => outputs.map(() => operands[first(operands)]!),
    emit: { torch: (_, types) => (isTuple ? `({${first(types)}},) * ${outputs.length}` : `{${first(types)}}`) },
    samples: []
  });
}

/** Null where there are none, or a parameter is missing that they follow from. */
function portsOf(declared: () => readonly string[]): readonly string[] | null {
  try {
    const ports = declared();
    return ports.length > 0 ? ports : null;
  } catch {
    return null;
  }
}

/** The ports of a node that something is connected to. */
function namesOf({ id }: NodeRecord, { wires, outputs }: Net) {
  const among = (references: readonly (string | null)[]): readonly string[] => {
    const ends = references.filter((reference) => reference !== null).map(splitOutput);
    return [...new Set(ends.filter((end) => end.id === id).map(({ port }) => port))];
  };
  return { inputs: among(wires.map(({ to }) => to)), outputs: among([...wires.map(({ from }) => from), ...(outputs?.values() ?? [])]) };
}

/** The output whose value a bypassed node hands on; undefined where nothing is connected. */
export function passedOn({ inputs, incoming }: ResolvedNode): string | undefined {
  const port = inputs.find(({ name }) => incoming.has(name));
  return port && incoming.get(port.name)!.source;
}
