/** Pictures once they are decoded: made smaller, larger, or grey. */

/** A picture of bytes [height, width, channels], 0 black to 255; three channels are red, green and blue. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Throws what says that a file is no good, from a sentence that says why. */
export type Refuse = (message: string) => Error;

/** Of one picture: a photograph of 64 megapixels. */
const MOST_PIXELS = 2 ** 26;

/** Refuses sizes that a file claims, before memory is taken for them. */
export function checkSize(width: number, height: number, refuse: Refuse): void {
  if (width === 0 || height === 0) throw refuse(`it is ${width} by ${height} pixels; there is no picture in it`);
  if (width * height > MOST_PIXELS) throw refuse(`it is ${width} by ${height} pixels; at most ${MOST_PIXELS} pixels are read`);
}

/** The luma of ITU-R BT.601, rounded as Pillow's convert('L') does. */
export function toGray(image: Image): Image {
  if (image.channels === 1) return image;
  const { data, width, height } = image;
  const gray = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < gray.length; pixel++, at += 3)
    gray[pixel] = (19595 * data[at]! + 38470 * data[at + 1]! + 7471 * data[at + 2]! + 0x8000) >> 16;
  return { width, height, channels: 1, data: gray };
}

/** Red, green and blue alike where the picture is grey. */
export function toColor(image: Image): Image {
  if (image.channels === 3) return image;
  const data = new Uint8Array(3 * image.data.length);
  for (let at = 0; at < data.length; at++) data[at] = image.data[Math.floor(at / 3)]!;
  return { ...image, channels: 3, data };
}

/**
 * The picture in another size, whatever its proportions were. In a direction in which it gets smaller, a pixel is the
 * average of what it covers; in one in which it gets larger, of its two neighbours by distance (bilinear, centres of
 * pixels at ½).
 */
export function resizeImage(image: Image, width: number, height: number): Image {
  if (image.width === width && image.height === height) return image;
  const { channels } = image;
  const narrow = resample(image.data, image.height, image.width, channels, width);
  const whole = resample(narrow, 1, image.height, width * channels, height);
  return { width, height, channels, data: Uint8Array.from(whole, Math.round) };
}

/** [before, from, after] → [before, to, after]. */
function resample(data: Uint8Array | Float32Array, before: number, from: number, after: number, to: number): Float32Array {
  const out = new Float32Array(before * to * after);
  for (let place = 0; place < to; place++)
    for (const [source, share] of sharesOf(place, from, to))
      for (let block = 0; block < before; block++)
        for (let at = 0; at < after; at++) out[(block * to + place) * after + at]! += share * data[(block * from + source) * after + at]!;
  return out;
}

/** What the pixel at `place` of `to` is made of, as shares of the `from` pixels that there are; they add up to 1. */
function sharesOf(place: number, from: number, to: number): (readonly [source: number, share: number])[] {
  const step = from / to;
  if (step <= 1) {
    const centre = Math.min(from - 1, Math.max(0, (place + 0.5) * step - 0.5));
    const left = Math.floor(centre);
    return [
      [left, 1 - (centre - left)],
      [Math.min(from - 1, left + 1), centre - left]
    ];
  }
  const [start, end] = [place * step, Math.min(from, (place + 1) * step)];
  const shares: [number, number][] = [];
  for (let source = Math.floor(start); source < end; source++)
    shares.push([source, (Math.min(end, source + 1) - Math.max(start, source)) / (end - start)]);
  return shares;
}
