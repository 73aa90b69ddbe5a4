/** The entry of a worker thread: carries out its share of every command until it is terminated. Imports no more than it needs. */
import { parentPort, workerData } from 'node:worker_threads';
import { ARRIVED, COMMAND, EPOCH, failureOf, PATIENCE, READY, SLEEPING, WAITING, type WorkerStart } from './control';
import { instantiate } from './webAssembly';

const { memory, module, thread, threads, scratch } = workerData as WorkerStart;
const cells = new Int32Array(memory.buffer);
const kernels = instantiate(module, memory);
kernels.setup(scratch, failureOf(thread) * 4);

/** Returns when the epoch is no longer `seen`. */
function waitForCommand(seen: number): void {
  for (let look = 0; look < PATIENCE; look++) if (Atomics.load(cells, EPOCH) !== seen) return;
  Atomics.add(cells, SLEEPING, 1);
  while (Atomics.load(cells, EPOCH) === seen) Atomics.wait(cells, EPOCH, seen);
  Atomics.sub(cells, SLEEPING, 1);
}

let epoch = Atomics.load(cells, EPOCH);
parentPort?.postMessage(READY);
for (;;) {
  waitForCommand(epoch);
  epoch = Atomics.load(cells, EPOCH);
  const [slice, slices] = [cells[COMMAND + 2]!, cells[COMMAND + 3]!];
  kernels.perform(cells[COMMAND]!, cells[COMMAND + 1]!, slice * threads + thread, slices * threads);
  const others = Atomics.add(cells, ARRIVED, 1);
  if (others === threads - 2 && Atomics.load(cells, WAITING) === 1) Atomics.notify(cells, ARRIVED);
}
