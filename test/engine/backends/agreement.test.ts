/** float32 in WebAssembly against the float64 reference, on shapes and numbers drawn at random. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sizeOf } from '../../../engine/base/shapes';
import type { Tensor } from '../../../engine/base/tensors';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import { BINARY, UNARY } from '../../../engine/ir/graph';
import { wasmWorkers } from './artifacts';
import { execute, float, int32, type Program } from './execute';

const reference = referenceBackend();
let wasm: Backend;
beforeAll(async () => {
  wasm = await createWasmBackend({ workers: await wasmWorkers(), threads: 2 });
}, 120_000);
afterAll(() => wasm.dispose());

/** Within 2 ulp of float32, half the smallest unit, or an overflow's last step. */
function close(found: number, exact: number): boolean {
  const nearest = Math.fround(exact);
  if (Object.is(found, nearest) || found === nearest) return true;
  if (Number.isNaN(exact) || Number.isNaN(found)) return false;
  if (!Number.isFinite(found) || !Number.isFinite(nearest))
    return Math.min(Math.abs(found), Math.abs(exact)) > 3.4028e38 && found > 0 === exact > 0;
  return Math.abs(found - exact) <= 2 ** -22 * Math.abs(exact) + 2 ** -149;
}

async function agree(program: Program): Promise<void> {
  const [found, exact] = [await execute(wasm, program), await execute(reference, program)];
  expect(found).toHaveLength(exact.length);
  const wrong = found.findIndex((value, index) => !close(value, exact[index]!));
  if (wrong >= 0) expect.fail(`entry ${wrong} is ${found[wrong]}, the reference has ${exact[wrong]}`);
}

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
const shapeWithAxis = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
/** Small whole numbers: sums and products of theirs are exact in float32, in whatever order. */
const whole = (of: readonly number[], salt = 0): Tensor =>
  float(
    of,
    Array.from({ length: sizeOf(of) }, (_, index) => ((index * 7919 + salt * 104729) % 17) - 8)
  );
const index = (of: readonly number[], below: number): Tensor =>
  int32(
    of,
    Array.from({ length: sizeOf(of) }, (_, at) => (at * 7919) % below)
  );
const pick = (from: readonly number[], seed: number): number => from[seed % from.length]!;

