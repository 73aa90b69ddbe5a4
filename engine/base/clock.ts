/** Time slices for long loops: whoever loops asks `due` often and, when told so, awaits `pause` so that messages are heard. */
import { EngineError } from './errors';

const SLICE_MS = 8;

export class Clock {
  private cancelled = false;
  private readonly listeners = new Set<() => void>();

  /** Clocks made of one another have their slices in common. */
  constructor(private readonly slice = { end: performance.now() + SLICE_MS }) {}

  /** A clock for what must be done to its end, whatever is said to this one. */
  withoutCancel(): Clock {
    return new Clock(this.slice);
  }

  /** From now on `check` and `pause` throw. */
  cancel(): void {
    this.cancelled = true;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }

  /** `listener` is called once, when `cancel` is or was; the result takes it off again. */
  onCancel(listener: () => void): () => void {
    if (this.cancelled) listener();
    else this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
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
    return performance.now() >= this.slice.end;
  }

  /** Lets other tasks run, then begins a new slice. */
  async pause(): Promise<void> {
    // Node's timers wait for a millisecond at least.
    await new Promise<void>((resolve) => void (typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve, 0)));
    this.slice.end = performance.now() + SLICE_MS;
    this.check();
  }
}
