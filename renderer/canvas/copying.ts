/** Copies of what is selected: in the document, on the clipboard, and back from it. */
import {
  annotationsOf,
  fragmentOf,
  insertFragment,
  parseDocument,
  registry,
  serializeDocument,
  VIEW_INPUT,
  VIEW_OUTPUT,
  type Document,
  type Position
} from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import { useNoticesStore } from '../stores/notices';
import { useSelectionStore } from '../stores/selection';

const isGate = (name: string): boolean => registry.has(name);

/** What is selected, as a document of its own; null where nothing is. */
function selectedFragment(): Document | null {
  const { nodes, annotations } = useSelectionStore();
  return nodes.size + annotations.size === 0 ? null : fragmentOf(useDocumentStore().document, nodes, annotations);
}

interface Placement {
  readonly label: string;
  readonly shift: Position;
  /** Wires from gates that are not copied come from the gates of those names. */
  readonly connected?: boolean;
  readonly merge?: string;
}

/** Puts a fragment into the document and selects it; tells how many gates, frames and notes it was. */
export function insert(fragment: Document, { label, shift, connected = false, merge }: Placement): number {
  const documents = useDocumentStore();
  const nodes =
    documents.opening === null ? fragment.nodes.filter(({ gate }) => gate !== VIEW_INPUT && gate !== VIEW_OUTPUT) : fragment.nodes;
  const { document, ids, annotations } = insertFragment(documents.document, { ...fragment, nodes }, { shift, connected, isGate });
  if (ids.length + annotations.length === 0) return 0;
  const inside = containing(document, ids, new Set(documents.trail.map(({ gate }) => gate)));
  if (inside !== null) {
    useNoticesStore().problem(`${inside} is opened here, and a definition cannot be put into itself`);
    return 0;
  }
  documents.apply(label, () => document, merge === undefined ? {} : { merge });
  useSelectionStore().selectAll(ids, annotations);
  return ids.length + annotations.length;
}

/** Which of the `opened` definitions the nodes `ids` are or hold an instance of; null where none. */
function containing({ nodes, definitions }: Document, ids: readonly string[], opened: ReadonlySet<string>): string | null {
  if (opened.size === 0) return null;
  const added = new Set(ids);
  const pending = nodes.filter(({ id }) => added.has(id)).map(({ gate }) => gate);
  const met = new Set(pending);
  for (let gate = pending.pop(); gate !== undefined; gate = pending.pop()) {
    if (opened.has(gate)) return gate;
    for (const inner of definitions?.get(gate)?.nodes ?? []) {
      if (met.has(inner.gate)) continue;
      met.add(inner.gate);
      pending.push(inner.gate);
    }
  }
  return null;
}

/** Copies what is selected, with the wires that come to it. */
export function copySelection(placement: Placement): void {
  const fragment = selectedFragment();
  if (fragment) insert(fragment, { connected: true, ...placement });
}

/** What a clipboard holds of the selection: `.wiregrad` text. */
export function selectionText(): string | null {
  const fragment = selectedFragment();
  return fragment && serializeDocument(fragment);
}

/** The document in a text, or null where there is none. */
export function readFragment(text: string): Document | null {
  if (!text.includes('wiregrad')) return null;
  return parseDocument(text).document ?? null;
}

/** Middle of a fragment's positions. */
export function middleOf(fragment: Document): Position {
  const corners = [
    ...fragment.layout.values(),
    ...[...annotationsOf(fragment).values()].map(({ area: [x, y, width, height] }): Position => [x + width / 2, y + height / 2])
  ];
  if (corners.length === 0) return [0, 0];
  const span = (axis: 0 | 1): number => {
    const places = corners.map((corner) => corner[axis]);
    return (Math.min(...places) + Math.max(...places)) / 2;
  };
  return [span(0), span(1)];
}
