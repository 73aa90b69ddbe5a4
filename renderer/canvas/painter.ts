/**
 * Wires and their labels, painted on one canvas below the nodes: thousands of them cost what a few DOM elements would.
 * Reads a scene and a picture of the moment; decides nothing and keeps nothing but the texts of labels.
 */
import { outputName, type Position } from '@wiregrad/engine';
import { socketPosition, type Box, type Socket } from './boxes';
import type { Colors } from './colors';
import { courseThrough, trace, type Course, type Curve } from './curves';
import { overlaps, socketsOf, type Rectangle, type Scene, type Strand } from './scene';
import { isOutlined, type Transform } from './zoom';

/** Texts of a label; what is not known yet is empty. Before there is a value its shape stands there. */
export interface LabelText {
  readonly value: string;
  readonly gradient: string;
  readonly shape: string;
}

interface Moment {
  readonly transform: Transform;
  readonly viewport: Rectangle;
  readonly colors: Colors;
  readonly selectedWire: number | null;
  readonly hoveredWire: number | null;
  /** A wire that was picked up: painted at the pointer instead. */
  readonly hiddenWire: number | null;
  readonly selectedNodes: ReadonlySet<string>;
  /** What is drawn as an element of its own need not be painted. */
  isMounted(id: string): boolean;
  /** The wire being drawn, from its output end to its input end. */
  readonly pending: readonly [Position, Position] | null;
  /** While a wire is in hand, whether a socket takes it; null where that is not known. */
  readonly takes: ((socket: Socket) => boolean | null) | null;
  /** The line that cuts wires. */
  readonly knife: readonly Position[];
  /** Labels are outdated. */
  readonly stale: boolean;
  wireLabel(index: number): LabelText;
  outputLabel(output: string): LabelText;
}

const LABEL_ZOOM = 0.33;
const SYMBOL_ZOOM = 0.15;
const NAME_ZOOM = 0.25;
/** Below this zoom wires are straight: a curve could not be told from a line. */
const LINES_ZOOM = 0.2;
const BATCH = 64;
/** Radius of a point that a wire is led through. */
const POINT = 5;
/** Labels keep a legible size on the screen as far as the rows of a node leave room for two of them. */
const LABEL_SIZE = 14;
const LARGEST_LABEL = 16;
const LEGIBLE = 11;
/** From the socket to its label; from the wire to the value's baseline above and the gradient's below, in label sizes. */
const GAP = 9;
/** Between a label and the box on its left. */
const MARGIN = 4;
/** Where there is less room than this a label is not cut: nothing of it would be left. */
const NO_ROOM = 40;
/** No label is as wide; a canvas takes no infinite width. */
const WIDEST = 1e4;
/** So much wider than its room a shape may be. */
const NARROWER = 1.25;
const ABOVE = -0.36;
const BELOW = 1.12;
const END_LINE = 16;

interface Seen {
  readonly strand: Strand;
  readonly course: Course;
}

