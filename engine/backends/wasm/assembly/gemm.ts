/**
 * Matrix products, blocked and packed after Goto and van de Geijn (2008): a panel of b (KC × NC) and one of a (MC × KC) are
 * laid out in the order in which the innermost kernel reads them, which keeps a tile of 4 × 8 sums in registers. Small
 * products read their operands where they are. Each entry adds its products from k = 0 upwards in blocks of at most KC,
 * whatever the tile or range that it falls into.
 */
import { addProduct, put } from './arithmetic';
import { chain } from './chains';
import { fillPatches, foldRows } from './patches';
import { panels } from './scratch';

export const MR: i32 = 4;
export const NR: i32 = 8;
const KC: i32 = 256;
const MC: i32 = 120;
const NC: i32 = 512;
const A_PANEL: i32 = MC * KC * 4;
const B_PANEL: i32 = KC * NC * 4;
const TILE: i32 = MR * NR * 4;
/** Patches on their way into a panel, or a product on its way to being folded. */
export const BLOCK: i32 = KC * NC;
/** Entries of an operand that is read in place, strided as it may be. */
const SMALL: i32 = 4096;

export const GEMM_SCRATCH: i32 = A_PANEL + B_PANEL + TILE + BLOCK * 4;

/** Where the description of patches begins in a record, for `gemm` and `foldProduct`. */
const WINDOWS: usize = 80;

// @ts-ignore: decorator
@inline
export function blockAt(): usize {
  return panels() + A_PANEL + B_PANEL + TILE;
}

// @ts-ignore: decorator
@inline
export function tileAt(): usize {
  return panels() + A_PANEL + B_PANEL;
}

/** Flags of a product: the next record is to be carried out on every row of it; b is patches, described from WINDOWS on. */
const CONTINUED: i32 = 1;
const PATCHES: i32 = 2;

/**
 * Words: out, a, b, m, n, k, transposeA, transposeB, by columns, bytes from one a, b and out to the next, how many products
 * are summed up in each, flags, bytes from one a and b of such a sum to the next. A unit is a strip of MR rows or, by
 * columns, of NR columns, of one matrix after another.
 */
export function gemm(p: usize, from: i32, to: i32): void {
  const m = load<i32>(p, 28);
  const n = load<i32>(p, 32);
  const byColumns = load<i32>(p, 48) != 0;
  const width = byColumns ? NR : MR;
  const size = byColumns ? n : m;
  const strips = (size + width - 1) / width;
  const continued = (load<i32>(p, 68) & CONTINUED) != 0;
  while (from < to) {
    const matrix = from / strips;
    const first = from % strips;
    const count = min(strips - first, to - from);
    const low = first * width;
    const high = min(size, low + count * width);
    const out = load<usize>(p, 16) + <usize>matrix * load<usize>(p, 60);
    const a = load<usize>(p, 20) + <usize>matrix * load<usize>(p, 52);
    const b = load<usize>(p, 24) + <usize>matrix * load<usize>(p, 56);
    if (byColumns) product(p, out, a, b, 0, m, low, high, -1);
    else product(p, out, a, b, low, high, 0, n, continued ? matrix * m : -1);
    from += count;
  }
}

/**
 * Words as `gemm`, of a product whose rows are patches, folded where they lie on the result. A unit is a channel of it, of
 * one matrix after another.
 */
export function foldProduct(p: usize, from: i32, to: i32): void {
  const m = load<i32>(p, 28);
  const n = load<i32>(p, 32);
  const windows = p + WINDOWS;
  const entries = load<i32>(windows, 4);
  const channels = m / entries;
  const atOnce = max(1, BLOCK / (entries * n));
  const block = blockAt();
  while (from < to) {
    const matrix = from / channels;
    const channel = from % channels;
    const count = min(min(channels - channel, to - from), atOnce);
    const low = channel * entries;
    const high = low + count * entries;
    const a = load<usize>(p, 20) + <usize>matrix * load<usize>(p, 52);
    const b = load<usize>(p, 24) + <usize>matrix * load<usize>(p, 56);
    product(p, block - (<usize>(low * n) << 2), a, b, low, high, 0, n, -1);
    foldRows(windows, block, load<usize>(p, 16) + <usize>matrix * load<usize>(p, 60), channel, count);
    from += count;
  }
}

/**
 * Rows m0 to m1 and columns n0 to n1 of one product, or of the sum of several. Where `before` rows stand before it in a
 * result that is to be continued, all columns are asked for, and rows are continued while they are still in the cache.
 */
