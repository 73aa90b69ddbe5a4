import { describe, expect, it } from 'vitest';
import { decodeImage, resizeImage, toColor, toGray, type Image } from '../../../engine/formats/images';
import pictures from './pictures.json';
import { chunk, CHANNELS, headerOf, joinPng, rowsOf, writePng, type PngSpec } from './pngWriter';
import { expectNoFlipMisread, MIB, refused } from './refused';
import { deflateSync } from 'node:zlib';

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const picture = (name: keyof typeof pictures): Uint8Array => bytesOf(pictures[name].file);
const differences = (a: Uint8Array, b: Uint8Array): number[] => Array.from(a, (value, at) => Math.abs(value - b[at]!));
const gray = (width: number, height: number, data: readonly number[]): Image => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data)
});

/** Numbers without a pattern that a filter could hide, below 2 to the power of `depth`. */
const scattered = (x: number, y: number, channel: number, depth: number): number =>
  ((x * 7919 + y * 104729 + channel * 1299709 + 12345) * 40503) % 2 ** depth;

describe('pictures as Pillow writes them', () => {
  const names = Object.keys(pictures) as (keyof typeof pictures)[];

  it.each(names.filter((name) => !name.endsWith('.jpg')))('%s: the same bytes as Pillow reads', (name) => {
    const { width, height, channels, pixels } = pictures[name];
    const image = decodeImage(picture(name), name);
    expect([image.width, image.height, image.channels]).toEqual([width, height, channels]);
    // Pillow rounds the mixture with white its own way.
    expect(Math.max(...differences(image.data, bytesOf(pixels)))).toBeLessThanOrEqual(name.includes('alpha') ? 1 : 0);
  });

  it.each(names.filter((name) => name.endsWith('.jpg')))('%s: nearly the same, decoders being free in rounding', (name) => {
    const { width, height, channels, pixels } = pictures[name];
    const image = decodeImage(picture(name), name);
    expect([image.width, image.height, image.channels]).toEqual([width, height, channels]);
    const errors = differences(image.data, bytesOf(pixels));
    // Where color is stored at half the size, libjpeg smooths it and this decoder repeats it.
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(name === 'halved.jpg' ? 6 : 1);
  });

  it('grey is what Pillow makes of color', () => {
    const { width, height, pixels, gray: expected } = pictures['color.png'];
    const image = toGray({ width, height, channels: 3, data: bytesOf(pixels) });
    expect(image).toEqual({ width, height, channels: 1, data: bytesOf(expected) });
    expect(toGray(image)).toBe(image);
    expect(toColor(gray(2, 1, [7, 9])).data).toEqual(Uint8Array.of(7, 7, 7, 9, 9, 9));
  });
});

