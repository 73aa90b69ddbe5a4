/**
 * Wires and their labels, painted on one canvas below the nodes: thousands of them cost what a few DOM elements would.
 * Reads a scene and a picture of the moment; decides nothing and keeps nothing but the texts of labels.
 */
import { outputName, type Position } from '@wiregrad/engine';
import { socketPosition, type Box } from './boxes';
import type { Colors } from './colors';
import { curveBetween, trace, type Curve } from './curves';
import { overlaps, type Rectangle, type Scene, type Strand } from './scene';
import { isOutlined, type Transform } from './zoom';

/** Texts of a label; what is not known yet is empty. */
export interface LabelText {
  readonly value: string;
  readonly gradient: string;
}

export interface Moment {
  readonly transform: Transform;
  readonly viewport: Rectangle;
  readonly colors: Colors;
  readonly selectedWire: number | null;
  readonly hoveredWire: number | null;
  /** A wire that was picked up: painted at the pointer instead. */
  readonly hiddenWire: number | null;
  readonly selectedNodes: ReadonlySet<string>;
  /** The wire being drawn, from its output end to its input end. */
  readonly pending: readonly [Position, Position] | null;
  /** Labels are outdated. */
  readonly stale: boolean;
  wireLabel(index: number): LabelText;
  outputLabel(output: string): LabelText;
}

const LABEL_ZOOM = 0.33;
const SYMBOL_ZOOM = 0.15;
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

    const seen: { strand: Strand; curve: Curve }[] = [];
    for (const strand of scene.strands) {
      if (strand.wire === moment.hiddenWire) continue;
      const curve = scene.curve(strand);
      if (isSeen(curve, viewport)) seen.push({ strand, curve });
    }
    this.paintWires(seen, moment);
    const labelled = transform.k >= LABEL_ZOOM;
    if (labelled) this.paintEnds(moment);
    if (moment.pending) {
      this.stroke(curveBetween(...moment.pending), colors.accent, 2.5, [7, 6]);
    }
    if (isOutlined(transform.k, scene.boxes.size)) this.paintOutlines(moment);
    if (!labelled) return;
    const boxes = scene.boxesWithin(viewport);
    for (const { strand, curve } of seen) {
      this.paintLabel(this.textOf(strand.wire, moment), curve.x2 - GAP, curve.y2, 'right', roomBefore(curve, boxes), moment);
    }
  }

  private paintWires(
    seen: readonly { strand: Strand; curve: Curve }[],
    { transform, colors, selectedWire, hoveredWire, selectedNodes }: Moment
  ): void {
    const { context } = this;
    const width = Math.max(1.8, 1 / transform.k);
    const plain = new Path2D();
    const touched = new Path2D();
    for (const { strand, curve } of seen) {
      if (strand.wire === selectedWire || strand.wire === hoveredWire) continue;
      trace(selectedNodes.has(strand.source.id) || selectedNodes.has(strand.target.id) ? touched : plain, curve);
    }
    context.lineWidth = width;
    context.strokeStyle = colors.wire;
    context.stroke(plain);
    context.strokeStyle = colors.text;
    context.stroke(touched);
    for (const { strand, curve } of seen) {
      if (strand.wire === selectedWire) this.stroke(curve, colors.accent, width * 1.9);
      else if (strand.wire === hoveredWire) this.stroke(curve, colors.text, width * 1.6);
    }
  }

  private stroke(curve: Curve, color: string, width: number, dash: number[] = []): void {
    const { context } = this;
    context.beginPath();
    trace(context, curve);
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
      if (!text.value && !text.gradient) continue;
      context.font = font(moment, 'value');
      const room = Math.max(NO_ROOM, moment.viewport.right - x - GAP - MARGIN);
      const widest = Math.max(context.measureText(text.value).width, context.measureText(text.gradient).width);
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
    for (const kind of ['value', 'gradient'] as const) {
      if (!text[kind]) continue;
      context.font = font(moment, kind);
      const line = this.shorten(text[kind], room);
      const width = room < NO_ROOM ? WIDEST : Math.min(WIDEST, room + MARGIN);
      const baseline = y + (kind === 'value' ? ABOVE : BELOW) * labelSize(moment);
      context.strokeText(line, x, baseline, width);
      context.fillStyle = stale ? colors.muted : colors[kind];
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

  private paintOutlines({ viewport, colors, selectedNodes, transform }: Moment): void {
    const { context } = this;
    const byColor = new Map<string, Box[]>();
    for (const box of this.scene.boxesWithin(viewport)) {
      const color = selectedNodes.has(box.id) ? colors.accent : colors.families[box.family];
      const list = byColor.get(color);
      if (list) list.push(box);
      else byColor.set(color, [box]);
    }
    for (const [color, boxes] of byColor) {
      context.fillStyle = color;
      context.beginPath();
      for (const { x, y, width, height } of boxes) context.rect(x, y, width, height);
      context.fill();
    }
    if (transform.k < SYMBOL_ZOOM) return;
    context.fillStyle = colors.bg;
    context.textAlign = 'center';
    context.font = `600 26px ${colors.mono}`;
    for (const { x, y, width, height, symbol } of [...byColor.values()].flat())
      context.fillText(symbol, x + width / 2, y + height / 2 + 9, width - 8);
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
function font(moment: Moment, kind: 'value' | 'gradient'): string {
  return `${kind === 'gradient' ? 'italic ' : ''}600 ${labelSize(moment)}px ${moment.colors.mono}`;
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

function isSeen({ x1, c1, c2, level, x2, y1, y2 }: Curve, { left, top, right, bottom }: Rectangle): boolean {
  return (
    Math.max(x1, c1, x2) >= left && Math.min(x1, c2, level) <= right && Math.max(y1, y2) >= top - 20 && Math.min(y1, y2) <= bottom + 20
  );
}