function product(p: usize, out: usize, a: usize, b: usize, m0: i32, m1: i32, n0: i32, n1: i32, before: i32): void {
  const n = load<i32>(p, 32);
  const k = load<i32>(p, 36);
  const transposeA = load<i32>(p, 40) != 0;
  const transposeB = load<i32>(p, 44) != 0;
  const summed = load<i32>(p, 64);
  const patches = (load<i32>(p, 68) & PATCHES) != 0;
  const aWidth = transposeA ? load<i32>(p, 28) : k;
  if (!patches && (m1 - m0) * k <= SMALL && (n1 - n0) * k <= SMALL) {
    for (let s = 0; s < summed; s++) {
      smallProduct(out, a, b, n, k, aWidth, transposeA, transposeB, m0, m1, n0, n1, s != 0);
      a += load<usize>(p, 72);
      b += load<usize>(p, 76);
    }
    if (before >= 0) proceed(p, before + m0, before + m1);
    return;
  }
  const aPanel = panels();
  const bPanel = aPanel + A_PANEL;
  const tile = tileAt();
  const step = (k + blocksOf(k) - 1) / blocksOf(k);
  for (let j = n0; j < n1; j += NC) {
    const nc = min(n1 - j, NC);
    for (let s = 0; s < summed; s++) {
      const ownA = a + <usize>s * load<usize>(p, 72);
      const ownB = b + <usize>s * load<usize>(p, 76);
      for (let q = 0; q < k; q += step) {
        const kc = min(k - q, step);
        const adds = (s | q) != 0;
        if (!patches) packB(bPanel, ownB, transposeB, transposeB ? k : n, j, nc, q, kc);
        else if (transposeB) {
          fillPatches(p + WINDOWS, ownB, blockAt(), j, nc, q, kc);
          packB(bPanel, blockAt(), true, kc, 0, nc, 0, kc);
        } else {
          fillPatches(p + WINDOWS, ownB, blockAt(), q, kc, j, nc);
          packB(bPanel, blockAt(), false, nc, 0, nc, 0, kc);
        }
        for (let i = m0; i < m1; i += MC) {
          const mc = min(m1 - i, MC);
          packA(aPanel, ownA, transposeA, aWidth, i, mc, q, kc);
          for (let jr = 0; jr < nc; jr += NR) {
            const bp = bPanel + (<usize>(jr * kc) << 2);
            for (let ir = 0; ir < mc; ir += MR) {
              const ap = aPanel + (<usize>(ir * kc) << 2);
              const c = out + (<usize>((i + ir) * n + j + jr) << 2);
              if (mc - ir >= MR && nc - jr >= NR) tileProduct(kc, ap, bp, c, <usize>n << 2, adds);
              else {
                tileProduct(kc, ap, bp, tile, NR << 2, false);
                copyTile(tile, c, min(mc - ir, MR), min(nc - jr, NR), n, adds);
              }
            }
          }
          if (before >= 0 && s == summed - 1 && q + kc == k && j + nc == n && n <= NC) proceed(p, before + i, before + i + mc);
        }
      }
    }
  }
  if (before >= 0 && n > NC) proceed(p, before + m0, before + m1);
}

/** Carries out the next record on these rows of the result. */
// @ts-ignore: decorator
@inline
function proceed(p: usize, from: i32, to: i32): void {
  const n = load<i32>(p, 32);
  chain(p + load<i32>(p, 4), (from * n) >> 2, (to * n) >> 2);
}

/** Into how many blocks of equal size k is cut. */
// @ts-ignore: decorator
@inline
function blocksOf(k: i32): i32 {
  return (k + KC - 1) / KC;
}

/** The same sums without packing: only columns that are apart, or beyond the end, are laid out first. */
function smallProduct(
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  k: i32,
  aWidth: i32,
  transposeA: bool,
  transposeB: bool,
  m0: i32,
  m1: i32,
  n0: i32,
  n1: i32,
  adds: bool
): void {
  const panel = panels();
  const tile = tileAt();
  const along: usize = transposeA ? <usize>aWidth << 2 : 4;
  const across: usize = transposeA ? 4 : <usize>aWidth << 2;
  const row = <usize>n << 2;
  for (let j = n0; j < n1; j += NR) {
    const columns = min(n1 - j, NR);
    let strip = b + (<usize>j << 2);
    let stripStep = row;
    if (transposeB || columns < NR) {
      packB(panel, b, transposeB, transposeB ? k : n, j, columns, 0, k);
      strip = panel;
      stripStep = NR << 2;
    }
    for (let i = m0; i < m1; i += MR) {
      const rows = min(m1 - i, MR);
      const a0 = a + <usize>i * across;
      const a1 = rows > 1 ? a0 + across : a0;
      const a2 = rows > 2 ? a1 + across : a1;
      const a3 = rows > 3 ? a2 + across : a2;
      const c = out + (<usize>(i * n + j) << 2);
      const whole = rows == MR && columns == NR;
      // In the blocks of the packed product, so that a sum is the same in whichever way it is computed.
      const step = (k + blocksOf(k) - 1) / blocksOf(k);
      for (let q = 0; q < k; q += step) {
        const kc = min(k - q, step);
        const at = <usize>q * along;
        const bp = strip + <usize>q * stripStep;
        const sums = adds || q != 0;
        if (whole) stridedTile(kc, a0 + at, a1 + at, a2 + at, a3 + at, along, bp, stripStep, c, row, sums);
        else {
          stridedTile(kc, a0 + at, a1 + at, a2 + at, a3 + at, along, bp, stripStep, tile, NR << 2, false);
          copyTile(tile, c, rows, columns, n, sums);
        }
      }
    }
  }
}

