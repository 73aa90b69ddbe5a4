import { setVia, type Position } from '@wiregrad/engine';
import { useDocumentStore } from '../../stores/document';
import { useSelectionStore } from '../../stores/selection';
import { movement, type Drag, type Hands } from './drag';

/** Moves one of the points that a wire is led through. */
export function point(hands: Hands, start: PointerEvent, wire: number, index: number): Drag {
  const before = hands.scene.strandAt(wire)!.via;
  let via = before;
  useSelectionStore().selectWire(wire);
  return {
    move: (event) => {
      const [dx, dy] = movement(hands, start, event);
      const [x, y] = before[index]!;
      const at: Position = [Math.round(x + dx), Math.round(y + dy)];
      via = before.with(index, at);
      hands.scene.lead(wire, via);
      hands.repaint();
    },
    end: (_, moved) => {
      if (moved) useDocumentStore().apply('reroute wire', (document) => setVia(document, wire, via));
    },
    cancel: () => {
      hands.scene.lead(wire, before);
      hands.repaint();
    }
  };
}
