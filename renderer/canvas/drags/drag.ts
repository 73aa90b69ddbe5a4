/** What a press of the pointer begins: it follows the pointer until it is released. */
import type { Position } from '@wiregrad/engine';
import type { ReteView } from '../reteView';
import type { Scene } from '../scene';

export interface Drag {
  move(event: PointerEvent): void;
  /** `moved` is false for a click. */
  end(event: PointerEvent, moved: boolean): void;
  cancel(): void;
}

/** What drags work with. */
export interface Hands {
  readonly container: HTMLElement;
  readonly scene: Scene;
  readonly view: ReteView;
  repaint(): void;
  /** Client coordinates to the graph's. */
  toGraph(client: Position): Position;
  /** Client coordinates to pixels from the canvas's corner. */
  toCanvas(client: Position): Position;
}

export const clientOf = ({ clientX, clientY }: MouseEvent): Position => [clientX, clientY];

/** How far the pointer has come since `start`, in the graph's units. */
export function movement(hands: Hands, start: PointerEvent, event: PointerEvent): Position {
  const { k } = hands.view.transform;
  return [(event.clientX - start.clientX) / k, (event.clientY - start.clientY) / k];
}
