/** Slots in one growing arena: first fit over free ranges kept in order and merged. */
export class Arena {
  /** `size` slots from the first on are taken for good. */
  constructor(public size = 0) {}
  private readonly free: { offset: number; length: number }[] = [];

  take(length: number): number {
    const at = this.free.findIndex((range) => range.length >= length);
    if (at < 0) {
      // What is free at the end begins the new range.
      const last = this.free.at(-1);
      const offset = last && last.offset + last.length === this.size ? this.free.pop()!.offset : this.size;
      this.size = offset + length;
      return offset;
    }
    const range = this.free[at]!;
    const { offset } = range;
    if (range.length === length) this.free.splice(at, 1);
    else this.free[at] = { offset: offset + length, length: range.length - length };
    return offset;
  }

  give(offset: number, length: number): void {
    let at = this.free.findIndex((range) => range.offset > offset);
    if (at < 0) at = this.free.length;
    const before = this.free[at - 1];
    const after = this.free[at];
    const joinsBefore = before !== undefined && before.offset + before.length === offset;
    const joinsAfter = after !== undefined && offset + length === after.offset;
    const start = joinsBefore ? before.offset : offset;
    const end = joinsAfter ? after.offset + after.length : offset + length;
    this.free.splice(at - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), { offset: start, length: end - start });
  }
}
