/** How often something is done that takes time from the work it serves: never more than a share of all time. */
export class Pace {
  private took = 0;

  constructor(
    private readonly share: number,
    private last = performance.now()
  ) {}

  /** Whether `least` milliseconds have passed since it was done last, and more where it took long. */
  isDue(least: number): boolean {
    return performance.now() - this.last >= Math.max(least, this.took / this.share);
  }

  /** It was done: it began at `begun`, and ends now. */
  count(begun: number): void {
    this.last = performance.now();
    this.took = this.last - begun;
  }
}
