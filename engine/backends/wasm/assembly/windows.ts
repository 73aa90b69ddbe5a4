/**
 * The place of the largest entry of each window. Words: out, x, then windows as patches.ts describes them. A unit is
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

/** Four entries at a stride of one or two. */
// @ts-ignore: decorator
@inline
function four(at: usize, stride: i32): v128 {
  const next = v128.load(at);
  return stride == 2 ? v128.shuffle<i32>(next, v128.load(at, 16), 0, 2, 4, 6) : next;
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
  const dilationD = load<i32>(depth, 8);
  const dilationH = load<i32>(height, 8);
  const lengthH = load<i32>(height, 20);
  const lines = lowD < highD && lowH < highH;
  let w = 0;
  while (w < count) {
    // The last four of a line may be in part the ones before again.
    const from = min(w, count - 4);
    let start = from * stride - low;
    // What a stride of two reads behind the last place is left out again.
    if (stride <= 2 && lines && from >= 0 && start >= 0 && start + 3 * stride + reach < length) {
      const step = stride == 2 ? i32x4(0, 2, 4, 6) : i32x4(0, 1, 2, 3);
      let at = ((startD + lowD * dilationD) * lengthH + startH + lowH * dilationH) * length + start;
      let best = i32x4.add(i32x4.splat(at), step);
      let largest = four(x + (<usize>at << 2), stride);
      for (let i = lowD; i < highD; i++) {
        for (let j = lowH; j < highH; j++) {
          at = ((startD + i * dilationD) * lengthH + startH + j * dilationH) * length + start;
          for (let k = 0; k < size; k++) {
            const next = four(x + (<usize>at << 2), stride);
            const wins = v128.or(f32x4.gt(next, largest), v128.and(f32x4.ne(next, next), f32x4.eq(largest, largest)));
            best = v128.bitselect(i32x4.add(i32x4.splat(at), step), best, wins);
            largest = v128.bitselect(next, largest, wins);
            at += dilation;
          }
        }
      }
      v128.store(out + (<usize>from << 2), best);
      w = from + 4;
      continue;
    }
    start = w * stride - low;
    let best = -1;
    let largest: f32 = 0;
    const first = lowPlace(width, start);
    const end = highPlace(width, start);
    for (let i = lowD; i < highD; i++) {
      for (let j = lowH; j < highH; j++) {
        const line = ((startD + i * dilationD) * lengthH + startH + j * dilationH) * length;
        for (let k = first; k < end; k++) {
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
