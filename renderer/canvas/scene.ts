/** The geometry of what is drawn: boxes, sockets and wires, and what lies at a point. Outside Vue's reactivity, for speed. */
import {
  gateOf,
  outputName,
  splitOutput,
  type Document,
  type Gate,
  type NodeRecord,
  type Position,
  type WireRecord
} from '@wiregrad/engine';
import { boxOf, socketPosition, type Box, type Side, type Socket } from './boxes';
import { courseThrough, nearestPiece, type Bounds, type Course } from './curves';
import { portsOf, splitInput } from './ports';

export interface Strand {
  /** Index in the document's wires. */
  readonly wire: number;
  readonly source: Box;
  readonly output: string;
  readonly target: Box;
  readonly input: string;
  readonly via: readonly Position[];
}

/** The output of a box that feeds nothing. */
export interface End {
  readonly box: Box;
  readonly output: string;
}

export type Rectangle = Bounds;

const NO_POINTS: readonly Position[] = [];

/** Where a strand runs, kept until one of its ends moves: the sockets' places from their boxes never do. */
class Line implements Strand {
  readonly #fromX: number;
  readonly #fromY: number;
  readonly #toX: number;
  readonly #toY: number;
  #course: Course | null = null;
  #x1 = NaN;
  #y1 = NaN;
  #x2 = NaN;
  #y2 = NaN;

