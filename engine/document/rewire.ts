/** Edits that put a gate into the flow or take it out of it. Pure, as all edits; the caller knows the gates' ports. */
import { addWire, removeNodes, removeWires } from './edits';
import { followReferences, referencesOf } from './group';
import { outputName, splitOutput, type Document, type NodeRecord, type Params, type Position, type WireRecord } from './types';

/** Names of a node's ports, in the order of its gate. */
export interface PortNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Leads the wire at `index` through the node `id`, in at `input` and out at `output`. */
export function insertOnWire(document: Document, index: number, id: string, input: string, output: string): Document {
  const { via: _, ...wire } = document.wires[index]!;
  const replaced = { ...document, wires: document.wires.with(index, { ...wire, from: outputName(id, output) }) };
  return addWire(replaced, { from: wire.from, to: `${id}.${input}` });
}

/** Removes nodes; what their first connected inputs got goes to whatever they fed, to the objective and to metrics. */
export function dissolveNodes(document: Document, ids: Iterable<string>, portsOf: (node: NodeRecord) => PortNames): Document {
  const gone = new Set(ids);
  const feeding = new Map(document.wires.map(({ from, to }) => [to, from]));
  const first = new Map<string, string | undefined>();
  for (const node of document.nodes) {
    if (!gone.has(node.id)) continue;
    const port = portsOf(node).inputs.find((name) => feeding.has(`${node.id}.${name}`));
    first.set(node.id, port === undefined ? undefined : feeding.get(`${node.id}.${port}`));
  }
  /** What stands for an output once the nodes are gone; undefined where nothing came in, or nodes feed each other in a circle. */
  const standIn = (reference: string): string | undefined => {
    const met = new Set<string>();
    for (let at: string | undefined = reference; at !== undefined;) {
      const { id } = splitOutput(at);
      if (!gone.has(id)) return at;
      if (met.has(id)) return undefined;
      met.add(id);
      at = first.get(id);
    }
    return undefined;
  };
  const wires = document.wires.flatMap((wire): WireRecord[] => {
    if (gone.has(splitOutput(wire.to).id)) return [];
    const from = standIn(wire.from);
    return from === undefined ? [] : [from === wire.from ? wire : { ...wire, from }];
  });
  return removeNodes(
    followReferences({ ...document, wires }, (reference) => standIn(reference) ?? reference),
    gone
  );
}

/**
 * Makes the node `id` one of `gate`, of the ports `after`. Wires stay at ports of the same name; the others go to the free
 * ports in order, and those for which there is none are removed. Objective and metrics follow their outputs.
 */
export function replaceGate(
  document: Document,
  id: string,
  gate: string,
  params: Params | undefined,
  before: PortNames,
  after: PortNames
): Document {
  const place = document.nodes.findIndex((node) => node.id === id);
  const { params: _, bypass: __, ...rest } = document.nodes[place]!;
  const inputs = matched(before.inputs, after.inputs, (port) => document.wires.some(({ to }) => to === `${id}.${port}`));
  const wanted = new Set([...document.wires.map(({ from }) => from), ...referencesOf(document)]);
  const outputs = matched(before.outputs, after.outputs, (port) => wanted.has(outputName(id, port)));
  const follow = (reference: string): string => {
    const { id: source, port } = splitOutput(reference);
    return source === id ? outputName(id, outputs.get(port) ?? port) : reference;
  };
  const wires = document.wires.flatMap((wire): WireRecord[] => {
    const source = splitOutput(wire.from);
    const target = splitOutput(wire.to);
    const output = source.id === id ? outputs.get(source.port) : source.port;
    const input = target.id === id ? inputs.get(target.port) : target.port;
    if (output === undefined || input === undefined) return [];
    if (source.id !== id && target.id !== id) return [wire];
    return [{ ...wire, from: outputName(source.id, output), to: `${target.id}.${input}` }];
  });
  const nodes = document.nodes.with(place, { ...rest, gate, ...(params && { params }) });
  return followReferences({ ...document, nodes, wires }, follow);
}

/** Which of the ports `after` takes over from each of `before` that is in use. */
function matched(before: readonly string[], after: readonly string[], isUsed: (port: string) => boolean): ReadonlyMap<string, string> {
  const used = before.filter(isUsed);
  const result = new Map(used.filter((port) => after.includes(port)).map((port) => [port, port]));
  const free = after.filter((port) => !result.has(port));
  for (const port of used) {
    if (result.has(port)) continue;
    const next = free.shift();
    if (next !== undefined) result.set(port, next);
  }
  return result;
}

/** Removes every wire at the nodes. */
export function disconnectNodes(document: Document, ids: ReadonlySet<string>): Document {
  return removeWires(
    document,
    document.wires.flatMap(({ from, to }, index) => (ids.has(splitOutput(from).id) || ids.has(splitOutput(to).id) ? [index] : []))
  );
}

/** Leads the wire at `index` through `via`, from its output to its input. */
export function setVia(document: Document, index: number, via: readonly Position[]): Document {
  return setVias(document, new Map([[index, via]]));
}

/** The same for several wires, by index. */
export function setVias(document: Document, points: ReadonlyMap<number, readonly Position[]>): Document {
  if (points.size === 0) return document;
  const wires = [...document.wires];
  for (const [index, via] of points) {
    const { via: _, ...wire } = wires[index]!;
    wires[index] = via.length > 0 ? { ...wire, via } : wire;
  }
  return { ...document, wires };
}
