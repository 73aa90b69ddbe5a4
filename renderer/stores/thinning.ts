/** A list that grows for ever in bounded room: when it is full every other entry goes, and of what comes as many are passed by. */
export class Thinning<T> {
  private kept: T[] = [];
  private every = 1;
  private heard = 0;
  latest: T | undefined;

  constructor(private readonly most: number) {}

  add(entry: T): void {
    this.latest = entry;
    if (this.heard++ % this.every !== 0) return;
    this.kept.push(entry);
    if (this.kept.length <= this.most) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }

  /** Evenly from the first on, and the latest always. */
  get all(): readonly T[] {
    const { kept, latest } = this;
    return latest === undefined || kept.at(-1) === latest ? kept : [...kept, latest];
  }

  /** Of those that are kept. */
  get length(): number {
    return this.kept.length;
  }
}
