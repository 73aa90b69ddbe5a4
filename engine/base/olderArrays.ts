/** The array methods of ES2023 that copy, put in place where they are missing: in Chrome before 110 and Electron before 23. */

const METHODS: Record<string, (this: readonly unknown[], ...args: never[]) => unknown[]> = {
  toReversed() {
    return [...this].reverse();
  },
  toSorted(compare: (a: unknown, b: unknown) => number) {
    return [...this].sort(compare);
  },
  toSpliced(...given: [start: number, count: number, ...items: unknown[]]) {
    const copy = [...this];
    copy.splice(...given);
    return copy;
  },
  with(index: number, value: unknown) {
    const at = index < 0 ? this.length + index : index;
    if (!(at >= 0 && at < this.length)) throw new RangeError(`there is no element ${index} among ${this.length}`);
    const copy = [...this];
    copy[at] = value;
    return copy;
  }
};

for (const [name, value] of Object.entries(METHODS)) {
  if (!(name in Array.prototype)) Object.defineProperty(Array.prototype, name, { value, writable: true, configurable: true });
}
