/** Time slices for long loops: whoever loops asks `due` often and, when told so, awaits `pause` so that messages are heard. */
import { EngineError } from './errors';

const SLICE_MS = 8;

export class Clock {
  private sliceEnd = performance.now() + SLICE_MS;
  private cancelled = false;

  /** From now on `check` and `pause` throw. */
  cancel(): void {
    this.cancelled = true;
  }

  get isCancelled(): boolean {
    return this.cancelled;
  }

  /** Throws EngineError `cancelled` once `cancel` was called. */
  check(): void {
    if (this.cancelled) throw new EngineError({ code: 'cancelled', message: 'stopped' });
  }

  /** True when the slice is used up. */
  due(): boolean {
    return performance.now() >= this.sliceEnd;
  }

  /** Lets other tasks run, then begins a new slice. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.sliceEnd = performance.now() + SLICE_MS;
    this.check();
  }
}
