import type { Document, Position } from '@wiregrad/engine';
import { useDocumentStore } from '../../stores/document';
import { useSettingsStore } from '../../stores/settings';
import { useSelectionStore } from '../../stores/selection';
import { onGrid } from '../grid';
import { insertionOf } from '../inserting';
import { isNothing, movableOf, moveBy, shiftedPoints } from '../moving';
import { useCanvasStore } from '../state';
import { shifted } from '../areas';
import { clientOf, movement, type Drag, type Hands } from './drag';

/** How near to a wire the middle of a gate must come to be put on it, in the graph's units. */
const LANDING = 22;

interface Options {
  /** What is under the pointer: its corner goes on the grid when snapping. */
  readonly lead: Position;
  /** Of an edit that this one continues, so that both are undone together. */
  readonly merge?: string | undefined;
  /** A press that did not move. */
  click?(): void;
}

/** Moves what is selected. The document hears of it when it ends: one step to undo. */
export function move(hands: Hands, start: PointerEvent, { lead, merge, click }: Options): Drag {
  const documents = useDocumentStore();
  const selection = useSelectionStore();
  const settings = useSettingsStore();
  const canvas = useCanvasStore();
  const { scene, view } = hands;
  const movable = movableOf(documents.document, scene, selection.nodes, selection.annotations);
  const origins = new Map(movable.boxes.map((box) => [box, [box.x, box.y] as const]));
  /** A single gate that nothing is connected to may be dropped on a wire. */
  const loose =
    movable.boxes.length === 1 && movable.areas.size === 0 && !isWired(documents.document, movable.boxes[0]!.id) ? movable.boxes[0]! : null;
  let by: Position = [0, 0];

  const shift = (to: Position): void => {
    by = to;
    for (const [box, [x, y]] of origins) {
      box.x = Math.round(x + to[0]);
      box.y = Math.round(y + to[1]);
      void view.move(box);
    }
    for (const [key, area] of movable.areas) canvas.areas.set(key, shifted(area, to));
    for (const [wire, via] of movable.points) scene.lead(wire, shiftedPoints(via, to));
    hands.repaint();
  };
  const rest = (): void => {
    canvas.areas.clear();
    canvas.landing = null;
  };
  return {
    move: (event) => {
      const [dx, dy] = movement(hands, start, event);
      const snaps = settings.snap !== event.shiftKey;
      shift(snaps ? [onGrid(lead[0] + dx) - lead[0], onGrid(lead[1] + dy) - lead[1]] : [dx, dy]);
      canvas.landing = loose && (scene.wireAt([loose.x + loose.width / 2, loose.y + loose.height / 2], LANDING)?.wire ?? null);
    },
    end: (event, moved) => {
      const { landing } = canvas;
      rest();
      if (!moved) return click?.();
      if (isNothing(movable)) return;
      const count = movable.boxes.length + movable.areas.size;
      const label = movable.areas.size > 0 ? `move ${count} items` : count === 1 ? 'move gate' : `move ${count} gates`;
      const placed = (document: Document): Document => moveBy(document, movable, by);
      const inserted = loose && landing !== null ? insertionOf(placed(documents.document), landing, loose.id) : null;
      if (inserted?.refusal) {
        const [x, y] = hands.toCanvas(clientOf(event));
        canvas.refusal = { diagnostic: inserted.refusal, x, y };
      }
      const put = inserted?.document;
      documents.apply(put ? `put ${loose!.id} on a wire` : label, put ? () => put : placed, { ...(merge && { merge }) });
    },
    cancel: () => {
      shift([0, 0]);
      rest();
    }
  };
}

function isWired({ wires }: Document, id: string): boolean {
  return wires.some(({ from, to }) => from === id || from.startsWith(`${id}.`) || to.startsWith(`${id}.`));
}
