/** Short messages in a corner of the window. An error stays until it is dismissed, the rest goes by itself. */
import { EngineError, formatDiagnostic } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { useHost } from '../host/current';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'problem' | 'error';
  readonly text: string;
  /** It may be reported: nobody expected it. */
  readonly bug?: true;
}
const SHOWN_MS = 5_000;
const LIMIT = 4;

export const useNoticesStore = defineStore('notices', () => {
  const notices = shallowRef<readonly Notice[]>([]);
  let last = 0;

  function add(kind: Notice['kind'], text: string, bug?: true): void {
    const id = ++last;
    notices.value = [...notices.value.filter((notice) => notice.text !== text), { id, kind, text, ...(bug && { bug }) }].slice(-LIMIT);
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
    /** What nobody caught: a bug, which goes to the log. */
    crash(error: unknown): void {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      // Where developers look first.
      // eslint-disable-next-line no-console
      console.error(error);
      void useHost()
        .keeping.log(stack ?? message)
        .catch(() => undefined);
      add('error', `Something went wrong: ${message}`, true);
    },
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
