/** Every way in which a document changes. All are pure: the result shares with `document` what did not change. */
import { EngineError, invariant } from '../base/errors';
import { freshName, ID_HINT, isId } from './identifiers';
import {
  splitOutput,
  type DatasetRecord,
  type DefinitionRecord,
  type Document,
  type MetricRecord,
  type NodeRecord,
  type ObjectiveTerm,
  type Params,
  type Position,
  type TrainingRecord,
  type WireRecord
} from './types';
import { VIEW_INPUT, VIEW_OUTPUT } from './view';

type Part = 'name' | 'objective' | 'weights' | 'definitions' | 'datasets' | 'training';

export function emptyDocument(name = 'untitled'): Document {
  return { name, nodes: [], wires: [], layout: new Map() };
}

/** An id for a new `gate`: its name, or the name and the first free number from 2. */
export function freshId(document: Document, gate: string): string {
  const base = isId(gate) ? gate : 'node';
  const taken = new Set(document.nodes.map(({ id }) => id));
  return freshName(base, (id) => taken.has(id));
}

/** Throws EngineError `bad-id` or `duplicate-id`. */
export function addNode(document: Document, node: NodeRecord, position?: Position): Document {
  requireFreeId(document, node.id);
  const added = { ...document, nodes: [...document.nodes, node] };
  return position ? moveNodes(added, new Map([[node.id, position]])) : added;
}

/** Removes nodes with their wires, positions, objective terms and metrics. */
export function removeNodes(document: Document, ids: Iterable<string>): Document {
  const gone = new Set(ids);
  if (!document.nodes.some(({ id }) => gone.has(id))) return document;
  const stays = (reference: string): boolean => !gone.has(splitOutput(reference).id);
  let result: Document = {
    ...document,
    nodes: document.nodes.filter(({ id }) => !gone.has(id)),
    wires: filtered(document.wires, ({ from, to }) => stays(from) && stays(to)),
    layout: [...gone].some((id) => document.layout.has(id))
      ? new Map([...document.layout].filter(([id]) => !gone.has(id)))
      : document.layout
  };
  const { objective, training } = document;
  if (typeof objective === 'string') {
    if (!stays(objective)) result = setObjective(result, undefined);
  } else if (objective) {
    const terms = filtered(objective, ({ from }) => stays(from));
    if (terms !== objective) result = setObjective(result, terms.length > 0 ? terms : undefined);
  }
  const metrics = training?.metrics && filtered(training.metrics, ({ input, target }) => stays(input) && stays(target));
  return metrics === training?.metrics ? result : withMetrics(result, metrics);
}

/** Adds `wire`; one that ends at the same input makes way for it. */
export function addWire(document: Document, wire: WireRecord): Document {
  const place = document.wires.findIndex(({ to }) => to === wire.to);
  if (place < 0) return { ...document, wires: [...document.wires, wire] };
  return { ...document, wires: document.wires.flatMap((other, index) => (index === place ? [wire] : other.to === wire.to ? [] : [other])) };
}

/** `indexes` count in `document.wires`. */
export function removeWires(document: Document, indexes: Iterable<number>): Document {
  const gone = new Set(indexes);
  const wires = filtered(document.wires, (_, index) => !gone.has(index));
  return wires === document.wires ? document : { ...document, wires };
}

export function setParams(document: Document, id: string, params: Params): Document {
  const place = placeOf(document, id);
  const { params: _, unknowns, ...rest } = document.nodes[place]!;
  const others = unknowns && withoutKey(unknowns, 'params');
  return { ...document, nodes: document.nodes.with(place, { ...rest, params, ...(others && { unknowns: others }) }) };
}

/** Leaves gates out, or takes them in again. */
export function setBypass(document: Document, ids: Iterable<string>, on: boolean): Document {
  return setFlag(document, 'bypass', ids, on);
}

/** Shows gates as their headers alone, or whole again. */
export function setCollapsed(document: Document, ids: Iterable<string>, on: boolean): Document {
  return setFlag(document, 'collapsed', ids, on);
}

/** What is not set has no key. */
function setFlag(document: Document, key: 'bypass' | 'collapsed', ids: Iterable<string>, on: boolean): Document {
  const chosen = new Set(ids);
  const nodes = mapped(document.nodes, (node) => {
    if (!chosen.has(node.id) || (node[key] === true) === on) return node;
    const { [key]: _, unknowns, ...rest } = node;
    const others = unknowns && withoutKey(unknowns, key);
    return { ...rest, ...(on && { [key]: true }), ...(others && { unknowns: others }) };
  });
  return nodes === document.nodes ? document : { ...document, nodes };
}

