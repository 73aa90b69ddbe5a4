/** A file without a name, for what is too large for memory: it goes with the program. */
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, type Bytes } from '../formats/bytes';
import { openFile } from './openFile';

export class TempFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'wiregrad-data-'));
  private readonly path = join(this.folder, 'data');
  private readonly handle = openSync(this.path, 'wx', 0o600);

  append(array: ArrayBufferView): void {
    const bytes = bytesOf(array);
    for (let at = 0; at < bytes.length;) at += writeSync(this.handle, bytes, at);
  }

  /** What was written. Nothing is written after. */
  finish(): Bytes {
    closeSync(this.handle);
    const bytes = openFile(this.path);
    try {
      unlinkSync(this.path);
      rmSync(this.folder, { recursive: true });
    } catch {
      // Where the system keeps the name of a file that is open.
      process.once('exit', () => rmSync(this.folder, { recursive: true, force: true }));
    }
    return bytes;
  }
}
