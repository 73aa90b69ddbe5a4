/** Making a definition of some of a document's nodes, and putting an instance's nodes in its place again. */
import { EngineError, invariant } from '../base/errors';
import { isUsed, repeatsOf } from './definitions';
import { addNode, freshId, removeNodes, requireName, setDefinition, setObjective, setTraining } from './edits';
import { outputName, splitOutput, type DefinitionRecord, type Document, type NodeRecord, type Position, type WireRecord } from './types';
import { outputIds } from './view';

/** Distance of the ports' nodes from the others, and from each other. */
const PORT_GAP = 180;
const PORT_ROW = 80;

/** The document after grouping, and the id of the instance. */
export interface Grouped {
  readonly document: Document;
  readonly id: string;
}

/**
 * Replaces the nodes `ids` by an instance of a new definition `name` that holds them; wires over the border become ports,
 * and so do the outputs `ends`, which no wire may take. Throws EngineError `bad-id`, `duplicate-id`, `nothing-to-group`, or
 * `not-convex` where a path leaves the selection and comes back.
 */
export function groupNodes(document: Document, ids: Iterable<string>, name: string, ends: readonly string[] = []): Grouped {
  const chosen = new Set(ids);
  const nodes = document.nodes.filter(({ id }) => chosen.has(id));
  if (nodes.length === 0)
    throw new EngineError({ code: 'nothing-to-group', message: 'no gate is selected', hint: 'select the gates that belong together' });
  requireName(document, name);
  requireConvex(document, chosen);
  const holds = (reference: string): boolean => chosen.has(splitOutput(reference).id);
  const taken = new Set(chosen);
  const inputs = new Map<string, string>();
  const outputs = new Map<string, string>();
  const inner: WireRecord[] = [];
  for (const wire of document.wires) {
    if (!holds(wire.to)) continue;
    if (!holds(wire.from) && !inputs.has(wire.from)) inputs.set(wire.from, unused(portNameOf(wire.from), taken));
    inner.push(holds(wire.from) ? wire : { ...wire, from: inputs.get(wire.from)! });
  }
  const wanted = [...document.wires.filter(({ to }) => !holds(to)).map(({ from }) => from), ...referencesOf(document)].filter(holds);
  const given = new Set(wanted.length > 0 ? [...wanted, ...ends.filter(holds)] : ends.filter(holds));
  const names = new Set<string>();
  for (const from of given) outputs.set(from, given.size === 1 ? 'out' : unused(portNameOf(from), names));

  const id = freshId(removeNodes(document, chosen), name);
  const outer = (reference: string): string => (holds(reference) ? outputName(id, outputs.get(reference)!) : reference);
  const wires = document.wires.flatMap((wire): WireRecord[] => {
    if (!holds(wire.to)) return [holds(wire.from) ? { ...wire, from: outer(wire.from) } : wire];
    return [];
  });
  wires.push(...[...inputs].map(([from, port]) => ({ from, to: `${id}.${port}` })));
  const definition: DefinitionRecord = {
    inputs: [...inputs.values()],
    outputs: new Map([...outputs].map(([from, port]) => [port, from])),
    nodes,
    wires: inner,
    layout: new Map()
  };
  const layout = new Map([...document.layout].filter(([key]) => chosen.has(key)));
  const followed = followReferences(document, outer);
  const replaced = addNode(
    { ...followed, nodes: document.nodes.filter((node) => !chosen.has(node.id)), wires },
    { id, gate: name },
    middleOf(layout.values())
  );
  const rest = new Map([...replaced.layout].filter(([key]) => !chosen.has(key) || key === id));
  return { document: setDefinition({ ...replaced, layout: rest }, name, { ...definition, layout: placePorts(definition, layout) }), id };
}

/** Puts the nodes of the instance `id` in its place; a definition that nothing uses any more goes. Throws EngineError `repeated`. */
export function ungroup(document: Document, id: string): Document {
  const node = document.nodes.find((candidate) => candidate.id === id);
  const definition = node && document.definitions?.get(node.gate);
  invariant(node && definition, `${id} is no instance in document ${document.name}`);
  if (repeatsOf(node) > 1) {
    const message = `it is repeated ${repeatsOf(node)} times, with the same parameters each time`;
    throw new EngineError({ code: 'repeated', gate: id, kind: node.gate, message, hint: 'set repeat to 1 first' });
  }
  const feeding = new Map(
    document.wires.flatMap(({ from, to }) => (splitOutput(to).id === id ? [[splitOutput(to).port, from] as const] : []))
  );
  let result: Document = {
    ...document,
    nodes: document.nodes.filter((other) => other !== node),
    layout: new Map([...document.layout].filter(([key]) => key !== id))
  };
  const inside = new Map(definition.nodes.map((inner) => [inner.id, definition.layout.get(inner.id)]));
  const middle = middleOf([...inside.values()].filter((position) => position !== undefined));
  const at = document.layout.get(id);
  const renamed = new Map<string, string>();
  for (const inner of definition.nodes) {
    const free = result.nodes.some((other) => other.id === inner.id) ? freshId(result, inner.id.replace(/\d+$/, '') || inner.id) : inner.id;
    renamed.set(inner.id, free);
    const position = inside.get(inner.id);
    result = addNode(
      result,
      { ...inner, id: free },
      position && at && middle ? [position[0] - middle[0] + at[0], position[1] - middle[1] + at[1]] : position
    );
  }
  /** What an inner reference is outside; undefined for an input that nothing feeds. */
  const outside = (reference: string): string | undefined => {
    const { id: source, port } = splitOutput(reference);
    return definition.inputs.includes(source) ? feeding.get(source) : outputName(renamed.get(source) ?? source, port);
  };
  const outer = (reference: string): string | undefined => {
    const { id: source, port } = splitOutput(reference);
    if (source !== id) return reference;
    const from = definition.outputs.get(port);
    return from == null ? undefined : outside(from);
  };
  const wires = document.wires.flatMap((wire): WireRecord[] => {
    if (splitOutput(wire.to).id === id) return [];
    const from = outer(wire.from);
    return from === undefined ? [] : [from === wire.from ? wire : { ...wire, from }];
  });
  for (const wire of definition.wires) {
    const from = outside(wire.from);
    const { id: target, port } = splitOutput(wire.to);
    if (from !== undefined) wires.push({ ...wire, from, to: `${renamed.get(target) ?? target}.${port}` });
  }
  result = followReferences({ ...result, wires }, (reference) => outer(reference) ?? reference);
  return isUsed(result, node.gate) ? result : setDefinition(result, node.gate, undefined);
}

