/** A text that is being edited: kept apart from the document until it is committed, and never lost while it is wrong. */
import type { Diagnostic } from '@wiregrad/engine';
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';

export interface CodeDraft {
  readonly text: Ref<string>;
  /** Whether the document has another text. */
  readonly changed: ComputedRef<boolean>;
  commit(): void;
}

/** A draft of what `committed` gives; an edit from elsewhere, such as an undo, replaces it. `save` puts a text into the document. */
export function useCodeDraft(committed: () => string, save: (text: string) => void): CodeDraft {
  const text = ref(committed());
  const changed = computed(() => text.value !== committed());
  // Flushed at once: a draft must not outlive the document that it is of.
  watch(committed, (next) => (text.value = next), { flush: 'sync' });
  return {
    text,
    changed,
    commit: () => {
      if (changed.value) save(text.value);
    }
  };
}

/** A text around the place that a diagnostic names: the word there, a sign, or nothing at the end of a line. */
export interface Marked {
  readonly before: string;
  readonly at: string;
  readonly after: string;
}

/** Null where the place is not in the text: the text has changed since. */
export function markPlace(text: string, { line, column }: Pick<Diagnostic, 'line' | 'column'>): Marked | null {
  if (line === undefined || column === undefined) return null;
  const lines = text.split('\n');
  const row = lines[line - 1];
  if (row === undefined || column > row.length + 1) return null;
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
  const at = /^(?:\w+|\*\*|[<>=!]=|[^])?/u.exec(row.slice(column - 1))![0];
  return { before: text.slice(0, start), at, after: text.slice(start + at.length) };
}

/** Whether a key press with a modifier may be a command, which then finds the document as it is in the editor. */
export function leavesEditor({ key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>): boolean {
  return (ctrlKey || metaKey) && !['a', 'c', 'v', 'x', 'y', 'z', 'control', 'meta', 'shift', 'alt'].includes(key.toLowerCase());
}
