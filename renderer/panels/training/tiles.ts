/** A parameter that acts on images, as images: what each unit or channel looks for. */
import type { ImageSize } from '../../stores/inputs';

export interface Tiles {
  readonly height: number;
  readonly width: number;
  readonly count: number;
  /** Entry of the parameter at a place of a tile. */
  at(tile: number, y: number, x: number): number;
}

/** More are not told apart. */
const MOST = 64;

/**
 * The tiles of a parameter of `shape`: [k, c, h, w] gives one for each kernel and channel; [pixels, k] one for each unit, where
 * an input of the graph has images of so many pixels. Null for anything else.
 */
export function tilesOf(shape: readonly number[], images: readonly ImageSize[]): Tiles | null {
  if (shape.length === 4) {
    const [kernels, channels, height, width] = shape as [number, number, number, number];
    if (height * width < 4) return null;
    return { height, width, count: Math.min(MOST, kernels * channels), at: (tile, y, x) => (tile * height + y) * width + x };
  }
  const [pixels, units] = shape;
  const image = images.find(({ channels, height, width }) => channels * height * width === pixels);
  if (shape.length !== 2 || !image || units === undefined) return null;
  const { height, width } = image;
  return { height, width, count: Math.min(MOST, units), at: (tile, y, x) => (y * width + x) * units + tile };
}
