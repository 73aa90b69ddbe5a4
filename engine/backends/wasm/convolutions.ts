/** Products that are convolutions, as calls of assembly/convolution.ts; the rest of them goes through patches. */
import { sizeOf } from '../../base/shapes';
import type { ValueId, Window } from '../../ir/graph';
import type { Plan } from '../../plan/plan';
import { at, type Call, type Factor } from './call';
import { Opcode } from './opcodes';
import { windowWords } from './windows';

/** Where the flags and the first of the windows' axes stand among the words. */
export const CONVOLUTION_FLAGS = 11;
const AXES = 17;
const AXIS = 6;
/** Entries that have a place: of a padded channel, of either table, of the packed places of a channel, of a line of the packed gradient. */
const CHANNEL_LIMIT = 131_072;
const TABLE_LIMIT = 8192;
const PLACES_LIMIT = 4096;
const LINE_LIMIT = 131_072;
/** Columns of a tile. */
const TILE = 8;

/** A product a·b, or a sum of several, and what becomes of it at `root`; see products.ts. */
interface Product {
  readonly plan: Plan;
  readonly root: ValueId;
  readonly a: Factor;
  readonly b: Factor;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly matrices: number;
  readonly summed: number;
  readonly cost: number;
}

/** The call of a convolution, of the gradient of its kernel or of its image; undefined where there is no kernel for it. */
export function convolutionCall(product: Product): Call | undefined {
  const { plan, root, a, b, transposeA, transposeB } = product;
  const result = plan.graph.operations[root]!;
  if (result.primitive === 'fold_patches') return transposeA && !transposeB ? imageGradient(product, result.attributes.windows) : undefined;
  if (!b.windows || transposeA || b.windows[0] !== 0 || !fits(b.windows)) return undefined;
  if (transposeB) return kernelGradient(product, b.windows);
  if (product.summed !== 1) return undefined;
  const { m, k, matrices, cost } = product;
  const places = b.windows[1]!;
  return convolve(product, { image: b, kernel: a, channels: k / places, rows: m, steps: [k, places], matrices, cost, windows: b.windows });
}

interface Convolution {
  readonly image: Factor;
  readonly kernel: Factor;
  readonly channels: number;
  readonly rows: number;
  /** Entries of the kernel from one row of the result, and from one channel of the image, to the next. */
  readonly steps: readonly [row: number, channel: number];
  readonly reversed?: boolean;
  readonly matrices: number;
  readonly cost: number;
  readonly windows: readonly number[];
}

function convolve({ plan, root }: Product, convolution: Convolution): Call {
  const { image, kernel, channels, rows, steps, reversed = false, matrices, cost, windows } = convolution;
  const bytes = rows * countOf(windows) * 4;
  const out = at(plan.offsets[root]! * 4);
  return {
    opcode: Opcode.convolve,
    units: matrices * Math.ceil(rows / 4),
    cost,
    words: [out, image.at, kernel.at, rows, channels, bytes, image.bytes, kernel.bytes, ...steps, Number(reversed), 0, 1, 0, 0, ...windows]
  };
}

/** The image's gradient is the convolution of the result's with the kernel reversed, if windows step by one along all axes. */
function imageGradient(product: Product, windows: readonly Window[]): Call | undefined {
  const { plan, root, a, b, m, k, matrices, cost } = product;
  const { shape } = plan.graph.operations[root]!.type;
  const spatial = shape.slice(shape.length - windows.length);
  if (b.windows || windows.some(({ stride }) => stride !== 1)) return undefined;
  const places = sizeOf(windows.map(({ size }) => size));
  const back = windows.map((window, axis) => ({ ...window, low: (window.size - 1) * window.dilation - window.low, count: spatial[axis]! }));
  const words = windowWords(
    back,
    windows.map(({ count }) => count)
  );
  if (!fits(words)) return undefined;
  const rows = m / places;
  return convolve(product, { image: b, kernel: a, channels: k, rows, steps: [places, m], reversed: true, matrices, cost, windows: words });
}

function kernelGradient({ plan, root, a, b, m, n, matrices, summed, cost }: Product, windows: readonly number[]): Call | undefined {
  if ((m + TILE) * axisOf(windows, 2).count > LINE_LIMIT || m > PLACES_LIMIT) return undefined;
  const out = at(plan.offsets[root]! * 4);
  const [channels, images] = [n / windows[1]!, [b.bytes * matrices, a.bytes * matrices]];
  return {
    opcode: Opcode.convolveKernel,
    units: matrices * Math.ceil(n / 4),
    cost,
    words: [out, b.at, a.at, m, channels, m * n * 4, b.bytes, a.bytes, 0, 0, 0, 0, summed, ...images, ...windows]
  };
}

function axisOf(windows: readonly number[], axis: number) {
  const [size, stride, dilation, , count] = windows.slice(2 + AXIS * axis) as [number, number, number, number, number];
  return { stride, count, padded: (count - 1) * stride + (size - 1) * dilation + 1 };
}

function countOf(windows: readonly number[]): number {
  return [0, 1, 2].reduce((count, axis) => count * axisOf(windows, axis).count, 1);
}

function fits(windows: readonly number[]): boolean {
  const [depth, height, width] = [0, 1, 2].map((axis) => axisOf(windows, axis)) as [Axis, Axis, Axis];
  const channel = depth.padded * height.padded * width.padded;
  const lines = depth.count * height.count;
  return width.stride === 1 && width.count >= TILE && channel <= CHANNEL_LIMIT && lines <= TABLE_LIMIT && windows[1]! <= PLACES_LIMIT;
}
type Axis = ReturnType<typeof axisOf>;

/** Windows of one image of the call. */
export function windowsOf({ words }: Call): number {
  return countOf([0, 0, ...(words.slice(AXES) as number[])]);
}
