/** Parts of a document that are carried to another place, another document or another window. A fragment is a document itself. */
import { annotationsOf, type AnnotationKey } from './annotations';
import { freshDefinitionName } from './definitions';
import { freshName } from './identifiers';
import {
  outputName,
  splitOutput,
  type Area,
  type DatasetRecord,
  type DefinitionRecord,
  type Document,
  type FrameRecord,
  type NodeRecord,
  type NoteRecord,
  type Position,
  type WireRecord
} from './types';
import { VIEW_INPUT, VIEW_OUTPUT } from './view';

/**
 * The nodes `ids` with the wires that end at them – those that come from elsewhere too –, their positions, the definitions
 * and data sets that they use, and the annotations `keys`.
 */
export function fragmentOf(document: Document, ids: ReadonlySet<string>, keys: Iterable<AnnotationKey> = []): Document {
  const chosen = new Set(keys);
  const nodes = document.nodes.filter(({ id }) => ids.has(id));
  const annotations = [...annotationsOf(document)].filter(([key]) => chosen.has(key));
  const frames = annotations.flatMap(([key, record]) => (key.startsWith('frame') ? [record as FrameRecord] : []));
  const notes = annotations.flatMap(([key, record]) => (key.startsWith('note') ? [record as NoteRecord] : []));
  const definitions = definitionsOf(document, nodes);
  const used = new Set(
    [...nodes, ...[...definitions.values()].flatMap((definition) => definition.nodes)].map(({ params }) => params?.['dataset'])
  );
  const datasets = new Map([...(document.datasets ?? [])].filter(([name]) => used.has(name)));
  return {
    name: document.name,
    nodes,
    wires: document.wires.filter(({ to }) => ids.has(splitOutput(to).id)),
    layout: new Map([...document.layout].filter(([id]) => ids.has(id))),
    ...(definitions.size > 0 && { definitions }),
    ...(datasets.size > 0 && { datasets }),
    ...(frames.length > 0 && { frames }),
    ...(notes.length > 0 && { notes })
  };
}

/** The definitions that `nodes` use, directly or through another. */
function definitionsOf({ definitions }: Document, nodes: readonly NodeRecord[]): Map<string, DefinitionRecord> {
  const found = new Map<string, DefinitionRecord>();
  const pending = [...nodes];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const definition = definitions?.get(node.gate);
    if (!definition || found.has(node.gate)) continue;
    found.set(node.gate, definition);
    pending.push(...definition.nodes);
  }
  return found;
}

export interface Inserted {
  readonly document: Document;
  /** New ids, in the order of the fragment. */
  readonly ids: readonly string[];
  readonly annotations: readonly AnnotationKey[];
}

export interface InsertOptions {
  /** Moves all of it. */
  readonly shift: Position;
  /** Wires from nodes that are not in the fragment come from the nodes of those names in the document. */
  readonly connected?: boolean;
  /** Whether a name is that of a gate, which no definition may have. */
  readonly isGate: (name: string) => boolean;
}

/** Puts `fragment` into `document`; what is there already keeps its name, and what comes gets another one where it must. */
export function insertFragment(
  document: Document,
  given: Document,
  { shift: [dx, dy], connected = false, isGate }: InsertOptions
): Inserted {
  const fragment = withOwnDatasets(document, given);
  const named = withDefinitions(document, fragment, isGate);
  const unused = freshIds(document);
  let result: Document = named.document;
  const renamed = new Map<string, string>();
  const nodes = [...result.nodes];
  const layout = new Map(result.layout);
  for (const node of fragment.nodes) {
    const gate = named.names.get(node.gate) ?? node.gate;
    const isPort = gate === VIEW_INPUT || gate === VIEW_OUTPUT;
    const id = unused(node.id);
    renamed.set(node.id, id);
    nodes.push({ ...node, id, gate, ...(isPort && { params: { port: id } }) });
    const [x, y] = fragment.layout.get(node.id) ?? [0, 0];
    layout.set(id, [x + dx, y + dy]);
  }
  const present = new Set(result.nodes.map(({ id }) => id));
  const wires = fragment.wires.flatMap((wire): WireRecord[] => {
    const source = splitOutput(wire.from);
    const target = splitOutput(wire.to);
    const id = renamed.get(source.id);
    const from = id !== undefined ? outputName(id, source.port) : connected && present.has(source.id) ? wire.from : undefined;
    const to = renamed.get(target.id);
    if (from === undefined || to === undefined) return [];
    // The points of a wire that comes from elsewhere have not moved with both its ends.
    const { via, ...bare } = wire;
    return [
      {
        ...bare,
        from,
        to: `${to}.${target.port}`,
        ...(via && id !== undefined && { via: via.map(([x, y]): Position => [x + dx, y + dy]) })
      }
    ];
  });
  const moved = <T extends { readonly area: Area }>(record: T): T => {
    const [x, y, width, height] = record.area;
    return { ...record, area: [x + dx, y + dy, width, height] };
  };
  const frames = [...(result.frames ?? []), ...(fragment.frames ?? []).map(moved)];
  const notes = [...(result.notes ?? []), ...(fragment.notes ?? []).map(moved)];
  const datasets = [...(fragment.datasets ?? [])].filter(([name]) => !result.datasets?.has(name));
  result = {
    ...result,
    nodes,
    wires: [...result.wires, ...wires],
    layout,
    ...(frames.length > 0 && { frames }),
    ...(notes.length > 0 && { notes }),
    ...(datasets.length > 0 && { datasets: new Map([...(result.datasets ?? []), ...datasets]) })
  };
  const count = (list: readonly unknown[] | undefined) => list?.length ?? 0;
  const annotations: AnnotationKey[] = [
    ...(fragment.frames ?? []).map((_, index): AnnotationKey => `frame ${count(document.frames) + index}`),
    ...(fragment.notes ?? []).map((_, index): AnnotationKey => `note ${count(document.notes) + index}`)
  ];
  return { document: result, ids: [...renamed.values()], annotations };
}

