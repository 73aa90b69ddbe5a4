/** The place of the largest entry of each window. */
import { sizeOf } from '../../base/shapes';
import { offsetsOf, type Setting, type Task } from './task';

/** The first of the largest, or of the NaNs, as in PyTorch's pools; 0 for a window with nothing inside. */
export function windowArgmax({ operation, out, inputs, shapes }: Setting<'window_argmax'>): Task {
  const { windows } = operation.attributes;
  const x = inputs[0]!;
  const spatial = shapes[0]!.slice(1);
  const size = sizeOf(spatial);
  const counts = windows.map(({ count }) => count);
  const places = windows.map((window) => window.size);
  const indices = (shape: readonly number[]) =>
    shape.map((_, axis) =>
      offsetsOf(
        shape,
        shape.map((__, other) => (other === axis ? 1 : 0))
      )
    );
  const [ofWindow, ofPlace] = [indices(counts), indices(places)];
  const windowsCount = sizeOf(counts);
  const placeCount = sizeOf(places);
  /** Flat index of an entry of a window, −1 beyond the ends. */
  const entry = (window: number, place: number): number => {
    let at = 0;
    for (let axis = 0; axis < windows.length; axis++) {
      const { stride, dilation, low } = windows[axis]!;
      const index = ofWindow[axis]![window]! * stride + ofPlace[axis]![place]! * dilation - low;
      if (index < 0 || index >= spatial[axis]!) return -1;
      at = at * spatial[axis]! + index;
    }
    return at;
  };
  return {
    units: out.length,
    cost: 8 * placeCount,
    run(from, to) {
      for (let unit = from; unit < to; unit++) {
        const line = Math.floor(unit / windowsCount) * size;
        let best = -1;
        for (let place = 0; place < placeCount; place++) {
          const at = entry(unit % windowsCount, place);
          if (at < 0) continue;
          const [next, largest] = [x[line + at]!, x[line + best]!];
          if (best < 0 || next > largest || (Number.isNaN(next) && !Number.isNaN(largest))) best = at;
        }
        out[unit] = Math.max(0, best);
      }
    }
  };
}