/** Gives node `id` the id `newId`, and so everywhere where it is named. Throws EngineError `bad-id` or `duplicate-id`. */
export function renameNode(document: Document, id: string, newId: string): Document {
  const place = placeOf(document, id);
  if (id === newId) return document;
  requireFreeId(document, newId);
  const follow = (reference: string): string => (splitOutput(reference).id === id ? newId + reference.slice(id.length) : reference);
  const { objective, training } = document;
  const result: Document = {
    ...document,
    nodes: document.nodes.with(place, { ...document.nodes[place]!, id: newId }),
    wires: mapped(document.wires, (wire) => {
      const [from, to] = [follow(wire.from), follow(wire.to)];
      return from === wire.from && to === wire.to ? wire : { ...wire, from, to };
    }),
    layout: document.layout.has(id)
      ? new Map([...document.layout].map(([key, position]) => [key === id ? newId : key, position]))
      : document.layout,
    ...(objective !== undefined && {
      objective:
        typeof objective === 'string'
          ? follow(objective)
          : mapped(objective, (term) => (follow(term.from) === term.from ? term : { ...term, from: follow(term.from) }))
    })
  };
  const metrics =
    training?.metrics &&
    mapped(training.metrics, (metric) => {
      const [input, target] = [follow(metric.input), follow(metric.target)];
      return input === metric.input && target === metric.target ? metric : { ...metric, input, target };
    });
  return metrics === training?.metrics ? result : withMetrics(result, metrics);
}

export function moveNodes(document: Document, positions: ReadonlyMap<string, Position>): Document {
  return positions.size === 0 ? document : { ...document, layout: new Map([...document.layout, ...positions]) };
}

export function setObjective(document: Document, objective: string | readonly ObjectiveTerm[] | undefined): Document {
  return setPart(document, 'objective', objective);
}

export function setName(document: Document, name: string): Document {
  return setPart(document, 'name', name);
}

export function setTraining(document: Document, training: TrainingRecord | undefined): Document {
  return setPart(document, 'training', training);
}

/** `record` undefined removes the data set. */
export function setDataset(document: Document, name: string, record: DatasetRecord | undefined): Document {
  const datasets = new Map(document.datasets);
  if (record) datasets.set(name, record);
  else datasets.delete(name);
  return setPart(document, 'datasets', datasets.size > 0 ? datasets : undefined);
}

/** `record` undefined removes the definition; what uses it is then a node of an unknown gate. */
export function setDefinition(document: Document, name: string, record: DefinitionRecord | undefined): Document {
  const definitions = new Map(document.definitions);
  if (record) definitions.set(name, record);
  else definitions.delete(name);
  return setPart(document, 'definitions', definitions.size > 0 ? definitions : undefined);
}

/** `path` of a safetensors file, relative to the document. */
export function setWeights(document: Document, path: string | undefined): Document {
  return setPart(document, 'weights', path);
}

/** Sets or removes a part, and with it whatever unreadable text was carried under its name. */
function setPart<K extends Part>(document: Document, key: K, part: Document[K]): Document {
  const { [key]: before, unknowns, ...rest } = document;
  const others = unknowns && withoutKey(unknowns, key);
  if (part === before && others === unknowns) return document;
  return { ...rest, ...(part !== undefined && { [key]: part }), ...(others && { unknowns: others }) } as Document;
}

function withMetrics(document: Document, metrics: readonly MetricRecord[] | undefined): Document {
  const { metrics: _, ...rest } = document.training!;
  return setTraining(document, metrics && metrics.length > 0 ? { ...rest, metrics } : rest);
}

function withoutKey<T extends object>(record: T, key: string): T | undefined {
  if (!Object.hasOwn(record, key)) return record;
  const entries = Object.entries(record).filter(([name]) => name !== key);
  return entries.length > 0 ? (Object.fromEntries(entries) as T) : undefined;
}

/** Throws EngineError `bad-id` or `duplicate-id` where a definition of `document` cannot be called `name`. */
export function requireName(document: Document, name: string): void {
  requireId(name);
  if (name === VIEW_INPUT || name === VIEW_OUTPUT)
    throw new EngineError({ code: 'bad-id', message: `${name} is the gate of a definition's ports`, hint: 'choose another name' });
  if (document.definitions?.has(name))
    throw new EngineError({
      code: 'duplicate-id',
      message: `another definition is called ${name}`,
      hint: 'choose a name that is not taken'
    });
}

function requireId(id: string): void {
  if (!isId(id)) throw new EngineError({ code: 'bad-id', message: `${JSON.stringify(id)} cannot be an id`, hint: ID_HINT });
}

function requireFreeId(document: Document, id: string): void {
  requireId(id);
  if (document.nodes.some((node) => node.id === id)) {
    throw new EngineError({
      code: 'duplicate-id',
      message: `another gate is called ${id}`,
      gate: id,
      hint: 'choose an id that is not taken'
    });
  }
}

function placeOf(document: Document, id: string): number {
  const place = document.nodes.findIndex((node) => node.id === id);
  invariant(place >= 0, `no node ${id} in document ${document.name}`);
  return place;
}

/** The list itself where nothing is filtered out. */
function filtered<T>(list: readonly T[], keep: (item: T, index: number) => boolean): readonly T[] {
  return list.every(keep) ? list : list.filter(keep);
}

/** The list itself where `map` gives back every item. */
function mapped<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  const result = list.map(map);
  return result.every((item, index) => item === list[index]) ? list : result;
}
