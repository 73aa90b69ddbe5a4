/** Where the built worker script and kernels lie: every program of the build has them at the same place beside it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkerSource } from '../backends/wasm/wasm';

/** What a session needs to start worker threads; `program` is the `import.meta.url` of the built program. */
export function workersBeside(program: string): WorkerSource {
  // By paths: within an archive, Electron's file system finds no URL.
  const kernel = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`../${name}.wasm`, program)));
  return { url: new URL('./worker.cjs', program), kernels: { plain: kernel('kernels'), fused: kernel('kernels-fused') } };
}
