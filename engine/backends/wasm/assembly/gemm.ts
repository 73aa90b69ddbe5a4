/**
 * Matrix products, blocked and packed after Goto and van de Geijn (2008): a panel of b (KC × NC) and one of a (MC × KC) are
 * laid out in the order in which the innermost kernel reads them, which keeps a tile of 4 × 8 sums in registers. Each entry
 * adds its products from k = 0 upwards in blocks of KC, whatever the tile or range that it falls into.
 */
import { panels } from './scratch';

const MR: i32 = 4;
const NR: i32 = 8;
const KC: i32 = 256;
const MC: i32 = 120;
const NC: i32 = 512;
const A_PANEL: i32 = MC * KC * 4;
const B_PANEL: i32 = KC * NC * 4;
const TILE: i32 = MR * NR * 4;

export const GEMM_SCRATCH: i32 = A_PANEL + B_PANEL + TILE;

/**
 * Words: out, a, b, m, n, k, transposeA, transposeB, by columns. A unit is a strip of MR rows or, by columns, of NR
 * columns, of one matrix after another.
 */
export function gemm(p: usize, from: i32, to: i32): void {
  const out = load<usize>(p, 16);
  const a = load<usize>(p, 20);
  const b = load<usize>(p, 24);
  const m = load<i32>(p, 28);
  const n = load<i32>(p, 32);
  const k = load<i32>(p, 36);
  const byColumns = load<i32>(p, 48) != 0;
  const width = byColumns ? NR : MR;
  const size = byColumns ? n : m;
  const strips = (size + width - 1) / width;
  while (from < to) {
    const matrix = from / strips;
    const first = from % strips;
    const count = min(strips - first, to - from);
    const low = first * width;
    const high = min(size, low + count * width);
    const matrixOut = out + ((<usize>matrix * m * n) << 2);
    const matrixA = a + ((<usize>matrix * m * k) << 2);
    const matrixB = b + ((<usize>matrix * k * n) << 2);
    if (byColumns) product(p, matrixOut, matrixA, matrixB, m, n, k, 0, m, low, high);
    else product(p, matrixOut, matrixA, matrixB, m, n, k, low, high, 0, n);
    from += count;
  }
}

/** Rows m0 to m1 and columns n0 to n1 of one product. */
function product(p: usize, out: usize, a: usize, b: usize, m: i32, n: i32, k: i32, m0: i32, m1: i32, n0: i32, n1: i32): void {
  const transposeA = load<i32>(p, 40) != 0;
  const transposeB = load<i32>(p, 44) != 0;
  const aPanel = panels();
  const bPanel = aPanel + A_PANEL;
  const tile = bPanel + B_PANEL;
  for (let j = n0; j < n1; j += NC) {
    const nc = min(n1 - j, NC);
    for (let q = 0; q < k; q += KC) {
      const kc = min(k - q, KC);
      const adds = q != 0;
      packB(bPanel, b, transposeB, transposeB ? k : n, j, nc, q, kc);
      for (let i = m0; i < m1; i += MC) {
        const mc = min(m1 - i, MC);
        packA(aPanel, a, transposeA, transposeA ? m : k, i, mc, q, kc);
        for (let jr = 0; jr < nc; jr += NR) {
          for (let ir = 0; ir < mc; ir += MR) {
            const ap = aPanel + (<usize>(ir * kc) << 2);
            const bp = bPanel + (<usize>(jr * kc) << 2);
            const c = out + (<usize>((i + ir) * n + j + jr) << 2);
            if (mc - ir >= MR && nc - jr >= NR) tileProduct(kc, ap, bp, c, <usize>n << 2, adds);
            else {
              tileProduct(kc, ap, bp, tile, NR << 2, false);
              copyTile(tile, c, min(mc - ir, MR), min(nc - jr, NR), n, adds);
            }
          }
        }
      }
    }
  }
}

function copyTile(tile: usize, c: usize, rows: i32, columns: i32, n: i32, adds: bool): void {
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
    const along: usize = transposed ? row : 4;
    const across: usize = transposed ? 4 : row;
    for (let q = 0; q < kc; q++) {
      if (rows == MR) {
        store<f32>(panel, load<f32>(at));
        store<f32>(panel, load<f32>(at + across), 4);
        store<f32>(panel, load<f32>(at + 2 * across), 8);
        store<f32>(panel, load<f32>(at + 3 * across), 12);
      } else for (let r = 0; r < MR; r++) store<f32>(panel + (r << 2), r < rows ? load<f32>(at + <usize>r * across) : 0);
      at += along;
      panel += 16;
    }
  }
}

/** Strips of NR columns: for each of kc, the NR entries of its row. Missing columns are zeros. */
function packB(panel: usize, b: usize, transposed: bool, width: i32, j0: i32, nc: i32, k0: i32, kc: i32): void {
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
        transpose4(panel, at, row);
        transpose4(panel + 16, at + 4 * row, row);
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

/** Four entries of four rows become four entries of four columns, NR apart. */
// @ts-ignore: decorator
@inline
function transpose4(to: usize, from: usize, row: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + row);
  const r2 = v128.load(from + 2 * row);
  const r3 = v128.load(from + 3 * row);
  const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(t0, t1, 0, 2));
  v128.store(to, v128.shuffle<i64>(t0, t1, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(t2, t3, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(t2, t3, 1, 3), 96);
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
    c00 = f32x4.add(f32x4.mul(a0, b0), c00);
    c01 = f32x4.add(f32x4.mul(a0, b1), c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = f32x4.add(f32x4.mul(a1, b0), c10);
    c11 = f32x4.add(f32x4.mul(a1, b1), c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = f32x4.add(f32x4.mul(a2, b0), c20);
    c21 = f32x4.add(f32x4.mul(a2, b1), c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = f32x4.add(f32x4.mul(a3, b0), c30);
    c31 = f32x4.add(f32x4.mul(a3, b1), c31);
    a += 16;
    b += 32;
  }
  put(c, c00, c01, adds);
  put(c + row, c10, c11, adds);
  put(c + 2 * row, c20, c21, adds);
  put(c + 3 * row, c30, c31, adds);
}

// @ts-ignore: decorator
@inline
function put(c: usize, left: v128, right: v128, adds: bool): void {
  if (adds) {
    left = f32x4.add(v128.load(c), left);
    right = f32x4.add(v128.load(c, 16), right);
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}
