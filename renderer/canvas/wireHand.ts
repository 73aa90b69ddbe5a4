/** The wire in hand: taken up at a socket, aimed at another by pointer or keyboard, dropped there or on empty canvas. */
import type { Position } from '@wiregrad/engine';
import { socketPosition, type Socket } from './boxes';
import type { Hands } from './drags/drag';
import { socketsOf } from './scene';
import { useCanvasStore } from './state';
import { currentView } from './view';
import { beginWiring, bestSocket, connectTo, dropWire, endWiring, judge, verdictOn } from './wiring';

/** Of the sockets that a wire led by keyboard may end at, and the time that judging them may take. */
const MOST_TARGETS = 60;
const CHOICE_MS = 300;
/** A connected socket counts as this much farther away. */
const TAKEN = 600;
/** Pixels of the screen. */
const SNAP_REACH = 26;
const JUDGE_MS = 6;

export class WireHand {
  private readonly canvas = useCanvasStore();
  private judging = 0;

  constructor(
    private readonly hands: Hands,
    private readonly openSearch: (at: Position, origin: Socket) => void
  ) {}

  destroy(): void {
    cancelAnimationFrame(this.judging);
    endWiring();
  }

  take(socket: Socket, picked: number | null): void {
    beginWiring(socket, picked);
    this.judgeSoon();
  }

  private judgeSoon(): void {
    cancelAnimationFrame(this.judging);
    this.judging = requestAnimationFrame(() => {
      const { wiring } = this.canvas;
      if (!wiring) return;
      const { scene, view } = this.hands;
      if (!judge(wiring, scene.boxesWithin(view.viewport()), performance.now() + JUDGE_MS)) this.judgeSoon();
      this.hands.repaint();
    });
  }

  /** Shows at a client position whether and why not the wire may end there. */
  aim(at: Position): void {
    this.hands.repaint();
    const { wiring } = this.canvas;
    if (!wiring) return;
    const socket = this.target(this.hands.toGraph(at));
    this.showRefusal(at, socket && verdictOn(wiring, socket));
  }

  private showRefusal(at: Position, diagnostic: ReturnType<typeof verdictOn>): void {
    const [x, y] = this.hands.toCanvas(at);
    this.canvas.refusal = diagnostic && { diagnostic, x, y };
  }

  /** The socket near a point that the wire could mean; never the one that it comes from. */
  private target(point: Position): Socket | null {
    const { scene, view } = this.hands;
    const { origin } = this.canvas.wiring!;
    const opposite = origin.side === 'output' ? 'input' : 'output';
    const socket =
      scene.socketAt(point, SNAP_REACH / Math.min(1, view.transform.k), opposite) ?? scene.socketAt(point, socketReach(view.transform.k));
    return socket && socket.id === origin.id && socket.port === origin.port && socket.side === origin.side ? null : socket;
  }

  /** Drops it: on a socket or a gate that takes it, or on empty canvas, where a gate can be looked for. */
  drop(at: Position): void {
    const wiring = this.canvas.wiring!;
    const { scene, view } = this.hands;
    const point = this.hands.toGraph(at);
    const box = scene.boxAt(point);
    const aimed = this.target(point);
    // A box smaller than the reach of its sockets is meant as a whole.
    const whole = box && box.width * view.transform.k < 2 * SNAP_REACH;
    const socket = (whole ? null : aimed) ?? (box && box.id !== wiring.origin.id ? bestSocket(wiring, box, scene) : aimed);
    const refusal = socket ? verdictOn(wiring, socket) : box && box.id !== wiring.origin.id ? noneFits(box.id) : null;
    this.stop();
    if (refusal) this.showRefusal(at, refusal);
    else if (socket) connectTo(wiring, socket);
    else if (!box && wiring.picked !== null) dropWire(wiring);
    else if (!box) this.openSearch(at, wiring.origin);
  }

  stop(): void {
    endWiring();
    this.hands.repaint();
  }