export class Painter {
  private readonly context: CanvasRenderingContext2D;
  private readonly wireTexts = new Map<number, LabelText>();
  private readonly outputTexts = new Map<string, LabelText>();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly scene: Scene
  ) {
    this.context = canvas.getContext('2d')!;
  }

  /** Labels may read differently from now on. */
  forgetLabels(): void {
    this.wireTexts.clear();
    this.outputTexts.clear();
  }

  /** Makes the canvas `width` by `height` pixels of the screen. */
  resize(width: number, height: number): void {
    const density = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
  }

  paint(moment: Moment): void {
    const { context, scene } = this;
    const { transform, viewport, colors } = moment;
    const density = devicePixelRatio || 1;
    const scale = transform.k * density;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(scale, 0, 0, scale, transform.x * density, transform.y * density);
    context.lineCap = 'round';
    context.lineJoin = 'round';

    const seen: Seen[] = [];
    for (const strand of scene.strands) {
      if (strand.wire === moment.hiddenWire) continue;
      const course = scene.course(strand);
      if (isSeen(course, viewport)) seen.push({ strand, course });
    }
    this.paintWires(seen, moment);
    const labelled = transform.k >= LABEL_ZOOM;
    if (labelled) this.paintEnds(moment);
    this.paintBoxes(moment);
    if (labelled) this.paintLabels(seen, moment);
    if (moment.pending) this.stroke(courseThrough(moment.pending), colors.accent, 2.5 / Math.min(1, transform.k), [7, 6]);
    if (moment.knife.length > 1) this.paintKnife(moment);
  }

  private paintWires(seen: readonly Seen[], { transform, colors, selectedWire, hoveredWire, selectedNodes }: Moment): void {
    const width = Math.max(1.8, 1 / transform.k);
    const lines = transform.k < LINES_ZOOM;
    const plain = new Strokes(this.context, width, colors.wire, lines);
    const touched = new Strokes(this.context, width, colors.text, lines);
    const special: Seen[] = [];
    for (const wire of seen) {
      const { strand, course } = wire;
      if (strand.wire === selectedWire || strand.wire === hoveredWire) special.push(wire);
      else if (!selectedNodes.has(strand.source.id) && !selectedNodes.has(strand.target.id)) plain.add(course);
      else touched.hold(course);
    }
    plain.flush();
    touched.flush();
    for (const { strand, course } of special) {
      if (strand.wire === selectedWire) this.stroke(course, colors.accent, width * 1.9);
      else this.stroke(course, colors.text, width * 1.6);
    }
    if (transform.k >= LABEL_ZOOM) this.paintPoints(seen, colors, selectedWire);
  }

  /** The points that wires are led through can be taken hold of. */
  private paintPoints(seen: readonly Seen[], colors: Colors, selectedWire: number | null): void {
    const { context } = this;
    for (const { strand } of seen) {
      for (const [x, y] of strand.via) {
        context.beginPath();
        context.arc(x, y, POINT, 0, 2 * Math.PI);
        context.fillStyle = colors.bg;
        context.fill();
        context.lineWidth = 2;
        context.strokeStyle = strand.wire === selectedWire ? colors.accent : colors.wire;
        context.stroke();
      }
    }
  }

  private paintKnife({ knife, colors, transform }: Moment): void {
    const { context } = this;
    context.beginPath();
    knife.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.strokeStyle = colors.gradient;
    context.lineWidth = 2 / transform.k;
    context.setLineDash([6 / transform.k, 4 / transform.k]);
    context.stroke();
    context.setLineDash([]);
  }

  private paintLabels(seen: readonly Seen[], moment: Moment): void {
    const boxes = this.scene.boxesWithin(moment.viewport);
    for (const { strand, course } of seen) {
      const last = course.pieces.at(-1)!;
      this.paintLabel(this.textOf(strand.wire, moment), last.x2 - GAP, last.y2, 'right', roomBefore(last, boxes), moment);
    }
  }

  private stroke({ pieces }: Course, color: string, width: number, dash: number[] = []): void {
    const { context } = this;
    context.beginPath();
    for (const curve of pieces) trace(context, curve);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  /** Outputs that feed nothing have no wire to carry their label: a short line stands in for it. */
  private paintEnds(moment: Moment): void {
    const { context, scene } = this;
    for (const { box, output } of scene.ends) {
      const [x, y] = socketPosition(box, 'output', output)!;
      if (!overlaps({ ...box, width: box.width + 160 }, moment.viewport)) continue;
      const text = this.endTextOf(outputName(box.id, output), moment);
      if (!text.value && !text.gradient && !text.shape) continue;
      context.font = font(moment, 'value');
      const room = Math.max(NO_ROOM, moment.viewport.right - x - GAP - MARGIN);
      const widest = Math.max(context.measureText(text.value || text.shape).width, context.measureText(text.gradient).width);
      const length = Math.max(END_LINE, Math.min(room, widest));
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + GAP + length, y);
      context.strokeStyle = moment.colors.wire;
      context.lineWidth = 1.8;
      context.stroke();
      this.paintLabel(text, x + GAP, y, 'left', room, moment);
    }
  }

  private paintLabel(text: LabelText, x: number, y: number, align: 'left' | 'right', room: number, moment: Moment): void {
    const { context } = this;
    const { colors, stale } = moment;
    context.textAlign = align;
    context.strokeStyle = colors.bg;
    context.lineWidth = 4;
    for (const [kind, full] of rowsOf(text)) {
      context.font = font(moment, kind);
      const line = this.shorten(full, room);
      const width = room < NO_ROOM ? WIDEST : Math.min(WIDEST, room + MARGIN);
      const baseline = y + (kind === 'gradient' ? BELOW : ABOVE) * labelSize(moment);
      context.strokeText(line, x, baseline, width);
      context.fillStyle = stale || kind === 'shape' ? colors.muted : colors[kind];
      context.globalAlpha = stale ? 0.75 : 1;
      context.fillText(line, x, baseline, width);
      context.globalAlpha = 1;
    }
  }

  /** What of a text fits: all of it, a tensor's shape, which may be set a little narrower, or its beginning. */
  private shorten(text: string, room: number): string {
    const { context } = this;
    if (room < NO_ROOM || context.measureText(text).width <= room + MARGIN) return text;
    const shape = /^\[[\d,]*\](?= |$)/.exec(text)?.[0];
    if (shape && context.measureText(shape).width <= room * NARROWER) return shape;
    const fitting = Math.floor((text.length * room) / context.measureText(text).width) - 1;
    return `${text.slice(0, Math.max(3, fitting))}…`;
  }

  /** Boxes that are not mounted: all of them when zoomed out, else those whose turn has not come. */
  private paintBoxes({ viewport, colors, selectedNodes, transform, isMounted, takes }: Moment): void {
    const { context } = this;
    const outlined = isOutlined(transform.k, this.scene.boxes.size);
    const byColor = new Map<string, Box[]>();
    const selected: Box[] = [];
    for (const box of this.scene.boxesWithin(viewport)) {
      if (!outlined && isMounted(box.id)) continue;
      const color = colors.families[box.family];
      const list = byColor.get(color);
      if (list) list.push(box);
      else byColor.set(color, [box]);
      if (selectedNodes.has(box.id)) selected.push(box);
    }
    for (const [color, boxes] of byColor) {
      context.fillStyle = color;
      context.beginPath();
      for (const { x, y, width, height } of boxes) context.rect(x, y, width, height);
      context.fill();
    }
    // Not by colour alone: what is selected has a rim.
    context.strokeStyle = colors.accent;
    context.lineWidth = Math.max(4, 3 / transform.k);
    for (const { x, y, width, height } of selected) {
      const rim = context.lineWidth;
      context.strokeRect(x - rim, y - rim, width + 2 * rim, height + 2 * rim);
    }
    const boxes = [...byColor.values()].flat();
    if (takes) this.paintSockets(boxes, takes, colors, transform.k);
    if (transform.k < SYMBOL_ZOOM) return;
    context.fillStyle = colors.bg;
    context.textAlign = 'center';
    context.font = `600 26px ${colors.mono}`;
    for (const { x, y, width, height, symbol } of boxes) context.fillText(symbol, x + width / 2, y + height / 2 + 9, width - 8);
    context.font = `600 17px ${colors.mono}`;
    if (transform.k >= NAME_ZOOM)
      for (const { x, y, width, height, id } of boxes) if (height > 60) context.fillText(id, x + width / 2, y + height / 2 + 32, width - 8);
  }

  /** The sockets of painted boxes that take the wire in hand. */
  private paintSockets(boxes: readonly Box[], takes: (socket: Socket) => boolean | null, colors: Colors, k: number): void {
    const { context } = this;
    const radius = Math.max(7, 4 / k);
    context.beginPath();
    for (const box of boxes) {
      for (const socket of socketsOf(box)) {
        if (!takes(socket)) continue;
        const [x, y] = socketPosition(box, socket.side, socket.port)!;
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
    }
    context.fillStyle = colors.accent;
    context.fill();
    context.strokeStyle = colors.bg;
    context.lineWidth = radius / 3;
    context.stroke();
  }

  private textOf(wire: number, moment: Moment): LabelText {
    let text = this.wireTexts.get(wire);
    if (!text) this.wireTexts.set(wire, (text = moment.wireLabel(wire)));
    return text;
  }

  private endTextOf(output: string, moment: Moment): LabelText {
    let text = this.outputTexts.get(output);
    if (!text) this.outputTexts.set(output, (text = moment.outputLabel(output)));
    return text;
  }
}

