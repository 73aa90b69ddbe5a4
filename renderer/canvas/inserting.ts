/** Putting a gate on a wire: which of its inputs takes what the wire carries, and which of its outputs goes on. */
import { insertOnWire, outputName, type Diagnostic, type Document } from '@wiregrad/engine';
import { portsOf, primaryPort } from './ports';
import { refusalOf } from './wiring';

interface Insertion {
  readonly document: Document | null;
  readonly refusal: Diagnostic | null;
}

/** The wire at `index` led through the node `id`; why not where that is impossible. */
export function insertionOf(document: Document, index: number, id: string): Insertion {
  const { inputs, outputs } = portsOf(document).get(id)!;
  const output = primaryPort(outputs);
  const { from, to } = document.wires[index]!;
  const missing = inputs.length === 0 ? 'no input' : output === undefined ? 'no output' : null;
  if (missing || output === undefined)
    return { document: null, refusal: { code: 'no-port', gate: id, message: `${id} has ${missing} and cannot stand on a wire` } };
  let refusal: Diagnostic | null = null;
  for (const { name } of inputs) {
    const into = { from, to: `${id}.${name}` };
    const found = refusalOf(document, into) ?? refusalOf(document, { from: outputName(id, output), to }, [into]);
    if (!found) return { document: insertOnWire(document, index, id, name, output), refusal: null };
    refusal ??= found;
  }
  return { document: null, refusal };
}