describe('PNG', () => {
  const kinds = [0, 2, 3, 4, 6].flatMap((color) =>
    (color === 3 ? [1, 2, 4, 8] : color === 0 ? [1, 2, 4, 8, 16] : [8, 16]).map((depth) => [color, depth] as const)
  );

  it.each(kinds)('color type %d of %d bits: every sample, in every filter, interlaced and not, in any size', (color, depth) => {
    const palette = Uint8Array.from({ length: 3 * 2 ** Math.min(depth, 8) }, (_, at) => (at * 37) % 256);
    const most = 2 ** depth - 1;
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [8, 8],
      [13, 9]
    ] as const)
      for (const interlaced of [false, true]) {
        const sample = (x: number, y: number, channel: number): number => scattered(x, y, channel, depth);
        const between = color === 3 ? [chunk('PLTE', palette)] : [];
        const image = decodeImage(
          writePng({ width, height, depth, color, interlaced, sample, between, filters: [0, 1, 2, 3, 4], piece: 7 }),
          'a.png'
        );
        const shown = color === 0 || color === 4 ? 1 : 3;
        expect([image.width, image.height, image.channels]).toEqual([width, height, shown]);
        const expected: number[] = [];
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            for (let channel = 0; channel < shown; channel++) {
              const alpha = color >= 4 ? sample(x, y, CHANNELS[color]! - 1) / most : 1;
              const value = color === 3 ? palette[3 * sample(x, y, 0) + channel]! / 255 : sample(x, y, channel) / most;
              expected.push(Math.round(255 * (1 - alpha + alpha * value)));
            }
        expect(Math.max(...differences(image.data, Uint8Array.from(expected)))).toBeLessThanOrEqual(color >= 4 ? 1 : 0);
      }
  });

  it('one color may be transparent, and shows as white', () => {
    const spec: PngSpec = { width: 3, height: 1, depth: 8, color: 0, sample: (x) => 10 * x };
    expect(decodeImage(writePng({ ...spec, between: [chunk('tRNS', Uint8Array.of(0, 10))] }), 'a.png').data).toEqual(
      Uint8Array.of(0, 255, 20)
    );
    const color: PngSpec = { ...spec, color: 2, sample: (x, _, channel) => (x === 1 ? 10 * channel : 5) };
    const { data } = decodeImage(writePng({ ...color, between: [chunk('tRNS', Uint8Array.of(0, 0, 0, 10, 0, 20))] }), 'a.png');
    expect([...data]).toEqual([5, 5, 5, 255, 255, 255, 5, 5, 5]);
  });

  it('any flipped bit is found', async () => {
    const bytes = writePng({ width: 5, height: 3, depth: 8, color: 0, sample: (x, y) => x + 40 * y, filters: [4, 1] });
    expect(await expectNoFlipMisread(bytes, (flipped) => decodeImage(flipped, 'a.png'))).toBe(8 * bytes.length);
  });

  it('any file that is cut off is refused', async () => {
    const bytes = picture('color.png');
    for (let length = 0; length < bytes.length; length += 3)
      expect((await refused(() => decodeImage(bytes.subarray(0, length), 'cats/a.png'))).code).toBe('bad-image');
  });

  const small = { width: 4, height: 4, depth: 8, color: 0 } as const;
  const idat = (bytes: Uint8Array): Uint8Array => chunk('IDAT', deflateSync(bytes));
  it.each([
    ['sizes that no memory holds', joinPng(headerOf({ ...small, width: 2 ** 31 - 1, height: 2 ** 31 - 1 })), /at most 67108864 pixels/],
    ['no pixels', joinPng(headerOf({ ...small, width: 0 })), /0 by 4 pixels; there is no picture in it/],
    [
      'sizes that so few bytes cannot unpack to',
      joinPng(headerOf({ ...small, width: 8000, height: 8000 }), idat(new Uint8Array(9))),
      /take 64008000 bytes, more than the \d+ in it can unpack to/
    ],
    ['too little', joinPng(headerOf(small), idat(new Uint8Array(19))), /take 20 bytes, and it unpacks to 19/],
    [
      'a few bytes that unpack to many',
      joinPng(headerOf(small), idat(new Uint8Array(50_000_000))),
      /take 20 bytes, and it unpacks to more/
    ],
    ['an unknown filter', joinPng(headerOf(small), idat(new Uint8Array(20).fill(5))), /a row is filtered by method 5/],
    ['no picture', joinPng(headerOf(small)), /more than the 0 in it/],
    ['noise for a picture', joinPng(headerOf(small), chunk('IDAT', new Uint8Array(40).fill(0x55))), /cannot be unpacked/],
    ['3 bits a sample', joinPng(headerOf({ ...small, depth: 3 }), idat(new Uint8Array(20))), /color type 0, 3 bits/],
    ['no palette', joinPng(headerOf({ ...small, color: 3 }), idat(new Uint8Array(20))), /there is none in it/],
    [
      'a number that the palette does not have',
      joinPng(headerOf({ ...small, color: 3 }), chunk('PLTE', new Uint8Array(6)), idat(new Uint8Array(20).fill(2))),
      /number 2 of its palette, which has 2/
    ],
    ['no header first', joinPng(idat(new Uint8Array(20))), /does not begin with its header/]
  ])('%s: refused, naming the file and what to do', async (_, bytes, expected) => {
    const { code, message, largest } = await refused(() => decodeImage(bytes, 'cats/a.png'));
    expect(code).toBe('bad-image');
    expect(message).toMatch(/^cats\/a\.png: .*; save it again as PNG or JPEG, or remove it from the folder$/);
    expect(message).toMatch(expected);
    expect(largest).toBeLessThan(MIB);
  });

  it('reads what a Buffer holds in the middle of others', () => {
    const bytes = writePng({ width: 2, height: 1, depth: 8, color: 0, sample: (x) => x + 1 });
    const around = Buffer.concat([Buffer.alloc(5), bytes, Buffer.alloc(5)]);
    expect(decodeImage(around.subarray(5, 5 + bytes.length), 'a.png').data).toEqual(Uint8Array.of(1, 2));
    expect(rowsOf({ width: 2, height: 1, depth: 8, color: 0, sample: (x) => x + 1 })).toEqual([0, 1, 2]);
  });
});

describe('JPEG', () => {
  /** `color.jpg` with the frame's header changed. */
  function withFrame(change: (frame: Uint8Array) => void): Uint8Array {
    const bytes = picture('color.jpg').slice();
    const at = bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0);
    change(bytes.subarray(at));
    return bytes;
  }

  it.each([
    ['sizes beyond the limit', withFrame((frame) => frame.set([255, 255, 255, 255], 5)), /65535 by 65535 pixels; at most/],
    ['sizes that so few bytes cannot hold', withFrame((frame) => frame.set([20, 0, 20, 0], 5)), /claims to be 5120 by 5120 pixels/],
    ['no height', withFrame((frame) => frame.set([0, 0], 5)), /there is no picture in it/],
    ['12 bits', withFrame((frame) => frame.set([12], 4)), /has 12 bits a sample; expected 8/],
    ['2 components', withFrame((frame) => frame.set([2], 9)), /has 2 components/],
    ['arithmetic coding', withFrame((frame) => frame.set([0xc9], 1)), /arithmetically coded/],
    ['no frame', withFrame((frame) => frame.set([0xe5], 1)), /no header of a picture/],
    ['a table that is missing', withFrame((frame) => frame.set([9], 12)), /damaged or cut off/]
  ])('%s: refused', async (_, bytes, expected) => {
    const { code, message, largest } = await refused(() => decodeImage(bytes, 'dogs/b.jpg'));
    expect([code, message]).toEqual(['bad-image', expect.stringMatching(expected)]);
    expect(message).toMatch(/^dogs\/b\.jpg: .*; save it again/);
    expect(largest).toBeLessThan(MIB);
  });

  it('any file that is cut off is refused, and no flipped bit throws anything else', async () => {
    for (const name of ['color.jpg', 'progressive.jpg'] as const) {
      const bytes = picture(name);
      for (let length = 2; length < bytes.length - 1; length += 7)
        expect([length, (await refused(() => decodeImage(bytes.subarray(0, length), 'b.jpg'))).code]).toEqual([length, 'bad-image']);
      for (let bit = 0; bit < 8 * bytes.length; bit += 11) {
        const flipped = bytes.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        try {
          decodeImage(flipped, 'b.jpg');
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-image' });
        }
      }
    }
  });
});

