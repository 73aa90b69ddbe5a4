/** Adds a gate in the middle of what is seen; several in a row stand below one another, to the right. */
import type { Params, Position } from '@wiregrad/engine';
import { addGate } from '../../canvas/addGate';
import { currentView } from '../../canvas/view';

const SHIFT = 32;
let last: { readonly center: Position; readonly times: number } | null = null;

export function addInView(gate: string, params?: Params): void {
  const center = currentView()?.center() ?? [0, 0];
  const times = last && last.center[0] === center[0] && last.center[1] === center[1] ? last.times + 1 : 0;
  last = { center, times };
  addGate(gate, params, [center[0] + SHIFT * times, center[1] + SHIFT * times]);
}
