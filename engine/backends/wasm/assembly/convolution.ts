/**
 * Convolutions whose windows step by one entry along the last axis, without patches: an image is padded once, and what each
 * place of a window sees is then that image from another entry on. One table says where each place of each channel begins,
 * another where each line of windows does, and the kernels keep tiles of 4 × 8 sums in registers as those of products do.
 *
 * Words from 16: out, image, kernel, rows of the result, channels of the image; bytes from one out, image and kernel to the
 * next; entries of the kernel from one row of the result to the next, and from one channel of the image; whether its places
 * are in reverse; flags (1: the next record continues each share of rows); images that are summed up; bytes from one such
 * image, and gradient, to the next; then windows as patches.ts describes them, at WINDOWS.
 */
import { addProduct, put } from './arithmetic';
import { chain } from './chains';
import { blockAt, BLOCK, copyTile, MR, NR, packB, tileAt } from './gemm';
import { panels, tablesAt, TABLE } from './scratch';

const WINDOWS: usize = 76;
const CONTINUED: i32 = 1;
/** Entries of the packed kernel, and of the sums of a kernel's gradient, at once. */
const PANEL: i32 = 30720;
/** Entries of the packed gradient at once. */
const GRADIENT_PANEL: i32 = 131072;

// Words of an axis.
const SIZE: usize = 0;
const STRIDE: usize = 4;
const DILATION: usize = 8;
const LOW: usize = 12;
const COUNT: usize = 16;
const LENGTH: usize = 20;
const AXIS: usize = 24;

// @ts-ignore: decorator
@inline
function axisAt(p: usize, axis: i32): usize {
  return p + WINDOWS + 8 + <usize>axis * AXIS;
}

/** Entries of the padded image along an axis: as far as the last window reaches. */
// @ts-ignore: decorator
@inline
function paddedLength(axis: usize): i32 {
  return (load<i32>(axis, COUNT) - 1) * load<i32>(axis, STRIDE) + (load<i32>(axis, SIZE) - 1) * load<i32>(axis, DILATION) + 1;
}

/** Copies channels of the image into the block with zeros around them; what no window reaches is left out. */
function pad(p: usize, image: usize, channels: i32): void {
  const depth = axisAt(p, 0);
  const height = axisAt(p, 1);
  const width = axisAt(p, 2);
  const paddedD = paddedLength(depth);
  const paddedH = paddedLength(height);
  const paddedW = paddedLength(width);
  const lengthD = load<i32>(depth, LENGTH);
  const lengthH = load<i32>(height, LENGTH);
  const lengthW = load<i32>(width, LENGTH);
  const low = load<i32>(width, LOW);
  const first = max(0, -low);
  const count = min(lengthW, paddedW - low) - first;
  let out = blockAt();
  memory.fill(out, 0, <usize>(channels * paddedD * paddedH * paddedW) << 2);
  for (let channel = 0; channel < channels; channel++) {
    for (let d = 0; d < paddedD; d++) {
      const atD = d - load<i32>(depth, LOW);
      for (let h = 0; h < paddedH; h++) {
        const atH = h - load<i32>(height, LOW);
        if (atD >= 0 && atD < lengthD && atH >= 0 && atH < lengthH && count > 0) {
          const from = image + (<usize>(((channel * lengthD + atD) * lengthH + atH) * lengthW + first) << 2);
          const to = out + (<usize>(low + first) << 2);
          let i = 0;
          for (; i + 4 <= count; i += 4) v128.store(to + (<usize>i << 2), v128.load(from + (<usize>i << 2)));
          for (; i < count; i++) store<f32>(to + (<usize>i << 2), load<f32>(from + (<usize>i << 2)));
        }
        out += <usize>paddedW << 2;
      }
    }
  }
}

