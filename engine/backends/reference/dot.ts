import type { Setting, Task } from './task';

/** a […,m,k] · b […,k,n] → […,m,n], the products of an entry added from k = 0 upwards. A unit is a row of the result. */
export function dot({ operation, out, inputs }: Setting<'dot'>, inner: number): Task {
  const { transposeA, transposeB } = operation.attributes;
  const [m, n] = operation.type.shape.slice(-2) as [number, number];
  const [aRow, aStep] = transposeA ? [1, m] : [inner, 1];
  const a = inputs[0]!;
  const b = inputs[1]!;

  function row(unit: number): void {
    const batch = Math.floor(unit / m);
    const aStart = batch * m * inner + (unit % m) * aRow;
    const bStart = batch * inner * n;
    const start = unit * n;
    if (transposeB) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < inner; p++) sum += a[aStart + p * aStep]! * b[bStart + j * inner + p]!;
        out[start + j] = sum;
      }
      return;
    }
    // The same sums with the loops swapped, so that b is read in the order in which it lies.
    out.fill(0, start, start + n);
    for (let p = 0; p < inner; p++) {
      const factor = a[aStart + p * aStep]!;
      const bRow = bStart + p * n;
      for (let j = 0; j < n; j++) out[start + j]! += factor * b[bRow + j]!;
    }
  }

  return {
    units: n === 0 ? 0 : out.length / n,
    cost: 2 * n * (inner + 1),
    run(from, to) {
      for (let unit = from; unit < to; unit++) row(unit);
    }
  };
}
