/**
 * How much anybody may ask for at once. Real use stays far below, as counted in Chromium: 6 requests to load the page, at
 * most 70 messages a second (undo held down), 30 a second the other way while training.
 */

export const LIMITS = {
  /** Of a request's line and headers together, in bytes. Browsers send the cookies of all programs on 127.0.0.1 to each of them. */
  headerBytes: 32 * 1024,
  headers: 64,
  /** For a request's headers to arrive, in milliseconds. */
  headersMs: 5_000,
  requestMs: 10_000,
  /** A connection on which nothing moves is closed after so long. */
  idleMs: 30_000,
  /** For the other side to read why it is refused, before its connection is cut. */
  lastWordMs: 1_000,
  connections: 256,
  /** Pages that are open at once. */
  sockets: 16,
  /** Requests a second of our pages together, and as many of strangers, who thereby take nothing from them. */
  requests: 200,
  /** Messages a second, of one page. */
  messages: 500,
  /** Lines that the log gets a second: what a page sends shall not fill it. */
  reports: 10,
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
