/**
 * The document in hand and its past. The only truth of the renderer: canvas, panels and results are views of it. It is
 * immutable and changes only through `apply`, `undo`, `redo` and `open`.
 */
import {
  batchShapes,
  emptyDocument,
  lower,
  moveNodes,
  type Diagnostic,
  type Document,
  type NodeRecord,
  type Position
} from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { emptyHistory, record, stepBack, stepForward, type History } from './history';

export interface ApplyOptions {
  /** Consecutive edits of one key are undone together: typing in one field. */
  readonly merge?: string;
}

const NONE: readonly Diagnostic[] = [];

export const useDocumentStore = defineStore('document', () => {
  const document = shallowRef<Document>(emptyDocument());
  /** The document as it was when more than positions changed: what diagnostics and shapes hang on. */
  const content = shallowRef(document.value);
  /** Grows with every change that can change results. */
  const revision = ref(0);
  /** Grows with every document that is opened. */
  const opened = ref(0);
  const fileName = ref<string | null>(null);
  const fileHandle = ref<string | null>(null);
  const saved = shallowRef(document.value);
  const history = shallowRef<History<Document>>(emptyHistory());

  const unsaved = computed(() => document.value !== saved.value);
  const lowered = computed(() => lower(content.value));
  const shapes = computed(() => batchShapes(content.value));
  const diagnostics = computed(() => lowered.value.diagnostics);
  const problems = computed(() => {
    const byGate = new Map<string, Diagnostic[]>();
    for (const diagnostic of diagnostics.value) {
      if (diagnostic.gate === undefined) continue;
      const list = byGate.get(diagnostic.gate);
      if (list) list.push(diagnostic);
      else byGate.set(diagnostic.gate, [diagnostic]);
    }
    return byGate;
  });
  const nodesById = computed<ReadonlyMap<string, NodeRecord>>(() => new Map(content.value.nodes.map((node) => [node.id, node])));
  const canUndo = computed(() => history.value.past.length > 0);
  const canRedo = computed(() => history.value.future.length > 0);
  const undoLabel = computed(() => history.value.past.at(-1)?.label ?? null);
  const redoLabel = computed(() => history.value.future[0]?.label ?? null);

  function become(next: Document): void {
    const before = document.value;
    document.value = next;
    if (differsBeyondLayout(before, next)) content.value = next;
    if (mayChangeResults(before, next)) revision.value++;
  }

  /** Replaces the document by `edit` of it; `label` names the step to undo. An edit that gives back its argument is none. */
  function apply(label: string, edit: (document: Document) => Document, options: ApplyOptions = {}): void {
    const before = document.value;
    const after = edit(before);
    if (after === before) return;
    history.value = record(history.value, { label, before, after, merge: options.merge });
    become(after);
  }

  function walk(step: typeof stepBack<Document>): void {
    const result = step(history.value);
    if (!result) return;
    history.value = result.history;
    become(result.state);
  }

  /** Puts another document in place; its past begins here. */
  function open(next: Document, name: string | null = null, handle: string | null = null): void {
    history.value = emptyHistory();
    document.value = content.value = saved.value = next;
    fileName.value = name;
    fileHandle.value = handle;
    revision.value++;
    opened.value++;
  }

  /** Gives nodes that came without a place one. Nobody's edit: it cannot be undone, and what was saved still is. */
  function settle(positions: ReadonlyMap<string, Position>): void {
    const isSaved = !unsaved.value;
    become(moveNodes(document.value, positions));
    if (isSaved) saved.value = document.value;
  }

  function markSaved(name: string, handle: string | null): void {
    saved.value = document.value;
    fileName.value = name;
    fileHandle.value = handle;
  }

  return {
    document,
    revision,
    opened,
    fileName,
    fileHandle,
    unsaved,
    lowered,
    diagnostics,
    shapes,
    nodesById,
    problemsOf: (id: string): readonly Diagnostic[] => problems.value.get(id) ?? NONE,
    canUndo,
    canRedo,
    undoLabel,
    redoLabel,
    apply,
    undo: () => walk(stepBack),
    redo: () => walk(stepForward),
    open,
    settle,
    markSaved
  };
});

function differsBeyondLayout(a: Document, b: Document): boolean {
  return mayChangeResults(a, b) || a.training !== b.training || a.name !== b.name || a.unknowns !== b.unknowns;
}

/** Positions, names and most of the training setup leave values and gradients as they are. */
function mayChangeResults(a: Document, b: Document): boolean {
  return (
    a.nodes !== b.nodes ||
    a.wires !== b.wires ||
    a.objective !== b.objective ||
    a.datasets !== b.datasets ||
    a.weights !== b.weights ||
    a.training?.seed !== b.training?.seed ||
    a.training?.batch_size !== b.training?.batch_size
  );
}
