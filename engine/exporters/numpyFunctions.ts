/**
 * Definitions as Python functions: `block(x, W)` gives the outputs and what its backward needs, and `block_backward` takes
 * the gradients of the outputs and gives those of the inputs and parameters. Instances on operands of other shapes, and
 * gradients of other outputs, have functions of their own.
 */
import { repeatsOf } from '../document/definitions';
import { outputName, type DefinitionRecord, type Document } from '../document/types';
import { VIEW_OUTPUT, viewDefinition } from '../document/view';
import { RANDOM_SEED } from '../ir/builder';
import { connect, type ResolvedNode } from '../lower/connections';
import { gateOf } from '../lower/definitionGates';
import { expand } from '../lower/expand';
import type { Lowered } from '../lower/lower';
import { NumpyScope, type Net } from './numpyScope';
import { PythonNames } from './pythonNames';
import { tupleText } from './pythonText';

interface Backward {
  readonly name: string;
  readonly lines: readonly string[];
  /** What it returns the gradients of: an input, or the extra of this place. */
  readonly results: readonly ({ readonly port: string } | { readonly extra: number })[];
}

interface Variant {
  readonly name: string;
  readonly scope: NumpyScope;
  readonly args: readonly string[];
  readonly outputs: readonly string[];
  /** Keys of what calls give besides the inputs, in order. */
  readonly extras: readonly string[];
  /** Ids of the leaves among them that are not in instances inside. */
  readonly local: ReadonlyMap<string, string>;
  /** By the outputs whose gradients are given. */
  readonly backwards: Map<string, Backward>;
}

const MOST_NAMES = 16;

export class NumpyFunctions {
  /** Texts of what the functions call, by name. */
  readonly helpers = new Map<string, string>();
  private readonly keys: ReadonlyMap<string, string>;
  private readonly leaves: ReadonlyMap<number, string>;
  private readonly variants = new Map<string, Variant>();
  private readonly functionNames: PythonNames;
  private readonly extraParts = new WeakMap<NumpyScope, Map<string, string[]>>();

  constructor(
    private readonly document: Document,
    private readonly lowered: Lowered,
    private readonly batch: number,
    private readonly reserved: readonly string[]
  ) {
    this.keys = expand(document).keys;
    this.leaves = new Map(lowered.leaves.map(({ id, value }) => [value, id]));
    this.functionNames = new PythonNames(reserved);
  }

  /** Names that a variable must not have, since functions have them. */
  reservedNames(): readonly string[] {
    const numbered = (name: string) => [name, ...Array.from({ length: MOST_NAMES }, (_, at) => `${name}__${at + 2}`)];
    const names = [...(this.document.definitions?.keys() ?? [])].map((name) => this.functionNames.name(name));
    // The underscore takes what nobody asked for.
    return [
      ...this.reserved,
      ...(names.length > 0 ? ['_'] : []),
      ...names.flatMap((name) => [...numbered(name), ...numbered(`${name}_backward`)])
    ];
  }

  keyOf(path: string): string {
    return this.keys.get(path) ?? path;
  }

