/** The one way in from a page: whatever arrives from anything but the page itself, on its own address, is not heard. */
import { ipcMain, type WebContents, type WebFrameMain } from 'electron';
import type { Answer } from './channels';
import { isOurPage } from './protocol';

interface Sent {
  readonly sender: WebContents;
  readonly senderFrame: WebFrameMain | null;
}

/** Whether a message comes from the main frame of `page`, with our page in it. */
export function isFrom(page: WebContents, { sender, senderFrame }: Sent): boolean {
  return sender === page && senderFrame !== null && senderFrame === page.mainFrame && isOurPage(senderFrame.url);
}

export interface PageMessages {
  on(channel: string, listener: (payload: unknown) => void): void;
  /** Answers the named functions of `calls`, and nothing else that may be found on it. */
  answer(channel: string, calls: object): void;
}

export function messagesOf(page: WebContents): PageMessages {
  return {
    on(channel, listener) {
      ipcMain.on(channel, (event, payload: unknown) => {
        if (isFrom(page, event)) listener(payload);
      });
    },
    answer(channel, calls) {
      const known = new Map(Object.entries(calls) as [string, (...args: unknown[]) => Promise<unknown>][]);
      ipcMain.handle(channel, async (event, name: string, ...args: unknown[]): Promise<Answer> => {
        const call = isFrom(page, event) ? known.get(name) : undefined;
        if (!call) return { failure: 'there is no such call' };
        try {
          return { value: await call(...args) };
        } catch (error) {
          return { failure: (error as Error).message };
        }
      });
    }
  };
}
