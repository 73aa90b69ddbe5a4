/** Names of the messages between preload script and main process. */
import type { FileCalls } from '../contract/host';

export const CHANNEL = {
  connectEngine: 'wiregrad:connect-engine',
  enginePort: 'wiregrad:engine-port',
  engineState: 'wiregrad:engine-state',
  command: 'wiregrad:command',
  openFile: 'wiregrad:open-file',
  /** The page now listens to opened files. */
  listening: 'wiregrad:listening',
  unsaved: 'wiregrad:unsaved',
  rebound: 'wiregrad:rebound',
  files: 'wiregrad:files'
} as const;

/** An answer over ipc: Electron would wrap a thrown error's message into text of its own. */
export type Answer = { readonly value: unknown } | { readonly failure: string };

export type FileCall = keyof FileCalls;
