/** What an instance holds, in the names of its definition's view: what a window shows that has opened it. */
import { nodesAlong, type InstancePath } from '../document/definitions';
import { splitOutput, type Document } from '../document/types';
import { viewDefinition } from '../document/view';
import type { ValueId } from '../ir/graph';
import type { Lowered } from './lower';

export interface NamesInside {
  /** By output reference of the view, in topological order. */
  readonly values: ReadonlyMap<string, ValueId>;
  /** By index of the view's wires, the wire's value and that of the output it comes from. */
  readonly wires: readonly ({ readonly value: ValueId; readonly from: ValueId } | undefined)[];
}

/** Undefined where `path` leads to no instance. */
export function namesInside(document: Document, { inner }: Lowered, path: InstancePath): NamesInside | undefined {
  const along = nodesAlong(document, path);
  if (!along) return undefined;
  const view = viewDefinition(document, along.at(-1)!.gate);
  const definition = document.definitions!.get(along.at(-1)!.gate)!;
  const prefix = `${path}/`;
  const found: [string, ValueId][] = [];
  for (const [name, value] of inner.values) {
    // Behind the prefix another slash or an @ is deeper inside.
    if (name.startsWith(prefix) && !/[/@]/.test(name.slice(prefix.length))) found.push([name.slice(prefix.length), value]);
  }
  // Operands come before their users in the graph.
  const values = new Map(found.sort(([, a], [, b]) => a - b));
  const isInstance = new Set(definition.nodes.flatMap(({ id, gate, bypass }) => (!bypass && document.definitions!.has(gate) ? [id] : [])));
  const ends = [...definition.outputs].flatMap(([port, from]) => (from === null ? [] : [`${path}.${port}`]));
  const wires = view.wires.map(({ from, to }, index) => {
    const { id, port } = splitOutput(to);
    const end =
      index < definition.wires.length
        ? isInstance.has(id)
          ? `${prefix}${id}/${port}.in`
          : prefix + to
        : ends[index - definition.wires.length]!;
    const value = inner.wires.get(end);
    const source = values.get(from);
    return value === undefined || source === undefined ? undefined : { value, from: source };
  });
  return { values, wires };
}