/** Writes in bytes where each place of each of so many channels begins in the padded image. */
function tablePlaces(p: usize, table: usize, channels: i32): void {
  const depth = axisAt(p, 0);
  const height = axisAt(p, 1);
  const width = axisAt(p, 2);
  const row = paddedLength(width);
  const slice = paddedLength(height) * row;
  for (let channel = 0; channel < channels; channel++) {
    for (let d = 0; d < load<i32>(depth, SIZE); d++) {
      for (let h = 0; h < load<i32>(height, SIZE); h++) {
        const line = (channel * paddedLength(depth) + d * load<i32>(depth, DILATION)) * slice + h * load<i32>(height, DILATION) * row;
        for (let w = 0; w < load<i32>(width, SIZE); w++) {
          store<i32>(table, (line + w * load<i32>(width, DILATION)) << 2);
          table += 4;
        }
      }
    }
  }
}

/** Writes in bytes where each line of windows begins; returns how many there are. */
function tableLines(p: usize, table: usize): i32 {
  const depth = axisAt(p, 0);
  const height = axisAt(p, 1);
  const row = paddedLength(axisAt(p, 2));
  const slice = paddedLength(height) * row;
  for (let d = 0; d < load<i32>(depth, COUNT); d++) {
    for (let h = 0; h < load<i32>(height, COUNT); h++) {
      store<i32>(table, (d * load<i32>(depth, STRIDE) * slice + h * load<i32>(height, STRIDE) * row) << 2);
      table += 4;
    }
  }
  return load<i32>(depth, COUNT) * load<i32>(height, COUNT);
}

// @ts-ignore: decorator
@inline
function placesOf(p: usize): i32 {
  return load<i32>(p, WINDOWS + 4);
}

// @ts-ignore: decorator
@inline
function paddedSize(p: usize): i32 {
  return paddedLength(axisAt(p, 0)) * paddedLength(axisAt(p, 1)) * paddedLength(axisAt(p, 2));
}

/** The result of windows over images, a row of it for each row of the kernel. A unit is a strip of MR rows, of one image after another. */
export function convolve(p: usize, from: i32, to: i32): void {
  const rows = load<i32>(p, 28);
  const strips = (rows + MR - 1) / MR;
  const lines = tablesAt() + TABLE;
  const lineCount = tableLines(p, lines);
  const n = lineCount * load<i32>(axisAt(p, 2), COUNT);
  const channels = load<i32>(p, 32);
  // A kernel that all images share and that has its place is packed for all of them.
  const packed = load<usize>(p, 44) == 0 && strips * MR * channels * placesOf(p) <= PANEL && channelsAtOnce(p) == channels;
  if (packed) packKernel(p, panels(), load<usize>(p, 24), 0, rows, 0, channels);
  while (from < to) {
    const image = from / strips;
    const first = from % strips;
    const count = min(strips - first, to - from);
    const low = first * MR;
    const high = min(rows, low + count * MR);
    convolveImage(p, image, low, high, lines, lineCount, n, packed);
    if (load<i32>(p, 60) & CONTINUED) chain(p + load<i32>(p, 4), ((image * rows + low) * n) >> 2, ((image * rows + high) * n) >> 2);
    from += count;
  }
}

/** So many channels at once that the packed rows of the kernel and the padded image have their places. */
function channelsAtOnce(p: usize): i32 {
  const places = placesOf(p);
  return max(1, min(load<i32>(p, 32), min(min(PANEL / (places * MR), BLOCK / paddedSize(p)), TABLE / 4 / places)));
}

