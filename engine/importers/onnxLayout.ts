/** Places for the gates of an imported model: left to right by how many gates are before them, sources beside what reads them first. */
import { splitOutput, type NodeRecord, type Position, type WireRecord } from '../document/types';

const COLUMN = 216;
const ROW = 150;

/** `nodes` come after those they read. */
export function layOut(nodes: readonly NodeRecord[], wires: readonly WireRecord[]): ReadonlyMap<string, Position> {
  const sources = new Map<string, string[]>();
  for (const { from, to } of wires) {
    const { id } = splitOutput(to);
    sources.set(id, [...(sources.get(id) ?? []), splitOutput(from).id]);
  }
  const depth = new Map<string, number>();
  const reads = (id: string) => sources.get(id) ?? [];
  for (const { id } of nodes) depth.set(id, Math.max(-1, ...reads(id).map((source) => depth.get(source) ?? 0)) + 1);
  // A weight stands just before its layer, not at the far left.
  const first = new Map<string, number>();
  for (const { id } of nodes) for (const source of reads(id)) first.set(source, Math.min(first.get(source) ?? Infinity, depth.get(id)!));
  const rows = new Map<number, number>();
  return new Map(
    nodes.map(({ id, gate }): [string, Position] => {
      const column = reads(id).length === 0 && gate !== 'variable' ? Math.max(0, (first.get(id) ?? 1) - 1) : depth.get(id)!;
      const row = rows.get(column) ?? 0;
      rows.set(column, row + 1);
      return [id, [column * COLUMN, row * ROW]];
    })
  );
}
