/** Where the built worker script and kernels lie: every program of the build has them at the same place beside it. */
import { readFile } from 'node:fs/promises';
import type { WorkerSource } from '../backends/wasm/wasm';

/** What a session needs to start worker threads; `program` is the `import.meta.url` of the built program. */
export async function workersBeside(program: string): Promise<WorkerSource> {
  return { url: new URL('./worker.mjs', program), kernels: await readFile(new URL('../kernels.wasm', program)) };
}