describe('wasm agrees with the reference', () => {
  it.each(UNARY)('on %s of any float32', async (primitive) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.float(), fc.float({ min: -100, max: 100 })), { maxLength: 70 }), (x) =>
        agree({ operands: [float([x.length], x)], build: (b, [v]) => b.unary(primitive, v!) })
      )
    );
  });

  it.each(BINARY)('on %s of any two float32', async (primitive) => {
    const pairs = fc.array(
      fc.tuple(fc.oneof(fc.float(), fc.float({ min: -9, max: 9 })), fc.oneof(fc.float(), fc.integer({ min: -3, max: 3 }))),
      { maxLength: 70 }
    );
    await fc.assert(
      fc.asyncProperty(pairs, (entries) =>
        agree({
          operands: [0, 1].map((side) =>
            float(
              [entries.length],
              entries.map((pair) => pair[side]!)
            )
          ),
          build: (b, [v, w]) => b.binary(primitive, v!, w!)
        })
      )
    );
  });

  it('on permuting, reversing, padding, slicing and broadcasting any shape', async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 16, maxLength: 16 }), (of, seeds) =>
        agree({
          operands: [whole(of)],
          build(b, [x]) {
            const axes = of.map((_, axis) => axis);
            const dims = [...axes].sort((p, q) => seeds[p]! - seeds[q]!);
            const amount = (from: number, low: number, high: number) => axes.map((axis) => low + (seeds[from + axis]! % (high - low + 1)));
            const moved = b.reverse(
              b.permute(x!, dims),
              axes.filter((axis) => seeds[axis]! % 2 === 0)
            );
            const padded = b.pad(moved, amount(4, -2, 3), amount(8, -2, 3), amount(12, 0, 2), 5);
            const length = b.shape(padded);
            const sliced = b.slice(
              padded,
              amount(0, 0, 1).map((start, axis) => Math.min(start, length[axis]!)),
              [...length],
              amount(4, 1, 3)
            );
            return b.broadcast(sliced, [2, ...b.shape(sliced)]);
          }
        })
      )
    );
  });

  it('on joining tensors along any axis', async () => {
    await fc.assert(
      fc.asyncProperty(shapeWithAxis, fc.nat(), fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }), (of, seed, lengths) => {
        const axis = seed % of.length;
        return agree({
          operands: lengths.map((length, salt) => whole(of.with(axis, length), salt)),
          build: (b, parts) => b.concat(parts, axis)
        });
      })
    );
  });

  it.each(['sum', 'max', 'min'] as const)('on the %s over any axes', async (kind) => {
    const sizes = fc.array(fc.oneof(fc.nat({ max: 4 }), fc.integer({ min: 8, max: 21 })), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat({ max: 15 }), (of, mask) =>
        agree({
          operands: [whole(of)],
          build: (b, [x]) =>
            b.reduce(
              kind,
              x!,
              of.map((_, axis) => axis).filter((axis) => (mask >> axis) & 1)
            )
        })
      )
    );
  });

  it('on sums and places of the largest along any axis', async () => {
    await fc.assert(
      fc.asyncProperty(shapeWithAxis, fc.nat(), async (of, seed) => {
        const axis = seed % of.length;
        await agree({ operands: [whole(of)], build: (b, [x]) => b.cumsum(x!, axis) });
        await agree({ operands: [whole(of)], build: (b, [x]) => b.argmax(x!, axis) });
      })
    );
  });

  it('on products of matrices of any size, transposed or not', async () => {
    const size = fc.oneof(fc.nat({ max: 9 }), fc.integer({ min: 10, max: 70 }));
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.oneof(size, fc.constant(300)),
        fc.nat({ max: 3 }),
        fc.boolean(),
        fc.boolean(),
        (m, n, k, batch, transposeA, transposeB) =>
          agree({
            operands: [whole([batch, ...(transposeA ? [k, m] : [m, k])]), whole([batch, ...(transposeB ? [n, k] : [k, n])], 1)],
            build: (b, [x, y]) => b.dot(x!, y!, { transposeA, transposeB })
          })
      )
    );
  });

  it('on gathering and scattering along any axis', async () => {
    await fc.assert(
      fc.asyncProperty(shapeWithAxis, fc.nat(), fc.nat({ max: 6 }), fc.boolean(), async (of, seed, length, shorter) => {
        const axis = pick([...of.keys()], seed);
        if (of[axis] === 0) return;
        const indexed = of.map((size, other) => (other === axis ? length : shorter ? Math.ceil(size / 2) : size));
        const chosen = index(indexed, of[axis]!);
        await agree({ operands: [whole(of), chosen], build: (b, [x, i]) => b.gather(x!, i!, axis) });
        await agree({ operands: [chosen, whole(indexed)], build: (b, [i, u]) => b.scatterAdd(i!, u!, of, axis) });
      })
    );
  });

  it('on the windows of any axes, taken apart and put back', async () => {
    const axis = fc.record({
      length: fc.nat({ max: 9 }),
      size: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      low: fc.nat({ max: 3 }),
      count: fc.nat({ max: 6 })
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 3 }), { maxLength: 2 }),
        fc.array(axis, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        async (lead, windows, seed) => {
          const at = seed % (lead.length + 1);
          const spatial = windows.map(({ length }) => length);
          const operands = [whole([...lead, ...spatial])];
          await agree({ operands, build: (b, [x]) => b.patches(x!, windows, at, 5) });
          await agree({ operands, build: (b, [x]) => b.foldPatches(b.patches(x!, windows, at), windows, at, spatial) });
        }
      )
    );
  });

  it('to the bit on random numbers of any seed, step and stream', async () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    await fc.assert(
      fc.asyncProperty(
        word,
        word,
        fc.nat({ max: 2 ** 32 - 1 }),
        fc.nat({ max: 2 ** 32 - 1 }),
        fc.nat({ max: 40 }),
        async (seed, step, low, high, length) => {
          const program: Program = {
            operands: [int32([2], [seed, step])],
            build: (b, [key]) => b.emit('random', [key!], { stream: [low, high] }, { dtype: 'float', shape: [length] })
          };
          expect([...(await execute(wasm, program))]).toEqual([...(await execute(reference, program))]);
        }
      )
    );
  });

  it('on a dot product of fractions, within the bound of rounding k sums', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 600 }), async (k) => {
        const side = (salt: number) => Array.from({ length: k }, (_, i) => Math.fround(Math.sin(i * 78.233 + salt)));
        const [x, y] = [side(1), side(2)];
        const program: Program = { operands: [float([1, k], x), float([k, 1], y)], build: (b, [v, w]) => b.dot(v!, w!) };
        const [[found], [exact]] = [await execute(wasm, program), await execute(reference, program)];
        // |error| ≤ γ_k Σ|x||y| with γ_k ≈ k·2⁻²⁴ (Higham, Accuracy and Stability, 3.1).
        const bound = (k + 1) * 2 ** -24 * x.reduce((sum, value, i) => sum + Math.abs(value * y[i]!), 0);
        expect(Math.abs(found! - exact!)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 40 }
    );
  });
});
