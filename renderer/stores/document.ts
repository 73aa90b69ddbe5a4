/**
 * The document in hand and its past. The only truth of the renderer: canvas, panels and results are views of it. It is
 * immutable and changes only through `apply`, `undo`, `redo` and `open`. While an instance of a definition is opened,
 * `document` is the view of its definition, and an edit of that is an edit of the `whole`.
 */
import {
  batchShapes,
  diagnose,
  emptyDocument,
  gateOf,
  checkConnection,
  knownTypes,
  lowerRows,
  moveNodes,
  nodesAlong,
  sameDefinitions,
  sameNodes,
  sameWires,
  splitOutput,
  typesFed,
  viewDefinition,
  withDefinition,
  type Diagnostic,
  type Document,
  type Gate,
  type InstancePath,
  type NodeRecord,
  type Position,
  type WireRecord,
  errorsOf
} from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { depthOf, instancePath, isWithin, placeWithin } from './instances';
import { emptyHistory, record, stepBack, stepForward, type History } from './history';

export interface ApplyOptions {
  /** Consecutive edits of one key are undone together: typing in one field. */
  readonly merge?: string;
}

const NONE: readonly Diagnostic[] = [];

export const useDocumentStore = defineStore('document', () => {
  /** As it is saved and run. */
  const whole = shallowRef<Document>(emptyDocument());
  /** The instance that is opened; empty for the document itself. */
  const path = ref<InstancePath>('');
  /** What is shown and edited: the whole, or the view of the opened definition. */
  const document = shallowRef(whole.value);
  /** The whole as it was when more than positions changed: what diagnostics and shapes hang on. */
  const content = shallowRef(whole.value);
  /** Grows with every change that can change results. */
  const revision = ref(0);
  /** Grows with every document that is opened. */
  const opened = ref(0);
  const fileName = ref<string | null>(null);
  const fileHandle = ref<string | null>(null);
  const saved = shallowRef(whole.value);
  const history = shallowRef<History<Document>>(emptyHistory());

  const unsaved = computed(() => whole.value !== saved.value);
  /** The whole, lowered. */
  const rows = computed(() => lowerRows(content.value));
  const lowered = computed(() => rows.value.few);
  const shapes = computed(() => batchShapes(content.value, path.value || undefined, rows.value));
  /** Types of what is shown, as far as it was lowered. */
  const types = computed(() => knownTypes(content.value, rows.value, path.value || undefined));
  const diagnostics = computed(() => diagnose(rows.value));
  const errors = computed(() => errorsOf(diagnostics.value));
  const problems = computed(() => {
    const byGate = new Map<string, Diagnostic[]>();
    for (const diagnostic of diagnostics.value) {
      const place = diagnostic.gate === undefined ? null : placeWithin(path.value, diagnostic.gate);
      if (!place) continue;
      const shown = place.deeper ? { ...diagnostic, message: `${place.deeper} inside: ${diagnostic.message}` } : diagnostic;
      const list = byGate.get(place.id);
      if (list) list.push(shown);
      else byGate.set(place.id, [shown]);
    }
    return byGate;
  });
  const nodes = shallowRef(document.value.nodes);
  const nodesById = computed<ReadonlyMap<string, NodeRecord>>(() => new Map(nodes.value.map((node) => [node.id, node])));
  /** Index of the wire that ends at an input. */
  const wiresByInput = computed<ReadonlyMap<string, number>>(() => new Map(document.value.wires.map(({ to }, index) => [to, index])));
  /** The opened instances, outermost first. */
  const trail = computed(() => (path.value === '' ? [] : (nodesAlong(whole.value, path.value) ?? [])));
  /** Name of the opened definition. */
  const opening = computed(() => trail.value.at(-1)?.gate ?? null);
  const canUndo = computed(() => history.value.past.length > 0);
  const canRedo = computed(() => history.value.future.length > 0);
  const undoLabel = computed(() => history.value.past.at(-1)?.label ?? null);
  const redoLabel = computed(() => history.value.future[0]?.label ?? null);

  function become(next: Document): void {
    const before = whole.value;
    whole.value = next;
    if (differsBeyondLayout(before, next)) content.value = next;
    if (mayChangeResults(before, next)) revision.value++;
    show();
  }

  /** Shows what is opened, or as much of the way there as still exists. */
  function show(): void {
    while (path.value !== '' && !nodesAlong(whole.value, path.value))
      path.value = path.value.slice(0, Math.max(0, path.value.lastIndexOf('/')));
    document.value = opening.value === null ? whole.value : viewDefinition(whole.value, opening.value);
    nodes.value = document.value.nodes;
  }

  function edited(edit: (document: Document) => Document): Document {
    const after = edit(document.value);
    if (after === document.value) return whole.value;
    return opening.value === null ? after : withDefinition(whole.value, opening.value, after);
  }

  function change(label: string, after: Document, { merge }: ApplyOptions): void {
    const before = whole.value;
    if (after === before) return;
    history.value = record(history.value, { label, before, after, merge: merge && `${path.value} ${merge}` });
    become(after);
  }

  /** Replaces what is shown by `edit` of it; `label` names the step to undo. An edit that gives back its argument is none. */
  function apply(label: string, edit: (document: Document) => Document, options: ApplyOptions = {}): void {
    change(label, edited(edit), options);
  }

  /** Replaces the whole document by `edit` of it, whatever is opened. */
  function applyWhole(label: string, edit: (document: Document) => Document, options: ApplyOptions = {}): void {
    change(label, edit(whole.value), options);
  }

  /** Opens the instance `id` of what is shown; one that is repeated at its first copy. Tells whether it is one. */
  function enter(id: string): boolean {
    const next = instancePath(whole.value, path.value, id);
    if (next !== null) goTo(next);
    return next !== null;
  }

  /** Opens the instance at a path; empty for the document itself. */
  function goTo(next: InstancePath): void {
    if (next === path.value) return;
    path.value = next;
    show();
  }

  /** Goes back to the first `depth` of the opened instances. */
  function leave(depth = depthOf(path.value) - 1): void {
    goTo(path.value.split('/').slice(0, Math.max(0, depth)).join('/'));
  }

  /** Why a wire of `shown`, a version of what is shown, would be refused, once `fed` go to its source; null where it would not. */
  function refusalOf(shown: Document, wire: WireRecord, fed: readonly WireRecord[] = []): Diagnostic | null {
    const known = fed.length > 0 ? typesFed(shown, splitOutput(wire.from).id, fed, types.value) : types.value;
    return checkConnection(shown, wire, known);
  }

  /** What would be wrong with the node `id` of what is shown after `edit`. */
  function problemsAfter(id: string, edit: (document: Document) => Document): readonly Diagnostic[] {
    const after = edited(edit);
    return diagnose(lowerRows(after)).filter(({ gate }) => gate !== undefined && isWithin(path.value, gate, id));
  }

  function walk(step: typeof stepBack<Document>): void {
    const result = step(history.value);
    if (!result) return;
    history.value = result.history;
    become(result.state);
  }

  /** Puts another document in place; its past begins here. It is what was saved, unless it is `recovered`. */
  function open(next: Document, name: string | null = null, handle: string | null = null, recovered = false): void {
    history.value = emptyHistory();
    path.value = '';
    whole.value = content.value = next;
    saved.value = recovered ? emptyDocument() : next;
    show();
    fileName.value = name;
    fileHandle.value = handle;
    revision.value++;
    opened.value++;
  }

  /**
   * Gives nodes that came without a place one. Nobody's edit: it cannot be undone, what was saved still is, and the past
   * has the places too.
   */
  function settle(positions: ReadonlyMap<string, Position>): void {
    const name = opening.value;
    const settled = new Map<Document, Document>([[whole.value, edited((shown) => moveNodes(shown, positions))]]);
    const place = (state: Document): Document => {
      const known = settled.get(state);
      if (known) return known;
      const there = name === null ? state : state.definitions?.has(name) ? viewDefinition(state, name) : null;
      const missing = there?.nodes.flatMap(({ id }) => {
        const position = there.layout.has(id) ? undefined : positions.get(id);
        return position ? [[id, position] as const] : [];
      });
      const moved = there && missing!.length > 0 ? moveNodes(there, new Map(missing)) : there;
      const result = !moved || moved === there ? state : name === null ? moved : withDefinition(state, name, moved);
      settled.set(state, result);
      return result;
    };
    const steps = (list: History<Document>['past']): History<Document>['past'] =>
      list.map((step) => ({ ...step, before: place(step.before), after: place(step.after) }));
    history.value = { past: steps(history.value.past), future: steps(history.value.future) };
    saved.value = place(saved.value);
    become(place(whole.value));
  }

  /** `document` was saved: the whole as it is, or as it was when the saving began. */
  function markSaved(name: string, handle: string | null, document = whole.value): void {
    saved.value = document;
    fileName.value = name;
    fileHandle.value = handle;
  }

  return {
    document,
    whole,
    path,
    trail,
    opening,
    revision,
    opened,
    fileName,
    fileHandle,
    unsaved,
    lowered,
    diagnostics,
    errors,
    shapes,
    nodesById,
    wiresByInput,
    /** Of an output of what is shown; undefined where it could not be lowered. */
    typeOf: (output: string) => types.value.few.get(output),
    problemsOf: (id: string): readonly Diagnostic[] => problems.value.get(id) ?? NONE,
    canUndo,
    canRedo,
    undoLabel,
    redoLabel,
    /** The gate called `name`: of the registry, a definition of the document, or a port of an opened one. */
    gateOf: (name: string): Gate | undefined => gateOf(whole.value, name),
    apply,
    applyWhole,
    enter,
    goTo,
    leave,
    refusalOf,
    problemsAfter,
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

/** Positions, frames, notes, names and most of the training setup leave values and gradients as they are. */
function mayChangeResults(a: Document, b: Document): boolean {
  return (
    !sameNodes(a.nodes, b.nodes) ||
    !sameWires(a.wires, b.wires) ||
    a.objective !== b.objective ||
    a.datasets !== b.datasets ||
    !sameDefinitions(a.definitions, b.definitions) ||
    a.weights !== b.weights ||
    a.training?.seed !== b.training?.seed ||
    a.training?.batch_size !== b.training?.batch_size
  );
}
