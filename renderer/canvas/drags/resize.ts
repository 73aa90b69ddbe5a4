import { annotationsOf, setAreas, type AnnotationKey } from '@wiregrad/engine';
import { useDocumentStore } from '../../stores/document';
import { resized } from '../areas';
import { useCanvasStore } from '../state';
import { movement, type Drag, type Hands } from './drag';

/** Pulls the corner of a frame or note. */
export function resize(hands: Hands, start: PointerEvent, key: AnnotationKey): Drag {
  const canvas = useCanvasStore();
  const documents = useDocumentStore();
  const before = annotationsOf(documents.document).get(key)!.area;
  const rest = (): void => canvas.areas.clear();
  return {
    move: (event) => canvas.areas.set(key, resized(before, movement(hands, start, event))),
    end: (_, moved) => {
      const area = canvas.areas.get(key);
      rest();
      if (moved && area) documents.apply(`resize ${key.split(' ')[0]}`, (document) => setAreas(document, new Map([[key, area]])));
    },
    cancel: rest
  };
}
