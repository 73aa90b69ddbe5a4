/** The whole graph in a corner, painted on a canvas: gates into a picture that is kept, what is seen as a rectangle every frame. */
import type { Area, Position } from '@wiregrad/engine';
import type { Colors } from './colors';
import type { Rectangle, Scene } from './scene';

/** Pixels of the screen. */
export const MINIMAP = { width: 190, height: 130 } as const;
const RIM = 8;
/** The picture is made anew at most so often. */
const AGE_MS = 150;

export class Minimap {
  private readonly context: CanvasRenderingContext2D;
  private readonly picture = document.createElement('canvas');
  private outdated = true;
  private paintedAt = -Infinity;
  private scale = 1;
  private origin: Position = [0, 0];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly scene: Scene
  ) {
    this.context = canvas.getContext('2d')!;
  }

  /** The graph, its places or its colours have changed. */
  outdate(): void {
    this.outdated = true;
  }

  /** Paints; true where the picture is old still and wants painting again. */
  paint(viewport: Rectangle, frames: readonly Area[], colors: Colors): boolean {
    const density = devicePixelRatio || 1;
    const [width, height] = [Math.round(MINIMAP.width * density), Math.round(MINIMAP.height * density)];
    for (const canvas of [this.canvas, this.picture]) {
      if (canvas.width === width && canvas.height === height) continue;
      canvas.width = width;
      canvas.height = height;
      this.outdated = true;
      this.paintedAt = -Infinity;
    }
    const now = performance.now();
    if (this.outdated && now - this.paintedAt > AGE_MS) {
      this.paintPicture(frames, colors, density);
      this.outdated = false;
      this.paintedAt = now;
    }
    const { context } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.drawImage(this.picture, 0, 0);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.strokeStyle = colors.accent;
    context.lineWidth = 2;
    const [left, top] = this.toMap([viewport.left, viewport.top]);
    const [right, bottom] = this.toMap([viewport.right, viewport.bottom]);
    const x = Math.max(1, left);
    const y = Math.max(1, top);
    context.strokeRect(x, y, Math.min(MINIMAP.width - 1, right) - x, Math.min(MINIMAP.height - 1, bottom) - y);
    return this.outdated;
  }

  private paintPicture(frames: readonly Area[], colors: Colors, density: number): void {
    const bounds = this.scene.bounds();
    const context = this.picture.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.picture.width, this.picture.height);
    if (!bounds) return;
    const { left, top, right, bottom } = bounds;
    this.scale = Math.min((MINIMAP.width - 2 * RIM) / (right - left), (MINIMAP.height - 2 * RIM) / (bottom - top));
    this.origin = [(left + right) / 2 - MINIMAP.width / 2 / this.scale, (top + bottom) / 2 - MINIMAP.height / 2 / this.scale];
    const scale = this.scale * density;
    context.setTransform(scale, 0, 0, scale, -this.origin[0] * scale, -this.origin[1] * scale);
    context.strokeStyle = colors.wire;
    context.lineWidth = 1 / this.scale;
    for (const [x, y, width, height] of frames) context.strokeRect(x, y, width, height);
    // A gate of a large graph would be less than a pixel.
    const least = 1.5 / this.scale;
    for (const { x, y, width, height, family } of this.scene.boxes.values()) {
      context.fillStyle = colors.families[family];
      context.fillRect(x, y, Math.max(width, least), Math.max(height, least));
    }
  }

  private toMap([x, y]: Position): Position {
    return [(x - this.origin[0]) * this.scale, (y - this.origin[1]) * this.scale];
  }

  /** The graph's coordinates at a place of the map, in pixels from its corner. */
  toGraph([x, y]: Position): Position {
    return [x / this.scale + this.origin[0], y / this.scale + this.origin[1]];
  }
}
