import { Frame, StickyNote } from '@lucide/vue';
import { addFrame, addNote, type Area } from '@wiregrad/engine';
import { nextTick } from 'vue';
import { frameAround } from '../canvas/aligning';
import { currentView } from '../canvas/view';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { defineCommand } from './command';

/** Sizes that one without content begins with. */
const FRAME = [420, 280] as const;
const NOTE = [220, 110] as const;

function areaAt([width, height]: readonly [number, number]): Area {
  const [x, y] = currentView()?.pointer() ?? [0, 0];
  return [Math.round(x - width / 2), Math.round(y - height / 2), width, height];
}

export default [
  defineCommand({
    id: 'edit.frame',
    icon: Frame,
    async perform() {
      const store = useDocumentStore();
      const { nodes, annotations, selectAnnotations } = useSelectionStore();
      const area = frameAround(store.document, nodes, annotations) ?? areaAt(FRAME);
      store.apply('add a frame', (document) => addFrame(document, { title: 'Frame', area }));
      const annotation = `frame ${store.document.frames!.length - 1}` as const;
      selectAnnotations([annotation]);
      await nextTick();
      currentView()?.rename({ annotation });
    }
  }),
  defineCommand({
    id: 'edit.note',
    icon: StickyNote,
    async perform() {
      const store = useDocumentStore();
      const area = areaAt(NOTE);
      store.apply('add a note', (document) => addNote(document, { text: 'Note', area }));
      const annotation = `note ${store.document.notes!.length - 1}` as const;
      useSelectionStore().selectAnnotations([annotation]);
      await nextTick();
      currentView()?.rename({ annotation });
    }
  })
];
