/**
 * What the pointer does on the canvas. Everything goes by the scene's arithmetic, not by which element is under the
 * pointer, so that it works the same whether nodes are mounted or painted. A press begins one of the drags.
 */
import { annotationsOf, setVia, type AnnotationKey, type Position } from '@wiregrad/engine';
import { watch } from 'vue';
import { useHost } from '../host/current';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { annotationAt } from './areas';
import type { Box, Socket } from './boxes';
import { copySelection } from './copying';
import { clientOf, type Drag, type Hands } from './drags/drag';
import { knife } from './drags/knife';
import { marquee } from './drags/marquee';
import { move } from './drags/move';
import { pan } from './drags/pan';
import { point as pointDrag } from './drags/point';
import { resize } from './drags/resize';
import type { ReteView } from './reteView';
import type { Scene } from './scene';
import { useCanvasStore, type Search } from './state';
import { WireHand, socketReach } from './wireHand';
import { bestOutput, wireInto } from './wiring';

/** Pixels of the screen. */
const MOVED = 4;
const WIRE_REACH = 7;
const POINT_REACH = 9;

export class Gestures {
  readonly wire: WireHand;
  private readonly documents = useDocumentStore();
  private readonly selection = useSelectionStore();
  private readonly canvas = useCanvasStore();
  private readonly listening = new AbortController();
  private readonly hands: Hands;
  private drag: { readonly handler: Drag; readonly start: PointerEvent; moved: boolean } | null = null;
  /** Where the pointer was last, in client coordinates; null before it ever came. */
  private pointer: Position | null = null;
  /** While a drag itself edits the document. */
  private editing = false;

  constructor(
    private readonly container: HTMLElement,
    private readonly scene: Scene,
    private readonly view: ReteView,
    private readonly repaint: () => void
  ) {
    this.hands = { container, scene, view, repaint, toGraph: (at) => this.toGraph(at), toCanvas: (at) => this.toCanvas(at) };
    this.wire = new WireHand(this.hands, (at, origin) => this.openSearch(at, { origin }));
    const { signal } = this.listening;
    container.addEventListener('pointerdown', this.down, { capture: true, signal });
    container.addEventListener('dblclick', this.doubleClick, { signal });
    container.addEventListener('contextmenu', this.contextMenu, { signal });
    container.addEventListener('pointerleave', this.leave, { signal });
    window.addEventListener('pointermove', this.move, { signal });
    window.addEventListener('pointerup', this.up, { signal });
    window.addEventListener('pointercancel', this.cancel, { signal });
    window.addEventListener('keydown', this.keyDown, { capture: true, signal });
    const parts = () => {
      const { document, opened, path } = this.documents;
      return [opened, path, document.wires, document.nodes.length, document.frames?.length, document.notes?.length];
    };
    signal.addEventListener('abort', watch(parts, this.letGo, { flush: 'sync' }));
  }

  destroy(): void {
    this.listening.abort();
    this.wire.destroy();
  }

  toCanvas([x, y]: Position): Position {
    const { left, top } = this.container.getBoundingClientRect();
    return [x - left, y - top];
  }

  /** Client coordinates to the graph's. */
  toGraph(client: Position): Position {
    const [x, y] = this.toCanvas(client);
    const transform = this.view.transform;
    return [(x - transform.x) / transform.k, (y - transform.y) / transform.k];
  }

  /** Whether the pointer is over the canvas. */
  get isPointing(): boolean {
    const { left, top, right, bottom } = this.container.getBoundingClientRect();
    const [x, y] = this.pointer ?? [-1, -1];
    return x >= left && x <= right && y >= top && y <= bottom;
  }

  /** Where the pointer is over the canvas, or else the canvas's middle; in client coordinates. */
  get place(): Position {
    const { left, top, right, bottom } = this.container.getBoundingClientRect();
    return this.isPointing ? this.pointer! : [(left + right) / 2, (top + bottom) / 2];
  }

  /** The free end of the wire in hand, in the graph's coordinates; null without one. */
  get wireEnd(): Position | null {
    if (!this.canvas.wiring) return null;
    return this.wire.chosenEnd ?? (this.pointer && this.toGraph(this.pointer));
  }