describe('PGM and PPM', () => {
  const file = (head: string, ...samples: number[]): Uint8Array =>
    new Uint8Array(Buffer.concat([Buffer.from(head, 'latin1'), Uint8Array.from(samples)]));

  it('reads comments, any largest sample, and two bytes a sample', () => {
    expect(decodeImage(file('P5\n# made by hand\n2 1 # two\n255\n', 7, 255), 'a.pgm')).toEqual(gray(2, 1, [7, 255]));
    expect(decodeImage(file('P5 2 1 15 ', 3, 15), 'a.pgm').data).toEqual(Uint8Array.of(51, 255));
    expect(decodeImage(file('P5 2 1 65535 ', 0x80, 0, 255, 255), 'a.pgm').data).toEqual(Uint8Array.of(128, 255));
    expect(decodeImage(file('P6 1 1 255\n', 1, 2, 3), 'a.ppm')).toEqual({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) });
  });

  it.each([
    ['P5 2 1 255 ', [1], /take 2 bytes, and the file has 1/],
    ['P5 2 1 255 ', [1, 2, 3], /and the file has 3/],
    ['P5 99999999 99999999 255 ', [], /at most 67108864 pixels/],
    ['P5 9999999999 1 255 ', [], /its width is no number of at most 9 digits/],
    ['P5 -1 1 255 ', [], /its width is no number/],
    ['P5 2 # no end', [], /its height is no number/],
    ['P5 2 1 0 ', [0, 0], /largest sample is said to be 0/],
    ['P5 2 1 7 ', [0, 8], /a sample is 8, and the largest is said to be 7/],
    ['P5', [], /its width/],
    ['GIF89a', [], /this is no PNG, JPEG, PGM \(P5\) or PPM \(P6\) file/],
    ['', [], /this is no PNG/]
  ])('refuses %j with %j', async (head, samples, expected) => {
    const { code, message, largest } = await refused(() => decodeImage(file(head, ...samples), 'a.pgm'));
    expect([code, message]).toEqual(['bad-image', expect.stringMatching(expected)]);
    expect(largest).toBeLessThan(MIB);
  });
});

describe('another size', () => {
  it('smaller: the average of what a pixel covers, shared where a border runs through', () => {
    expect(resizeImage(gray(4, 2, [0, 10, 20, 30, 40, 50, 60, 70]), 2, 1).data).toEqual(Uint8Array.of(25, 45));
    // Three pixels into two: the middle one belongs half to each.
    expect(resizeImage(gray(3, 1, [30, 90, 240]), 2, 1).data).toEqual(Uint8Array.of(50, 190));
  });

  it('larger: along straight lines between the centres of pixels', () => {
    expect(resizeImage(gray(2, 1, [0, 100]), 4, 1).data).toEqual(Uint8Array.of(0, 25, 75, 100));
    expect(resizeImage(gray(1, 2, [0, 100]), 1, 4).data).toEqual(Uint8Array.of(0, 25, 75, 100));
    expect(resizeImage(gray(1, 1, [9]), 3, 2).data).toEqual(new Uint8Array(6).fill(9));
  });

  it('keeps channels apart, the mean when halved, and one color as it is in any size', () => {
    const data = Uint8Array.of(255, 0, 10, 0, 255, 10);
    expect(resizeImage({ width: 2, height: 1, channels: 3, data }, 1, 1).data).toEqual(Uint8Array.of(128, 128, 10));
    for (const [width, height] of [
      [1, 1],
      [5, 3],
      [28, 28],
      [31, 200]
    ] as const) {
      const image = resizeImage({ width: 29, height: 17, channels: 3, data: new Uint8Array(3 * 29 * 17).fill(255) }, width, height);
      expect([image.width, image.height, image.channels]).toEqual([width, height, 3]);
      expect(image.data).toEqual(new Uint8Array(3 * width * height).fill(255));
    }
    const same = gray(2, 1, [1, 2]);
    expect(resizeImage(same, 2, 1)).toBe(same);
  });
});
