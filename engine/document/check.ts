/** What is wrong between the parts of a document that is well-formed in itself; it stays open for editing all the same. */
import type { Diagnostic } from '../base/errors';
import { isInputReference, isOutputReference } from './identifiers';
import { splitOutput, type DefinitionRecord, type Document, type WireRecord } from './types';

/** Wires and references that lead nowhere, and inputs with two wires. */
export function checkReferences(document: Document): Diagnostic[] {
  const kinds = new Map(document.nodes.map((node) => [node.id, node.gate]));
  const diagnostics = checkWires(document.wires, kinds);
  for (const [name, definition] of document.definitions ?? []) diagnostics.push(...checkDefinition(name, definition));
  const terms = typeof document.objective === 'string' ? [{ from: document.objective }] : (document.objective ?? []);
  for (const { from } of terms) {
    const { id } = splitOutput(from);
    if (!kinds.has(id)) {
      diagnostics.push({
        code: 'unknown-objective',
        message: `the objective is ${from}, and no gate has the id ${id}`,
        hint: 'choose another output as the objective',
        severity: 'error'
      });
    }
  }
  document.training?.metrics?.forEach((metric, index) => {
    for (const [key, reference] of [
      ['input', metric.input],
      ['target', metric.target]
    ] as const) {
      const { id } = splitOutput(reference);
      if (kinds.has(id)) continue;
      const message = `training.metrics[${index}].${key}: no gate has the id ${id}`;
      diagnostics.push({ code: 'unknown-metric', message, hint: 'choose another output or remove the metric', severity: 'warning' });
    }
  });
  return diagnostics;
}

/** The wires and outputs of a definition; its gates have no place in the document, so messages name them. */
function checkDefinition(name: string, { inputs, outputs, nodes, wires }: DefinitionRecord): Diagnostic[] {
  const kinds = new Map([...inputs.map((input) => [input, 'input'] as const), ...nodes.map(({ id, gate }) => [id, gate] as const)]);
  const place = (message: string): string => `definitions.${name}: ${message}`;
  const diagnostics = checkWires(wires, kinds).map(({ gate: _, kind: __, port: ___, ...rest }) => ({
    ...rest,
    message: place(rest.message)
  }));
  const ports = new Set(inputs);
  for (const { from, to } of wires) {
    const message = ports.has(splitOutput(to).id) ? `a wire ends at ${to}, and ${splitOutput(to).id} is an input` : null;
    if (message)
      diagnostics.push({ code: 'bad-reference', message: place(message), hint: `remove the wire from ${from}`, severity: 'error' });
  }
  for (const [port, from] of outputs) {
    if (from === null || kinds.has(splitOutput(from).id)) continue;
    const message = place(`output ${port} is ${from}, and no gate inside has the id ${splitOutput(from).id}`);
    diagnostics.push({ code: 'unknown-node', message, hint: 'choose another output or add the gate', severity: 'error' });
  }
  return diagnostics;
}

function checkWires(wires: readonly WireRecord[], kinds: ReadonlyMap<string, string>): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  wires.forEach((wire, index) => {
    const { from, to } = wire;
    const place = `wires[${index}] (${from} → ${to})`;
    if (!isOutputReference(from)) {
      diagnostics.push({
        code: 'bad-reference',
        message: `${place}: from is written id or id.port`,
        hint: 'remove the wire or correct it',
        severity: 'error'
      });
    } else if (!kinds.has(splitOutput(from).id)) {
      const message = `${place}: it comes from ${splitOutput(from).id}, and no gate has this id`;
      diagnostics.push({
        code: 'unknown-node',
        message,
        hint: 'remove the wire or add the gate',
        severity: 'error',
        ...targetOf(to, kinds)
      });
    }
    if (!isInputReference(to)) {
      diagnostics.push({
        code: 'bad-reference',
        message: `${place}: to is written id.port`,
        hint: 'remove the wire or correct it',
        severity: 'error'
      });
      return;
    }
    if (!kinds.has(splitOutput(to).id)) {
      const message = `${place}: it goes to ${splitOutput(to).id}, and no gate has this id`;
      diagnostics.push({ code: 'unknown-node', message, hint: 'remove the wire or add the gate', severity: 'error' });
    }
    const earlier = sources.get(to);
    if (earlier !== undefined) {
      const message = `an input takes one wire, and two end here, from ${earlier} and from ${from}`;
      diagnostics.push({
        code: 'doubled-wire',
        message,
        hint: 'remove one, or add the two with an add gate',
        severity: 'error',
        ...targetOf(to, kinds)
      });
    } else sources.set(to, from);
  });
  return diagnostics;
}

/** Gate, kind and port of the place where a wire ends, as far as they exist. */
function targetOf(to: string, kinds: ReadonlyMap<string, string>): Pick<Diagnostic, 'gate' | 'kind' | 'port'> {
  if (!isInputReference(to)) return {};
  const { id, port } = splitOutput(to);
  const kind = kinds.get(id);
  return kind === undefined ? {} : { gate: id, kind, port };
}