  need(helpers: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(helpers)) this.helpers.set(name, text);
  }

  isInstance({ record, gate }: ResolvedNode): boolean {
    return gate.family === 'definitions' && this.document.definitions?.has(record.gate) === true;
  }

  /** Leaves and state inside the instance at `path`, by key; then the seed where anything inside draws. */
  extrasOf(path: string, definition: DefinitionRecord): readonly string[] {
    const found = new Set<string>();
    for (const node of definition.nodes) {
      const at = `${path}/${node.id}`;
      if (node.bypass) continue;
      const inner = this.document.definitions!.get(node.gate);
      const leaf = this.leaves.get(this.lowered.inner.values.get(at) ?? -1);
      if (inner) for (const key of this.extrasOf(firstCopy(at, repeatsOf(node)), inner)) found.add(key);
      else if (leaf !== undefined) found.add(leaf);
      else for (const { id } of this.lowered.states) if (id.slice(0, id.lastIndexOf('.')) === this.keyOf(at)) found.add(id);
    }
    if (this.draws(path)) found.add(RANDOM_SEED);
    return [...found];
  }

  private draws(path: string): boolean {
    return this.lowered.graph.operations.some(({ primitive, origin }) => primitive === 'random' && origin?.node?.startsWith(`${path}/`));
  }

  /** Lines that call a function for the instance `id`, once a copy. */
  writeCalls(scope: NumpyScope, id: string, { record, inputs, incoming }: ResolvedNode): void {
    const definition = this.document.definitions!.get(record.gate)!;
    const ports = [...definition.outputs.keys()];
    const repeats = repeatsOf(record);
    const operands = inputs.map(({ name }) => scope.variable(incoming.get(name)!.source));
    for (const { copy, path } of copiesOf(scope.net.prefix + id, repeats)) {
      const variant = this.variantOf(path, record.gate, definition);
      const outputs = ports.map((port) => this.outputVariable(scope, id, port, copy, repeats));
      const args = [...operands, ...this.extrasOf(path, definition).map((key) => scope.variable(key))];
      scope.push(`${[...outputs, savedVariable(scope, id, copy, repeats)].join(', ')} = ${variant.name}(${args.join(', ')})`);
      outputs.forEach((output, at) => (operands[at] = output));
    }
  }

  private outputVariable(scope: NumpyScope, id: string, port: string, copy: number, repeats: number): string {
    const reference = outputName(id, port);
    return copy === repeats
      ? scope.variable(reference)
      : scope.names.name(`copy ${copy} ${reference}`, `${scope.variable(reference)}_${copy}`);
  }

  /** Lines that call backward for the instance `id`, from the last copy to the first. */
  writeBackwardCalls(
    scope: NumpyScope,
    id: string,
    { record, inputs, incoming }: ResolvedNode,
    reached: ReadonlyMap<string, string>
  ): void {
    const definition = this.document.definitions!.get(record.gate)!;
    const ports = [...definition.outputs.keys()];
    const repeats = repeatsOf(record);
    let upstream = new Map(
      ports.flatMap((port) => (reached.has(outputName(id, port)) ? [[port, reached.get(outputName(id, port))!] as const] : []))
    );
    const parts = new Map<string, string[]>();
    const isWanted = (port: string) => scope.receives(incoming.get(port)!.source);
    for (const { copy, path } of copiesOf(scope.net.prefix + id, repeats).reverse()) {
      if (upstream.size === 0) break;
      const variant = this.variantOf(path, record.gate, definition);
      const { name, results } = this.backwardOf(variant, definition, [...upstream.keys()]);
      const keys = this.extrasOf(path, definition);
      const next = new Map<string, string>();
      const targets = results.map((result) => {
        if ('extra' in result) return this.extraPart(scope, id, keys[result.extra]!, copy, repeats);
        const { port } = result;
        const index = definition.inputs.indexOf(port);
        const chained = copy > 1 && index < ports.length;
        if (chained) {
          const variable = scope.names.name(
            `chain ${copy} ${id}.${port}`,
            `grad_${this.outputVariable(scope, id, ports[index]!, copy - 1, repeats)}`
          );
          next.set(ports[index]!, variable);
          return variable;
        }
        if (!isWanted(port)) return '_';
        const { source, wire } = incoming.get(port)!;
        const alone = repeats === 1 || index < ports.length;
        const variable = alone
          ? scope.wirePart(source, id, port, wire)
          : scope.names.name(`part ${copy} ${id}.${port}`, `grad_${scope.variable(source)}_from_${scope.variable(id)}_${copy}`);
        if (!alone) parts.set(port, [...(parts.get(port) ?? []), variable]);
        return variable;
      });
      if (targets.length > 0) {
        const args = [...upstream.values(), savedVariable(scope, id, copy, repeats)];
        scope.push(`${targets.join(', ')}${targets.length === 1 ? ',' : ''} = ${name}(${args.join(', ')})`);
      }
      upstream = next;
    }
    for (const { name: port } of inputs) {
      const found = parts.get(port);
      const { source, wire } = incoming.get(port)!;
      if (found) scope.push(`${scope.wirePart(source, id, port, wire)} = ${found.join(' + ')}`);
    }
  }

  /** A variable for what one call adds to the gradient of `key`. */
  private extraPart(scope: NumpyScope, id: string, key: string, copy: number, repeats: number): string {
    const wish = `grad_${scope.variable(key)}_from_${scope.variable(id)}${repeats > 1 ? `_${copy}` : ''}`;
    const name = scope.names.name(`extra ${key} ${id} ${copy}`, wish);
    let parts = this.extraParts.get(scope);
    if (!parts) this.extraParts.set(scope, (parts = new Map()));
    parts.set(key, [...(parts.get(key) ?? []), name]);
    return name;
  }

  /** Adds up what the calls of a scope give to the gradients of leaves inside instances. */
  finishExtras(scope: NumpyScope): void {
    for (const [key, parts] of this.extraParts.get(scope) ?? []) {
      const name = scope.names.name(`gradient ${key}`, `grad_${scope.variable(key)}`);
      scope.push(`${name} = ${parts.join(' + ')}`);
      scope.gradients.set(key, name);
    }
    this.extraParts.delete(scope);
  }

  private variantOf(path: string, name: string, definition: DefinitionRecord): Variant {
    const types = definition.inputs.map((input) => this.lowered.graph.type(this.lowered.inner.values.get(`${path}/${input}`)!));
    // Random numbers are each node's own, so that what draws them is written for each instance.
    const key = JSON.stringify([name, types, this.draws(path) ? path : '']);
    let variant = this.variants.get(key);
    if (!variant) {
      const earlier = [...this.variants.keys()].filter((other) => (JSON.parse(other) as [string])[0] === name).length;
      const base = this.functionNames.name(name);
      variant = this.writeVariant(path, name, definition, earlier === 0 ? base : `${base}__${earlier + 1}`);
      this.variants.set(key, variant);
    }
    return variant;
  }

  private writeVariant(path: string, name: string, definition: DefinitionRecord, functionName: string): Variant {
    const prefix = `${path}/`;
    const view = viewDefinition(this.document, name);
    const inside = { ...definition, nodes: view.nodes.filter(({ gate }) => gate !== VIEW_OUTPUT) };
    const { nodes, order } = connect(inside, (gate) => gateOf(this.document, gate));
    const types = new Map(
      [...this.lowered.inner.values].flatMap(([reference, value]) =>
        reference.startsWith(prefix) ? [[reference.slice(prefix.length), this.lowered.graph.type(value)] as const] : []
      )
    );
    const names = new PythonNames(this.reservedNames());
    const extras = this.extrasOf(path, definition);
    const net: Net = { nodes, order, wires: definition.wires, types, prefix, batch: this.batch, extras: new Set(extras) };
    for (const id of definition.inputs) names.name(id);
    const local = new Map(
      definition.nodes.flatMap(({ id }) => {
        const key = this.leaves.get(this.lowered.inner.values.get(prefix + id) ?? -1);
        return key === undefined ? [] : [[key, id] as const];
      })
    );
    for (const [key, id] of local) names.alias(key, names.name(id));
    // What is passed on to instances inside is called by its path from here.
    const own = `${path.replace(/@\d+/g, '').replaceAll('/', '.')}.`;
    for (const key of extras) names.name(key, key === RANDOM_SEED ? 'random_seed' : key.startsWith(own) ? key.slice(own.length) : key);
    for (const reference of types.keys()) if (!/[/@]/.test(reference)) names.name(reference);
    const scope = new NumpyScope(net, names, this);
    scope.writeForward();
    return {
      name: functionName,
      scope,
      args: [...definition.inputs, ...extras].map((key) => names.name(key)),
      outputs: [...definition.outputs.values()].map((from) => names.name(from!)),
      extras,
      local,
      backwards: new Map()
    };
  }

  private backwardOf(variant: Variant, definition: DefinitionRecord, ports: readonly string[]): Backward {
    const key = ports.join(' ');
    const known = variant.backwards.get(key);
    if (known) return known;
    const { scope, extras, local } = variant;
    const parts = new Map<string, string[]>();
    for (const port of ports) {
      const from = definition.outputs.get(port)!;
      parts.set(from, [...(parts.get(from) ?? []), upstreamVariable(scope, port)]);
    }
    scope.writeBackward(parts);
    const gradientOf = (reference: string) => scope.gradients.get(reference);
    const results = [
      ...definition.inputs.map((port) => ({ result: { port }, variable: gradientOf(port) })),
      ...extras.map((extra, place) => ({ result: { extra: place }, variable: gradientOf(local.get(extra) ?? extra) }))
    ].flatMap(({ result, variable }) => (variable === undefined ? [] : [{ result, variable }]));
    const number = variant.backwards.size;
    const backward: Backward = {
      name: `${variant.name.replace(/__(\d+)$/, '_backward__$1')}${variant.name.includes('__') ? '' : '_backward'}${number === 0 ? '' : `__${number + 1}`}`,
      lines: [...scope.backward, `return ${tupleText(results.map(({ variable }) => variable))}`],
      results: results.map(({ result }) => result)
    };
    variant.backwards.set(key, backward);
    return backward;
  }

  /** The functions, each after those that it calls. */
  texts(): readonly string[] {
    return [...this.variants.values()].flatMap(({ name, scope, args, outputs, backwards }) => {
      const known = new Set([...args, ...scope.forward.flatMap((line) => /^([A-Za-z_][\w, ]*?) = /.exec(line)?.[1]?.split(', ') ?? [])]);
      const words = new Set([...backwards.values()].flatMap(({ lines }) => lines.flatMap((line) => line.match(/[A-Za-z_]\w*/g) ?? [])));
      const saved = tupleText([...known].filter((word) => words.has(word)));
      return [
        '',
        `def ${name}(${args.join(', ')}):`,
        ...indented([...scope.forward, `return ${[...outputs, saved].join(', ')}`]),
        '',
        ...[...backwards].flatMap(([ports, { name: backward, lines }]) => [
          '',
          `def ${backward}(${[...ports.split(' ').map((port) => upstreamVariable(scope, port)), 'saved'].join(', ')}):`,
          ...indented([...(saved === '()' ? [] : [`${saved} = saved`]), ...lines]),
          ''
        ])
      ];
    });
  }
}

const indented = (lines: readonly string[]) => lines.map((line) => `    ${line}`);

function upstreamVariable(scope: NumpyScope, port: string): string {
  return scope.names.name(`upstream ${port}`, `upstream_${port}`);
}

function savedVariable(scope: NumpyScope, id: string, copy: number, repeats: number): string {
  return scope.names.name(`saved ${id} ${copy}`, `saved_${id}${repeats > 1 ? `_${copy}` : ''}`);
}

function firstCopy(path: string, repeats: number): string {
  return repeats > 1 ? `${path}@1` : path;
}

/** The copies of an instance, from the first to the last. */
function copiesOf(path: string, repeats: number): { readonly copy: number; readonly path: string }[] {
  return Array.from({ length: repeats }, (_, at) => ({ copy: at + 1, path: repeats > 1 ? `${path}@${at + 1}` : path }));
}
