/** The threads besides the session's own: started once, they take part in every turn that has work to divide. */
import { Worker } from 'node:worker_threads';
import { EngineError, invariant } from '../../base/errors';
import { COMMAND, EPOCH, IDLE } from './cells';
import { READY, type WorkerStart } from './control';
import type { Kernels } from './webAssembly';

export class Crew {
  private lost: EngineError | null = null;
  private ended = false;
  /** How thread 0 goes on with the turn in hand, in which it waits for the others; null when there is none. */
  private goesOn: (() => boolean) | null = null;
  private whenDone: () => void = () => undefined;

  private constructor(
    private readonly workers: readonly Worker[],
    private readonly cells: Int32Array,
    private readonly kernels: Kernels
  ) {
    for (const worker of workers) {
      worker.on('error', (error) => this.lose(error instanceof Error ? error.message : String(error)));
      worker.on('exit', (code) => this.lose(`exit code ${code}`));
    }
  }

  /** Starts one worker per entry and resolves when all wait for commands. Throws EngineError `worker-died`. */
  static async start(script: URL, starts: readonly WorkerStart[], cells: Int32Array, kernels: Kernels): Promise<Crew> {
    const workers = starts.map((workerData) => new Worker(script, { workerData, execArgv: [] }));
    const crew = new Crew(workers, cells, kernels);
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

  /** True from `begin` until `join` finds the turn at its end. */
  get busy(): boolean {
    return this.goesOn !== null;
  }

  /** Throws EngineError `worker-died` if one is gone. */
  check(): void {
    if (this.lost) throw this.lost;
  }

  /** Carries out the records up to `end` with all threads, as far as it goes without waiting long; the caller then asks `join`. */
  begin(record: number, end: number, slice: number, slices: number, whenDone: () => void): void {
    invariant(!this.busy, 'a command was given while the last one was being carried out');
    const { cells, kernels } = this;
    cells[COMMAND] = record;
    cells[COMMAND + 1] = end;
    cells[COMMAND + 2] = slice;
    cells[COMMAND + 3] = slices;
    Atomics.add(cells, EPOCH, 1);
    if (Atomics.load(cells, IDLE) > 0) Atomics.notify(cells, EPOCH);
    let next = kernels.perform(record, end, slice, slices, 1);
    if (next === 0) return whenDone();
    this.whenDone = whenDone;
    this.goesOn = () => {
      next = kernels.perform(next, end, slice, slices, 1);
      return next === 0;
    };
  }

  /** Waits a little; false when the turn is not at its end by then. */
  join(): boolean {
    if (!this.goesOn) return true;
    if (!this.goesOn()) return false;
    this.goesOn = null;
    this.whenDone();
    return true;
  }

  /** Resolves when nobody works. Rejects with EngineError `worker-died`. */
  async joined(): Promise<void> {
    while (!this.join()) {
      this.check();
      await new Promise<void>((resolve) => void setImmediate(resolve));
      this.check();
    }
    this.check();
  }

  end(): void {
    this.ended = true;
    this.lose('the backend was disposed of');
    for (const worker of this.workers) void worker.terminate();
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
