import { removeWires, type Position } from '@wiregrad/engine';
import { useDocumentStore } from '../../stores/document';
import { crosses } from '../curves';
import { useCanvasStore } from '../state';
import { clientOf, type Drag, type Hands } from './drag';

/** Cuts the wires that a line crosses. */
export function knife(hands: Hands, start: PointerEvent, click: (event: PointerEvent) => void): Drag {
  const canvas = useCanvasStore();
  const rest = (): void => {
    canvas.knife = [];
    hands.repaint();
  };
  canvas.knife = [hands.toGraph(clientOf(start))];
  return {
    move: (event) => {
      canvas.knife = [...canvas.knife, hands.toGraph(clientOf(event))];
      hands.repaint();
    },
    end: (event, moved) => {
      const line: readonly Position[] = canvas.knife;
      rest();
      if (!moved) return click(event);
      const cut = hands.scene.strands.filter((strand) => crosses(hands.scene.course(strand), line)).map(({ wire }) => wire);
      if (cut.length > 0)
        useDocumentStore().apply(cut.length === 1 ? 'cut wire' : `cut ${cut.length} wires`, (document) => removeWires(document, cut));
    },
    cancel: rest
  };
}