export function copyTile(tile: usize, c: usize, rows: i32, columns: i32, n: i32, adds: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = c + (<usize>(i * n + j) << 2);
      const value = load<f32>(tile + (<usize>(i * NR + j) << 2));
      store<f32>(at, adds ? load<f32>(at) + value : value);
    }
  }
}

/** Strips of MR rows: for each of kc, the MR entries of its column. Missing rows are zeros. */
function packA(panel: usize, a: usize, transposed: bool, width: i32, i0: i32, mc: i32, k0: i32, kc: i32): void {
  const row = <usize>width << 2;
  for (let i = 0; i < mc; i += MR) {
    const rows = min(mc - i, MR);
    let at = a + (<usize>(transposed ? k0 * width + i0 + i : (i0 + i) * width + k0) << 2);
    let q = 0;
    if (rows == MR && transposed) {
      for (; q < kc; q++) {
        v128.store(panel, v128.load(at));
        at += row;
        panel += 16;
      }
    } else if (rows == MR) {
      for (; q + 4 <= kc; q += 4) {
        transpose4(panel, at, row, 16);
        at += 16;
        panel += 64;
      }
    }
    const along: usize = transposed ? row : 4;
    const across: usize = transposed ? 4 : row;
    for (; q < kc; q++) {
      for (let r = 0; r < MR; r++) store<f32>(panel + (r << 2), r < rows ? load<f32>(at + <usize>r * across) : 0);
      at += along;
      panel += 16;
    }
  }
}

/** Strips of NR columns: for each of kc, the NR entries of its row. Missing columns are zeros. */
export function packB(panel: usize, b: usize, transposed: bool, width: i32, j0: i32, nc: i32, k0: i32, kc: i32): void {
  const row = <usize>width << 2;
  for (let j = 0; j < nc; j += NR) {
    const columns = min(nc - j, NR);
    let at = b + (<usize>(transposed ? (j0 + j) * width + k0 : k0 * width + j0 + j) << 2);
    if (columns == NR && !transposed) {
      for (let q = 0; q < kc; q++) {
        v128.store(panel, v128.load(at));
        v128.store(panel, v128.load(at, 16), 16);
        at += row;
        panel += 32;
      }
      continue;
    }
    let q = 0;
    if (columns == NR) {
      for (; q + 4 <= kc; q += 4) {
        transpose4(panel, at, row, 32);
        transpose4(panel + 16, at + 4 * row, row, 32);
        at += 16;
        panel += 128;
      }
    }
    const along: usize = transposed ? 4 : row;
    const across: usize = transposed ? row : 4;
    for (; q < kc; q++) {
      for (let c = 0; c < NR; c++) store<f32>(panel + (c << 2), c < columns ? load<f32>(at + <usize>c * across) : 0);
      at += along;
      panel += 32;
    }
  }
}

/** Four entries of four rows become four entries of four columns, `step` bytes from one to the next. */
// @ts-ignore: decorator
@inline
function transpose4(to: usize, from: usize, row: usize, step: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + row);
  const r2 = v128.load(from + 2 * row);
  const r3 = v128.load(from + 3 * row);
  const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(t0, t1, 0, 2));
  v128.store(to + step, v128.shuffle<i64>(t0, t1, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<i64>(t2, t3, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<i64>(t2, t3, 1, 3));
}

/** c ← or += a strip · b strip: 4 × 8 sums of kc products; `row` is c's, in bytes. */
// @ts-ignore: decorator
@inline
function tileProduct(kc: i32, a: usize, b: usize, c: usize, row: usize, adds: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = a + (<usize>kc << 4);
  while (a < end) {
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
    b += 32;
  }
  put(c, c00, c01, adds);
  put(c + row, c10, c11, adds);
  put(c + 2 * row, c20, c21, adds);
  put(c + 3 * row, c30, c31, adds);
}

/** `tileProduct` of operands that are not packed: four rows of a and a strip of b, with their steps along k in bytes. */
function stridedTile(
  kc: i32,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  along: usize,
  b: usize,
  step: usize,
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
  for (let q = 0; q < kc; q++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(r0);
    c00 = addProduct(a0, b0, c00);
    c01 = addProduct(a0, b1, c01);
    const a1 = v128.load32_splat(r1);
    c10 = addProduct(a1, b0, c10);
    c11 = addProduct(a1, b1, c11);
    const a2 = v128.load32_splat(r2);
    c20 = addProduct(a2, b0, c20);
    c21 = addProduct(a2, b1, c21);
    const a3 = v128.load32_splat(r3);
    c30 = addProduct(a3, b0, c30);
    c31 = addProduct(a3, b1, c31);
    r0 += along;
    r1 += along;
    r2 += along;
    r3 += along;
    b += step;
  }
  put(c, c00, c01, adds);
  put(c + row, c10, c11, adds);
  put(c + 2 * row, c20, c21, adds);
  put(c + 3 * row, c30, c31, adds);
}