function labelSize({ transform }: Moment): number {
  return Math.min(LARGEST_LABEL, Math.max(LABEL_SIZE, LEGIBLE / transform.k));
}

/** Gradients are slanted as well as red: colour alone would not tell everyone. */
function font(moment: Moment, kind: 'value' | 'gradient' | 'shape'): string {
  return `${kind === 'gradient' ? 'italic ' : ''}${kind === 'shape' ? 400 : 600} ${labelSize(moment)}px ${moment.colors.mono}`;
}

/** How long a label may be that ends at a wire's end: up to the next box on its left. */
function roomBefore({ x2, y2 }: Curve, boxes: readonly Box[]): number {
  let room = Infinity;
  for (const { x, y, width, height } of boxes) {
    if (x < x2 - 1 && x + width < x2 && y < y2 + LARGEST_LABEL * 1.4 && y + height > y2 - LARGEST_LABEL * 1.3)
      room = Math.min(room, x2 - x - width);
  }
  return room - GAP - MARGIN;
}

function isSeen(course: Course, { left, top, right, bottom }: Rectangle): boolean {
  return course.right >= left && course.left <= right && course.bottom >= top - 20 && course.top <= bottom + 20;
}

function rowsOf({ value, gradient, shape }: LabelText): (readonly ['value' | 'gradient' | 'shape', string])[] {
  const rows: (readonly ['value' | 'gradient' | 'shape', string])[] = [];
  if (value) rows.push(['value', value]);
  else if (shape) rows.push(['shape', shape]);
  if (gradient) rows.push(['gradient', gradient]);
  return rows;
}

/** Wires of one look. A path of thousands of curves takes longer to paint than as many short ones. */
class Strokes {
  private readonly held: Course[] = [];
  private count = 0;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly width: number,
    private readonly color: string,
    private readonly lines: boolean
  ) {}

  /** Waits until what lies below is painted. */
  hold(course: Course): void {
    this.held.push(course);
  }

  add({ pieces }: Course): void {
    const { context } = this;
    if (this.count === 0) context.beginPath();
    for (const curve of pieces) {
      if (this.lines) {
        context.moveTo(curve.x1, curve.y1);
        context.lineTo(curve.x2, curve.y2);
      } else trace(context, curve);
    }
    if (++this.count === BATCH) this.stroke();
  }

  private stroke(): void {
    if (this.count === 0) return;
    this.count = 0;
    this.context.strokeStyle = this.color;
    this.context.lineWidth = this.width;
    this.context.stroke();
  }

  flush(): void {
    for (const course of this.held) this.add(course);
    this.stroke();
  }
}