function convolveImage(p: usize, image: i32, m0: i32, m1: i32, lines: usize, lineCount: i32, n: i32, packed: bool): void {
  const out = load<usize>(p, 16) + <usize>image * load<usize>(p, 36);
  const source = load<usize>(p, 20) + <usize>image * load<usize>(p, 40);
  const kernel = load<usize>(p, 24) + <usize>image * load<usize>(p, 44);
  const channels = load<i32>(p, 32);
  const places = placesOf(p);
  const size = load<i32>(axisAt(p, 0), LENGTH) * load<i32>(axisAt(p, 1), LENGTH) * load<i32>(axisAt(p, 2), LENGTH);
  const width = load<i32>(axisAt(p, 2), COUNT);
  const table = tablesAt();
  const panel = panels();
  const padded = blockAt();
  const atOnce = channelsAtOnce(p);
  for (let channel = 0; channel < channels; channel += atOnce) {
    const count = min(atOnce, channels - channel);
    const depth = count * places;
    const adds = channel != 0;
    pad(p, source + (<usize>(channel * size) << 2), count);
    tablePlaces(p, table, count);
    const block = max(MR, (PANEL / depth / MR) * MR);
    for (let i = m0; i < m1; i += block) {
      const end = min(m1, i + block);
      if (!packed) packKernel(p, panel, kernel, i, end, channel, count);
      const strips = packed ? panel + (<usize>(i * depth) << 2) : panel;
      for (let line = 0; line < lineCount; line++) {
        const base = padded + load<u32>(lines + (<usize>line << 2));
        for (let column = 0; column < width; column += NR) {
          // The last tile of a line ends with the line, and what it has in common with the one before is left there.
          const start = min(column, width - NR);
          for (let row = i; row < end; row += MR) {
            const a = strips + (<usize>((row - i) * depth) << 2);
            const c = out + (<usize>(row * n + line * width + column) << 2);
            if (start == column && end - row >= MR) convolutionTile(depth, a, base + (<usize>start << 2), table, c, <usize>n << 2, adds);
            else {
              const tile = tileAt();
              convolutionTile(depth, a, base + (<usize>start << 2), table, tile, NR << 2, false);
              copyTile(tile + (<usize>(column - start) << 2), c, min(end - row, MR), NR - (column - start), n, adds);
            }
          }
        }
      }
    }
  }
}

/** Strips of MR rows of the kernel: for each place of each channel, the entries of the rows. Missing rows are zeros. */
function packKernel(p: usize, panel: usize, kernel: usize, m0: i32, m1: i32, channel: i32, count: i32): void {
  const places = placesOf(p);
  const across = <usize>load<i32>(p, 48) << 2;
  const along = <usize>load<i32>(p, 52) << 2;
  const reversed = load<i32>(p, 56) != 0;
  for (let row = m0; row < m1; row += MR) {
    const rows = min(MR, m1 - row);
    for (let c = channel; c < channel + count; c++) {
      const start = kernel + <usize>row * across + <usize>c * along;
      for (let place = 0; place < places; place++) {
        const at = start + (<usize>(reversed ? places - 1 - place : place) << 2);
        for (let r = 0; r < MR; r++) store<f32>(panel + (<usize>r << 2), r < rows ? load<f32>(at + <usize>r * across) : 0);
        panel += MR << 2;
      }
    }
  }
}

