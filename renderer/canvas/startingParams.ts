/** What gates begin with that could not be run without: a parameter needs a shape and a way to draw its values. */
import type { Params } from '@wiregrad/engine';

const STARTING: Readonly<Record<string, Params>> = {
  parameter: { shape: [], init: { kind: 'kaiming_uniform' } }
};

export function startingParams(gate: string): Params | undefined {
  return Object.hasOwn(STARTING, gate) ? STARTING[gate] : undefined;
}
