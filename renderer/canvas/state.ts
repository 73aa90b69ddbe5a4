/** What the canvas shows for the moment and no document keeps: a wire being drawn, the search box, a tooltip. */
import type { Diagnostic, Document, Position } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { shallowReactive, shallowRef } from 'vue';
import type { Socket } from './boxes';
import type { Rectangle } from './scene';

export interface Wiring {
  /** The end that stands. */
  readonly origin: Socket;
  /** Index of the wire that was picked up, if one was. */
  readonly picked: number | null;
  /** The document without the wire that was picked up. */
  readonly base: Document;
}

/** Places on the screen are in pixels from the canvas's corner. */
export const useCanvasStore = defineStore('canvas', () => {
  const wiring = shallowRef<Wiring | null>(null);
  /** Why the wire in hand could not end at a socket, null where it could; a socket not yet judged is absent. */
  const verdicts = shallowReactive(new Map<string, Diagnostic | null>());
  const refusal = shallowRef<{ readonly diagnostic: Diagnostic; readonly x: number; readonly y: number } | null>(null);
  const hover = shallowRef<{ readonly wire: number; readonly x: number; readonly y: number } | null>(null);
  /** The line that cuts wires, in the graph's coordinates. */
  const knife = shallowRef<readonly Position[]>([]);
  const marquee = shallowRef<Rectangle | null>(null);
  /** Where a gate is looked for, and the socket that it is to be wired to. */
  const search = shallowRef<{ readonly x: number; readonly y: number; readonly at: Position; readonly origin: Socket | null } | null>(null);
  return { wiring, verdicts, refusal, hover, knife, marquee, search };
});

export function socketKey({ id, side, port }: Socket): string {
  return `${side} ${id}.${port}`;
}