  constructor(
    readonly wire: number,
    readonly source: Box,
    readonly output: string,
    readonly target: Box,
    readonly input: string,
    public via: readonly Position[]
  ) {
    const [fromX, fromY] = socketPosition(source, 'output', output)!;
    const [toX, toY] = socketPosition(target, 'input', input)!;
    [this.#fromX, this.#fromY] = [fromX - source.x, fromY - source.y];
    [this.#toX, this.#toY] = [toX - target.x, toY - target.y];
  }

  get course(): Course {
    const x1 = this.source.x + this.#fromX;
    const y1 = this.source.y + this.#fromY;
    const x2 = this.target.x + this.#toX;
    const y2 = this.target.y + this.#toY;
    if (!this.#course || x1 !== this.#x1 || y1 !== this.#y1 || x2 !== this.#x2 || y2 !== this.#y2) {
      [this.#x1, this.#y1, this.#x2, this.#y2] = [x1, y1, x2, y2];
      this.#course = courseThrough([[x1, y1], ...this.via, [x2, y2]]);
    }
    return this.#course;
  }

  lead(via: readonly Position[]): void {
    this.via = via;
    this.#course = null;
  }
}

export class Scene {
  boxes: ReadonlyMap<string, Box> = new Map();
  strands: readonly Strand[] = [];
  /** Outputs that feed nothing: the ends of the graph. */
  ends: readonly End[] = [];
  /** References of connected inputs and outputs. */
  private inputs: ReadonlySet<string> = new Set();
  private outputs: ReadonlySet<string> = new Set();
  private readonly gates = new Map<NodeRecord, Gate | undefined>();

  update(document: Document): void {
    const ports = portsOf(document);
    const before = this.boxes;
    this.boxes = new Map(
      document.nodes.map((node) => {
        const [x, y] = document.layout.get(node.id) ?? [0, 0];
        const old = before.get(node.id);
        const own = ports.get(node.id)!;
        const gate = gateOf(document, node.gate);
        // A box that looks as before stays the same object: what is drawn from it need not be drawn again.
        const same = old && ((old.record === node && old.ports === own && this.gates.get(node) === gate) || null);
        const box = same ? old : boxOf(node, own, [x, y], gate);
        this.gates.set(node, gate);
        return [node.id, old && (same || sameFace(old, box)) ? Object.assign(old, { x, y, record: node }) : box];
      })
    );
    for (const node of this.gates.keys()) if (this.boxes.get(node.id)?.record !== node) this.gates.delete(node);
    this.strands = document.wires.flatMap((wire, index) => this.strandOf(wire, index) ?? []);
    this.inputs = new Set(document.wires.map(({ to }) => to));
    this.outputs = new Set(document.wires.map(({ from }) => from));
    const ends: End[] = [];
    for (const box of this.boxes.values())
      for (const { name } of box.ports.outputs) if (!this.outputs.has(outputName(box.id, name))) ends.push({ box, output: name });
    this.ends = ends;
  }

  private strandOf({ from, to, via = NO_POINTS }: WireRecord, wire: number): Strand | null {
    const output = splitOutput(from);
    const input = splitInput(to);
    const source = this.boxes.get(output.id);
    const target = this.boxes.get(input.id);
    return source && target ? new Line(wire, source, output.port, target, input.port, via) : null;
  }

  isConnected({ id, side, port }: Socket): boolean {
    return side === 'input' ? this.inputs.has(`${id}.${port}`) : this.outputs.has(outputName(id, port));
  }

  course(strand: Strand): Course {
    return (strand as Line).course;
  }

  /** Leads a wire through other points for the time being; the document knows nothing of it. */
  lead(wire: number, via: readonly Position[]): void {
    (this.strandAt(wire) as Line | undefined)?.lead(via);
  }

  strandAt(wire: number): Strand | undefined {
    const guess = this.strands[wire];
    return guess?.wire === wire ? guess : this.strands.find((strand) => strand.wire === wire);
  }

  /** The box that lies topmost at a point. */
  boxAt([x, y]: Position): Box | null {
    let found: Box | null = null;
    for (const box of this.boxes.values()) {
      if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) found = box;
    }
    return found;
  }

  /** The socket nearest to a point, of one side or both, not farther than `reach`. */
  socketAt([x, y]: Position, reach: number, side?: Side): Socket | null {
    let found: Socket | null = null;
    let nearest = reach;
    for (const box of this.boxes.values()) {
      if (x < box.x - reach || x > box.x + box.width + reach || y < box.y - reach || y > box.y + box.height + reach) continue;
      for (const socket of socketsOf(box)) {
        if (side && socket.side !== side) continue;
        const [sx, sy] = socketPosition(box, socket.side, socket.port)!;
        const distance = Math.hypot(sx - x, sy - y);
        if (distance > nearest) continue;
        // Of the sockets of a collapsed gate, which lie on each other, the first free one counts.
        if (distance === nearest && found?.id === box.id && !(this.isConnected(found) && !this.isConnected(socket))) continue;
        nearest = distance;
        found = socket;
      }
    }
    return found;
  }

  /** The wire nearest to a point, not farther than `reach`, and which piece of its course is. */
  wireAt(point: Position, reach: number): { readonly wire: number; readonly piece: number } | null {
    let found: { wire: number; piece: number } | null = null;
    let nearest = reach;
    for (const strand of this.strands) {
      const near = nearestPiece(this.course(strand), point, nearest);
      if (!near) continue;
      nearest = near.distance;
      found = { wire: strand.wire, piece: near.piece };
    }
    return found;
  }

  /** The point that a wire is led through nearest to a point, not farther than `reach`. */
  viaAt([x, y]: Position, reach: number): { readonly wire: number; readonly index: number } | null {
    let found: { wire: number; index: number } | null = null;
    let nearest = reach;
    for (const { wire, via } of this.strands) {
      via.forEach(([vx, vy], index) => {
        const distance = Math.hypot(vx - x, vy - y);
        if (distance > nearest) return;
        nearest = distance;
        found = { wire, index };
      });
    }
    return found;
  }

  boxesWithin(area: Rectangle): Box[] {
    const found: Box[] = [];
    for (const box of this.boxes.values()) if (overlaps(box, area)) found.push(box);
    return found;
  }

  /** Around all boxes, or those given; null where there are none. */
  bounds(boxes: Iterable<Box> = this.boxes.values()): Rectangle | null {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y, width, height } of boxes) {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + width);
      bottom = Math.max(bottom, y + height);
    }
    return left <= right ? { left, top, right, bottom } : null;
  }
}

/** The scene of a document that is not on screen, or not yet. */
export function sceneOf(document: Document): Scene {
  const scene = new Scene();
  scene.update(document);
  return scene;
}

function sameFace(a: Box, b: Box): boolean {
  const samePorts = (side: 'inputs' | 'outputs') =>
    a.ports[side].length === b.ports[side].length &&
    a.ports[side].every(({ name, missing }, at) => name === b.ports[side][at]!.name && missing === b.ports[side][at]!.missing);
  return (
    a.gate === b.gate &&
    a.symbol === b.symbol &&
    a.family === b.family &&
    a.collapsed === b.collapsed &&
    a.width === b.width &&
    a.height === b.height &&
    samePorts('inputs') &&
    samePorts('outputs')
  );
}

export function socketsOf({ id, ports }: Box): readonly Socket[] {
  return [
    ...ports.inputs.map(({ name }): Socket => ({ id, side: 'input', port: name })),
    ...ports.outputs.map(({ name }): Socket => ({ id, side: 'output', port: name }))
  ];
}

export function overlaps(
  { x, y, width, height }: Pick<Box, 'x' | 'y' | 'width' | 'height'>,
  { left, top, right, bottom }: Rectangle
): boolean {
  return x <= right && x + width >= left && y <= bottom && y + height >= top;
}
