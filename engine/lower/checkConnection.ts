/**
 * Whether a wire may be drawn, judged by its ends and the types that are known already: lowering the whole document with it
 * would say the same, but not for every socket in sight while a wire is in hand.
 */
import type { Type } from '../base/dtypes';
import type { Diagnostic } from '../base/errors';
import type { InstancePath } from '../document/definitions';
import { splitOutput, type Document, type NodeRecord, type WireRecord } from '../document/types';
import { VIEW_INPUT, VIEW_OUTPUT } from '../document/view';
import { defineGate, type Gate } from '../gates/gate';
import { registry } from '../gates/registry';
import { namesInside } from './inside';
import { fingerprint, lower, SOME_ROWS } from './lower';
import { MANY, nameRows, type LoweredRows } from './rows';

/** Types of outputs, of what is shown, with few rows and, where the document has data, with many. */
export interface KnownTypes {
  readonly few: Types;
  readonly many: Types | null;
}
/** By output reference. */
type Types = Pick<ReadonlyMap<string, Type>, 'get'>;

/** From a document that is lowered already; with `inside`, of that instance's view. */
export function knownTypes(document: Document, { few, many }: LoweredRows, inside?: InstancePath): KnownTypes {
  const types = (lowered: LoweredRows['few']): Types => {
    if (inside === undefined) return lowered.types;
    const values = namesInside(document, lowered, inside)?.values ?? new Map<string, number>();
    return new Map([...values].map(([name, value]) => [name, lowered.graph.type(value)]));
  };
  return { few: types(few), many: many && types(many) };
}

/** What is known once `wires` feed the node `id` of `shown`: what it gives then, too. */
export function typesFed(shown: Document, id: string, wires: readonly End[], { few, many }: KnownTypes): KnownTypes {
  const ends = nodesOf(shown, [id, ...wires.map(({ from }) => splitOutput(from).id)]);
  const extended = (types: Types, batch: number): Types => {
    const { nodes, gates } = sourcesOf(wires, ends, types);
    const fed = lower(netOf(shown, [ends.get(id)!, ...nodes], wires), { batch, gates }).types;
    return { get: (output) => fed.get(output) ?? types.get(output) };
  };
  return { few: extended(few, SOME_ROWS), many: many && extended(many, MANY) };
}

/** Those of the nodes `ids` that are there. */
function nodesOf({ nodes }: Document, ids: readonly string[]): ReadonlyMap<string, NodeRecord> {
  const found = new Map<string, NodeRecord>();
  for (const node of nodes) if (ids.includes(node.id)) found.set(node.id, node);
  return found;
}

function netOf({ definitions, datasets }: Document, nodes: readonly NodeRecord[], wires: readonly End[]): Document {
  return { name: '', nodes, wires, layout: new Map(), ...(definitions && { definitions }), ...(datasets && { datasets }) };
}

/** Why `wire` would be refused in `shown`, a document or the view of a definition; null where it would not, or is there already. */
export function checkConnection(shown: Document, wire: End, { few, many }: KnownTypes): Diagnostic | null {
  const [source, target] = [splitOutput(wire.from).id, splitOutput(wire.to).id];
  const ends = nodesOf(shown, [source, target]);
  const absent = [source, target].find((id) => !ends.has(id));
  if (absent !== undefined) return { code: 'unknown-node', message: `no node is called ${absent}`, hint: 'add the node' };
  if (
    byEnd(shown.wires, 'to')
      .get(target)
      ?.some(({ from, to }) => from === wire.from && to === wire.to)
  )
    return null;
  const loop = loopThrough(shown.wires, source, target);
  if (loop) {
    const message = `it depends on itself: ${loop.join(' → ')}`;
    return { code: 'cycle', gate: target, kind: ends.get(target)!.gate, message, hint: 'remove one of these wires' };
  }
  const found = judgeTarget(shown, wire, ends, few, SOME_ROWS);
  if (!found || !many) return found;
  const other = judgeTarget(shown, wire, ends, many, MANY);
  return nameRows(found, other ? [other] : []);
}

type End = Pick<WireRecord, 'from' | 'to'>;

/** The way from `target` to `source` and over the wire back; null where there is none. */
function loopThrough(wires: readonly WireRecord[], source: string, target: string): readonly string[] | null {
  if (source === target) return [target, target];
  const leaving = byEnd(wires, 'from');
  const before = new Map<string, string>();
  const pending = [target];
  for (let id = pending.shift(); id !== undefined; id = pending.shift()) {
    for (const { to } of leaving.get(id) ?? []) {
      const user = splitOutput(to).id;
      if (before.has(user) || user === target) continue;
      before.set(user, id);
      pending.push(user);
    }
    if (!before.has(source)) continue;
    const way = [source];
    for (let at = before.get(source)!; at !== target; at = before.get(at)!) way.unshift(at);
    return [target, ...way, target];
  }
  return null;
}

