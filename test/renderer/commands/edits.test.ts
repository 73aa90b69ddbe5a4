import { diagnose, lowerRows, parseDocument, serializeDocument, viewDefinition, withDefinition, type Document } from '@wiregrad/engine';
import fc from 'fast-check';
import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { useDocumentStore } from '../../../renderer/stores/document';
import { anyDocument, steps, take, type Step } from './randomEdits';

/** The texts that undo and redo walk along, as they were when they were new. */
class Past {
  private readonly texts: string[];
  private at = 0;
  private merge: string | undefined;

  constructor(first: string) {
    this.texts = [first];
  }

  /** Edits of one key in a row are one step, unless undo came between. */
  add(text: string, merge: string | undefined): void {
    if (merge === undefined || merge !== this.merge) this.at++;
    this.texts.length = this.at;
    this.texts.push(text);
    this.merge = merge;
  }

  back(): string | undefined {
    this.merge = undefined;
    return this.texts[--this.at];
  }

  forth(): string | undefined {
    this.merge = undefined;
    return this.texts[++this.at];
  }
}

/** A document in hand is sound: it can be saved and read again, lowered, and opened at every definition. */
function check(whole: Document, text: string): void {
  expect(serializeDocument(parseDocument(text).document!)).toBe(text);
  const store = useDocumentStore();
  expect(store.diagnostics).toEqual(diagnose(lowerRows(whole)));
  for (const name of whole.definitions?.keys() ?? [])
    expect(serializeDocument(withDefinition(whole, name, viewDefinition(whole, name)))).toBe(text);
}

function undoAll(first: Document, taken: readonly Step[]): void {
  setActivePinia(createPinia());
  const store = useDocumentStore();
  store.open(first);
  const text = (): string => serializeDocument(store.whole);
  const start = text();
  const past = new Past(start);
  for (const step of taken) {
    const { whole: before, canUndo, canRedo } = store;
    const merge = take(step);
    if (step.action === 'edit.undo' && canUndo) expect(text()).toBe(past.back());
    else if (step.action === 'edit.redo' && canRedo) expect(text()).toBe(past.forth());
    else if (store.whole !== before) {
      const after = text();
      // What changes nothing is no step, unless it takes back the step that it grows.
      if (merge === undefined) expect(after, step.action).not.toBe(serializeDocument(before));
      past.add(after, merge);
      check(store.whole, after);
    }
  }
  while (store.canRedo) {
    store.redo();
    expect(text()).toBe(past.forth());
  }
  const last = text();
  while (store.canUndo) {
    store.undo();
    expect(text()).toBe(past.back());
  }
  expect(text()).toBe(start);
  while (store.canRedo) store.redo();
  expect(text()).toBe(last);
}

describe('1,000 random commands', () => {
  it('undone give the documents before them byte by byte, each of which can be saved, read and lowered', () => {
    // A failure is made smaller for as long as the limit allows, then told with its seed.
    fc.assert(fc.property(anyDocument, steps(250), undoAll), { numRuns: 4, interruptAfterTimeLimit: 40_000 });
  }, 90_000);
});