  /** Opens the box that looks for a gate, at a client position. */
  openSearch(client: Position, purpose: Partial<Search> = {}): void {
    const [x, y] = this.toCanvas(client);
    this.canvas.search = { x, y, at: this.toGraph(client), ...purpose };
  }

  openMenu(client: Position): void {
    const [x, y] = this.toCanvas(client);
    this.canvas.menu = { x, y };
  }

  private reach(pixels: number): number {
    return pixels / Math.min(1, this.view.transform.k);
  }

  private readonly down = (event: PointerEvent): void => {
    if (isOverlay(event.target)) return;
    leaveField(event.target);
    if (!event.isPrimary) {
      // A second finger: Rete zooms.
      this.cancel();
      return;
    }
    this.pointer = clientOf(event);
    this.canvas.refusal = null;
    this.canvas.search = null;
    this.canvas.menu = null;
    if (event.button === 1) {
      event.preventDefault();
      this.begin(event, pan(this.hands, event));
    } else if (event.button === 2 || (event.button === 0 && event.ctrlKey && useHost().platform === 'mac')) this.secondary(event);
    else if (event.button === 0) this.primary(event);
  };

  /** The other button moves what is seen, cuts wires with Ctrl, draws one from gate to gate with Alt; a click opens the menu. */
  private secondary(event: PointerEvent): void {
    event.preventDefault();
    const menu = (up: PointerEvent): void => {
      this.selectAt(clientOf(up));
      this.openMenu(clientOf(up));
    };
    const box = event.altKey && this.scene.boxAt(this.toGraph(clientOf(event)));
    const origin = box && bestOutput(box, this.scene);
    if (origin) this.begin(event, this.draw(event, origin, null));
    else if (event.button === 2 && (event.ctrlKey || event.metaKey)) this.begin(event, knife(this.hands, event, menu));
    else this.begin(event, pan(this.hands, event, menu));
  }

  private primary(event: PointerEvent): void {
    const point = this.toGraph(clientOf(event));
    if (event.target instanceof Element && event.target.closest('input, button, textarea, select')) {
      const box = this.scene.boxAt(point);
      if (box && !this.selection.nodes.has(box.id)) this.selection.select(box.id);
      return;
    }
    if (this.canvas.wiring) {
      // The second click of click-click.
      this.wire.drop(clientOf(event));
      return;
    }
    this.begin(event, this.dragAt(event, point));
  }

  private dragAt(event: PointerEvent, point: Position): Drag {
    const additive = event.ctrlKey || event.metaKey || event.shiftKey;
    const socket = this.scene.socketAt(point, socketReach(this.view.transform.k));
    if (socket) return this.draw(event, socket, socket.side === 'input' ? wireInto(socket) : null);
    const box = this.scene.boxAt(point);
    if (box) return event.altKey ? this.moveCopy(event, box) : this.moveBox(event, box, additive);
    const via = this.scene.viaAt(point, this.reach(POINT_REACH));
    if (via) return pointDrag(this.hands, event, via.wire, via.index);
    const annotation = annotationAt(this.documents.document, point);
    const wire = this.scene.wireAt(point, this.reach(WIRE_REACH));
    // Wires lie above frames.
    if (wire) {
      this.selection.selectWire(wire.wire);
      return pan(this.hands, event);
    }
    if (annotation?.corner) return resize(this.hands, event, annotation.key);
    if (annotation) return this.moveAnnotation(event, annotation.key, additive);
    return additive ? marquee(this.hands, event) : pan(this.hands, event, () => this.selection.clear());
  }

  private moveBox(event: PointerEvent, { id, x, y }: Box, additive: boolean): Drag {
    const select = (): void => this.selection.select(id, additive);
    return this.moveSelection(event, [x, y], this.selection.nodes.has(id), select);
  }

  private moveAnnotation(event: PointerEvent, key: AnnotationKey, additive: boolean): Drag {
    const [x, y] = annotationsOf(this.documents.document).get(key)!.area;
    const select = (): void => this.selection.selectAnnotations([key], additive);
    return this.moveSelection(event, [x, y], this.selection.annotations.has(key), select);
  }

  /** What is selected already may be about to be moved with the rest: what `select` does to it waits for a click. */
  private moveSelection(event: PointerEvent, lead: Position, wasSelected: boolean, select: () => void): Drag {
    if (!wasSelected) select();
    return move(this.hands, event, { lead, ...(wasSelected && { click: select }) });
  }

