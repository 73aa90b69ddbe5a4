/**
 * Instances of definitions replaced by what is in them. Every node inside is called by its path, `b1/a`, and by
 * `b1@2/a` in the second of an instance's repeated copies. What has no inputs is there once an instance, or once a shared
 * definition, whatever the repeats. Borders remain as identities, so that ports have values and wires gradients of their own.
 */
import type { Diagnostic } from '../base/errors';
import { repeatsOf } from '../document/definitions';
import { splitOutput, type DefinitionRecord, type Document, type NodeRecord, type WireRecord } from '../document/types';
import { defineGate, type Gate } from '../gates/gate';
import { registry } from '../gates/registry';
import { facesOf } from './definitionGates';

/** Where the user sees a node of the expanded graph. */
export interface Place {
  readonly gate: string;
  readonly kind: string;
  readonly port?: string;
}

export interface Expanded {
  readonly nodes: readonly NodeRecord[];
  /** The document's own first, by index, then those inside definitions. */
  readonly wires: readonly WireRecord[];
  /** Gates that are not in the registry, by the name that `nodes` use; null for a node that is left out, after saying why. */
  readonly gates: ReadonlyMap<string, Gate | null>;
  /** Of nodes whose id is not what the user sees. */
  readonly places: ReadonlyMap<string, Place>;
  /** What files of weights call the nodes inside definitions. */
  readonly keys: ReadonlyMap<string, string>;
  /** Paths of what is there once for several: the id of the node that stands for it. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Expanded nodes beyond this are a diagnostic, not an attempt. */
export const NODE_LIMIT = 100_000;
const DEPTH_LIMIT = 100;

/** Names that no file can hold. */
const PORT = 'input port';
const BYPASSED = 'bypassed';
const LEFT_OUT = 'left out';

/** The identity at each input of an instance. */
export const portGate = defineGate({
  name: PORT,
  kind: 'composite',
  family: 'definitions',
  doc: 'The border that a value enters an instance through.',
  latex: '',
  inputs: [{ name: 'in', dtype: 'any' }],
  shape: ({ in: type }) => [type!],
  lower: (_, { in: value }) => [value!],
  samples: []
});

const NOTHING = new Map<never, never>();

/** The document without definitions, as far as they can be expanded; the same lists where it uses none. */
export function expand(document: Document): Expanded {
  const { nodes, wires, definitions } = document;
  const diagnostics: Diagnostic[] = [];
  for (const name of definitions?.keys() ?? []) {
    if (registry.has(name))
      diagnostics.push({
        code: 'definition-name',
        message: `the definition ${name} is called as a gate is, so no node can use it`,
        hint: 'give it another name'
      });
  }
  const used = definitions && nodes.some((node) => definitionOf(node, definitions));
  if (!used) return { nodes, wires, gates: NOTHING, places: NOTHING, keys: NOTHING, aliases: NOTHING, diagnostics };
  const sizes = new Map<string, number>();
  let size = nodes.length;
  for (const node of nodes) {
    size += sizeOf(node, definitions, sizes, 0);
    if (size > NODE_LIMIT) return tooMany(document, node, diagnostics);
  }
  const expansion = new Expansion(definitions, diagnostics);
  expansion.expandTop(nodes, wires);
  return expansion;
}

type Definitions = ReadonlyMap<string, DefinitionRecord>;

/** The definition that `node` is an instance of, bypassed or not. */
function definitionOf({ gate }: NodeRecord, definitions: Definitions): DefinitionRecord | undefined {
  return registry.has(gate) ? undefined : definitions.get(gate);
}

/** Nodes that an instance unrolls to, its borders among them; infinite where it is nested too deeply, 0 for what stays as it is. */
function sizeOf(node: NodeRecord, definitions: Definitions, sizes: Map<string, number>, depth: number): number {
  const definition = definitionOf(node, definitions);
  if (!definition || node.bypass) return 0;
  const { inputs, nodes } = definition;
  let size = sizes.get(node.gate);
  if (size === undefined) {
    if (depth > DEPTH_LIMIT) return Infinity;
    // What contains itself is not unrolled a second time.
    sizes.set(node.gate, 0);
    size = inputs.length + nodes.length + 1;
    for (const inner of nodes) size += sizeOf(inner, definitions, sizes, depth + 1);
    sizes.set(node.gate, size);
  }
  return inputs.length + size * repeatsOf(node);
}

/** Every instance left out: what else there is stays visible. */
function tooMany({ nodes, wires, definitions }: Document, { id, gate }: NodeRecord, diagnostics: Diagnostic[]): Expanded {
  diagnostics.push({
    code: 'too-many-gates',
    gate: id,
    kind: gate,
    message: `its definitions unroll to more than ${NODE_LIMIT.toLocaleString('en')} gates, or are nested more than ${DEPTH_LIMIT} deep`,
    hint: 'repeat it less often'
  });
  return {
    nodes: nodes.map((node) => (definitions!.has(node.gate) ? { id: node.id, gate: LEFT_OUT } : node)),
    wires,
    gates: new Map([[LEFT_OUT, null]]),
    places: NOTHING,
    keys: NOTHING,
    aliases: NOTHING,
    diagnostics
  };
}

/** Where the nodes of one copy of an instance go. */
interface Site {
  /** Path of the copy. */
  readonly path: string;
  /** Path of what is there once: without copies, and beginning at the innermost shared definition. */
  readonly scope: string;
  /** Names of the definitions around, outermost first. */
  readonly stack: readonly string[];
}

/** Ends the name of a shared definition in a scope, so that it is no instance of the same name. */
const SHARED = ':';

class Expansion implements Expanded {
  readonly nodes: NodeRecord[] = [];
  readonly wires: WireRecord[] = [];
  readonly gates = new Map<string, Gate | null>([
    [PORT, portGate],
    [LEFT_OUT, null]
  ]);
  readonly places = new Map<string, Place>();
  readonly keys = new Map<string, string>();
  readonly aliases = new Map<string, string>();
  private readonly once = new Set<string>();
  private readonly claimed = new Map<string, string>();