/** Gives the definition `name` another one, and so all nodes that use it. Throws EngineError `bad-id` or `duplicate-id`. */
export function renameDefinition(document: Document, name: string, newName: string): Document {
  if (name === newName) return document;
  requireName(document, newName);
  const follow = (nodes: readonly NodeRecord[]): readonly NodeRecord[] =>
    nodes.some(({ gate }) => gate === name) ? nodes.map((node) => (node.gate === name ? { ...node, gate: newName } : node)) : nodes;
  const definitions = [...(document.definitions ?? [])].map(([key, record]) => {
    const nodes = follow(record.nodes);
    return [key === name ? newName : key, nodes === record.nodes ? record : { ...record, nodes }] as const;
  });
  return { ...document, nodes: follow(document.nodes), definitions: new Map(definitions) };
}

function requireConvex(document: Document, chosen: ReadonlySet<string>): void {
  const users = new Map<string, string[]>();
  for (const { from, to } of document.wires) {
    const source = splitOutput(from).id;
    const list = users.get(source);
    if (list) list.push(splitOutput(to).id);
    else users.set(source, [splitOutput(to).id]);
  }
  const pending = [...chosen].flatMap((id) => users.get(id) ?? []).filter((id) => !chosen.has(id));
  const met = new Set(pending);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const user of users.get(id) ?? []) {
      if (chosen.has(user)) {
        throw new EngineError({
          code: 'not-convex',
          gate: id,
          message: `it lies between the selected gates: what they give comes back to ${user} through it`,
          hint: `select ${id} too`
        });
      }
      if (met.has(user)) continue;
      met.add(user);
      pending.push(user);
    }
  }
}

/** The outputs that the objective and the metrics name. */
export function referencesOf({ objective, training }: Document): string[] {
  const terms = objective === undefined ? [] : typeof objective === 'string' ? [objective] : objective.map(({ from }) => from);
  return [...terms, ...(training?.metrics ?? []).flatMap(({ input, target }) => [input, target])];
}

/** The document whose objective and metrics name what `follow` makes of each output. */
export function followReferences(document: Document, follow: (reference: string) => string): Document {
  const { objective, training } = document;
  let result = document;
  if (typeof objective === 'string') result = setObjective(result, follow(objective));
  else if (objective)
    result = setObjective(
      result,
      objective.map((term) => ({ ...term, from: follow(term.from) }))
    );
  if (!training?.metrics) return result;
  return setTraining(result, {
    ...training,
    metrics: training.metrics.map((metric) => ({ ...metric, input: follow(metric.input), target: follow(metric.target) }))
  });
}

/** A port is called as what it stands for: the node, or its port where it has several. */
function portNameOf(reference: string): string {
  const { id, port } = splitOutput(reference);
  return port === 'out' ? id : port;
}

function unused(wish: string, taken: Set<string>): string {
  let name = wish;
  for (let number = 2; taken.has(name); number++) name = `${wish}_${number}`;
  taken.add(name);
  return name;
}

function middleOf(positions: Iterable<Position>): Position | undefined {
  const list = [...positions];
  if (list.length === 0) return undefined;
  const mean = (axis: 0 | 1): number => Math.round(list.reduce((sum, position) => sum + position[axis], 0) / list.length);
  return [mean(0), mean(1)];
}

/** Inputs to the left of all nodes, outputs to their right. */
function placePorts(definition: DefinitionRecord, layout: ReadonlyMap<string, Position>): ReadonlyMap<string, Position> {
  if (layout.size === 0) return layout;
  const xs = [...layout.values()].map(([x]) => x);
  const top = Math.min(...[...layout.values()].map(([, y]) => y));
  const column = (ids: Iterable<string>, x: number) => [...ids].map((id, row) => [id, [x, top + row * PORT_ROW]] as const);
  return new Map<string, Position>([
    ...layout,
    ...column(definition.inputs, Math.min(...xs) - PORT_GAP),
    ...column(outputIds(definition).values(), Math.max(...xs) + PORT_GAP)
  ]);
}
