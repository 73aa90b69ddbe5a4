/** What commands ask of the canvas, done with the one on screen. */
import type { Position } from '@wiregrad/engine';
import { nextTick } from 'vue';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { useSettingsStore } from '../stores/settings';
import { useWindowStore } from '../stores/window';
import type { Box } from './boxes';
import type { Camera } from './camera';
import { freePlace } from './freePlace';
import type { Gestures } from './gestures';
import { layOut } from './layout';
import type { ReteView } from './reteView';
import type { Scene } from './scene';
import { spoken } from './speaking';
import { useCanvasStore } from './state';
import type { CanvasView } from './view';
import { nearestBox, nextBox } from './walking';
import { bestOutput } from './wiring';
import { isOutlined } from './zoom';

interface Parts {
  readonly container: HTMLElement;
  readonly scene: Scene;
  readonly view: ReteView;
  readonly camera: Camera;
  readonly gestures: Gestures;
}

/** What opens at a gate stays within the canvas by so much, in pixels of the screen. */
const RIM = 8;
/** From a gate to the middle of the one that is added beside it. */
const BESIDE = 180;

export function shownView({ container, scene, view, camera, gestures }: Parts): CanvasView {
  const documents = useDocumentStore();
  const selection = useSelectionStore();
  const settings = useSettingsStore();
  const canvas = useCanvasStore();

  const selectedBox = (): Box | undefined => (selection.primary === null ? undefined : scene.boxes.get(selection.primary));
  /** Focus may have been taken by what has just closed. */
  const focus = (): void => container.focus({ preventScroll: true });

  /** Where on the screen what is selected is; the pointer's place where that is nothing. */
  function placeOfSelection(): Position {
    const { left, top, width, height } = container.getBoundingClientRect();
    const toClient = ([x, y]: Position): Position => {
      const { x: panX, y: panY, k } = view.transform;
      const within = (at: number, length: number): number => Math.min(length - RIM, Math.max(RIM, at));
      return [left + within(x * k + panX, width), top + within(y * k + panY, height)];
    };
    const box = selectedBox();
    if (box) return toClient([box.x + 20, box.y + box.height / 2]);
    const strand = selection.wire === null ? undefined : scene.strandAt(selection.wire);
    if (!strand) return gestures.place;
    const { x1, x2, y1, y2 } = scene.course(strand).pieces[0]!;
    return toClient([(x1 + x2) / 2, (y1 + y2) / 2]);
  }

  function show(id: string): void {
    const box = scene.boxes.get(id);
    const { left, top, right, bottom } = view.viewport();
    if (!box) return;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    if (x < left || x > right || y < top || y > bottom) camera.bringIntoView(box);
  }

  /** Where a gate has room that is added without a pointer: right of the selected one, or in the middle. */
  function roomNear(): Position {
    const box = selectedBox();
    const wish: Position = box ? [box.x + box.width + BESIDE, box.y + box.height / 2] : camera.middle;
    return freePlace(wish, [...documents.document.layout.values()]);
  }

  async function editValue(id: string): Promise<void> {
    const box = scene.boxes.get(id);
    if (!box) return;
    camera.bringIntoView(box);
    const own = container.querySelector<HTMLInputElement>(`input[data-testid="value-${CSS.escape(id)}"]`);
    if (own) {
      own.focus();
      own.select();
      return;
    }
    settings.sideShown = true;
    useWindowStore().tab = 'inspector';
    await nextTick();
    // The first parameter, or the name of a gate without any.
    const inspector = document.querySelector('[data-testid="inspector"]');
    for (const field of ['[data-testid^="param-"]', 'input']) {
      const found = inspector?.querySelector<HTMLElement>(field);
      if (found) return found.focus();
    }
  }

  return {
    fit: (ids) => camera.fit(ids),
    centerOn: (id) => {
      const box = scene.boxes.get(id);
      if (box) camera.centerOn([box.x, box.y, box.width, box.height]);
    },
    lookAtArea: (area) => camera.centerOn(area),
    // What was just added is in the scene a moment later.
    show: (id) => void nextTick(() => show(id)),
    zoomBy: (factor) => void view.zoomBy(factor, view.size.width / 2, view.size.height / 2),
    screenToGraph: (x, y) => gestures.toGraph([x, y]),
    center: () => camera.middle,
    pointer: () => gestures.toGraph(gestures.place),
    openSearch: (purpose) => {
      if (purpose) gestures.openSearch(placeOfSelection(), purpose);
      else gestures.openSearch(gestures.place, gestures.isPointing ? {} : { at: roomNear() });
    },
    openMenu: () => gestures.openMenu(placeOfSelection()),
    layOut: (ids) => layOut(scene, documents.shapes, ids),
    walk: (direction) => {
      const from = selectedBox();
      const next = from ? nextBox(scene, from, direction) : nearestBox(scene, camera.middle);
      if (!next) return;
      selection.select(next.id);
      camera.bringIntoView(next);
      canvas.announcement = spoken(next);
    },
    drawWire: () => {
      const box = selectedBox();
      const input = box?.ports.inputs[0];
      const origin = box && (bestOutput(box, scene) ?? (input && { id: box.id, side: 'input' as const, port: input.name }));
      if (origin) gestures.wire.takeByKeyboard(origin);
    },
    addPoint: (wire) => gestures.addPointNear(wire),
    editValue: (id) => void editValue(id),
    rename: (what) => {
      if ('node' in what) {
        const box = scene.boxes.get(what.node);
        // Its name is typed on the gate itself, which is only painted when zoomed out.
        if (box && isOutlined(view.transform.k, scene.boxes.size)) camera.centerOn([box.x, box.y, box.width, box.height]);
        else show(what.node);
        canvas.renaming = what.node;
      } else canvas.typing = what.annotation;
    },
    focus,
    // A menu gives the focus back before it does what was chosen.
    hasFocus: () =>
      document.activeElement === document.body ||
      container.contains(document.activeElement) ||
      document.activeElement?.closest('[role="menu"]') != null
  };
}
