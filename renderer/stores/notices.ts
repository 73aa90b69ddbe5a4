/** Short messages in a corner of the window. What must not be missed stays until it is dismissed, the rest goes by itself. */
import { EngineError, formatDiagnostic } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { CommandId } from '../../main/contract/commands';
import { useHost } from '../host/current';

/** What helps, as a button beside the text. */
export interface NoticeAction {
  readonly command: CommandId;
  readonly label: string;
}
export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'problem' | 'error';
  readonly text: string;
  readonly action?: NoticeAction;
}
const SHOWN_MS = 5_000;
const LIMIT = 4;
/** One error again and again shall not fill the log. */
const LOGGED = 100;

const REPORT: NoticeAction = { command: 'help.report', label: 'Report…' };
export const SAVE_AS: NoticeAction = { command: 'file.saveAs', label: 'Save as…' };

export const useNoticesStore = defineStore('notices', () => {
  const notices = shallowRef<readonly Notice[]>([]);
  const logged = new Set<string>();
  let last = 0;

  function add(kind: Notice['kind'], text: string, action?: NoticeAction): number {
    const id = ++last;
    const notice: Notice = { id, kind, text, ...(action && { action }) };
    notices.value = [...notices.value.filter((other) => other.text !== text), notice].slice(-LIMIT);
    return id;
  }
  function addForAWhile(kind: Notice['kind'], text: string): void {
    const id = add(kind, text);
    setTimeout(() => dismiss(id), SHOWN_MS);
  }
  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }
  /** What nobody expected and the log has. */
  function bug(message: string): void {
    add('error', `Something went wrong: ${message}`, REPORT);
  }

  return {
    notices,
    dismiss,
    bug,
    done: (text: string) => addForAWhile('done', text),
    problem: (text: string) => addForAWhile('problem', text),
    /** A problem that is to be read however long that takes. */
    warning: (text: string, action?: NoticeAction) => void add('problem', text, action),
    /** What nobody caught in this window: a bug, which goes to the log. */
    crash(error: unknown): void {
      const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
      // Where developers look first.
      // eslint-disable-next-line no-console
      console.error(error);
      if (!logged.has(stack) && logged.size < LOGGED) {
        logged.add(stack);
        void useHost()
          .keeping.log(stack)
          .catch(() => undefined);
      }
      bug(message);
    },
    /** What went wrong, in the words of whoever threw it; what the user stopped is no failure. */
    failure(error: unknown, action?: NoticeAction): void {
      if (error instanceof EngineError && error.code === 'cancelled') return;
      const text =
        error instanceof EngineError ? formatDiagnostic(error.diagnostics[0]!) : error instanceof Error ? error.message : String(error);
      add('error', text, action);
    }
  };
});
