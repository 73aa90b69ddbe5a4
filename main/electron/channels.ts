/** Names of the messages between preload script and main process. */
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
  files: 'wiregrad:files',
  keeping: 'wiregrad:keeping'
} as const;

/** An answer over ipc: Electron would wrap a thrown error's message into text of its own. */
export type Answer = { readonly value: unknown } | { readonly failure: string };