  constructor(
    private readonly definitions: Definitions,
    readonly diagnostics: Diagnostic[]
  ) {}

  expandTop(nodes: readonly NodeRecord[], wires: readonly WireRecord[]): void {
    const instances = this.instancesAmong(nodes);
    // The document's own wires keep their indexes.
    for (const wire of wires) this.wires.push(this.retarget(wire, '', instances));
    for (const node of nodes) {
      if (instances.has(node.id)) this.expandInstance(node, node.id, { path: '', scope: '', stack: [] }, wires);
      else this.add(node);
    }
  }

  private add(node: NodeRecord, place?: Place): void {
    const definition = node.bypass && definitionOf(node, this.definitions);
    if (definition) return this.addBypassed(node, definition, place);
    this.nodes.push(node);
    if (place) this.places.set(node.id, place);
  }

  /** An instance that is not unrolled; the name of its definition is that of the border which others leave through. */
  private addBypassed(node: NodeRecord, definition: DefinitionRecord, place: Place = { gate: node.id, kind: node.gate }): void {
    const gate = `${BYPASSED} ${node.gate}`;
    this.gates.set(gate, facesOf(node.gate, definition).instance);
    this.nodes.push({ ...node, gate });
    this.places.set(node.id, place);
  }

  /** The instances that are unrolled. */
  private instancesAmong(nodes: readonly NodeRecord[]): Definitions {
    return new Map(
      nodes.flatMap((node) => {
        const definition = definitionOf(node, this.definitions);
        return definition && !node.bypass ? [[node.id, definition] as const] : [];
      })
    );
  }

  /** A wire that ends at an instance ends at the node of its port. */
  private retarget(wire: WireRecord, prefix: string, instances: ReadonlyMap<string, DefinitionRecord>): WireRecord {
    const { id, port } = splitOutput(wire.to);
    return instances.has(id) ? { ...wire, to: `${prefix}${id}/${port}.in` } : prefix ? { ...wire, to: prefix + wire.to } : wire;
  }

