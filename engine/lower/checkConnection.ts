/** Whether a wire may be drawn. */
import type { Diagnostic } from '../base/errors';
import { nodesAlong, type InstancePath } from '../document/definitions';
import { addWire } from '../document/edits';
import { splitOutput, type Document } from '../document/types';
import { viewDefinition, withDefinition } from '../document/view';
import { fingerprint, lower } from './lower';
import { withoutRows } from './rows';

/**
 * Why a wire would be refused — its gate's ports, dtype or shape, or a cycle — or null. What the input had is replaced.
 * With `inside` the wire is one of the view of that instance's definition.
 */
export function checkConnection(
  document: Document,
  wire: { readonly from: string; readonly to: string },
  inside?: InstancePath
): Diagnostic | null {
  const { id: target } = splitOutput(wire.to);
  const along = inside === undefined ? undefined : nodesAlong(document, inside);
  const name = along?.at(-1)!.gate;
  const wired =
    name === undefined ? addWire(document, wire) : withDefinition(document, name, addWire(viewDefinition(document, name), wire));
  const before = new Set(lower(document).diagnostics.map(fingerprint));
  const after = lower(wired).diagnostics;
  const fresh = after.filter((diagnostic) => !before.has(fingerprint(diagnostic)) && diagnostic.code !== 'unconnected-input');
  const prefix = inside === undefined ? '' : `${inside}/`;
  const found = fresh.find(
    ({ code, gate }) =>
      code === 'cycle' ||
      code === 'unknown-node' ||
      code === 'unknown-port' ||
      gate === prefix + target ||
      gate?.startsWith(`${prefix}${target}/`)
  );
  return found ? withoutRows(wired, found) : null;
}
