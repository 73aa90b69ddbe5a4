/** How files were when they were read or written last, to tell whether another program has changed them since. */
import { stat } from 'node:fs/promises';

export class Seen {
  private readonly files = new Map<string, string>();

  async note(path: string): Promise<void> {
    const now = await stampOf(path);
    if (now !== null) this.files.set(path, now);
  }

  /** False for a file that is gone, or was never noted: there is nothing to lose. */
  async hasChanged(path: string): Promise<boolean> {
    const [before, now] = [this.files.get(path), await stampOf(path)];
    return before !== undefined && now !== null && before !== now;
  }
}

async function stampOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found && `${found.mtimeNs} ${found.size}`;
}
