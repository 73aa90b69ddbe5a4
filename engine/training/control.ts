/** Who trains asks here between two steps whether to go on. */
import type { Clock } from '../base/clock';

export class TrainControl {
  /** Steps that may still be taken; Infinity while nothing holds the run. */
  private allowed = Infinity;
  private wake: (() => void) | undefined;

  /** The run stands still before its next step. */
  pause(): void {
    this.allowed = 0;
  }

  /** It goes on; with `steps` it takes so many and stands still again. */
  continue(steps = Infinity): void {
    this.allowed = steps;
    this.wake?.();
  }

  get paused(): boolean {
    return this.allowed <= 0;
  }

  /** Counts a step that was taken. */
  count(): void {
    if (this.allowed > 0) this.allowed--;
  }

  /** Until it may go on, or `clock` is cancelled. */
  async wait(clock: Clock): Promise<void> {
    while (this.paused && !clock.isCancelled) {
      let forget = (): void => undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        forget = clock.onCancel(resolve);
      });
      forget();
    }
    this.wake = undefined;
  }
}
