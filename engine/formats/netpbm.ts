/** PGM and PPM in their binary form (netpbm.sourceforge.net/doc/pgm.html): P5 or P6, three numbers, then the samples. */
import { checkSize, type Image, type Refuse } from './pixels';

export function isNetpbm(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && (bytes[1] === 0x35 || bytes[1] === 0x36);
}

/** Samples of any depth become 8 bits. Throws what `refuse` makes of a sentence. */
export function readNetpbm(bytes: Uint8Array, refuse: Refuse): Image {
  const channels = bytes[1] === 0x36 ? 3 : 1;
  const [[width, height, most], start] = readNumbers(bytes, refuse);
  if (most === 0 || most > 65535) throw refuse(`its largest sample is said to be ${most}; expected 1 to 65535`);
  checkSize(width, height, refuse);
  const length = width * height * channels;
  const wide = most > 255;
  const [expected, found] = [wide ? 2 * length : length, bytes.length - start];
  if (found !== expected) throw refuse(`its ${width} by ${height} pixels take ${expected} bytes, and the file has ${found} for them`);
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    const sample = wide ? bytes[start + 2 * at]! * 256 + bytes[start + 2 * at + 1]! : bytes[start + at]!;
    if (sample > most) throw refuse(`a sample is ${sample}, and the largest is said to be ${most}`);
    data[at] = Math.round((255 * sample) / most);
  }
  return { width, height, channels, data };
}

const [LINE_FEED, HASH, DIGIT_0] = [10, 0x23, 0x30];
const isSpace = (byte: number | undefined): boolean => byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);
const isDigit = (byte: number | undefined): byte is number => byte !== undefined && byte >= DIGIT_0 && byte < DIGIT_0 + 10;

/** Width, height and largest sample, and where the samples begin: behind the one space after the last number. */
function readNumbers(bytes: Uint8Array, refuse: Refuse): [numbers: [number, number, number], start: number] {
  let at = 2;
  const numbers = ['width', 'height', 'largest sample'].map((name) => {
    for (; isSpace(bytes[at]) || bytes[at] === HASH; at++) if (bytes[at] === HASH) at = bytes.indexOf(LINE_FEED, at) >>> 0;
    const start = at;
    let number = 0;
    for (let digit = bytes[at]; isDigit(digit) && at - start < 9; digit = bytes[++at]) number = 10 * number + digit - DIGIT_0;
    if (at === start || !(isSpace(bytes[at]) || bytes[at] === HASH)) throw refuse(`its ${name} is no number of at most 9 digits`);
    return number;
  });
  return [numbers as [number, number, number], at + 1];
}
