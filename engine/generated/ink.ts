/** What pen, paper and scanner do to a drawing. */
import { philox, type RandomKey } from '../base/random';

/**
 * Blurs the square picture `ink` [side, side], 0 to 1, and hardens it again: `blur` is the share that each pixel gives to
 * either neighbour, first in its row, then in its column; everything is multiplied by `gain`, cut off at 1 and multiplied
 * by `level`. A gain above 1 thereby makes strokes thicker.
 */
export function spreadInk(ink: Float64Array, side: number, blur: number, gain: number, level: number): void {
  for (const [step, stride] of [
    [1, side],
    [side, 1]
  ] as const)
    for (let line = 0; line < side; line++) {
      let before = 0;
      for (let place = 0, at = line * stride; place < side; place++, at += step) {
        const here = ink[at]!;
        const after = place + 1 < side ? ink[at + step]! : 0;
        ink[at] = here + blur * (before - 2 * here + after);
        before = here;
      }
    }
  for (let at = 0; at < ink.length; at++) ink[at] = level * Math.min(1, gain * ink[at]!);
}

const block = new Uint32Array(4);
/** Of the sum of four bytes drawn at random. */
const MEAN = 4 * 127.5;
const DEVIATION = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * Writes `ink` as bytes to `pixels`, with noise of the standard deviation `noise`, and cut off at black and white. The
 * noise of a pixel is a sum of four random bytes: nearly normal, exact everywhere, and 16 bytes come of one draw.
 */
export function addGrain(
  ink: Float64Array,
  noise: number,
  [seedLow, seedHigh, low, high]: RandomKey,
  row: number,
  pixels: Uint8Array
): void {
  const unit = noise / DEVIATION;
  for (let at = 0; at < ink.length; at++) {
    if (at % 4 === 0) philox(at / 4, row, low, high, seedLow, seedHigh, block);
    const word = block[at % 4]!;
    const sum = (word & 0xff) + ((word >>> 8) & 0xff) + ((word >>> 16) & 0xff) + (word >>> 24);
    pixels[at] = Math.round(255 * Math.min(1, Math.max(0, ink[at]! + unit * (sum - MEAN))));
  }
}