function convolutionTile(depth: i32, a: usize, image: usize, table: usize, c: usize, row: usize, adds: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = table + (<usize>depth << 2);
  while (table < end) {
    const b = image + load<u32>(table);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = addProduct(a0, b0, c00);
    c01 = addProduct(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = addProduct(a1, b0, c10);
    c11 = addProduct(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = addProduct(a2, b0, c20);
    c21 = addProduct(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = addProduct(a3, b0, c30);
    c31 = addProduct(a3, b1, c31);
    a += 16;
    table += 4;
  }
  put(c, c00, c01, adds);
  put(c + row, c10, c11, adds);
  put(c + 2 * row, c20, c21, adds);
  put(c + 3 * row, c30, c31, adds);
}

/**
 * The gradient of the kernel, summed over images: for each row of the result's gradient (at `kernel`) and each place of each
 * channel. A unit is a strip of MR places of channels, all of one group of channels before the next.
 */
export function convolveKernel(p: usize, from: i32, to: i32): void {
  const reach = load<i32>(p, 32) * placesOf(p);
  const strips = (reach + MR - 1) / MR;
  const rows = load<i32>(p, 28);
  const columns = ((rows + NR - 1) / NR) * NR;
  const atOnce = max(1, PANEL / columns / MR);
  while (from < to) {
    const group = from / strips;
    const first = from % strips;
    const count = min(min(strips - first, to - from), atOnce);
    kernelRows(p, group, first * MR, min(reach, (first + count) * MR), columns);
    from += count;
  }
}

function kernelRows(p: usize, group: i32, r0: i32, r1: i32, columns: i32): void {
  const rows = load<i32>(p, 28);
  const channels = load<i32>(p, 32);
  const places = placesOf(p);
  const reach = channels * places;
  const width = load<i32>(axisAt(p, 2), COUNT);
  const size = load<i32>(axisAt(p, 0), LENGTH) * load<i32>(axisAt(p, 1), LENGTH) * load<i32>(axisAt(p, 2), LENGTH);
  const table = tablesAt();
  const lines = table + TABLE;
  const lineCount = tableLines(p, lines);
  const images = load<i32>(p, 64);
  const sums = panels();
  const gradientPanel = sums + (PANEL << 2);
  const linesAtOnce = max(1, GRADIENT_PANEL / (columns * width));
  const channelsAtOnce = max(1, min(BLOCK / paddedSize(p), TABLE / 4 / places));
  const padded = blockAt();
  for (let image = 0; image < images; image++) {
    const source = load<usize>(p, 20) + <usize>group * load<usize>(p, 40) + <usize>image * load<usize>(p, 68);
    const gradient = load<usize>(p, 24) + <usize>group * load<usize>(p, 44) + <usize>image * load<usize>(p, 72);
    for (let line = 0; line < lineCount; line += linesAtOnce) {
      const taken = min(linesAtOnce, lineCount - line);
      packB(gradientPanel, gradient, true, lineCount * width, 0, rows, line * width, taken * width);
      for (let channel = r0 / places; channel * places < r1; channel += channelsAtOnce) {
        const count = min(channelsAtOnce, channels - channel);
        pad(p, source + (<usize>(channel * size) << 2), count);
        tablePlaces(p, table, count);
        const low = max(r0, channel * places);
        const high = min(r1, (channel + count) * places);
        for (let r = low; r < high; r += MR) {
          const at = table + (<usize>(r - channel * places) << 2);
          const left = high - r;
          const p0 = padded + load<u32>(at);
          const p1 = left > 1 ? padded + load<u32>(at, 4) : p0;
          const p2 = left > 2 ? padded + load<u32>(at, 8) : p0;
          const p3 = left > 3 ? padded + load<u32>(at, 12) : p0;
          for (let j = 0; j < columns; j += NR) {
            const b = gradientPanel + (<usize>(j * taken * width) << 2);
            const c = sums + (<usize>((r - r0) * columns + j) << 2);
            const adds = (image | line) != 0;
            if (left >= MR) kernelTile(p0, p1, p2, p3, lines + (<usize>line << 2), taken, width, b, c, <usize>columns << 2, adds);
            else {
              const tile = tileAt();
              kernelTile(p0, p1, p2, p3, lines + (<usize>line << 2), taken, width, b, tile, NR << 2, false);
              copyTile(tile, c, left, NR, columns, adds);
            }
          }
        }
      }
    }
  }
  const out = load<usize>(p, 16) + <usize>group * load<usize>(p, 36);
  for (let row = 0; row < rows; row++) {
    for (let r = r0; r < r1; r++) store<f32>(out + (<usize>(row * reach + r) << 2), load<f32>(sums + (<usize>((r - r0) * columns + row) << 2)));
  }
}

/** Four places of channels against eight rows of the packed gradient, over so many lines of windows. */
function kernelTile(
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  lines: usize,
  count: i32,
  width: i32,
  b: usize,
  c: usize,
  row: usize,
  adds: bool
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (let line = 0; line < count; line++) {
    let at = <usize>load<u32>(lines + (<usize>line << 2));
    const end = at + (<usize>width << 2);
    while (at < end) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const a0 = v128.load32_splat(p0 + at);
      c00 = addProduct(a0, b0, c00);
      c01 = addProduct(a0, b1, c01);
      const a1 = v128.load32_splat(p1 + at);
      c10 = addProduct(a1, b0, c10);
      c11 = addProduct(a1, b1, c11);
      const a2 = v128.load32_splat(p2 + at);
      c20 = addProduct(a2, b0, c20);
      c21 = addProduct(a2, b1, c21);
      const a3 = v128.load32_splat(p3 + at);
      c30 = addProduct(a3, b0, c30);
      c31 = addProduct(a3, b1, c31);
      b += 32;
      at += 4;
    }
  }
  put(c, c00, c01, adds);
  put(c + row, c10, c11, adds);
  put(c + 2 * row, c20, c21, adds);
  put(c + 3 * row, c30, c31, adds);
}
