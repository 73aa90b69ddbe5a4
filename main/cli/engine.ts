/** The backends as the command line uses them: threads start when a command first asks for them, and end with it. */
import { Backends, workersBeside } from '@wiregrad/engine/node';

/** Calls `use` with backends whose worker script and kernels lie beside the built program at `program`. */
export async function withBackends<T>(program: string, threads: number | undefined, use: (backends: Backends) => Promise<T>): Promise<T> {
  const backends = new Backends({ workers: workersBeside(program), ...(threads !== undefined && { threads }) });
  try {
    return await use(backends);
  } finally {
    backends.dispose();
  }
}
