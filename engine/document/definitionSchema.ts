/** What the definitions of a document must look like, so that each can be opened and edited as a graph of its own. */
import { isId, isOutputReference } from './identifiers';
import { describe, flag, list, named, oneOf, record, text, value, type Reader, type Report } from './readers';
import { position, readFrames, readNotes, readVia } from './schema';
import type { DefinitionRecord, NodeRecord, Params, WireRecord } from './types';
import { VIEW_INPUT, VIEW_OUTPUT } from './view';

const id = value<string>('an id', (json) => typeof json === 'string' && isId(json));
const outputReference = value<string>('an output, written id or id.port', (json) => typeof json === 'string' && isOutputReference(json));
const source: Reader<string | null> = (json, place, report) => (json === null ? null : outputReference(json, place, report));
const object = value<Params>('an object', (json) => typeof json === 'object' && json !== null && !Array.isArray(json));

const definition = record<DefinitionRecord>(
  {
    inputs: list(id),
    outputs: named(source),
    nodes: list(record<NodeRecord>({ id, gate: text, params: object, bypass: flag, collapsed: flag }, ['id', 'gate'])),
    wires: list(record<WireRecord>({ from: text, to: text, via: readVia }, ['from', 'to'])),
    parameters: oneOf('own', 'shared'),
    layout: named(position),
    frames: readFrames,
    notes: readNotes
  },
  ['inputs', 'outputs', 'nodes', 'wires']
);

const readDefinition: Reader<DefinitionRecord> = (json, place, report) => {
  const read = definition(json, place, report);
  return read && hasDistinctNames(read, place, report) ? { ...read, layout: read.layout ?? new Map() } : undefined;
};

/** Inputs and nodes share one space of names, since wires start at either. */
function hasDistinctNames({ inputs, outputs, nodes }: DefinitionRecord, place: string, report: Report): boolean {
  const taken = new Set<string>();
  let distinct = true;
  const claim = (name: string, where: string): void => {
    if (taken.has(name)) {
      report(where, `${name} is the name of another input or gate inside already`, 'duplicate-id');
      distinct = false;
    }
    taken.add(name);
  };
  inputs.forEach((input, index) => claim(input, `${place}.inputs[${index}]`));
  nodes.forEach((node, index) => claim(node.id, `${place}.nodes[${index}].id`));
  for (const port of outputs.keys()) {
    if (isId(port)) continue;
    report(`${place}.outputs`, `${describe(port)} cannot be the name of a port`);
    distinct = false;
  }
  return distinct;
}

const definitions = named(readDefinition);

/** All definitions, or undefined after saying what is wrong with one of them. */
export const readDefinitions: Reader<ReadonlyMap<string, DefinitionRecord>> = (json, place, report) => {
  const read = definitions(json, place, report);
  const refused = read && [...read.keys()].find((name) => !isId(name) || name === VIEW_INPUT || name === VIEW_OUTPUT);
  if (refused === undefined) return read;
  report(place, `${describe(refused)} cannot be the name of a definition`);
  return undefined;
};