  /** Leaves what is selected where it is and moves a copy of it. */
  private moveCopy(event: PointerEvent, box: Box): Drag {
    if (!this.selection.nodes.has(box.id)) this.selection.select(box.id);
    const merge = `copy ${this.documents.revision}`;
    const [nodes, annotations] = [[...this.selection.nodes], [...this.selection.annotations]];
    let copy: Drag | null = null;
    let copied: unknown;
    return {
      move: (now) => {
        if (!copy) {
          this.editing = true;
          copySelection({ label: 'copy by dragging', shift: [0, 0], merge });
          this.editing = false;
          copied = this.documents.document;
          // The scene follows the document a moment later.
          this.scene.update(this.documents.document);
          copy = move(this.hands, event, { lead: [box.x, box.y], merge });
        }
        copy.move(now);
      },
      end: (now, moved) => copy?.end(now, moved),
      cancel: () => {
        copy?.cancel();
        if (this.documents.document !== copied) return;
        this.documents.undo();
        this.selection.selectAll(nodes, annotations);
      }
    };
  }

  /** A drag from a connected input picks its wire up, a click there selects it; elsewhere both begin a new wire. */
  private draw(start: PointerEvent, socket: Socket, picked: number | null): Drag {
    const byButton = start.button !== 0;
    if (picked === null && !byButton) this.wire.take(socket, null);
    return {
      move: (event) => {
        if (!this.canvas.wiring) this.wire.take(socket, picked);
        this.wire.aim(clientOf(event));
      },
      end: (event, moved) => {
        if (moved) this.wire.drop(clientOf(event));
        else if (picked !== null) this.selection.selectWire(picked);
        else if (!byButton) this.wire.aim(clientOf(event));
      },
      cancel: () => this.wire.stop()
    };
  }

  /** What a menu opened there is about. */
  private selectAt(client: Position): void {
    const point = this.toGraph(client);
    const box = this.scene.boxAt(point);
    const wire = box ? null : this.scene.wireAt(point, this.reach(WIRE_REACH));
    const annotation = box || wire ? null : annotationAt(this.documents.document, point);
    if (box) {
      if (!this.selection.nodes.has(box.id)) this.selection.select(box.id);
    } else if (wire) this.selection.selectWire(wire.wire);
    else if (!annotation) this.selection.clear();
    else if (!this.selection.annotations.has(annotation.key)) this.selection.selectAnnotations([annotation.key]);
  }

  private begin(start: PointerEvent, handler: Drag): void {
    this.drag?.handler.cancel();
    this.canvas.hover = null;
    this.drag = { handler, start, moved: false };
  }

