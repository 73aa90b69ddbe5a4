/** Along one axis. Words: out, x, length of the axis, entries to the next along it. A unit is a line. */

// @ts-ignore: decorator
@inline
function startOf(line: i32, length: i32, inner: i32): usize {
  return <usize>((line / inner) * length * inner + (line % inner)) << 2;
}

/** Running sums of T, kept in S. */
export function cumsum<T, S>(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const x = load<usize>(p, 20);
  const length = load<i32>(p, 24);
  const inner = load<i32>(p, 28);
  for (let line = from; line < to; line++) {
    let at = startOf(line, length, inner);
    let sum = <S>0;
    for (let i = 0; i < length; i++) {
      sum += <S>load<T>(x + at);
      store<T>(out + at, <T>sum);
      at += <usize>inner << 2;
    }
  }
}

/** The first of the largest, or of the NaNs. */
export function argmax<T>(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const x = load<usize>(p, 20);
  const length = load<i32>(p, 24);
  const inner = load<i32>(p, 28);
  for (let line = from; line < to; line++) {
    let at = x + startOf(line, length, inner);
    let best = 0;
    let largest = load<T>(at);
    for (let i = 1; i < length; i++) {
      at += <usize>inner << 2;
      const next = load<T>(at);
      if (next > largest || (next != next && largest == largest)) {
        largest = next;
        best = i;
      }
    }
    store<i32>(out + (<usize>line << 2), best);
  }
}
