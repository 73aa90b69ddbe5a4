/** Which gates have a place where one is looked for. */
import { addNode, outputName, splitOutput, type Document, type Gate } from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import type { Socket } from './boxes';
import { insertionOf } from './inserting';
import { portsOfGate } from './ports';
import { startingParams } from './startingParams';
import type { Search } from './state';
import { refusalOf } from './wiring';

/** An id that nobody has: a gate is tried in the document as it would be. */
const TRIAL = 'wiregrad_trial';

/** Of `gates` those that take a wire from the socket, stand on the wire, or have a port for each wire of the gate that they replace. */
export function fittingGates(gates: readonly Gate[], { origin, wire, replaces }: Search): readonly Gate[] {
  const { document, nodesById } = useDocumentStore();
  if (replaces !== undefined) {
    const node = nodesById.get(replaces);
    const used = (side: 'from' | 'to') =>
      new Set(document.wires.map((one) => one[side]).filter((end) => splitOutput(end).id === replaces)).size;
    const [inputs, outputs] = [used('to'), used('from')];
    return gates.filter((gate) => {
      const ports = portsOfGate(gate, startingParams(gate.name));
      return gate.name !== node?.gate && ports !== null && ports.inputs.length >= inputs && ports.outputs.length >= outputs;
    });
  }
  if (wire !== undefined && document.wires[wire])
    return gates.filter((gate) => insertionOf(withTrial(document, gate), wire, TRIAL).document !== null);
  if (!origin) return gates;
  const fitting = gates.filter((gate) => takes(document, gate, origin));
  // What an input wants most of all is something that is given.
  return origin.side === 'output' ? fitting : [...fitting].sort((a, b) => Number(isGiven(b)) - Number(isGiven(a)));
}

/** What is typed into a source, or its data, comes later: until then it fits anywhere. */
const isGiven = ({ source }: Gate): boolean => source !== undefined;

function withTrial(document: Document, gate: Gate): Document {
  const params = startingParams(gate.name);
  return addNode(document, { id: TRIAL, gate: gate.name, ...(params && { params }) });
}

function takes(document: Document, gate: Gate, { id, side, port }: Socket): boolean {
  const ports = portsOfGate(gate, startingParams(gate.name));
  if (!ports) return false;
  if (side === 'input' && isGiven(gate)) return true;
  const trial = withTrial(document, gate);
  return side === 'output'
    ? ports.inputs.some(({ name }) => refusalOf(trial, { from: outputName(id, port), to: `${TRIAL}.${name}` }) === null)
    : ports.outputs.some(({ name }) => refusalOf(trial, { from: outputName(TRIAL, name), to: `${id}.${port}` }) === null);
}
