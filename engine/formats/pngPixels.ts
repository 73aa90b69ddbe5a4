/** What the samples of a PNG mean: bits of many widths, palettes and transparency, made into bytes on white. */
import type { Refuse } from './pixels';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  /** 0 grey, 2 red green blue, 3 palette, 4 grey and alpha, 6 red green blue and alpha. */
  readonly color: number;
}

export interface PngColors {
  /** Red, green and blue of each entry. */
  readonly palette: Uint8Array | undefined;
  /** The alpha of the palette's first entries, or the one color that is transparent, 16 bits a sample. */
  readonly transparency: Uint8Array | undefined;
}

/** Samples of a pixel, by color type. */
export const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Writes `count` pixels of a row to `data`, from the pixel `first` on, every `step`-th: one byte a pixel for grey, three
 * for color. Throws what `refuse` makes of a number that the palette does not have.
 */
export function expandPixels(
  row: Uint8Array,
  count: number,
  { depth, color }: PngHeader,
  { palette, transparency }: PngColors,
  data: Uint8Array,
  first: number,
  step: number,
  refuse: Refuse
): void {
  const samples = SAMPLES[color]!;
  const shown = color & 2 ? 3 : 1;
  const most = 2 ** depth - 1;
  const clear =
    color === 3 || !transparency
      ? undefined
      : Array.from({ length: shown }, (_, at) => 256 * transparency[2 * at]! + transparency[2 * at + 1]!);
  for (let pixel = 0; pixel < count; pixel++) {
    const to = (first + pixel * step) * shown;
    const from = pixel * samples;
    if (color === 3) {
      const entry = sampleAt(row, from, depth);
      if (3 * entry + 2 >= palette!.length)
        throw refuse(`a pixel is number ${entry} of its palette, which has ${Math.floor(palette!.length / 3)}`);
      const alpha = (transparency?.[entry] ?? 255) / 255;
      for (let at = 0; at < 3; at++) data[to + at] = onWhite(palette![3 * entry + at]! / 255, alpha);
      continue;
    }
    let alpha = samples > shown ? sampleAt(row, from + shown, depth) / most : 1;
    if (clear?.every((value, at) => value === sampleAt(row, from + at, depth))) alpha = 0;
    for (let at = 0; at < shown; at++) data[to + at] = onWhite(sampleAt(row, from + at, depth) / most, alpha);
  }
}

/** The `index`-th sample of a row; samples of less than a byte begin at its upper end. */
function sampleAt(row: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return row[index]!;
  if (depth === 16) return 256 * row[2 * index]! + row[2 * index + 1]!;
  const bit = index * depth;
  return (row[bit >> 3]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

function onWhite(value: number, alpha: number): number {
  return Math.round(255 * (1 - alpha * (1 - value)));
}
