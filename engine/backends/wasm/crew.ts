/** The threads besides the session's own: started once, given a share of every call that is worth dividing. */
import { Worker } from 'node:worker_threads';
import { EngineError, invariant } from '../../base/errors';
import { ARRIVED, COMMAND, EPOCH, PATIENCE, READY, SLEEPING, WAITING, type WorkerStart } from './control';

/** Milliseconds that thread 0 sleeps at most, before it lets messages be heard: one may say that a worker died. */
const LONGEST_WAIT = 10;

export class Crew {
  private lost: EngineError | null = null;
  private ended = false;
  /** What to do when all have arrived; null when nobody works. */
  private whenDone: (() => void) | null = null;

  private constructor(
    private readonly workers: readonly Worker[],
    private readonly cells: Int32Array
  ) {
    for (const worker of workers) {
      worker.on('error', (error) => this.lose(error instanceof Error ? error.message : String(error)));
      worker.on('exit', (code) => this.lose(`exit code ${code}`));
    }
  }

  /** Starts one worker per entry and resolves when all wait for commands. Throws EngineError `worker-died`. */
  static async start(script: URL, starts: readonly WorkerStart[], cells: Int32Array): Promise<Crew> {
    const workers = starts.map((workerData) => new Worker(script, { workerData, execArgv: [] }));
    const crew = new Crew(workers, cells);
    try {
      await Promise.all(workers.map(ready));
      crew.check();
      // A session that forgets to dispose of its backend must not keep the process alive.
      for (const worker of workers) worker.unref();
    } catch (error) {
      crew.end();
      throw error;
    }
    return crew;
  }

  /** All threads, the caller's included. */
  get threads(): number {
    return this.workers.length + 1;
  }

  /** True from `begin` until `join` finds that all have arrived. */
  get busy(): boolean {
    return this.whenDone !== null;
  }

  /** Throws EngineError `worker-died` if one is gone. */
  check(): void {
    if (this.lost) throw this.lost;
  }

  /** Lets every worker carry out its share; the caller does its own and then asks `join`. */
  begin(record: number, count: number, slice: number, slices: number, whenDone: () => void): void {
    invariant(!this.busy, 'a command was given while the last one was being carried out');
    const { cells } = this;
    this.whenDone = whenDone;
    cells[COMMAND] = record;
    cells[COMMAND + 1] = count;
    cells[COMMAND + 2] = slice;
    cells[COMMAND + 3] = slices;
    Atomics.store(cells, ARRIVED, 0);
    Atomics.add(cells, EPOCH, 1);
    if (Atomics.load(cells, SLEEPING) > 0) Atomics.notify(cells, EPOCH);
  }

  /** Waits a little; false when somebody has not arrived by then. */
  join(): boolean {
    if (!this.whenDone) return true;
    if (!this.arrived()) return false;
    const done = this.whenDone;
    this.whenDone = null;
    done();
    return true;
  }

  /** Resolves when nobody works. Rejects with EngineError `worker-died`. */
  async joined(): Promise<void> {
    while (!this.join()) {
      this.check();
      await new Promise<void>((resolve) => void setTimeout(resolve, 0));
    }
    this.check();
  }

  end(): void {
    this.ended = true;
    this.lose('the backend was disposed of');
    for (const worker of this.workers) void worker.terminate();
  }

  private arrived(): boolean {
    const { cells } = this;
    const all = this.workers.length;
    for (let look = 0; look < PATIENCE; look++) if (Atomics.load(cells, ARRIVED) === all) return true;
    const deadline = performance.now() + LONGEST_WAIT;
    Atomics.store(cells, WAITING, 1);
    let arrived = Atomics.load(cells, ARRIVED);
    for (let left = LONGEST_WAIT; arrived < all && left > 0; left = deadline - performance.now()) {
      Atomics.wait(cells, ARRIVED, arrived, left);
      arrived = Atomics.load(cells, ARRIVED);
    }
    Atomics.store(cells, WAITING, 0);
    return arrived === all;
  }

  private lose(reason: string): void {
    this.lost ??= workerDied(reason, this.ended);
  }
}

function workerDied(reason: string, ended = false): EngineError {
  const hint = ended ? undefined : 'start the run again; if it happens again, use one thread';
  return new EngineError({ code: 'worker-died', message: `a thread of the engine ended: ${reason}`, ...(hint && { hint }) });
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message) => (message === READY ? resolve() : reject(workerDied('its script is not the engine’s'))));
    worker.once('error', (error) => reject(workerDied(error instanceof Error ? error.message : String(error))));
    worker.once('exit', (code) => reject(workerDied(`exit code ${code}`)));
  });
}