const sorted = { from: new WeakMap<readonly WireRecord[], Wires>(), to: new WeakMap<readonly WireRecord[], Wires>() };
type Wires = ReadonlyMap<string, readonly WireRecord[]>;

/** Wires by the node at one of their ends; made once for a document. */
function byEnd(wires: readonly WireRecord[], end: 'from' | 'to'): Wires {
  const known = sorted[end].get(wires);
  if (known) return known;
  const made = new Map<string, WireRecord[]>();
  for (const wire of wires) {
    const { id } = splitOutput(wire[end]);
    const list = made.get(id);
    if (list) list.push(wire);
    else made.set(id, [wire]);
  }
  sorted[end].set(wires, made);
  return made;
}

/** What is wrong at the wire's ends once it is there that was not wrong before, found in a net of the target and what feeds it. */
function judgeTarget(shown: Document, wire: End, ends: ReadonlyMap<string, NodeRecord>, types: Types, batch: number): Diagnostic | null {
  const target = splitOutput(wire.to).id;
  const feeding = byEnd(shown.wires, 'to').get(target) ?? [];
  const others = upstreamOf(shown, ends.get(target)!);
  const { nodes, gates } = sourcesOf(others?.ports ?? [wire, ...feeding], ends, types);
  const diagnosticsWith = (fed: readonly End[]): readonly Diagnostic[] =>
    lower(netOf(shown, [ends.get(target)!, ...nodes, ...(others?.nodes ?? [])], [...fed, ...(others?.wires ?? [])]), { batch, gates })
      .diagnostics;
  const before = new Set(diagnosticsWith(feeding).map(fingerprint));
  const fresh = diagnosticsWith([...feeding.filter(({ to }) => to !== wire.to), wire]).filter(
    (diagnostic) => !before.has(fingerprint(diagnostic))
  );
  const counts = ({ code, gate }: Diagnostic): boolean =>
    code === 'unknown-port' || gate === target || gate?.startsWith(`${target}/`) === true;
  return fresh.find((diagnostic) => diagnostic.code !== 'unconnected-input' && counts(diagnostic)) ?? null;
}

/**
 * For a gate that differentiates, all the others with their wires, since it goes by what depends on what; null for the
 * rest. The ports of an opened definition, which cannot be lowered, give what is known of them.
 */
function upstreamOf(
  { nodes, wires }: Document,
  target: NodeRecord
): { readonly nodes: readonly NodeRecord[]; readonly wires: readonly End[]; readonly ports: readonly Pick<End, 'from'>[] } | null {
  if (registry.get(target.gate)?.family !== 'differentiation') return null;
  const inner = nodes.filter(({ id, gate }) => id !== target.id && gate !== VIEW_INPUT && gate !== VIEW_OUTPUT);
  const ids = new Set(inner.map(({ id }) => id));
  return {
    nodes: inner,
    wires: wires.filter(({ to }) => ids.has(splitOutput(to).id)),
    ports: nodes.flatMap(({ id, gate }) => (gate === VIEW_INPUT ? [{ from: id }] : []))
  };
}

/** Nodes that give what is known of the wires' sources: nothing where that is nothing. */
function sourcesOf(
  wires: readonly Pick<End, 'from'>[],
  ends: ReadonlyMap<string, NodeRecord>,
  types: Types
): { readonly nodes: readonly NodeRecord[]; readonly gates: ReadonlyMap<string, Gate> } {
  const outputs = new Map<string, Map<string, Type>>();
  for (const { from } of wires) {
    const { id, port } = splitOutput(from);
    const type = types.get(from);
    const own = outputs.get(id) ?? new Map<string, Type>();
    outputs.set(id, type ? own.set(port, type) : own);
  }
  const nodes: NodeRecord[] = [];
  const gates = new Map<string, Gate>();
  for (const [id, own] of outputs) {
    // No file can hold such a name.
    const gate = `what ${id} gives`;
    nodes.push(own.size > 0 ? { id, gate } : (ends.get(id) ?? { id, gate: 'unknown' }));
    if (own.size > 0) gates.set(gate, giving(gate, own));
  }
  return { nodes, gates };
}

function giving(name: string, types: ReadonlyMap<string, Type>): Gate {
  return defineGate({
    name,
    kind: 'composite',
    family: 'sources',
    doc: 'Stands for what gives these.',
    latex: '',
    inputs: [],
    outputs: () => [...types.keys()],
    shape: () => [...types.values()],
    lower: (graph) => [...types].map(([port, type]) => graph.input(`${name} ${port}`, type)),
    samples: []
  });
}
