import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../engine/generated/families';
import { generate, type Generated } from '../../../engine/generated/generate';
import { column, counts, digest } from './columns';

const PIXELS = 784;
const imageAt = (generated: Generated, row: number): Uint8Array =>
  column(generated, 'image').data.subarray(row * PIXELS, (row + 1) * PIXELS) as Uint8Array;
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('generated digits', () => {
  it.each([
    ['all', '584293ea787d3453'],
    ['train', '393bbddaa4540402'],
    ['held_out', '7b81401049d23f17']
  ] as const)('of the fonts %s are the same bytes today as ever', async (fonts, expected) => {
    expect(digest(await generate({ kind: 'digits', rows: 600, fonts }))).toBe(expected);
  });

  it('are images of 28 by 28 bytes with their class and typeface, both balanced', async () => {
    const generated = await generate({ kind: 'digits', rows: 600 });
    expect(generated.columns.map(({ name, type, shape, data }) => [name, type, shape, data.length])).toEqual([
      ['image', 'number', [1, 28, 28], 600 * PIXELS],
      ['class', 'class', [], 600],
      ['font', 'class', [], 600]
    ]);
    expect(column(generated, 'image').data).toBeInstanceOf(Uint8Array);
    expect(column(generated, 'class').classes).toEqual([...'0123456789']);
    expect(counts(column(generated, 'class'))).toEqual(new Array(10).fill(60));
    expect(counts(column(generated, 'font'))).toEqual(new Array(30).fill(20));
  });

  it('are the same whatever comes after them, and others by another seed', async () => {
    const [few, many, other] = [
      await generate({ kind: 'digits', rows: 35 }),
      await generate({ kind: 'digits', rows: 70 }),
      await generate({ kind: 'digits', rows: 35, seed: 1 })
    ];
    expect(column(few, 'image').data).toEqual(column(many, 'image').data.slice(0, 35 * PIXELS));
    expect(digest(other)).not.toBe(digest(few));
    expect((await generate({ kind: 'digits', rows: 1 })).rows).toBe(1);
  });

  it('are white on black, of about as much ink as MNIST, in the middle, and not cut off', async () => {
    const generated = await generate({ kind: 'digits', rows: 600, noise: 0 });
    const ink = Array.from({ length: 600 }, (_, row) => mean(imageAt(generated, row)) / 255);
    // MNIST's mean is 0.1307.
    expect(mean(ink)).toBeGreaterThan(0.1);
    expect(mean(ink)).toBeLessThan(0.16);
    for (let row = 0; row < 600; row++) {
      const image = imageAt(generated, row);
      let [total, across, down, border] = [0, 0, 0, 0];
      image.forEach((value, at) => {
        const [x, y] = [at % 28, Math.floor(at / 28)];
        [total, across, down] = [total + value, across + value * (x + 0.5), down + value * (y + 0.5)];
        if (x === 0 || x === 27 || y === 0 || y === 27) border = Math.max(border, value);
      });
      expect([row, Math.max(...image) >= 110]).toEqual([row, true]);
      // Two of 10,000 have a quarter of full ink at the border, none has half.
      expect([row, border < 64]).toEqual([row, true]);
      expect(Math.hypot(across / total - 14, down / total - 14)).toBeLessThan(6);
    }
  });

  it('have noise of the standard deviation asked for on the paper, cut off at black', async () => {
    const generated = await generate({ kind: 'digits', rows: 300, noise: 0.1 });
    const corners = Array.from({ length: 300 }, (_, row) => [
      ...imageAt(generated, row).subarray(0, 28),
      ...imageAt(generated, row).subarray(756)
    ]).flat();
    // Of a normal number, half is cut off; the mean square of what is left is half of the variance.
    const square = mean(corners.map((value) => (value / 255) ** 2));
    expect(Math.abs(Math.sqrt(2 * square) - 0.1)).toBeLessThan(0.003);
    const black = corners.filter((value) => value === 0).length / corners.length;
    expect(Math.abs(black - 0.5)).toBeLessThan(0.02);
  });

  it('are drawn in a fifth of the typefaces where these are held out, and in the others for training', async () => {
    expect([FAMILIES.all.length, FAMILIES.train.length, FAMILIES.held_out.length]).toEqual([30, 24, 6]);
    expect(new Set(FAMILIES.all).size).toBe(30);
    const [train, heldOut] = [
      await generate({ kind: 'digits', rows: 240, fonts: 'train' }),
      await generate({ kind: 'digits', rows: 60, fonts: 'held_out' })
    ];
    expect(column(train, 'font').classes).toEqual(FAMILIES.train);
    expect(column(heldOut, 'font').classes).toEqual(FAMILIES.held_out);
    expect(counts(column(train, 'font'))).toEqual(new Array(24).fill(10));
    expect(FAMILIES.held_out.filter((family) => (FAMILIES.train as readonly string[]).includes(family))).toEqual([]);
  });

  it('can be told apart in typefaces never seen: the nearest neighbour among 960 is right nine times in ten', async () => {
    const known = await generate({ kind: 'digits', rows: 960, fonts: 'train' });
    const asked = await generate({ kind: 'digits', rows: 120, fonts: 'held_out' });
    let right = 0;
    for (let row = 0; row < asked.rows; row++) {
      const image = imageAt(asked, row);
      let [nearest, least] = [-1, Infinity];
      for (let other = 0; other < known.rows; other++) {
        const candidate = imageAt(known, other);
        let far = 0;
        for (let at = 0; at < PIXELS && far < least; at++) far += (image[at]! - candidate[at]!) ** 2;
        if (far < least) [nearest, least] = [other % 10, far];
      }
      if (nearest === row % 10) right++;
    }
    expect(right / asked.rows).toBeGreaterThan(0.9);
  });

  it('are kept, the last two of them', async () => {
    const first = await generate({ kind: 'digits', rows: 11 });
    expect(await generate({ kind: 'digits', rows: 11, noise: 0.05 })).toBe(first);
    await generate({ kind: 'digits', rows: 12 });
    expect(await generate({ kind: 'digits', rows: 11 })).toBe(first);
    await generate({ kind: 'digits', rows: 13 });
    await generate({ kind: 'digits', rows: 14 });
    expect(await generate({ kind: 'digits', rows: 11 })).not.toBe(first);
  });
});
