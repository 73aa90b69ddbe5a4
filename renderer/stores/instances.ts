/** Paths of opened instances, as text: where they lead and where a diagnostic's gate lies from there. */
import { nodesAlong, repeatsOf, type Document, type InstancePath } from '@wiregrad/engine';

const withoutCopies = (path: string): string => path.replace(/@\d+/g, '');

export function depthOf(path: InstancePath): number {
  return path === '' ? 0 : path.split('/').length;
}

/** Path of the instance `id` inside `path`, of its first copy where it is repeated; null where it is none. */
export function instancePath(document: Document, path: InstancePath, id: string): InstancePath | null {
  const plain = path === '' ? id : `${path}/${id}`;
  for (const candidate of [plain, `${plain}@1`]) if (nodesAlong(document, candidate)) return candidate;
  return null;
}

/**
 * The node that a gate's path leads to or into, seen from inside `path`, and what is `deeper` in it; null where it lies
 * elsewhere. Copies do not count: they are one definition.
 */
export function placeWithin(path: InstancePath, gate: string): { readonly id: string; readonly deeper: string } | null {
  const prefix = path === '' ? '' : `${withoutCopies(path)}/`;
  const plain = withoutCopies(gate);
  if (!plain.startsWith(prefix)) return null;
  const [id, ...deeper] = plain.slice(prefix.length).split('/');
  return { id: id!, deeper: deeper.join('/') };
}

/** Whether a gate's path is that of the node `id` inside `path`. */
export function isWithin(path: InstancePath, gate: string, id: string): boolean {
  const place = placeWithin(path, gate);
  return place?.id === id && place.deeper === '';
}

/** The instance to open and the node to select in it for a gate's path; null where it does not exist. */
export function splitPath(document: Document, gate: string): { readonly path: InstancePath; readonly id: string } | null {
  const steps = withoutCopies(gate).split('/');
  const id = steps.pop()!;
  let path: InstancePath = '';
  for (const step of steps) {
    const next = instancePath(document, path, step);
    if (next === null) return null;
    path = next;
  }
  const nodes = path === '' ? document.nodes : document.definitions!.get(nodesAlong(document, path)!.at(-1)!.gate)!.nodes;
  return nodes.some((node) => node.id === id) ? { path, id } : null;
}

/** Which copy a step of a path is, and of how many; null where it is not repeated. */
export function copyOf(document: Document, path: InstancePath): { readonly copy: number; readonly of: number } | null {
  const copy = /@(\d+)$/.exec(path)?.[1];
  const node = nodesAlong(document, path)?.at(-1);
  return copy === undefined || !node ? null : { copy: Number(copy), of: repeatsOf(node) };
}
