/** The entry of a worker thread: carries out its share of every command until it is terminated. Imports no more than it needs. */
import { parentPort, workerData } from 'node:worker_threads';
import { COMMAND, EPOCH, IDLE, PATIENCE } from './cells';
import { failureOf, READY, type WorkerStart } from './control';
import { instantiate } from './webAssembly';

const { memory, module, thread, threads, scratch } = workerData as WorkerStart;
const cells = new Int32Array(memory.buffer);
const kernels = instantiate(module, memory);
kernels.setup(thread, threads, scratch, failureOf(thread) * 4);

/** Returns when the epoch is no longer `seen`. */
function waitForCommand(seen: number): void {
  for (let look = 0; look < PATIENCE; look++) if (Atomics.load(cells, EPOCH) !== seen) return;
  Atomics.add(cells, IDLE, 1);
  while (Atomics.load(cells, EPOCH) === seen) Atomics.wait(cells, EPOCH, seen);
  Atomics.sub(cells, IDLE, 1);
}

let epoch = Atomics.load(cells, EPOCH);
parentPort?.postMessage(READY);
for (;;) {
  waitForCommand(epoch);
  epoch = Atomics.load(cells, EPOCH);
  kernels.perform(cells[COMMAND]!, cells[COMMAND + 1]!, cells[COMMAND + 2]!, cells[COMMAND + 3]!, 1);
}