/** Ids for new nodes: the one that is wished for where it is free, else its stem and a number. */
function freshIds({ nodes }: Document): (wish: string) => string {
  const taken = new Set(nodes.map(({ id }) => id));
  const next = new Map<string, number>();
  return (wish) => {
    let id = wish;
    const stem = wish.replace(/\d+$/, '') || wish;
    if (taken.has(id)) id = stem;
    for (let number = next.get(stem) ?? 2; taken.has(id); number++) {
      id = `${stem}${number}`;
      next.set(stem, number + 1);
    }
    taken.add(id);
    return id;
  };
}

/** The fragment with other names for those of its data sets whose names are those of others in `document`. */
function withOwnDatasets(document: Document, fragment: Document): Document {
  const there = document.datasets;
  const names = new Map<string, string>();
  const text = ({ source, fields, split, missing }: DatasetRecord): string => JSON.stringify([source, [...fields], split, missing]);
  for (const [name, dataset] of fragment.datasets ?? []) {
    const other = there?.get(name);
    if (!other || text(other) === text(dataset)) continue;
    const isTaken = (free: string): boolean => there!.has(free) || fragment.datasets!.has(free) || [...names.values()].includes(free);
    names.set(name, freshName(name, isTaken));
  }
  if (names.size === 0) return fragment;
  const follow = (node: NodeRecord): NodeRecord => {
    const name = node.params?.['dataset'];
    return typeof name === 'string' && names.has(name) ? { ...node, params: { ...node.params, dataset: names.get(name)! } } : node;
  };
  return {
    ...fragment,
    nodes: fragment.nodes.map(follow),
    datasets: new Map([...fragment.datasets!].map(([name, dataset]) => [names.get(name) ?? name, dataset])),
    ...(fragment.definitions && {
      definitions: new Map([...fragment.definitions].map(([name, record]) => [name, { ...record, nodes: record.nodes.map(follow) }]))
    })
  };
}

/** `document` with the definitions of `fragment`, and the names of those that had to get another one. */
function withDefinitions(
  document: Document,
  { definitions = NO_DEFINITIONS }: Document,
  isGate: (name: string) => boolean
): { readonly document: Document; readonly names: ReadonlyMap<string, string> } {
  const there = document.definitions ?? NO_DEFINITIONS;
  const names = new Map<string, string>();
  const isTaken = (name: string): boolean => isGate(name) || definitions.has(name) || [...names.values()].includes(name);
  const mustChange = (name: string, definition: DefinitionRecord): boolean => {
    const other = there.get(name);
    return isGate(name) || (!!other && (!isAlike(other, definition) || definition.nodes.some(({ gate }) => names.has(gate))));
  };
  // What uses one that gets another name is another one too, and so on outwards.
  for (let count = -1; count < names.size;) {
    count = names.size;
    for (const [name, definition] of definitions)
      if (!names.has(name) && mustChange(name, definition)) names.set(name, freshDefinitionName(document, name, isTaken));
  }
  const added = [...definitions].flatMap(([name, definition]) => {
    if (there.has(name) && !names.has(name)) return [];
    const nodes = definition.nodes.map((node) => (names.has(node.gate) ? { ...node, gate: names.get(node.gate)! } : node));
    return [[names.get(name) ?? name, { ...definition, nodes }] as const];
  });
  return { document: added.length > 0 ? { ...document, definitions: new Map([...there, ...added]) } : document, names };
}

const NO_DEFINITIONS: ReadonlyMap<string, DefinitionRecord> = new Map();

function isAlike(a: DefinitionRecord, b: DefinitionRecord): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** What of a definition decides what it computes, for comparison. */
function plain({ inputs, outputs, nodes, wires, parameters }: DefinitionRecord): unknown {
  return [
    inputs,
    [...outputs],
    nodes.map(({ id, gate, params, bypass }) => [id, gate, params, bypass]),
    wires.map(({ from, to }) => [from, to]),
    parameters
  ];
}
