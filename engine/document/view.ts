/**
 * A definition as a document of its own, so that everything that edits a document edits it. Its ports are nodes there, of
 * two gates that no file holds: an input's node is called as the port, an output's too unless that name is taken inside.
 */
import { invariant } from '../base/errors';
import { isUsed } from './definitions';
import {
  outputName,
  splitOutput,
  type DefinitionRecord,
  type Document,
  type NodeRecord,
  type TrainingRecord,
  type WireRecord
} from './types';

export const VIEW_INPUT = 'definition_input';
export const VIEW_OUTPUT = 'definition_output';
/** The input of an output's node. */
export const VIEW_PORT = 'in';

/** Ids of the nodes that stand for outputs, by port. */
export function outputIds({ inputs, outputs, nodes }: DefinitionRecord): ReadonlyMap<string, string> {
  const taken = new Set([...inputs, ...nodes.map(({ id }) => id)]);
  const ids = new Map<string, string>();
  for (const port of outputs.keys()) {
    let id = port;
    while (taken.has(id)) id += '_out';
    taken.add(id);
    ids.set(port, id);
  }
  return ids;
}

/** The definition `name` with the data sets, training and definitions of `document`; it has no objective or metrics. */
export function viewDefinition(document: Document, name: string): Document {
  const definition = document.definitions?.get(name);
  invariant(definition, `document ${document.name} has no definition ${name}`);
  const { objective: _, training, frames: __, notes: ___, ...rest } = document;
  const { frames, notes } = definition;
  const ids = outputIds(definition);
  const { metrics: ____, ...setup } = training ?? {};
  return {
    ...rest,
    ...(training && { training: setup }),
    nodes: [
      ...definition.inputs.map((port) => ({ id: port, gate: VIEW_INPUT, params: { port } })),
      ...definition.nodes,
      ...[...ids].map(([port, id]) => ({ id, gate: VIEW_OUTPUT, params: { port } }))
    ],
    wires: [
      ...definition.wires,
      ...[...definition.outputs].flatMap(([port, from]) => (from === null ? [] : [{ from, to: `${ids.get(port)!}.${VIEW_PORT}` }]))
    ],
    layout: definition.layout,
    ...(frames && { frames }),
    ...(notes && { notes })
  };
}

/**
 * `document` with the definition `name` as its view was `edited`; where a port has another name now, outer wires follow.
 * The nodes of ports and the wires to outputs have no records: what only these could hold is lost, and may leave `document`.
 */
