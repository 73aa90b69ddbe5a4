/**
 * Images of digits, like MNIST's in size, place and polarity, drawn from typefaces. All of it is arithmetic that IEEE 754
 * defines to the last bit (no sine, no logarithm), so that the images are the same everywhere.
 */
import { Clock } from '../base/clock';
import { keyOf, uniformAt, type RandomKey } from '../base/random';
import { FAMILIES } from './families';
import { fill } from './fill';
import { addGrain, spreadInk } from './ink';
import { boxOf, edgesOf, type Edges } from './outline';
import { digitPaths } from './outlines';
import { namesOf, type Generated, type Settings } from './table';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** The longer side of a digit, in pixels: MNIST's. */
const HEIGHT = 20;
/** How far a drawn edge may be from the font's curve, in thousandths of the em: a hundredth of a pixel. */
const TOLERANCE = 0.5;
/** Data sets that are kept: usually one to train on and one to test on. */
const KEPT = 2;

const made = new Map<string, Promise<Generated>>();

/**
 * Columns image [1, 28, 28], white (255) on black; class; and font. Row r shows the digit r mod 10 in the typeface r div 10,
 * in turn, so that classes and typefaces are balanced. The last two sets are kept.
 */
export function digits(settings: Settings): Promise<Generated> {
  const key = JSON.stringify(settings);
  const set = made.get(key) ?? drawDigits(settings);
  // The one that was asked for last is dropped last.
  made.delete(key);
  made.set(key, set);
  if (made.size > KEPT) made.delete(made.keys().next().value!);
  return set;
}

async function drawDigits({ rows, noise, seed, fonts }: Settings): Promise<Generated> {
  const families = FAMILIES[fonts];
  const glyphs = families.map((family) => digitPaths(family).map((path) => centred(edgesOf(path, TOLERANCE))));
  const [image, label, font] = [new Uint8Array(rows * PIXELS), new Uint8Array(rows), new Uint8Array(rows)];
  const [keyShape, keyGrain] = [keyOf(seed, 'generated.digits.shape'), keyOf(seed, 'generated.digits.grain')];
  const ink = new Float64Array(PIXELS);
  const clock = new Clock();
  for (let row = 0; row < rows; row++) {
    if (clock.due()) await clock.pause();
    label[row] = row % 10;
    font[row] = Math.floor(row / 10) % families.length;
    const draw = drawsOf(keyShape, row);
    fill(placed(glyphs[font[row]!]![label[row]!]!, draw), SIDE, SIDE, ink);
    spreadInk(ink, SIDE, draw(0, 0.12), draw(1.1, 1.7), draw(0.75, 1));
    addGrain(ink, noise, keyGrain, row, image.subarray(row * PIXELS, (row + 1) * PIXELS));
  }
  return {
    rows,
    columns: [
      { name: 'image', shape: [1, SIDE, SIDE], data: image, type: 'number' },
      { name: 'class', shape: [], data: label, type: 'class', classes: namesOf(10) },
      { name: 'font', shape: [], data: font, type: 'class', classes: families }
    ]
  };
}

/** Uniform from `low` to `high`, another number at each call. */
type Draw = (low: number, high: number) => number;

/** Of one row; there are far fewer than 64 calls. */
function drawsOf(key: RandomKey, row: number): Draw {
  let index = 64 * row;
  return (low, high) => low + (high - low) * uniformAt(key, index++);
}

/** With the middle of its box at 0, 0, and the longer side of it `HEIGHT`. */
function centred(edges: Edges): Edges {
  const [left, top, right, bottom] = boxOf(edges);
  const scale = HEIGHT / Math.max(right - left, bottom - top);
  const middle = [(left + right) / 2, (top + bottom) / 2];
  return edges.map((value, at) => (value - middle[at % 2]!) * scale);
}

/** Stretched, slanted, turned and shifted at random, as hands and scanners do; in pixels of the image. */
function placed(edges: Edges, draw: Draw): Edges {
  const height = draw(0.82, 1.02);
  const width = height * draw(0.85, 1.15);
  const slant = draw(-0.15, 0.25);
  // The tangent of half the angle gives its cosine and sine by divisions alone; ±0.09 is ±10 degrees.
  const half = draw(-0.09, 0.09);
  const [cosine, sine] = [(1 - half * half) / (1 + half * half), (2 * half) / (1 + half * half)];
  const [right, down] = [SIDE / 2 + draw(-2, 2), SIDE / 2 + draw(-2, 2)];
  const moved = new Float64Array(edges.length);
  for (let at = 0; at < edges.length; at += 2) {
    const y = height * edges[at + 1]!;
    const x = width * edges[at]! - slant * y;
    moved[at] = cosine * x - sine * y + right;
    moved[at + 1] = sine * x + cosine * y + down;
  }
  return moved;
}
