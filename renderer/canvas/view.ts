/** What the rest of the app may ask of the canvas on screen. Without one, requests do nothing. */
import type { Position } from '@wiregrad/engine';

/** Type of what the palette drags: the name of a gate, or JSON {gate, params}. */
export const GATE_DRAG = 'application/x-wiregrad-gate';

export interface CanvasView {
  /** Shows the whole graph. */
  fit(): void;
  centerOn(id: string): void;
  zoomBy(factor: number): void;
  /** Client coordinates, as events have them, to the graph's. */
  screenToGraph(x: number, y: number): Position;
  /** The middle of what is seen, in the graph's coordinates. */
  center(): Position;
  /** Opens the box that adds a gate, at the pointer. */
  openSearch(): void;
  /** Lays the whole graph out from left to right. */
  arrange(): Promise<void>;
  /** Whether keys that move the focus elsewhere belong to the canvas now. */
  hasFocus(): boolean;
}

let current: CanvasView | null = null;

/** Makes `view` the one that requests go to; the result takes it away again. */
export function bindView(view: CanvasView): () => void {
  current = view;
  return () => {
    if (current === view) current = null;
  };
}

export function currentView(): CanvasView | null {
  return current;
}

export function fitView(): void {
  current?.fit();
}

export function centerOn(id: string): void {
  current?.centerOn(id);
}

/** The graph's coordinates at a client position. */
export function screenToGraph(x: number, y: number): Position {
  return current?.screenToGraph(x, y) ?? [x, y];
}
