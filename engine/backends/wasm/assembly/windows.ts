/**
 * The place of the largest entry of each window. Words: out, x, lines, then windows as patches.ts describes them. A unit is
 * a line, an image of its own. The first of several that are largest wins, a NaN wins over all numbers, and what is beyond
 * the image never does; a window with nothing inside gets 0.
 */

export function windowArgmax(p: usize, from: i32, to: i32): void {
  const depth = p + 32;
  const height = depth + 24;
  const width = height + 24;
  const size = load<i32>(depth, 20) * load<i32>(height, 20) * load<i32>(width, 20);
  const counts = load<i32>(depth, 16) * load<i32>(height, 16) * load<i32>(width, 16);
  let x = load<usize>(p, 20) + (<usize>(from * size) << 2);
  let out = load<usize>(p, 16) + (<usize>(from * counts) << 2);
  for (let line = from; line < to; line++) {
    for (let d = 0; d < load<i32>(depth, 16); d++) {
      for (let h = 0; h < load<i32>(height, 16); h++) {
        row(x, out, depth, height, width, d, h);
        out += <usize>load<i32>(width, 16) << 2;
      }
    }
    x += <usize>size << 2;
  }
}

/** First place of a window along an axis that is inside, and the first behind the end. */
// @ts-ignore: decorator
@inline
function lowPlace(axis: usize, start: i32): i32 {
  const dilation = load<i32>(axis, 8);
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}
// @ts-ignore: decorator
@inline
function highPlace(axis: usize, start: i32): i32 {
  const dilation = load<i32>(axis, 8);
  const room = load<i32>(axis, 20) - start;
  return min(load<i32>(axis), room <= 0 ? 0 : (room + dilation - 1) / dilation);
}

/** One line of windows along the last axis: four at once where all of their places are inside. */
function row(x: usize, out: usize, depth: usize, height: usize, width: usize, d: i32, h: i32): void {
  const startD = d * load<i32>(depth, 4) - load<i32>(depth, 12);
  const startH = h * load<i32>(height, 4) - load<i32>(height, 12);
  const lowD = lowPlace(depth, startD);
  const highD = highPlace(depth, startD);
  const lowH = lowPlace(height, startH);
  const highH = highPlace(height, startH);
  const count = load<i32>(width, 16);
  const stride = load<i32>(width, 4);
  const dilation = load<i32>(width, 8);
  const low = load<i32>(width, 12);
  const length = load<i32>(width, 20);
  const size = load<i32>(width);
  const reach = (size - 1) * dilation;
  let w = 0;
  while (w < count) {
    const start = w * stride - low;
    const together = stride <= 2 && w + 4 <= count && start >= 0 && start + 3 * stride + reach < length && lowD < highD && lowH < highH;
    // The second vector of a stride of two ends one entry behind the last that is needed.
    if (together && (stride == 1 || start + 7 + reach < length)) {
      let best = i32x4.splat(0);
      let largest = f32x4.splat(0);
      let begun = false;
      for (let i = lowD; i < highD; i++) {
        for (let j = lowH; j < highH; j++) {
          const line = ((startD + i * load<i32>(depth, 8)) * load<i32>(height, 20) + startH + j * load<i32>(height, 8)) * length;
          for (let k = 0; k < size; k++) {
            const at = line + start + k * dilation;
            const source = x + (<usize>at << 2);
            let next = v128.load(source);
            let place = i32x4.add(i32x4.splat(at), i32x4(0, 1, 2, 3));
            if (stride == 2) {
              next = v128.shuffle<i32>(next, v128.load(source, 16), 0, 2, 4, 6);
              place = i32x4.add(i32x4.splat(at), i32x4(0, 2, 4, 6));
            }
            if (!begun) {
              best = place;
              largest = next;
              begun = true;
            } else {
              const number = v128.or(f32x4.gt(next, largest), v128.and(f32x4.ne(next, next), f32x4.eq(largest, largest)));
              best = v128.bitselect(place, best, number);
              largest = v128.bitselect(next, largest, number);
            }
          }
        }
      }
      v128.store(out + (<usize>w << 2), best);
      w += 4;
      continue;
    }
    let best = -1;
    let largest: f32 = 0;
    for (let i = lowD; i < highD; i++) {
      for (let j = lowH; j < highH; j++) {
        const line = ((startD + i * load<i32>(depth, 8)) * load<i32>(height, 20) + startH + j * load<i32>(height, 8)) * length;
        for (let k = lowPlace(width, start), end = highPlace(width, start); k < end; k++) {
          const at = line + start + k * dilation;
          const next = load<f32>(x + (<usize>at << 2));
          if (best < 0 || next > largest || (next != next && largest == largest)) {
            best = at;
            largest = next;
          }
        }
      }
    }
    store<i32>(out + (<usize>w << 2), max(best, 0));
    w++;
  }
}
