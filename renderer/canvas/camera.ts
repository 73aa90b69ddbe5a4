/** What of the graph is seen: all of it, a gate, a part. Zooms and pans; knows nothing of gestures. */
import { outputName, type Area, type Position } from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import { endRoom, type Box } from './boxes';
import type { ReteView } from './reteView';
import type { Scene } from './scene';
import { clampZoom } from './zoom';

/** Pixels of the screen. */
const FIT_MARGIN = 22;
const NEAR_EDGE = 40;
const FIT_ZOOM = 1.35;
/** A gate that is gone to is at least this large. */
const CENTER_ZOOM = 0.8;

export class Camera {
  private readonly documents = useDocumentStore();

  constructor(
    private readonly view: ReteView,
    private readonly scene: Scene
  ) {}

  /** Everything, frames and notes included, or the gates `ids`. */
  fit(ids?: ReadonlySet<string>): void {
    const { scene } = this;
    const { frames = [], notes = [] } = this.documents.document;
    const bounds = scene.bounds(ids && [...scene.boxes.values()].filter(({ id }) => ids.has(id)));
    const { width, height } = this.view.size;
    if (!bounds || width === 0) return;
    let { left, top, right, bottom } = bounds;
    for (const { box, output } of scene.ends) {
      if (ids && !ids.has(box.id)) continue;
      right = Math.max(right, box.x + box.width + endRoom(this.documents.shapes.get(outputName(box.id, output))));
    }
    for (const { area } of ids ? [] : [...frames, ...notes]) {
      left = Math.min(left, area[0]);
      top = Math.min(top, area[1]);
      right = Math.max(right, area[0] + area[2]);
      bottom = Math.max(bottom, area[1] + area[3]);
    }
    const k = Math.min(FIT_ZOOM, (width - 2 * FIT_MARGIN) / (right - left), (height - 2 * FIT_MARGIN) / (bottom - top));
    this.lookAt([(left + right) / 2, (top + bottom) / 2], clampZoom(k));
  }

  /** Puts a place into the middle, at zoom k. */
  lookAt([x, y]: Position, k = this.view.transform.k): void {
    const { width, height } = this.view.size;
    void this.view.look({ x: width / 2 - x * k, y: height / 2 - y * k, k });
  }

  centerOn([x, y, width, height]: Area): void {
    this.lookAt([x + width / 2, y + height / 2], Math.max(this.view.transform.k, CENTER_ZOOM));
  }

  /** Moves what is seen as little as brings all of a box into it. */
  bringIntoView({ x, y, width, height }: Box): void {
    const { left, top, right, bottom } = this.view.viewport();
    const { x: panX, y: panY, k } = this.view.transform;
    const rim = NEAR_EDGE / k;
    const dx = x < left + rim ? left + rim - x : Math.min(0, right - rim - (x + width));
    const dy = y < top + rim ? top + rim - y : Math.min(0, bottom - rim - (y + height));
    if (dx !== 0 || dy !== 0) void this.view.pan(panX + dx * k, panY + dy * k);
  }

  /** The middle of what is seen, in the graph's coordinates. */
  get middle(): Position {
    const { left, top, right, bottom } = this.view.viewport();
    return [(left + right) / 2, (top + bottom) / 2];
  }
}
