/** Whether a wire may be drawn, as the window asks, and as the whole document tells. */
import type { Diagnostic } from '../../../engine/base/errors';
import { nodesAlong, type InstancePath } from '../../../engine/document/definitions';
import { addWire } from '../../../engine/document/edits';
import { splitOutput, type Document, type WireRecord } from '../../../engine/document/types';
import { viewDefinition } from '../../../engine/document/view';
import { checkConnection, knownTypes } from '../../../engine/lower/checkConnection';
import { fingerprint, lower } from '../../../engine/lower/lower';
import { lowerRows } from '../../../engine/lower/rows';

type End = Pick<WireRecord, 'from' | 'to'>;

/** With `inside`, of a wire in the view of that instance's definition. */
export function refusalOf(document: Document, wire: End, inside?: InstancePath): Diagnostic | null {
  const shown = inside === undefined ? document : viewDefinition(document, nodesAlong(document, inside)!.at(-1)!.gate);
  return checkConnection(shown, wire, knownTypes(document, lowerRows(document), inside));
}

/** What lowering all of it with the wire finds wrong at the wire's ends that was not wrong before. */
export function refusalByLowering(document: Document, wire: End): Diagnostic | null {
  const target = splitOutput(wire.to).id;
  const before = new Set(lower(document).diagnostics.map(fingerprint));
  const fresh = lower(addWire(document, wire)).diagnostics.filter((diagnostic) => !before.has(fingerprint(diagnostic)));
  const counts = ({ code, gate }: Diagnostic): boolean =>
    code === 'cycle' || code === 'unknown-node' || code === 'unknown-port' || gate === target || gate?.startsWith(`${target}/`) === true;
  return fresh.find((diagnostic) => diagnostic.code !== 'unconnected-input' && counts(diagnostic)) ?? null;
}
