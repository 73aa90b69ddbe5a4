/** Short messages in a corner of the window. An error stays until it is dismissed, the rest goes by itself. */
import { EngineError, formatDiagnostic } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'problem' | 'error';
  readonly text: string;
}
const SHOWN_MS = 5_000;
const LIMIT = 4;

export const useNoticesStore = defineStore('notices', () => {
  const notices = shallowRef<readonly Notice[]>([]);
  let last = 0;

  function add(kind: Notice['kind'], text: string): void {
    const id = ++last;
    notices.value = [...notices.value.filter((notice) => notice.text !== text), { id, kind, text }].slice(-LIMIT);
    if (kind !== 'error') setTimeout(() => dismiss(id), SHOWN_MS);
  }
  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  return {
    notices,
    dismiss,
    done: (text: string) => add('done', text),
    problem: (text: string) => add('problem', text),
    /** What went wrong, in the words of whoever threw it; what the user stopped is no failure. */
    failure(error: unknown): void {
      if (error instanceof EngineError && error.code === 'cancelled') return;
      add(
        'error',
        error instanceof EngineError ? formatDiagnostic(error.diagnostics[0]!) : error instanceof Error ? error.message : String(error)
      );
    }
  };
});
