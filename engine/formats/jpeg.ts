/** JPEG (ITU-T T.81), baseline and progressive, by jpeg-js; what it would believe of a file is checked first. */
import { decode } from 'jpeg-js';
import { checkSize, type Image, type Refuse } from './pixels';

/** Pixels that a byte can stand for: each block of 64 has at least one bit, of its mean. */
const DENSEST = 64 * 8;
/** Markers: the frames that are read (baseline, extended, progressive), those that are not, and the first scan. */
const READ = [0xc0, 0xc1, 0xc2];
const FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
const SCAN = 0xda;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * One channel where the file has one, three otherwise; how a camera was held (Exif) is not read. Throws what `refuse`
 * makes of a sentence.
 */
export function readJpeg(bytes: Uint8Array, refuse: Refuse): Image {
  const components = checkFrame(bytes, refuse);
  let decoded: { width: number; height: number; data: Uint8Array };
  try {
    decoded = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: 100,
      maxMemoryUsageInMB: 2048
    });
  } catch (error) {
    throw refuse(`it is damaged or cut off (${error instanceof Error ? error.message : String(error)})`);
  }
  const { width, height, data } = decoded;
  if (components > 1) return { width, height, channels: 3, data };
  return { width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, pixel) => data[3 * pixel]!) };
}

/** The number of components, once the frame's header is found and its sizes are believable. */
function checkFrame(bytes: Uint8Array, refuse: Refuse): number {
  const word = (at: number): number => bytes[at]! * 256 + bytes[at + 1]!;
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (FRAMES.includes(marker))
      throw refuse('it is a lossless, hierarchical or arithmetically coded JPEG; expected baseline or progressive');
    if (READ.includes(marker)) {
      const [precision, height, width, components] = [bytes[at + 4]!, word(at + 5), word(at + 7), bytes[at + 9]!];
      if (precision !== 8) throw refuse(`it has ${precision} bits a sample; expected 8`);
      if (components !== 1 && components !== 3 && components !== 4) throw refuse(`it has ${components} components; expected 1, 3 or 4`);
      checkSize(width, height, refuse);
      if (width * height > DENSEST * bytes.length)
        throw refuse(`it claims to be ${width} by ${height} pixels, more than its ${bytes.length} bytes can hold`);
      return components;
    }
    if (marker === SCAN) break;
    // A marker may be padded with further 0xff.
    at += marker === 0xff ? 1 : 2 + word(at + 2);
  }
  throw refuse('there is no header of a picture in it');
}
