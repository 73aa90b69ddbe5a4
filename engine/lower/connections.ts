/** How a document's nodes hang together: ports, wires resolved to both ends, topological order. Reports what does not fit. */
import type { Diagnostic } from '../base/errors';
import { outputName, splitOutput, type DefinitionRecord, type Document, type NodeRecord } from '../document/types';
import type { Gate, InputPort, ResolvedParams } from '../gates/gate';
import { resolveParams } from '../gates/params';
import { registry } from '../gates/registry';
import { bypassed } from './bypass';

export interface ResolvedNode {
  readonly record: NodeRecord;
  readonly gate: Gate;
  readonly params: ResolvedParams;
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly string[];
  /** False when a parameter is wrong, or a bypass has nothing to hand on: its types are then unknown. */
  readonly sound: boolean;
  /** By input port: the wire's index and the output that it comes from. */
  readonly incoming: Map<string, { readonly wire: number; readonly from: string; readonly source: string }>;
}

export interface Connections {
  /** By id; nodes of unknown gates are absent. */
  readonly nodes: ReadonlyMap<string, ResolvedNode>;
  /** Ids, operands before their users; nodes on a cycle and behind it are absent. */
  readonly order: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Nodes and wires of a document, expanded or not, or of a definition, which has outputs as well. */
export type Net = Pick<Document, 'nodes' | 'wires'> & Partial<Pick<DefinitionRecord, 'outputs'>>;

/** Whether `reference` names an output of its node, in the one way in which outputs are written: `id`, never `id.out`. */
export function hasOutput({ record, outputs }: ResolvedNode, reference: string): boolean {
  return outputs.some((port) => outputName(record.id, port) === reference);
}

/** Resolves what `gateNamed` knows by name; it answers null for a node that has been reported already. */
export function connect(document: Net, gateNamed: (name: string) => Gate | null | undefined = (name) => registry.get(name)): Connections {
  const diagnostics: Diagnostic[] = [];
  const nodes = new Map<string, ResolvedNode>();
  for (const record of document.nodes) {
    const node = resolveNode(document, record, gateNamed(record.gate), diagnostics);
    if (!node) continue;
    if (nodes.has(record.id)) {
      diagnostics.push({
        code: 'duplicate-id',
        gate: record.id,
        kind: record.gate,
        message: 'another node has this id',
        hint: 'rename one of them'
      });
    } else nodes.set(record.id, node);
  }
  const known = new Set(document.nodes.map(({ id }) => id));
  document.wires.forEach((_, index) => attach(document, index, nodes, known, diagnostics));
  for (const [id, node] of nodes) {
    const { record, inputs, incoming } = node;
    if (record.bypass && inputs.length > 0 && incoming.size === 0) {
      nodes.set(id, { ...node, sound: false });
      diagnostics.push({
        code: 'nothing-to-pass',
        gate: id,
        kind: record.gate,
        message: 'it is bypassed and nothing comes in',
        hint: 'draw a wire to one of its inputs, or end the bypass'
      });
    }
    for (const { name, optional } of inputs) {
      if (!optional && !incoming.has(name)) {
        diagnostics.push({
          code: 'unconnected-input',
          gate: id,
          kind: record.gate,
          port: name,
          message: 'nothing is connected',
          hint: 'draw a wire to it'
        });
      }
    }
  }
  const order = sort(nodes);
  diagnostics.push(...cyclesAmong(nodes, new Set(order)));
  return { nodes, order, diagnostics };
}

function resolveNode(net: Net, record: NodeRecord, gate: Gate | null | undefined, diagnostics: Diagnostic[]): ResolvedNode | null {
  if (gate === null) return null;
  if (!gate) {
    const near = [...registry.keys()].filter((name) => distance(name, record.gate) <= 2);
    const hint = near.length ? `did you mean ${near.join(' or ')}?` : 'pick one from the palette';
    diagnostics.push({ code: 'unknown-gate', gate: record.id, kind: record.gate, message: `there is no gate named ${record.gate}`, hint });
    return null;
  }
  if (record.bypass) {
    const pass = bypassed(gate, record, net);
    if (pass)
      return { record, gate: pass, params: {}, inputs: pass.inputs({}), outputs: pass.outputs({}), sound: true, incoming: new Map() };
    diagnostics.push({
      code: 'bad-bypass',
      severity: 'error',
      gate: record.id,
      kind: record.gate,
      message: 'it is bypassed and has no input that it could hand on',
      hint: 'end the bypass, or remove the gate'
    });
  }
  const { params, problems } = resolveParams(gate, record.params);
  for (const problem of problems) diagnostics.push({ code: 'bad-param', gate: record.id, kind: gate.name, ...problem });
  const sound = problems.length === 0 && !record.bypass;
  return { record, gate, params, sound, incoming: new Map(), ...portsOf(gate, params, record.id, diagnostics) };
}

/** Ports may follow from parameters; where those are unusable there are none. */
function portsOf(gate: Gate, params: ResolvedParams, id: string, diagnostics: Diagnostic[]): Pick<ResolvedNode, 'inputs' | 'outputs'> {
  try {
    return { inputs: gate.inputs(params), outputs: gate.outputs(params) };
  } catch {
    if (!diagnostics.some((diagnostic) => diagnostic.gate === id)) {
      diagnostics.push({ code: 'bad-param', gate: id, kind: gate.name, message: 'its parameters give no ports' });
    }
    return { inputs: [], outputs: [] };
  }
}

function attach(
  document: Net,
  index: number,
  nodes: ReadonlyMap<string, ResolvedNode>,
  known: ReadonlySet<string>,
  diagnostics: Diagnostic[]
): void {
  const { from, to } = document.wires[index]!;
  const source = splitOutput(from);
  const dot = to.indexOf('.');
  const target = dot < 0 ? to : to.slice(0, dot);
  const port = dot < 0 ? '' : to.slice(dot + 1);
  const place = `the wire ${from} → ${to}`;
  for (const id of [source.id, target]) {
    if (!known.has(id))
      diagnostics.push({
        code: 'unknown-node',
        message: `${place} names ${id}, and no node has this id`,
        hint: 'remove the wire or add the node'
      });
  }
  const left = nodes.get(source.id);
  const right = nodes.get(target);
  if (left && !hasOutput(left, from)) {
    const names = left.outputs.map((name) => outputName(source.id, name)).join(', ');
    const message = `${place} starts at ${from}, which is no output; it has ${names || 'none'}`;
    diagnostics.push({
      code: 'unknown-port',
      gate: source.id,
      kind: left.gate.name,
      port: source.port,
      message,
      hint: 'draw the wire from one of these'
    });
  }
  if (!right) return;
  if (!right.inputs.some(({ name }) => name === port)) {
    const names = right.inputs.map(({ name }) => name).join(', ');
    const message = `${place} ends at input ${port || '(none named)'}, which it does not have; it has ${names || 'none'}`;
    diagnostics.push({
      code: 'unknown-port',
      gate: target,
      kind: right.gate.name,
      ...(port && { port }),
      message,
      hint: names ? 'draw the wire to one of these' : 'remove the wire'
    });
    return;
  }
  if (right.incoming.has(port)) {
    const message = `two wires end here, from ${right.incoming.get(port)!.source} and from ${from}; an input takes one`;
    diagnostics.push({
      code: 'doubled-wire',
      gate: target,
      kind: right.gate.name,
      port,
      message,
      hint: 'remove one, or add the two up with an add gate'
    });
    return;
  }
  right.incoming.set(port, { wire: index, from: source.id, source: from });
}

/** Kahn's algorithm; among the ready nodes the document's order decides, so the result is stable. */
function sort(nodes: ReadonlyMap<string, ResolvedNode>): string[] {
  const waiting = new Map<string, number>();
  const users = new Map<string, string[]>();
  for (const [id, { incoming }] of nodes) {
    const sources = [...incoming.values()].filter(({ from }) => nodes.has(from));
    waiting.set(id, sources.length);
    for (const { from } of sources) {
      const list = users.get(from);
      if (list) list.push(id);
      else users.set(from, [id]);
    }
  }
  const order = [...nodes.keys()].filter((id) => waiting.get(id) === 0);
  for (let at = 0; at < order.length; at++) {
    for (const user of users.get(order[at]!) ?? []) {
      const left = waiting.get(user)! - 1;
      waiting.set(user, left);
      if (left === 0) order.push(user);
    }
  }
  return order;
}

/** Every unsorted node has an unsorted operand, so walking upstream comes back to where some walk has been: its own is a cycle. */
function cyclesAmong(nodes: ReadonlyMap<string, ResolvedNode>, sorted: ReadonlySet<string>): Diagnostic[] {
  const visited = new Set<string>();
  return [...nodes.keys()].flatMap((start): Diagnostic[] => {
    const path = new Set<string>();
    let id = start;
    while (!sorted.has(id) && !visited.has(id)) {
      visited.add(id);
      path.add(id);
      id = [...nodes.get(id)!.incoming.values()].find(({ from }) => nodes.has(from) && !sorted.has(from))!.from;
    }
    if (!path.has(id)) return [];
    const walk = [...path];
    const loop = [id, ...walk.slice(walk.indexOf(id)).reverse()].join(' → ');
    const { gate } = nodes.get(id)!;
    return [{ code: 'cycle', gate: id, kind: gate.name, message: `it depends on itself: ${loop}`, hint: 'remove one of these wires' }];
  });
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
