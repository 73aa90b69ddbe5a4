/** The geometry of what is drawn: boxes, sockets and wires, and what lies at a point. Outside Vue's reactivity, for speed. */
import { gateOf, outputName, splitOutput, type Document, type Position } from '@wiregrad/engine';
import { boxOf, socketPosition, type Box, type Side, type Socket } from './boxes';
import { curveBetween, distanceTo, type Curve } from './curves';
import { portsOf, splitInput } from './ports';

export interface Strand {
  /** Index in the document's wires. */
  readonly wire: number;
  readonly source: Box;
  readonly output: string;
  readonly target: Box;
  readonly input: string;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class Scene {
  boxes: ReadonlyMap<string, Box> = new Map();
  strands: readonly Strand[] = [];
  /** Outputs that feed nothing: the ends of the graph. */
  ends: readonly { readonly box: Box; readonly output: string }[] = [];
  /** References of connected inputs and outputs. */
  private taken: ReadonlySet<string> = new Set();

  update(document: Document): void {
    const ports = portsOf(document);
    const before = this.boxes;
    this.boxes = new Map(
      document.nodes.map((node) => {
        const box = boxOf(node, ports.get(node.id)!, document.layout.get(node.id) ?? [0, 0], gateOf(document, node.gate));
        const old = before.get(node.id);
        // A box that looks as before stays the same object: what is drawn from it need not be drawn again.
        return [node.id, old && sameFace(old, box) ? Object.assign(old, { x: box.x, y: box.y }) : box];
      })
    );
    this.strands = document.wires.flatMap(({ from, to }, wire) => {
      const output = splitOutput(from);
      const input = splitInput(to);
      const source = this.boxes.get(output.id);
      const target = this.boxes.get(input.id);
      return source && target ? [{ wire, source, output: output.port, target, input: input.port }] : [];
    });
    this.taken = new Set([...document.wires.map(({ from }) => `output ${from}`), ...document.wires.map(({ to }) => `input ${to}`)]);
    this.ends = [...this.boxes.values()].flatMap((box) =>
      box.ports.outputs.flatMap(({ name }) => (this.taken.has(`output ${outputName(box.id, name)}`) ? [] : [{ box, output: name }]))
    );
  }

  isConnected({ id, side, port }: Socket): boolean {
    return this.taken.has(side === 'input' ? `input ${id}.${port}` : `output ${outputName(id, port)}`);
  }

  curve({ source, output, target, input }: Strand): Curve {
    return curveBetween(socketPosition(source, 'output', output)!, socketPosition(target, 'input', input)!);
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
        nearest = distance;
        found = socket;
      }
    }
    return found;
  }

  /** Index of the wire nearest to a point, not farther than `reach`; null where there is none. */
  wireAt(point: Position, reach: number): number | null {
    let found: number | null = null;
    let nearest = reach;
    for (const strand of this.strands) {
      const distance = distanceTo(this.curve(strand), point, reach);
      if (distance > nearest) continue;
      nearest = distance;
      found = strand.wire;
    }
    return found;
  }

  boxesWithin(area: Rectangle): Box[] {
    return [...this.boxes.values()].filter((box) => overlaps(box, area));
  }

  /** Around all boxes; null where there are none. */
  bounds(): Rectangle | null {
    if (this.boxes.size === 0) return null;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y, width, height } of this.boxes.values()) {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + width);
      bottom = Math.max(bottom, y + height);
    }
    return { left, top, right, bottom };
  }
}

function sameFace(a: Box, b: Box): boolean {
  const samePorts = (side: 'inputs' | 'outputs') =>
    a.ports[side].length === b.ports[side].length &&
    a.ports[side].every(({ name, missing }, at) => name === b.ports[side][at]!.name && missing === b.ports[side][at]!.missing);
  return (
    a.gate === b.gate &&
    a.symbol === b.symbol &&
    a.family === b.family &&
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

export function overlaps({ x, y, width, height }: Box, { left, top, right, bottom }: Rectangle): boolean {
  return x <= right && x + width >= left && y <= bottom && y + height >= top;
}
