/** What the rest of the app may ask of the canvas on screen. Without one, requests do nothing. */
import type { AnnotationKey, Area, Position } from '@wiregrad/engine';
import type { Search } from './state';

/** Type of what the palette drags: the name of a gate, or JSON {gate, params}. */
export const GATE_DRAG = 'application/x-wiregrad-gate';

export type Direction = 'left' | 'right' | 'up' | 'down';

export interface CanvasView {
  /** Shows the whole graph, or the gates `ids` of it. */
  fit(ids?: ReadonlySet<string>): void;
  centerOn(id: string): void;
  lookAtArea(area: Area): void;
  /** Brings a gate into view where its middle is not. */
  show(id: string): void;
  zoomBy(factor: number): void;
  /** Client coordinates, as events have them, to the graph's. */
  screenToGraph(x: number, y: number): Position;
  /** The middle of what is seen, in the graph's coordinates. */
  center(): Position;
  /** Where the pointer is, or else the middle, in the graph's coordinates. */
  pointer(): Position;
  /** Opens the box that looks for a gate, at the gate or wire that it is for, else at the pointer. */
  openSearch(purpose?: Partial<Search>): void;
  /** Opens the menu of what is selected. */
  openMenu(): void;
  /** Positions from left to right for the whole graph, or for the gates `ids` of it where they stand. */
  layOut(ids?: ReadonlySet<string>): Promise<ReadonlyMap<string, Position>>;
  /** Selects the next gate in a direction. */
  walk(direction: Direction): void;
  /** Begins a wire at the selected gate, to be led by keyboard. */
  drawWire(): void;
  /** Leads a wire through the place where the pointer or the menu is. */
  addPoint(wire: number): void;
  /** Gives the focus to what the selected gate's value or parameters are typed into. */
  editValue(id: string): void;
  rename(what: { readonly node: string } | { readonly annotation: AnnotationKey }): void;
  focus(): void;
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