  private readonly move = (event: PointerEvent): void => {
    // Over a menu the pointer stays where the menu was asked for.
    if (!event.isPrimary || (event.target instanceof Element && event.target.closest('[role="menu"]'))) return;
    this.pointer = clientOf(event);
    if (this.drag) {
      const { start, handler } = this.drag;
      this.drag.moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) >= MOVED;
      if (this.drag.moved) handler.move(event);
    } else if (this.canvas.wiring && !this.canvas.wiring.choice) this.wire.aim(this.pointer);
    else this.hover(event);
  };

  private readonly up = (event: PointerEvent): void => {
    // Of several buttons held together, only the last one's release comes here.
    if (!this.drag || event.pointerId !== this.drag.start.pointerId) return;
    const { handler, moved } = this.drag;
    this.drag = null;
    handler.end(event, moved);
  };

  private readonly cancel = (): void => {
    const { drag } = this;
    this.drag = null;
    drag?.handler.cancel();
  };

  /** What is in hand names gates and wires of the document as it was: nothing of it may be put into another. */
  private readonly letGo = (): void => {
    if (this.editing) return;
    this.cancel();
    if (this.canvas.wiring) this.wire.stop();
    this.canvas.search = null;
    this.canvas.menu = null;
    this.canvas.renaming = null;
    this.canvas.hover = null;
  };

  private readonly leave = (): void => {
    this.canvas.hover = null;
    this.repaint();
  };

  private readonly keyDown = (event: KeyboardEvent): void => {
    const { wiring } = this.canvas;
    if (!this.drag && (!wiring || (wiring.choice && this.isElsewhere(event.target)))) return;
    if (event.key === 'Escape') {
      this.cancel();
      this.canvas.refusal = null;
      this.wire.stop();
    } else if (!wiring?.choice || event.ctrlKey || event.metaKey || event.altKey || !this.steer(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** What has opened above the graph has keys of its own. */
  private isElsewhere(target: EventTarget | null): boolean {
    return target !== document.body && (isOverlay(target) || !(target instanceof Node && this.container.contains(target)));
  }

  /** Leads a wire by keyboard; tells whether the key was for it. */
  private steer({ key, shiftKey }: KeyboardEvent): boolean {
    if (key === 'ArrowDown' || key === 'ArrowRight') this.wire.choose(1);
    else if (key === 'ArrowUp' || key === 'ArrowLeft') this.wire.choose(-1);
    else if (key === 'Tab') this.wire.chooseOrigin(shiftKey ? -1 : 1);
    else if (key === 'Enter') this.wire.dropChosen();
    else return false;
    return true;
  }

  /** The mouse's menu comes with the button's release; a long press of a finger or a key asks for it here. */
  private readonly contextMenu = (event: MouseEvent): void => {
    if (isOverlay(event.target)) return;
    event.preventDefault();
    if (!(event instanceof PointerEvent) || event.pointerType !== 'touch') return;
    this.cancel();
    this.selectAt(clientOf(event));
    this.openMenu(clientOf(event));
  };

  private readonly doubleClick = (event: MouseEvent): void => {
    const at = clientOf(event);
    if (isOverlay(event.target) || this.canvas.wiring) return;
    const point = this.toGraph(at);
    const box = this.scene.boxAt(point);
    if (box) {
      this.documents.enter(box.id);
      return;
    }
    const via = this.scene.viaAt(point, this.reach(POINT_REACH));
    const wire = this.scene.wireAt(point, this.reach(WIRE_REACH));
    const annotation = annotationAt(this.documents.document, point);
    if (via) this.removePoint(via.wire, via.index);
    else if (wire) this.addPoint(wire.wire, wire.piece, point);
    else if (annotation) this.canvas.typing = annotation.key;
    else this.openSearch(at);
  };

  private addPoint(wire: number, piece: number, [x, y]: Position): void {
    const via = this.scene.strandAt(wire)!.via.toSpliced(piece, 0, [Math.round(x), Math.round(y)]);
    this.documents.apply('add a point to a wire', (document) => setVia(document, wire, via));
    this.selection.selectWire(wire);
  }

  private removePoint(wire: number, index: number): void {
    const via = this.scene.strandAt(wire)!.via.toSpliced(index, 1);
    this.documents.apply('remove a point of a wire', (document) => setVia(document, wire, via));
  }

  /** Leads a wire through the point at the pointer, or through its own middle where the pointer is elsewhere. */
  addPointNear(wire: number): void {
    const at = this.toGraph(this.place);
    const found = this.scene.wireAt(at, this.reach(2 * WIRE_REACH));
    if (found?.wire === wire) return this.addPoint(wire, found.piece, at);
    const { pieces } = this.scene.course(this.scene.strandAt(wire)!);
    const piece = Math.floor((pieces.length - 1) / 2);
    const { x1, y1, x2, y2 } = pieces[piece]!;
    this.addPoint(wire, piece, [(x1 + x2) / 2, (y1 + y2) / 2]);
  }

  private hover({ clientX, clientY, target }: PointerEvent): void {
    const inside = target instanceof Node && this.container.contains(target) && !isOverlay(target);
    const point = this.toGraph([clientX, clientY]);
    const wire = inside && !this.scene.boxAt(point) ? (this.scene.wireAt(point, this.reach(WIRE_REACH))?.wire ?? null) : null;
    if (wire === null && this.canvas.hover === null) return;
    const [x, y] = this.toCanvas([clientX, clientY]);
    this.canvas.hover = wire === null ? null : { wire, x, y };
    this.repaint();
  }
}

/** What floats above the graph has gestures of its own. */
function isOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-overlay]') !== null;
}

/** What is being typed elsewhere is entered first: it may rename or move what the press is about. */
function leaveField(target: EventTarget | null): void {
  const field = document.activeElement;
  if ((field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field !== target) field.blur();
}
