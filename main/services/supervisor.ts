/** Keeps one engine process alive: a crash is told as `lost`, and a new process is started and told as `ready`. */
import type { EngineState } from '../contract/engineClient';

export interface EngineProcess {
  /** Calls back once, when the process has ended for whatever reason. */
  onExit(listener: () => void): void;
  kill(): void;
}

/** A process that lived shorter than this counts as one that cannot start, and the next try waits longer. */
const HEALTHY_MS = 5_000;
const LONGEST_WAIT_MS = 10_000;

export class Supervisor<P extends EngineProcess> {
  private running: P | null = null;
  private failures = 0;
  private retry: NodeJS.Timeout | null = null;
  private disposed = false;

  /** Starts a process at once. `changed` hears of every later end and start, never of the first start. */
  constructor(
    private readonly start: () => P,
    private readonly changed: (state: EngineState) => void
  ) {
    this.launch();
  }

  /** The process in charge; null between a crash and the restart. */
  get current(): P | null {
    return this.running;
  }

  dispose(): void {
    this.disposed = true;
    if (this.retry) clearTimeout(this.retry);
    this.running?.kill();
    this.running = null;
  }

  private launch(): void {
    const started = performance.now();
    const launched = this.start();
    this.running = launched;
    launched.onExit(() => {
      if (this.disposed || this.running !== launched) return;
      this.running = null;
      this.failures = performance.now() - started < HEALTHY_MS ? this.failures + 1 : 0;
      this.changed('lost');
      this.retry = setTimeout(() => this.relaunch(), Math.min(LONGEST_WAIT_MS, 100 * 2 ** this.failures));
    });
  }

  private relaunch(): void {
    this.launch();
    this.changed('ready');
  }
}
