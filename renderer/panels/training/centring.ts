/**
 * Brings a drawing to what MNIST's digits look like: the ink, cropped, is scaled into a box of 20/28 of the image, its
 * proportions kept, and put so that its centre of mass is the middle (LeCun et al., the MNIST database).
 */
const BOX = 20 / 28;
const LEAST_INK = 0.05;

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Row-major, 0 to 1. */
  readonly data: Float32Array;
}

/** All zeros where nothing is drawn. */
export function centred(drawing: Picture, width: number, height: number): Picture {
  const result = { width, height, data: new Float32Array(width * height) };
  const box = boundsOf(drawing);
  if (!box) return result;
  const scale = Math.min((width * BOX) / (box.right - box.left), (height * BOX) / (box.bottom - box.top));
  const [massX, massY] = massOf(drawing);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      // The square of the drawing that this pixel covers.
      const left = massX + (x - width / 2) / scale;
      const top = massY + (y - height / 2) / scale;
      result.data[y * width + x] = meanOver(drawing, left, top, 1 / scale);
    }
  return result;
}

function boundsOf({ width, height, data }: Picture): { left: number; top: number; right: number; bottom: number } | null {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! < LEAST_INK) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  return right > left ? { left, top, right, bottom } : null;
}

function massOf({ width, data }: Picture): [x: number, y: number] {
  let [sum, sumX, sumY] = [0, 0, 0];
  for (const [at, ink] of data.entries()) {
    sum += ink;
    sumX += ink * ((at % width) + 0.5);
    sumY += ink * (Math.floor(at / width) + 0.5);
  }
  return [sumX / sum, sumY / sum];
}

/** Mean ink of a square; outside of the drawing there is none. */
function meanOver({ width, height, data }: Picture, left: number, top: number, side: number): number {
  const [right, bottom] = [left + side, top + side];
  let sum = 0;
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, bottom); y++) {
    const high = Math.min(y + 1, bottom) - Math.max(y, top);
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, right); x++)
      sum += data[y * width + x]! * high * (Math.min(x + 1, right) - Math.max(x, left));
  }
  return sum / side ** 2;
}