  /** Takes a wire up at a gate, to be led by keyboard to one of the sockets that take it, the nearest free one first. */
  takeByKeyboard(origin: Socket): void {
    beginWiring(origin, null);
    const { scene } = this.hands;
    const wiring = this.canvas.wiring!;
    const box = scene.boxes.get(origin.id)!;
    const [x, y] = socketPosition(box, origin.side, origin.port)!;
    const sockets = [...scene.boxes.values()]
      .filter((other) => other !== box)
      .flatMap((other) => {
        const far = Math.hypot(other.x + other.width / 2 - x, other.y + other.height / 2 - y);
        const opposite = socketsOf(other).filter(({ side }) => side !== origin.side);
        return opposite.map((socket) => ({ socket, far: far + (scene.isConnected(socket) ? TAKEN : 0) }));
      })
      .sort((a, b) => a.far - b.far);
    const targets: Socket[] = [];
    const deadline = performance.now() + CHOICE_MS;
    for (const { socket } of sockets) {
      if (targets.length >= MOST_TARGETS || performance.now() > deadline) break;
      if (verdictOn(wiring, socket) === null) targets.push(socket);
    }
    this.canvas.wiring = { ...wiring, choice: { targets, at: 0 } };
    this.tell();
  }

  /** The next or the previous of the sockets that the wire may end at. */
  choose(step: number): void {
    const { wiring } = this.canvas;
    if (!wiring?.choice || wiring.choice.targets.length === 0) return;
    const { targets, at } = wiring.choice;
    this.canvas.wiring = { ...wiring, choice: { targets, at: (at + step + targets.length) % targets.length } };
    this.tell();
  }

  /** The next or the previous socket of the gate that the wire begins at. */
  chooseOrigin(step: 1 | -1): void {
    const { origin } = this.canvas.wiring!;
    const own = socketsOf(this.hands.scene.boxes.get(origin.id)!);
    const outputsFirst = [...own.filter(({ side }) => side === 'output'), ...own.filter(({ side }) => side === 'input')];
    const at = outputsFirst.findIndex(({ side, port }) => side === origin.side && port === origin.port);
    this.takeByKeyboard(outputsFirst[(at + step + outputsFirst.length) % outputsFirst.length]!);
  }

  dropChosen(): void {
    const wiring = this.canvas.wiring!;
    const socket = chosen(wiring);
    this.stop();
    if (!socket) return;
    connectTo(wiring, socket);
    this.canvas.announcement = `connected ${nameOf(wiring.origin)} and ${nameOf(socket)}`;
  }

  private tell(): void {
    const { origin, choice } = this.canvas.wiring!;
    const socket = chosen(this.canvas.wiring);
    const from = `wire ${origin.side === 'output' ? 'from' : 'to'} ${nameOf(origin)}`;
    this.canvas.announcement = socket
      ? `${from}: ${nameOf(socket)}, ${choice!.at + 1} of ${choice!.targets.length}. Arrows choose, Enter connects, Tab takes another port.`
      : `${from}: no port takes it. Tab takes another port, Escape lets go.`;
    if (socket) currentView()?.show(socket.id);
    this.hands.repaint();
  }

  /** Where its free end is when it is aimed by keyboard, in the graph's coordinates. */
  get chosenEnd(): Position | null {
    const socket = chosen(this.canvas.wiring);
    const box = socket && this.hands.scene.boxes.get(socket.id);
    return box ? socketPosition(box, socket.side, socket.port) : null;
  }
}

export function chosen(wiring: ReturnType<typeof useCanvasStore>['wiring']): Socket | null {
  return wiring?.choice?.targets[wiring.choice.at] ?? null;
}

const nameOf = ({ id, port }: Socket): string => (port === 'out' ? id : `${id}.${port}`);
const noneFits = (id: string) => ({ code: 'no-port', gate: id, message: `no port of ${id} takes this wire` });

/** Where a press means the socket and not its gate, in the graph's units: larger when zoomed out, but never all of a gate. */
export function socketReach(k: number): number {
  return Math.min(34, Math.max(11, 9 / k));
}