export function withDefinition(document: Document, name: string, edited: Document): Document {
  const before = document.definitions?.get(name);
  invariant(before, `document ${document.name} has no definition ${name}`);
  const ids = outputIds(before);
  const sources = new Map(edited.wires.map(({ from, to }) => [to, from]));
  const ports = edited.nodes.filter(({ gate }) => gate === VIEW_INPUT);
  const present = new Set(edited.nodes.map(({ id }) => id));
  const renamedInputs = new Map<string, string>();
  for (const { id, params } of ports) {
    const old = params?.['port'];
    // A copy of a port's node is another port, not the old one renamed.
    if (typeof old === 'string' && (id === old || !present.has(old))) renamedInputs.set(old, id);
  }
  const renamedOutputs = new Map<string, string>();
  const outputs = new Map<string, string | null>();
  const ends = new Set<string>();
  for (const { id, gate, params } of edited.nodes) {
    if (gate !== VIEW_OUTPUT) continue;
    const old = typeof params?.['port'] === 'string' ? params['port'] : undefined;
    let port = old !== undefined && ids.get(old) === id ? old : id;
    while (outputs.has(port)) port += '_';
    if (old !== undefined && (port === old || !present.has(ids.get(old) ?? ''))) renamedOutputs.set(old, port);
    outputs.set(port, sources.get(`${id}.${VIEW_PORT}`) ?? null);
    ends.add(id);
  }
  const { frames: outerFrames, notes: outerNotes } = document;
  const { training: _, objective: __, frames, notes, ...rest } = edited;
  const { frames: ___, notes: ____, ...kept } = before;
  const definition = reusedRecord(before, {
    ...kept,
    ...(frames && { frames }),
    ...(notes && { notes }),
    inputs: reused(
      before.inputs,
      ports.map(({ id }) => id)
    ),
    outputs: sameEntries(before.outputs, outputs) ? before.outputs : outputs,
    nodes: reused(
      before.nodes,
      edited.nodes.filter(({ gate }) => gate !== VIEW_INPUT && gate !== VIEW_OUTPUT)
    ),
    wires: reused(
      before.wires,
      edited.wires.filter(({ to }) => !ends.has(splitOutput(to).id))
    ),
    layout: edited.layout
  });
  const { objective, training } = document;
  const isInstance = instancesAmong(document.nodes, name);
  const follow = (reference: string): string => followOutput(reference, isInstance, renamedOutputs);
  const rewire = (nodes: readonly NodeRecord[], wires: readonly WireRecord[]): readonly WireRecord[] => {
    const own = instancesAmong(nodes, name);
    return reused(
      wires,
      wires.map((wire) => followWire(wire, own, renamedInputs, renamedOutputs))
    );
  };
  const { metrics } = training ?? {};
  const setup: TrainingRecord | undefined = (edited.training || metrics) && {
    ...edited.training,
    ...(metrics && { metrics: metrics.map((metric) => ({ ...metric, input: follow(metric.input), target: follow(metric.target) })) })
  };
  const definitions = new Map(
    [...(edited.definitions ?? [])].map(([key, record]) => {
      if (key === name) return [key, definition];
      const wires = rewire(record.nodes, record.wires);
      const inside = instancesAmong(record.nodes, name);
      const given = new Map([...record.outputs].map(([port, from]) => [port, from && followOutput(from, inside, renamedOutputs)]));
      return [key, wires === record.wires && sameEntries(record.outputs, given) ? record : { ...record, wires, outputs: given }];
    })
  );
  const result = reusedRecord<Document>(document, {
    ...rest,
    nodes: document.nodes,
    wires: rewire(document.nodes, document.wires),
    ...(objective !== undefined && {
      objective:
        typeof objective === 'string'
          ? follow(objective)
          : reused(
              objective,
              objective.map((term) => (follow(term.from) === term.from ? term : { ...term, from: follow(term.from) }))
            )
    }),
    ...(setup && { training: isSame(training, setup) ? training! : setup }),
    layout: document.layout,
    ...(outerFrames && { frames: outerFrames }),
    ...(outerNotes && { notes: outerNotes }),
    definitions: sameEntries(document.definitions!, definitions) ? document.definitions! : definitions
  });
  // The view cannot tell that something outside of it uses a definition that it took for unused.
  const lost = [...(document.definitions ?? [])].filter(([key]) => !result.definitions!.has(key) && isUsed(result, key));
  return lost.length > 0 ? { ...result, definitions: new Map([...lost, ...result.definitions!]) } : result;
}

function instancesAmong(nodes: readonly NodeRecord[], name: string): ReadonlySet<string> {
  return new Set(nodes.filter(({ gate }) => gate === name).map(({ id }) => id));
}

function followOutput(reference: string, instances: ReadonlySet<string>, renamed: ReadonlyMap<string, string>): string {
  const { id, port } = splitOutput(reference);
  return instances.has(id) ? outputName(id, renamed.get(port) ?? port) : reference;
}

function followWire(
  wire: WireRecord,
  instances: ReadonlySet<string>,
  inputs: ReadonlyMap<string, string>,
  outputs: ReadonlyMap<string, string>
): WireRecord {
  const from = followOutput(wire.from, instances, outputs);
  const { id, port } = splitOutput(wire.to);
  const to = instances.has(id) ? `${id}.${inputs.get(port) ?? port}` : wire.to;
  return from === wire.from && to === wire.to ? wire : { ...wire, from, to };
}

/** The old list where the new one holds the same items: what did not change is shared. */
function reused<T>(old: readonly T[], next: readonly T[]): readonly T[] {
  return old.length === next.length && next.every((item, index) => item === old[index]) ? old : next;
}

/** The old record where the new one holds the same. */
function reusedRecord<T extends object>(old: T, next: T): T {
  return (Object.keys({ ...old, ...next }) as (keyof T)[]).every((key) => old[key] === next[key]) ? old : next;
}

function sameEntries<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  const others = [...b];
  return a.size === b.size && [...a].every(([key, item], index) => others[index]![0] === key && others[index]![1] === item);
}

/** Whether `b` says nothing that `a` does not; metrics are compared by what they name. */
function isSame(a: TrainingRecord | undefined, b: TrainingRecord): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
