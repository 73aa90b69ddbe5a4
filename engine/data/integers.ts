/** A list of whole numbers that grows, at four bytes each. */
export class Integers {
  private numbers = new Int32Array(1024);
  length = 0;

  push(number: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length++] = number;
  }

  finish(): Int32Array {
    return this.numbers.slice(0, this.length);
  }
}
