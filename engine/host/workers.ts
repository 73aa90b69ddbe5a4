/** Where the built worker script and kernels lie: every program of the build has them at the same place beside it. */
import { readFile } from 'node:fs/promises';
import type { WorkerSource } from '../backends/wasm/wasm';

/** What a session needs to start worker threads; `program` is the `import.meta.url` of the built program. */
export async function workersBeside(program: string): Promise<WorkerSource> {
  const [plain, fused] = await Promise.all(['../kernels.wasm', '../kernels-fused.wasm'].map((name) => readFile(new URL(name, program))));
  return { url: new URL('./worker.mjs', program), kernels: { plain: plain!, fused: fused! } };
}