  /** The instance `node` at `path`, within `around`; `wires` are those beside it. */
  private expandInstance(node: NodeRecord, path: string, around: Site, wires: readonly WireRecord[]): void {
    const { gate: name } = node;
    const definition = this.definitions.get(name)!;
    const place = { gate: path, kind: name };
    for (const { to } of wires) {
      const { id, port } = splitOutput(to);
      if (id !== node.id || definition.inputs.includes(port) || this.once.has(`${path}/${port}`)) continue;
      const message = `a wire ends at input ${port || '(none named)'}, which it does not have; it has ${definition.inputs.join(', ') || 'none'}`;
      this.diagnostics.push({ code: 'unknown-port', ...place, ...(port && { port }), message, hint: 'remove the wire or add the input' });
      this.leaveOut(`${path}/${port}`);
    }
    const problem = this.problemOf(node, definition, around.stack);
    if (problem) {
      this.diagnostics.push({ ...place, ...problem });
      this.leaveOut(path);
      for (const input of definition.inputs) this.leaveOut(`${path}/${input}`);
      return;
    }
    this.gates.set(name, facesOf(name, definition).border);
    for (const port of definition.inputs) this.add({ id: `${path}/${port}`, gate: PORT }, { ...place, port });
    const stack = [...around.stack, name];
    const scope = definition.parameters === 'shared' ? name + SHARED : around.scope ? `${around.scope}/${node.id}` : node.id;
    const repeats = repeatsOf(node);
    if (repeats === 1) return this.expandBody(definition, node, { path, scope, stack });
    const outputs = [...definition.outputs.keys()];
    for (let copy = 1; copy <= repeats; copy++) {
      const at = `${path}@${copy}`;
      definition.inputs.forEach((port, index) => {
        this.add({ id: `${at}/${port}`, gate: PORT }, { gate: at, kind: name, port });
        const chained = copy > 1 && index < outputs.length;
        this.wires.push({
          from: chained ? outputReference(`${path}@${copy - 1}`, outputs[index]!) : `${path}/${port}`,
          to: `${at}/${port}.in`
        });
      });
      this.expandBody(definition, { id: at, gate: name }, { path: at, scope, stack });
    }
    this.add({ ...node, id: path }, place);
    for (const port of outputs) this.wires.push({ from: outputReference(`${path}@${repeats}`, port), to: `${path}.${port}` });
  }

  private leaveOut(id: string): void {
    this.once.add(id);
    this.add({ id, gate: LEFT_OUT });
  }

  private problemOf(
    node: NodeRecord,
    { inputs, outputs }: DefinitionRecord,
    stack: readonly string[]
  ): Omit<Diagnostic, 'gate' | 'kind'> | null {
    const { gate: name } = node;
    if (stack.includes(name)) {
      const loop = [...stack.slice(stack.indexOf(name)), name].join(' → ');
      return {
        code: 'recursive-definition',
        message: `the definition ${name} contains itself: ${loop}`,
        hint: 'remove this gate; to unroll a definition, set repeat'
      };
    }
    if (repeatsOf(node) > 1 && (outputs.size === 0 || outputs.size > inputs.length)) {
      const message = `it has ${inputs.length} inputs and ${outputs.size} outputs, and a repeated definition feeds every output into an input of the next copy`;
      return { code: 'bad-repeat', message, hint: 'give it as many inputs as outputs, or set repeat to 1' };
    }
    return null;
  }

  /** One copy: its nodes, its wires, and the border that its outputs leave through, which is called as `instance`. */
  private expandBody(definition: DefinitionRecord, instance: NodeRecord, site: Site): void {
    const { path } = site;
    const prefix = `${path}/`;
    const instances = this.instancesAmong(definition.nodes);
    const unique = new Map<string, string>();
    for (const node of definition.nodes) {
      const at = prefix + node.id;
      if (instances.has(node.id)) this.expandInstance(node, at, site, definition.wires);
      else if (registry.get(node.gate)?.source) unique.set(node.id, this.addOnce(node, at, site.scope));
      else {
        this.add({ ...node, id: at }, { gate: at, kind: node.gate });
        this.keys.set(at, keyOf(site.scope, node.id));
      }
    }
    const source = (reference: string): string => {
      const { id } = splitOutput(reference);
      return (unique.get(id) ?? prefix + id) + reference.slice(id.length);
    };
    for (const wire of definition.wires) this.wires.push({ ...this.retarget(wire, prefix, instances), from: source(wire.from) });
    this.add({ ...instance, id: path }, { gate: path, kind: instance.gate });
    for (const [port, from] of definition.outputs) if (from !== null) this.wires.push({ from: source(from), to: `${path}.${port}` });
  }

  /** Adds a source unless another copy or instance has; answers the id of the one that there is. */
  private addOnce(node: NodeRecord, path: string, scope: string): string {
    const id = `${scope}/${node.id}`;
    if (id !== path) this.aliases.set(path, id);
    if (this.once.has(id)) return id;
    this.once.add(id);
    const place = { gate: path, kind: node.gate };
    this.add({ ...node, id }, place);
    const key = keyOf(scope, node.id);
    this.keys.set(id, key);
    const other = this.claimed.get(key);
    if (other !== undefined) {
      this.diagnostics.push({
        code: 'weight-name',
        ...place,
        message: `files of weights would call both it and that in ${other} ${key}`,
        hint: 'rename the instance or the definition'
      });
    }
    this.claimed.set(key, path);
    return id;
  }
}

function keyOf(scope: string, id: string): string {
  return `${scope.replace(SHARED, '').replaceAll('/', '.')}.${id}`;
}

function outputReference(path: string, port: string): string {
  return port === 'out' ? path : `${path}.${port}`;
}
