/**
 * What the pointer does on the canvas: pan, select, move, draw wires. Everything goes by the scene's arithmetic, not by
 * which element is under the pointer, so that it works the same whether nodes are mounted or painted.
 */
import { moveNodes, type Position } from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import type { Box, Socket } from './boxes';
import type { ReteView } from './reteView';
import type { Scene } from './scene';
import { useCanvasStore } from './state';
import { beginWiring, bestSocket, connectTo, dropWire, endWiring, judge, verdictOn, wireInto } from './wiring';

/** Pixels of the screen. */
const MOVED = 4;
const SOCKET_REACH = 11;
const SNAP_REACH = 26;
const WIRE_REACH = 7;
const JUDGE_MS = 6;

interface Drag {
  move(event: PointerEvent): void;
  /** `moved` is false for a click. */
  end(event: PointerEvent, moved: boolean): void;
  cancel(): void;
}

export class Gestures {
  private readonly documents = useDocumentStore();
  private readonly selection = useSelectionStore();
  private readonly canvas = useCanvasStore();
  private readonly listening = new AbortController();
  private drag: { readonly handler: Drag; readonly start: PointerEvent; moved: boolean } | null = null;
  /** Where the pointer was last, in client coordinates; null before it ever came. */
  private pointer: Position | null = null;
  private judging = 0;

  constructor(
    private readonly container: HTMLElement,
    private readonly scene: Scene,
    private readonly view: ReteView,
    private readonly repaint: () => void
  ) {
    const { signal } = this.listening;
    container.addEventListener('pointerdown', this.down, { capture: true, signal });
    container.addEventListener('dblclick', this.doubleClick, { signal });
    container.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    container.addEventListener('pointerleave', this.leave, { signal });
    window.addEventListener('pointermove', this.move, { signal });
    window.addEventListener('pointerup', this.up, { signal });
    window.addEventListener('pointercancel', this.cancel, { signal });
    window.addEventListener('keydown', this.keyDown, { capture: true, signal });
  }

  destroy(): void {
    this.listening.abort();
    cancelAnimationFrame(this.judging);
    endWiring();
  }

  /** Client coordinates to the graph's. */
  toGraph([x, y]: Position): Position {
    const { left, top } = this.container.getBoundingClientRect();
    const transform = this.view.transform;
    return [(x - left - transform.x) / transform.k, (y - top - transform.y) / transform.k];
  }

  /** Where the pointer is over the canvas, or else the canvas's middle; in client coordinates. */
  get place(): Position {
    const { left, top, right, bottom } = this.container.getBoundingClientRect();
    const [x, y] = this.pointer ?? [-1, -1];
    return x >= left && x <= right && y >= top && y <= bottom ? [x, y] : [(left + right) / 2, (top + bottom) / 2];
  }

  /** The free end of the wire in hand, in the graph's coordinates; null without one. */
  get wireEnd(): Position | null {
    return this.canvas.wiring && this.pointer ? this.toGraph(this.pointer) : null;
  }

  /** Opens the box that looks for a gate, at a client position. */
  openSearch([x, y]: Position, origin: Socket | null = null): void {
    const { left, top } = this.container.getBoundingClientRect();
    this.canvas.search = { x: x - left, y: y - top, at: this.toGraph([x, y]), origin };
  }

  private reach(pixels: number): number {
    return pixels / Math.min(1, this.view.transform.k);
  }

  private readonly down = (event: PointerEvent): void => {
    if (event.target instanceof Element && event.target.closest('[data-overlay]')) return;
    if (!event.isPrimary) {
      // A second finger: Rete zooms.
      this.cancel();
      return;
    }
    const at: Position = [event.clientX, event.clientY];
    const point = this.toGraph(at);
    this.pointer = at;
    this.canvas.refusal = null;
    this.canvas.search = null;
    if (event.button === 1 || event.button === 2) {
      event.preventDefault();
      this.begin(event, this.pan(event));
      return;
    }
    if (event.button !== 0) return;
    if (event.target instanceof Element && event.target.closest('input, button, textarea, select')) {
      const box = this.scene.boxAt(point);
      if (box && !this.selection.nodes.has(box.id)) this.selection.select(box.id);
      return;
    }
    if (this.canvas.wiring) {
      // The second click of click-click.
      this.finishWire(at);
      return;
    }
    const additive = event.ctrlKey || event.metaKey || event.shiftKey;
    const socket = this.scene.socketAt(point, SOCKET_REACH);
    if (socket) {
      this.begin(event, this.wireFrom(socket));
      return;
    }
    const box = this.scene.boxAt(point);
    if (box) {
      this.begin(event, this.moveBoxes(event, box, additive));
      return;
    }
    const wire = this.scene.wireAt(point, this.reach(WIRE_REACH))?.wire ?? null;
    if (wire !== null) {
      this.selection.selectWire(wire);
      this.begin(event, this.pan(event));
      return;
    }
    if (additive) this.begin(event, this.marquee(event));
    else
      this.begin(
        event,
        this.pan(event, () => this.selection.clear())
      );
  };

