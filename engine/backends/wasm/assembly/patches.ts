/**
 * Windows over an image [channels, d, h, w] (axes that it has not have size 1): what each place within a window sees, as
 * rows [channels · places, windows], made a block at a time, and the way back. Words of the description: the value beyond the
 * image, places within a window; then for each of the three axes size of the window, stride, dilation, low, count, length.
 */

const AXES: usize = 8;
const AXIS: usize = 24;

/** The first window along the axis at `axis` whose entry at `place` lies inside. */
// @ts-ignore: decorator
@inline
function firstInside(axis: usize, place: i32): i32 {
  const start = place * load<i32>(axis, 8) - load<i32>(axis, 12);
  const stride = load<i32>(axis, 4);
  return min(load<i32>(axis, 16), start >= 0 ? 0 : (stride - 1 - start) / stride);
}

/** The first window from `first` on whose entry at `place` lies behind the end. */
// @ts-ignore: decorator
@inline
function endInside(axis: usize, place: i32, first: i32): i32 {
  const start = place * load<i32>(axis, 8) - load<i32>(axis, 12);
  const stride = load<i32>(axis, 4);
  const room = load<i32>(axis, 20) - start;
  return min(load<i32>(axis, 16), max(first, room <= 0 ? 0 : (room + stride - 1) / stride));
}

/** Where window `window` has its entry at `place` along the axis; −1 beyond the ends. */
// @ts-ignore: decorator
@inline
function inside(axis: usize, window: i32, place: i32): i32 {
  const at = window * load<i32>(axis, 4) + place * load<i32>(axis, 8) - load<i32>(axis, 12);
  return at >= 0 && at < load<i32>(axis, 20) ? at : -1;
}

/** Rows r0 to r0 + rows and columns c0 to c0 + columns of the patches of `image`, row after row at `out`. */
export function fillPatches(p: usize, image: usize, out: usize, r0: i32, rows: i32, c0: i32, columns: i32): void {
  const beyond = v128.load32_splat(p);
  const depth = p + AXES;
  const height = depth + AXIS;
  const width = height + AXIS;
  const kh = load<i32>(height);
  const kw = load<i32>(width);
  const places = load<i32>(p, 4);
  const countW = load<i32>(width, 16);
  const lengthW = load<i32>(width, 20);
  const strideW = load<i32>(width, 4);
  for (let r = r0; r < r0 + rows; r++) {
    const channel = r / places;
    const place = r % places;
    const w = place % kw;
    const h = (place / kw) % kh;
    const d = place / (kw * kh);
    const first = firstInside(width, w);
    const end = endInside(width, w, first);
    const start = w * load<i32>(width, 8) - load<i32>(width, 12);
    let line = c0 / countW;
    let from = c0 % countW;
    let left = columns;
    while (left > 0) {
      const to = min(countW, from + left);
      const atD = inside(depth, line / load<i32>(height, 16), d);
      const atH = inside(height, line % load<i32>(height, 16), h);
      if (atD < 0 || atH < 0) spread(out, to - from, beyond);
      else {
        const low = min(to, max(from, first));
        const high = max(low, min(to, end));
        const row = image + (<usize>(((channel * load<i32>(depth, 20) + atD) * load<i32>(height, 20) + atH) * lengthW) << 2);
        if (low > from) spread(out, low - from, beyond);
        take(out + (<usize>(low - from) << 2), row + <usize>((start + low * strideW) * 4), high - low, <usize>strideW << 2);
        if (to > high) spread(out + (<usize>(high - from) << 2), to - high, beyond);
      }
      out += <usize>(to - from) << 2;
      left -= to - from;
      from = 0;
      line++;
    }
  }
}

// @ts-ignore: decorator
@inline
function spread(out: usize, count: i32, four: v128): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(out + (<usize>i << 2), four);
  for (; i < count; i++) v128.store_lane<f32>(out + (<usize>i << 2), four, 0);
}

/** Copies `count` entries that are `step` bytes apart. */
// @ts-ignore: decorator
@inline
function take(out: usize, x: usize, count: i32, step: usize): void {
  let i = 0;
  if (step == 4) {
    for (; i + 4 <= count; i += 4) v128.store(out + (<usize>i << 2), v128.load(x + (<usize>i << 2)));
  }
  for (; i < count; i++) store<f32>(out + (<usize>i << 2), load<f32>(x + <usize>i * step));
}

/** Adds the rows of `count` channels from `channel` on, which stand at `block`, where they lie on `image`; what was there goes. */
export function foldRows(p: usize, block: usize, image: usize, channel: i32, count: i32): void {
  const depth = p + AXES;
  const height = depth + AXIS;
  const width = height + AXIS;
  const size = load<i32>(depth, 20) * load<i32>(height, 20) * load<i32>(width, 20);
  const lines = load<i32>(depth, 16) * load<i32>(height, 16);
  const countW = load<i32>(width, 16);
  const stride = <usize>load<i32>(width, 4) << 2;
  image += <usize>(channel * size) << 2;
  memory.fill(image, 0, <usize>(count * size) << 2);
  for (let c = 0; c < count; c++) {
    for (let d = 0; d < load<i32>(depth); d++) {
      for (let h = 0; h < load<i32>(height); h++) {
        for (let w = 0; w < load<i32>(width); w++) {
          const first = firstInside(width, w);
          const end = endInside(width, w, first);
          const start = w * load<i32>(width, 8) - load<i32>(width, 12);
          for (let line = 0; line < lines; line++) {
            const atD = inside(depth, line / load<i32>(height, 16), d);
            const atH = inside(height, line % load<i32>(height, 16), h);
            if (atD >= 0 && atH >= 0) {
              const at = image + (<usize>((atD * load<i32>(height, 20) + atH) * load<i32>(width, 20)) << 2) + <usize>(start * 4) + <usize>first * stride;
              addTo(at, block + (<usize>first << 2), end - first, stride);
            }
            block += <usize>countW << 2;
          }
        }
      }
    }
    image += <usize>size << 2;
  }
}

// @ts-ignore: decorator
@inline
function addTo(out: usize, x: usize, count: i32, step: usize): void {
  let i = 0;
  if (step == 4) {
    for (; i + 4 <= count; i += 4) {
      const at = out + (<usize>i << 2);
      v128.store(at, f32x4.add(v128.load(at), v128.load(x + (<usize>i << 2))));
    }
  }
  for (; i < count; i++) {
    const at = out + <usize>i * step;
    store<f32>(at, load<f32>(at) + load<f32>(x + (<usize>i << 2)));
  }
}
