import { annotationsOf } from '@wiregrad/engine';
import { useDocumentStore } from '../../stores/document';
import { useSelectionStore } from '../../stores/selection';
import { isWithin } from '../areas';
import { useCanvasStore } from '../state';
import { clientOf, type Drag, type Hands } from './drag';

/** Selects the gates that a rectangle touches, and the frames and notes that lie in it; with Shift besides what is selected. */
export function marquee(hands: Hands, start: PointerEvent): Drag {
  const canvas = useCanvasStore();
  const selection = useSelectionStore();
  const { document } = useDocumentStore();
  const before = start.shiftKey ? { nodes: [...selection.nodes], annotations: [...selection.annotations] } : { nodes: [], annotations: [] };
  const from = clientOf(start);
  return {
    move: (event) => {
      const to = clientOf(event);
      const [x1, y1] = hands.toCanvas(from);
      const [x2, y2] = hands.toCanvas(to);
      canvas.marquee = { left: Math.min(x1, x2), top: Math.min(y1, y2), right: Math.max(x1, x2), bottom: Math.max(y1, y2) };
      const [a, b] = [hands.toGraph(from), hands.toGraph(to)];
      const area = {
        left: Math.min(a[0], b[0]),
        top: Math.min(a[1], b[1]),
        right: Math.max(a[0], b[0]),
        bottom: Math.max(a[1], b[1])
      };
      const nodes = hands.scene.boxesWithin(area).map(({ id }) => id);
      const annotations = [...annotationsOf(document)].filter(([, annotation]) => isWithin(annotation.area, area)).map(([key]) => key);
      selection.selectAll([...before.nodes, ...nodes], [...before.annotations, ...annotations]);
    },
    end: (event, moved) => {
      canvas.marquee = null;
      if (!moved && !event.shiftKey) selection.clear();
    },
    cancel: () => {
      canvas.marquee = null;
      selection.selectAll(before.nodes, before.annotations);
    }
  };
}