  private begin(start: PointerEvent, handler: Drag): void {
    this.drag?.handler.cancel();
    this.canvas.hover = null;
    this.drag = { handler, start, moved: false };
  }

  private readonly move = (event: PointerEvent): void => {
    if (!event.isPrimary) return;
    this.pointer = [event.clientX, event.clientY];
    if (this.drag) {
      const { start, handler } = this.drag;
      this.drag.moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) >= MOVED;
      if (this.drag.moved) handler.move(event);
    } else if (this.canvas.wiring) this.aim();
    else this.hover(event);
  };

  private readonly up = (event: PointerEvent): void => {
    if (!this.drag || event.button !== this.drag.start.button) return;
    const { handler, moved } = this.drag;
    this.drag = null;
    handler.end(event, moved);
  };

  private readonly cancel = (): void => {
    this.drag?.handler.cancel();
    this.drag = null;
  };

  private readonly leave = (): void => {
    this.canvas.hover = null;
    this.repaint();
  };

  private readonly keyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    if (!this.drag && !this.canvas.wiring) return;
    event.stopPropagation();
    this.cancel();
    this.canvas.refusal = null;
    this.stopWire();
  };

  private readonly doubleClick = (event: MouseEvent): void => {
    const at: Position = [event.clientX, event.clientY];
    if (event.target instanceof Element && event.target.closest('[data-overlay]')) return;
    if (this.canvas.wiring) return;
    const box = this.scene.boxAt(this.toGraph(at));
    if (box) this.documents.enter(box.id);
    else this.openSearch(at);
  };

  private hover({ clientX, clientY, target }: PointerEvent): void {
    const inside =
      target instanceof Node && this.container.contains(target) && !(target instanceof Element && target.closest('[data-overlay]'));
    const point = this.toGraph([clientX, clientY]);
    const wire = inside && !this.scene.boxAt(point) ? (this.scene.wireAt(point, this.reach(WIRE_REACH))?.wire ?? null) : null;
    if (wire === null && this.canvas.hover === null) return;
    const { left, top } = this.container.getBoundingClientRect();
    this.canvas.hover = wire === null ? null : { wire, x: clientX - left, y: clientY - top };
    this.repaint();
  }

  private pan(start: PointerEvent, click?: () => void): Drag {
    const { x, y } = this.view.transform;
    return {
      move: (event) => void this.view.pan(x + event.clientX - start.clientX, y + event.clientY - start.clientY),
      end: (_, moved) => {
        if (!moved) click?.();
      },
      cancel: () => void this.view.pan(x, y)
    };
  }

  private marquee(start: PointerEvent): Drag {
    const { left, top } = this.container.getBoundingClientRect();
    const from: Position = [start.clientX, start.clientY];
    const keep = start.shiftKey ? [...this.selection.nodes] : [];
    const ordered = (a: number, b: number) => (a < b ? [a, b] : [b, a]) as [number, number];
    return {
      move: (event) => {
        const [x1, x2] = ordered(from[0], event.clientX);
        const [y1, y2] = ordered(from[1], event.clientY);
        this.canvas.marquee = { left: x1 - left, top: y1 - top, right: x2 - left, bottom: y2 - top };
        const [a, b] = [this.toGraph([x1, y1]), this.toGraph([x2, y2])];
        const within = this.scene.boxesWithin({ left: a[0], top: a[1], right: b[0], bottom: b[1] });
        this.selection.select([...keep, ...within.map(({ id }) => id)]);
      },
      end: () => (this.canvas.marquee = null),
      cancel: () => (this.canvas.marquee = null)
    };
  }

  /** The document hears of a move when it ends: one step to undo. */
  private moveBoxes(start: PointerEvent, pressed: Box, additive: boolean): Drag {
    const wasSelected = this.selection.nodes.has(pressed.id);
    if (additive) this.selection.select(pressed.id, true);
    else if (!wasSelected) this.selection.select(pressed.id);
    const boxes = [...this.scene.boxes.values()].filter(({ id }) => this.selection.nodes.has(id));
    const origins = new Map(boxes.map(({ id, x, y }) => [id, [x, y] as const]));
    const shift = (dx: number, dy: number): void => {
      for (const box of boxes) {
        const [x, y] = origins.get(box.id)!;
        box.x = Math.round(x + dx);
        box.y = Math.round(y + dy);
        void this.view.move(box);
      }
      this.repaint();
    };
    return {
      move: ({ clientX, clientY }) => {
        const { k } = this.view.transform;
        shift((clientX - start.clientX) / k, (clientY - start.clientY) / k);
      },
      end: (_, moved) => {
        if (!moved && !additive && wasSelected) this.selection.select(pressed.id);
        if (!moved || boxes.length === 0) return;
        const positions = new Map(boxes.map(({ id, x, y }) => [id, [x, y] as Position]));
        this.documents.apply(boxes.length === 1 ? 'move gate' : `move ${boxes.length} gates`, (document) => moveNodes(document, positions));
      },
      cancel: () => shift(0, 0)
    };
  }

  /** A drag from a connected input picks its wire up, a click there selects it; elsewhere both begin a new wire. */
  private wireFrom(socket: Socket): Drag {
    const picked = socket.side === 'input' ? wireInto(socket) : null;
    const start = (): void => {
      beginWiring(socket, picked);
      this.judgeSoon();
    };
    if (picked === null) start();
    return {
      move: () => {
        if (!this.canvas.wiring) start();
        this.aim();
      },
      end: (event, moved) => {
        if (moved) this.finishWire([event.clientX, event.clientY]);
        else if (picked !== null) this.selection.selectWire(picked);
        else this.aim();
      },
      cancel: () => this.stopWire()
    };
  }

  private judgeSoon(): void {
    cancelAnimationFrame(this.judging);
    this.judging = requestAnimationFrame(() => {
      const { wiring } = this.canvas;
      if (wiring && !judge(wiring, this.scene.boxesWithin(this.view.viewport()), performance.now() + JUDGE_MS)) this.judgeSoon();
    });
  }

  /** Shows at the pointer whether and why not the wire in hand may end there. */
  private aim(): void {
    this.repaint();
    const { wiring } = this.canvas;
    if (!wiring || !this.pointer) return;
    const socket = this.target(this.toGraph(this.pointer));
    this.showRefusal(socket && verdictOn(wiring, socket));
  }

  private showRefusal(diagnostic: ReturnType<typeof verdictOn>): void {
    const [x, y] = this.pointer!;
    const { left, top } = this.container.getBoundingClientRect();
    this.canvas.refusal = diagnostic && { diagnostic, x: x - left, y: y - top };
  }

  /** The socket near a point that the wire in hand could mean; never the one that it comes from. */
  private target(point: Position): Socket | null {
    const { origin } = this.canvas.wiring!;
    const opposite = origin.side === 'output' ? 'input' : 'output';
    const socket = this.scene.socketAt(point, this.reach(SNAP_REACH), opposite) ?? this.scene.socketAt(point, SOCKET_REACH);
    return socket && socket.id === origin.id && socket.port === origin.port && socket.side === origin.side ? null : socket;
  }

  private finishWire(at: Position): void {
    const wiring = this.canvas.wiring!;
    const point = this.toGraph(at);
    const box = this.scene.boxAt(point);
    const aimed = this.target(point);
    const socket = aimed ?? (box && box.id !== wiring.origin.id ? bestSocket(wiring, box, this.scene) : null);
    const refusal = socket && verdictOn(wiring, socket);
    this.stopWire();
    if (refusal) this.showRefusal(refusal);
    else if (socket) connectTo(wiring, socket);
    else if (!box && wiring.picked !== null) dropWire(wiring);
    else if (!box) this.openSearch(at, wiring.origin);
  }

  private stopWire(): void {
    endWiring();
    this.repaint();
  }
}
