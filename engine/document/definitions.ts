/** Questions about a document's definitions: which are used, and which one a path into it leads to. */
import { freshName } from './identifiers';
import type { Document, NodeRecord, WireRecord } from './types';

/**
 * An opened instance: the ids from the outermost inwards, joined by `/`. One that is repeated has the copy that is meant
 * behind an `@`, counting from 1: `encoder/layer@2`.
 */
export type InstancePath = string;

/** Copies of an instance that its `repeat` asks for; 1 where that is no whole number of at least 1. */
export function repeatsOf({ params }: NodeRecord): number {
  const repeat = params?.['repeat'];
  return Number.isSafeInteger(repeat) && (repeat as number) > 1 ? (repeat as number) : 1;
}

/** The node of each step of `path`, outermost first; null where one is no instance of a definition, or has no such copy. */
export function nodesAlong(document: Document, path: InstancePath): readonly NodeRecord[] | null {
  const found: NodeRecord[] = [];
  let nodes = document.nodes;
  for (const step of path.split('/')) {
    const [id, copy] = step.split('@');
    const node = nodes.find((candidate) => candidate.id === id);
    const definition = node && document.definitions?.get(node.gate);
    if (!definition) return null;
    const repeats = repeatsOf(node);
    if (copy === undefined ? repeats > 1 : !(Number(copy) >= 1 && Number(copy) <= repeats && repeats > 1)) return null;
    found.push(node);
    nodes = definition.nodes;
  }
  return found;
}

/** The nodes of the document and of every definition that it uses, directly or through another; each definition once. */
export function nodesInUse(document: Document): readonly NodeRecord[] {
  return collectNodes(document, () => true);
}

/** Those of the nodes in use that are not left out, themselves or with all instances around them. */
export function computingNodes(document: Document): readonly NodeRecord[] {
  return collectNodes(document, ({ bypass }) => !bypass);
}

function collectNodes({ nodes: top, definitions }: Document, counts: (node: NodeRecord) => boolean): readonly NodeRecord[] {
  if (!definitions) return top.filter(counts);
  const result: NodeRecord[] = [];
  const met = new Set<string>();
  const pending = [top];
  for (let nodes = pending.pop(); nodes; nodes = pending.pop()) {
    for (const node of nodes) {
      if (!counts(node)) continue;
      result.push(node);
      const definition = definitions.get(node.gate);
      if (!definition || met.has(node.gate)) continue;
      met.add(node.gate);
      pending.push(definition.nodes);
    }
  }
  return result;
}

/** Whether any node, in the document or in a definition, is an instance of `name`. */
export function isUsed({ nodes, definitions }: Document, name: string): boolean {
  const uses = (list: readonly NodeRecord[]): boolean => list.some(({ gate }) => gate === name);
  return uses(nodes) || [...(definitions?.values() ?? [])].some((definition) => uses(definition.nodes));
}

/** A name for a definition: `wish`, or it and the first free number from 2; `taken` are names of gates. */
export function freshDefinitionName(document: Document, wish: string, taken: (name: string) => boolean): string {
  return freshName(wish, (name) => taken(name) || document.definitions?.has(name) === true);
}

/** Whether two documents' definitions are the same but for what is only seen. */
export function sameDefinitions(a: Document['definitions'], b: Document['definitions']): boolean {
  if (a === b) return true;
  if (!a || !b || a.size !== b.size) return false;
  return [...a].every(([name, { layout: _, frames: __, notes: ___, nodes, wires, ...one }]) => {
    const other = b.get(name);
    return (
      other !== undefined &&
      sameNodes(nodes, other.nodes) &&
      sameWires(wires, other.wires) &&
      (Object.keys(one) as (keyof typeof one)[]).every((key) => one[key] === other[key])
    );
  });
}

/** Whether two lists of nodes compute the same; which of them are collapsed does not count. */
export function sameNodes(a: readonly NodeRecord[], b: readonly NodeRecord[]): boolean {
  return sameItems(
    a,
    b,
    (one, other) => one.id === other.id && one.gate === other.gate && one.params === other.params && one.bypass === other.bypass
  );
}

/** Whether two lists of wires connect the same; what points they are led through does not count. */
export function sameWires(a: readonly WireRecord[], b: readonly WireRecord[]): boolean {
  return sameItems(a, b, (one, other) => one.from === other.from && one.to === other.to);
}

function sameItems<T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index] || same(item, b[index]!)));
}
