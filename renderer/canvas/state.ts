/** What the canvas shows for the moment and no document keeps: a wire being drawn, the search box, a menu, a tooltip. */
import type { AnnotationKey, Area, Diagnostic, Document, Position } from '@wiregrad/engine';
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
  /** Drawn by keyboard: the sockets that it may end at, and which of them is meant. */
  readonly choice?: { readonly targets: readonly Socket[]; readonly at: number };
}

/** A place on the screen. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Where a gate is looked for, and what for: to be wired to a socket, put on a wire, or to take a gate's place. */
export interface Search extends Spot {
  /** In the graph's coordinates. */
  readonly at: Position;
  readonly origin?: Socket | null;
  readonly wire?: number;
  readonly replaces?: string;
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
  /** The wire that the gate in hand would be put on. */
  const landing = shallowRef<number | null>(null);
  /** Where frames and notes are while they are dragged, and the one whose text is being typed. */
  const areas = shallowReactive(new Map<AnnotationKey, Area>());
  const typing = shallowRef<AnnotationKey | null>(null);
  /** The gate whose name is being typed. */
  const renaming = shallowRef<string | null>(null);
  const search = shallowRef<Search | null>(null);
  const menu = shallowRef<Spot | null>(null);
  const finding = shallowRef(false);
  /** What a screen reader says next. */
  const announcement = shallowRef('');
  return { wiring, verdicts, refusal, hover, knife, marquee, landing, areas, typing, renaming, search, menu, finding, announcement };
});

export function socketKey({ id, side, port }: Socket): string {
  return `${side} ${id}.${port}`;
}
