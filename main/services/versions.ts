/** The latest saved versions of documents, a folder for each. Which document a folder is of, nobody reads from its name. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keepNewest } from '@wiregrad/engine/node';
import type { Version } from '../contract/keeping';
import { writeWhole } from './files';

const KEPT = 10;
/** Larger documents than this, which hold data that belongs into files of its own, are not kept. */
export const LARGEST_VERSION = 32 * 1024 * 1024;
/** All versions of a document together. */
const LARGEST_HISTORY = 2 * LARGEST_VERSION;
/** Documents with versions; those saved longest ago lose theirs. */
const DOCUMENTS = 200;
const ID = /^\d{13}-\d+$/;

export class Versions {
  /** `failed` hears why a version could not be kept. */
  constructor(
    private readonly folder: string,
    private readonly failed: (error: Error) => void = () => undefined
  ) {}

  /** Keeps `bytes` as the latest version of `name`, unless they are. Never rejects: the document itself may well have room. */
  async keep(name: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > LARGEST_VERSION) return;
    try {
      await this.store(name, bytes);
    } catch (error) {
      this.failed(error as Error);
    }
  }

  /** The latest first. */
  async list(name: string): Promise<Version[]> {
    const folder = this.folderOf(name);
    const ids = (await readdir(folder).catch(() => [])).filter((id) => ID.test(id));
    const versions = await Promise.all(
      ids.map(async (id) => ({ id, at: Number(id.split('-')[0]), size: (await stat(join(folder, id))).size }))
    );
    return versions.sort((a, b) => b.at - a.at || Number(b.id.split('-')[1]) - Number(a.id.split('-')[1]));
  }

  /** Throws where it is not kept any more. */
  async read(name: string, id: string): Promise<Uint8Array> {
    if (typeof id !== 'string' || !ID.test(id)) throw new Error('there is no such version');
    const bytes = await readFile(join(this.folderOf(name), id)).catch(() => null);
    if (!bytes) throw new Error('this version is not kept any more');
    return new Uint8Array(bytes);
  }

  private async store(name: string, bytes: Uint8Array): Promise<void> {
    const folder = this.folderOf(name);
    // A folder's time is that of the last version in it.
    if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await keepNewest(this.folder, DOCUMENTS);
    const [latest] = await this.list(name);
    if (latest?.size === bytes.length && Buffer.from(bytes).equals(await readFile(join(folder, latest.id)))) return;
    const at = Math.max(Date.now(), latest?.at ?? 0);
    const count = latest?.at === at ? Number(latest.id.split('-')[1]) + 1 : 0;
    await writeWhole(join(folder, `${at}-${count}`), bytes, 0o600);
    let size = 0;
    for (const [index, version] of (await this.list(name)).entries()) {
      size += version.size;
      if (index >= KEPT || size > LARGEST_HISTORY) await rm(join(folder, version.id), { force: true });
    }
  }

  private folderOf(name: string): string {
    return join(this.folder, createHash('sha256').update(String(name)).digest('hex').slice(0, 32));
  }
}
