import { describe, expect, it } from 'vitest';
import { readImageFolder, readImages } from '../../../engine/formats/imageFolder';
import { writePng } from './pngWriter';
import { refused } from './refused';

const dot = (value: number): Uint8Array => writePng({ width: 1, height: 1, depth: 8, color: 0, sample: () => value });
const folder = (...paths: readonly string[]): Map<string, () => Uint8Array> => new Map(paths.map((path) => [path, () => dot(1)]));
const unread = (): never => {
  throw new Error('it was read');
};

describe('a folder of images by class', () => {
  it('has the folders as classes and the images in the order of their paths, none of them read', () => {
    const files = new Map(['dogs/b.jpg', 'cats/z.PNG', 'cats/a.png', 'dogs/sub/c.jpeg', 'birds/x.ppm'].map((path) => [path, unread]));
    expect(readImageFolder(files)).toEqual({
      classes: ['birds', 'cats', 'dogs'],
      items: [
        { path: 'birds/x.ppm', class: 0 },
        { path: 'cats/a.png', class: 1 },
        { path: 'cats/z.PNG', class: 1 },
        { path: 'dogs/b.jpg', class: 2 },
        { path: 'dogs/sub/c.jpeg', class: 2 }
      ],
      ignored: 0
    });
  });

  it('takes no notice of a folder around all others', () => {
    expect(readImageFolder(folder('pets/all/cats/a.png', 'pets/all/dogs/a.png')).classes).toEqual(['cats', 'dogs']);
    expect(readImageFolder(folder('pets/cats/a.png', 'pets/cats/b.png')).classes).toEqual(['cats']);
    expect(readImageFolder(folder('cats/a.png', 'cats/b.png')).classes).toEqual(['cats']);
    expect(readImageFolder(folder('pets/cats/a.png', 'pets/b.png')).classes).toEqual(['pets']);
  });

  it('passes over hidden files, and counts others that are no image or in no folder', () => {
    const { classes, items, ignored } = readImageFolder(
      folder('.DS_Store', 'cats/.a.png', '.git/cats/a.png', '__MACOSX/cats/a.png', 'cats/a.png', 'cats/notes.txt', 'README', 'c.png')
    );
    expect([classes, items, ignored]).toEqual([['cats'], [{ path: 'cats/a.png', class: 0 }], 3]);
    expect(readImageFolder(folder())).toEqual({ classes: [], items: [], ignored: 0 });
    expect(readImageFolder(folder('a.png'))).toEqual({ classes: [], items: [], ignored: 1 });
  });

  it('keeps numbers in the order of numbers, and names that mean something to JavaScript', () => {
    expect(readImageFolder(folder('10/a.png', '9/a.png', '0/a.png')).classes).toEqual(['0', '9', '10']);
    expect(readImageFolder(folder('__proto__/a.png', 'constructor/a.png', 'ä/a.png', 'Z/a.png')).classes).toEqual([
      'Z',
      '__proto__',
      'constructor',
      'ä'
    ]);
  });

  it('sorts paths as their UTF-8 bytes sort', () => {
    const names = ['b', 'a', '\u{1f600}', '\uffee', '\ud7ff', 'é', 'ab'].map((name) => `c/${name}.png`);
    const { items } = readImageFolder(folder(...names));
    expect(items.map(({ path }) => path)).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });
});

describe('the images of a folder', () => {
  const square = writePng({ width: 2, height: 2, depth: 8, color: 2, sample: (x, y, channel) => 100 * channel + 10 * y + 2 * x });

  it('come as [images, channels, height, width], in the size and color asked for', () => {
    const files = new Map([
      ['c/a.png', () => square],
      ['c/b.png', () => dot(9)]
    ]);
    const { items } = readImageFolder(files);
    const color = readImages(files, items, { width: 2, height: 2, channels: 3 });
    expect([...color]).toEqual([0, 2, 10, 12, 100, 102, 110, 112, 200, 202, 210, 212, ...new Array<number>(12).fill(9)]);
    // Their greys, 0.299 R + 0.587 G + 0.114 B, are 81.5 and 83.5 above, 10 more below.
    expect([...readImages(files, items, { width: 1, height: 2, channels: 1 })]).toEqual([83, 93, 9, 9]);
    expect(readImages(files, [], { width: 2, height: 2, channels: 1 })).toHaveLength(0);
  });

  it('names the first that is none, and how many others are none', async () => {
    const files = new Map([
      ['c/a.png', () => square],
      ['c/b.png', () => square.subarray(0, 50)],
      ['c/c.jpg', () => Uint8Array.of(1, 2, 3)],
      ['d/d.png', () => new Uint8Array()]
    ]);
    const { items } = readImageFolder(files);
    const format = { width: 2, height: 2, channels: 1 } as const;
    const all = await refused(() => readImages(files, items, format));
    expect([all.code, all.message]).toEqual([
      'bad-image',
      'c/b.png: it is cut off (and 2 more like it); save it again as PNG or JPEG, or remove it from the folder'
    ]);
    const one = await refused(() => readImages(files, items.slice(0, 2), format));
    expect(one.message).toMatch(/^c\/b\.png: it is cut off; /);
  });

  it('an error of the system is not taken for a bad image', () => {
    const files = new Map([['c/a.png', unread]]);
    expect(() => readImages(files, readImageFolder(files).items, { width: 1, height: 1, channels: 1 })).toThrow('it was read');
  });
});
