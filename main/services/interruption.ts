/** When a program that serves shall end: Ctrl-C, a signal, or the end of the npm that started it. */

const PARENT_CHECK_MS = 500;

/**
 * Resolves once. npm and npx start programs through a shell that does not pass signals on: when they are ended, nothing
 * but that shell's end tells us. Elsewhere a program may well outlive its parent.
 */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    if (process.env.npm_execpath === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, PARENT_CHECK_MS).unref();
  });
}
