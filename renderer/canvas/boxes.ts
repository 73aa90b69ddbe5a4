/**
 * How large a node is and where its sockets sit, by arithmetic alone: nothing on the canvas is ever measured. GateCard
 * draws what is computed here. Lengths in the graph's units, pixels at zoom 1.
 */
import { registry, repeatsOf, splitOutput, type Document, type Family, type Gate, type NodeRecord, type Position } from '@wiregrad/engine';
import type { Port, Ports } from './ports';
import { symbolOf } from './symbols';
import { isTyped, valueCaption } from './valueText';

export const HEADER = 34;
/** High enough for a value above and a gradient below each wire. */
export const ROW = 42;
const FOOT = 4;
/** A line below the ports, for a gate that is written as a formula. */
const FORMULA = 24;
const MIN_WIDTH = 88;
const MAX_WIDTH = 250;
/** As wide as a text in the body may make its node; what is longer is cut or scrolls. */
const MAX_CAPTION = 150;
/** Width of a character in the header's 13 px and the body's 12 px monospace. */
const HEADER_CHARACTER = 7.9;
const BODY_CHARACTER = 7.3;

export type Side = 'input' | 'output';

export interface Box {
  readonly record: NodeRecord;
  readonly id: string;
  readonly gate: string;
  readonly family: Family | 'unknown';
  readonly symbol: string;
  readonly ports: Ports;
  /** The header alone is shown; all sockets lie at its ends. */
  readonly collapsed: boolean;
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}

export interface Socket {
  readonly id: string;
  readonly side: Side;
  readonly port: string;
}

/** What the body of a source says: its value, shape or field. */
export function caption({ gate, params }: NodeRecord): string {
  if (isTyped(gate)) return valueCaption(params?.['value']);
  if (gate === 'data') return [params?.['dataset'], params?.['field']].filter((part) => typeof part === 'string').join('.') || 'no field';
  if (gate !== 'parameter') return '';
  const { shape, value } = params ?? {};
  if (Array.isArray(shape)) return shape.length === 0 ? 'scalar' : `[${shape.join(',')}]`;
  return value === undefined ? 'no shape' : valueCaption(value);
}

/** The first line of the formula that a gate is written as; empty for the others. */
export function formulaLine({ gate, params }: NodeRecord): string {
  for (const [name, spec] of Object.entries(registry.get(gate)?.params ?? {})) {
    if (spec.type !== 'code') continue;
    const text = params?.[name] ?? spec.default;
    return typeof text === 'string' ? (text.split('\n').find((line) => /^\s*[^\s#]/.test(line)) ?? '').trim() : '';
  }
  return '';
}

export function boxOf(node: NodeRecord, ports: Ports, [x, y]: Position, gate: Gate | undefined = registry.get(node.gate)): Box {
  const repeats = gate?.family === 'definitions' ? repeatsOf(node) : 1;
  const symbol = symbolOf(node.gate) + (repeats > 1 ? ` ×${repeats}` : '');
  const rows = Math.max(1, ports.inputs.length, ports.outputs.length);
  // The sign's chip, the id, and room for the objective's flag.
  const header = Math.max(24, 12 + symbol.length * HEADER_CHARACTER) + node.id.length * HEADER_CHARACTER + 48;
  const longest = (list: readonly Port[]) => list.reduce((length, { name }) => Math.max(length, name === 'out' ? 0 : name.length), 0);
  const body = (longest(ports.inputs) + longest(ports.outputs)) * BODY_CHARACTER + 48;
  const text = Math.min(MAX_CAPTION, caption(node).length * BODY_CHARACTER + (isTyped(node.gate) ? 44 : 30));
  const formula = formulaLine(node).length * BODY_CHARACTER;
  const collapsed = node.collapsed === true;
  const inside = collapsed ? 0 : Math.max(body, text, formula && formula + 20);
  const width = Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, header, inside)));
  return {
    record: node,
    id: node.id,
    gate: node.gate,
    family: gate?.family ?? 'unknown',
    symbol,
    ports,
    collapsed,
    width,
    height: collapsed ? HEADER : HEADER + rows * ROW + (formula ? FORMULA : FOOT),
    x,
    y
  };
}

/** Room to the right of an output of that shape that feeds nothing, for the label that stands there: a figure, a few of them, or a range. */
export function endRoom(shape: string | undefined): number {
  if (shape === undefined || shape === 'scalar') return 68;
  return /^\[[2-4]\]$/.test(shape) ? 235 : 150;
}

/** Height of a socket's centre below the node's top. */
export function socketOffset(place: number, collapsed = false): number {
  return collapsed ? HEADER / 2 : HEADER + place * ROW + ROW / 2;
}

/** Centre of a socket; null where the box has no such port. */
export function socketPosition(box: Box, side: Side, port: string): Position | null {
  const place = (side === 'input' ? box.ports.inputs : box.ports.outputs).findIndex(({ name }) => name === port);
  return place < 0 ? null : [side === 'input' ? box.x : box.x + box.width, box.y + socketOffset(place, box.collapsed)];
}

/** Whether the node gives the objective or a term of it. */
export function isObjective({ objective }: Document, id: string): boolean {
  if (objective === undefined) return false;
  return typeof objective === 'string' ? splitOutput(objective).id === id : objective.some(({ from }) => splitOutput(from).id === id);
}
