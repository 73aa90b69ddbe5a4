/** How much anybody may ask for at once. Real use stays far below: training tells 30 times a second, dragging a value 60 times. */

export const LIMITS = {
  /** Of a request's line and headers together, in bytes. */
  headerBytes: 8 * 1024,
  headers: 64,
  /** For a request's headers to arrive, in milliseconds. */
  headersMs: 5_000,
  requestMs: 10_000,
  connections: 256,
  /** Pages that are open at once. */
  sockets: 16,
  /** Requests a second, over all. */
  requests: 200,
  /** Messages a second, of one page. */
  messages: 500,
  /** A page that answers nothing for so long is gone. */
  silenceMs: 30_000
} as const;

/** Tokens that come back at `rate` a second, up to two seconds' worth; `take` is false when there is none. */
export class Bucket {
  private tokens: number;
  private at: number;

  constructor(
    private readonly rate: number,
    private readonly now: () => number = () => performance.now()
  ) {
    this.tokens = 2 * rate;
    this.at = now();
  }

  take(): boolean {
    const now = this.now();
    this.tokens = Math.min(2 * this.rate, this.tokens + ((now - this.at) / 1000) * this.rate);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
