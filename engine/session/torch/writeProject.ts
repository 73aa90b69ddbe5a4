/** Writes exported projects to disk, piece by piece. */
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProjectFile } from '../../exporters/project/file';

/** Writes `files` below `folder`, which is made where it is not there. Throws the system's errors. */
export async function writeProject(files: Iterable<ProjectFile>, folder: string): Promise<void> {
  for (const { path, chunks } of files) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    const file = await open(place, 'w');
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
  }
}
