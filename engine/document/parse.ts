/**
 * Text → document. Nothing that a text can hold makes this throw. A part that cannot be read is reported and, where the
 * rest can still be shown, kept as it stands among the unknowns, so that saving loses nothing.
 */
import type { Diagnostic } from '../base/errors';
import { checkReferences } from './check';
import { readDefinitions } from './definitionSchema';
import { ID_HINT, isId } from './identifiers';
import { readJson } from './json';
import { KNOWN_KEYS } from './keys';
import { describe, filledText, flag, isObject, text as textReader, unknownsOf, type JsonObject, type Reader, type Report } from './readers';
import { readDatasets, readFrames, readNotes, readObjective, readTraining, readVia } from './schema';
import type { Document, NodeRecord, Params, Position, WireRecord } from './types';

export const FORMAT = 'wiregrad';
export const VERSION = 1;
/** More levels than any graph needs, and few enough that no later reader has to fear for its stack. */
const DEPTH_LIMIT = 100;

export interface ParsedDocument {
  /** Absent where the text cannot be shown and edited without losing some of it. */
  readonly document?: Document;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a `.wiregrad` file, as text or as bytes; never throws. Problems come as diagnostics, errors unless they say `warning`. */
export function parseDocument(source: string | Uint8Array): ParsedDocument {
  const read = readJson(source);
  if ('problem' in read) return { diagnostics: [read.problem] };
  const refusal = refuse(read.json);
  if (refusal) return { diagnostics: [{ severity: 'error', ...refusal }] };
  return readParts(read.json as JsonObject);
}

/** Why none of it may be read, or null. */
function refuse(json: unknown): Diagnostic | null {
  if (!isObject(json)) {
    return {
      code: 'not-an-object',
      message: `expected an object with "format": "${FORMAT}", found ${describe(json)}`,
      hint: 'open a .wiregrad file'
    };
  }
  if (isDeeperThan(json, DEPTH_LIMIT)) return { code: 'too-deep', message: `lists or objects are nested more than ${DEPTH_LIMIT} deep` };
  if (!Object.hasOwn(json, 'format') || json['format'] !== FORMAT) {
    const found = Object.hasOwn(json, 'format') ? describe(json['format']) : 'no such key';
    return { code: 'wrong-format', message: `format: expected "${FORMAT}", found ${found}`, hint: 'open a .wiregrad file' };
  }
  const version = Object.hasOwn(json, 'version') ? json['version'] : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return { code: 'bad-version', message: `version: expected ${VERSION}, found ${describe(version)}` };
  }
  if (version > VERSION) {
    const message = `the file is of version ${version}, and this Wiregrad reads up to ${VERSION}`;
    return { code: 'newer-version', message, hint: 'open it with a newer Wiregrad' };
  }
  return null;
}

function isDeeperThan(json: unknown, limit: number): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const below: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const child of Array.isArray(item) ? item : Object.values(item))
        if (typeof child === 'object' && child !== null) below.push(child);
    }
    level = below;
  }
  return false;
}

/** Keys that this version reads; all others are carried as unknowns. */
const KNOWN: ReadonlySet<string> = new Set(KNOWN_KEYS);

function readParts(json: JsonObject): ParsedDocument {
  const diagnostics: Diagnostic[] = [];
  const kept: Record<string, unknown> = {};
  const has = (key: string): boolean => Object.hasOwn(json, key);
  const optional = <T>(key: string, code: string, read: Reader<T>, severity: 'error' | 'warning' = 'error'): T | undefined => {
    if (!has(key)) return undefined;
    const report: Report = (place, message) => diagnostics.push({ code, message: `${place}: ${message}`, severity });
    const result = read(json[key], key, report);
    // A name is written in any case.
    if (result === undefined && key !== 'name') kept[key] = json[key];
    return result;
  };

  const nodes = readNodes(has('nodes') ? json['nodes'] : undefined, diagnostics);
  const wires = readWires(has('wires') ? json['wires'] : undefined, diagnostics);
  const name = optional('name', 'bad-field', textReader);
  if (!has('name'))
    diagnostics.push({ code: 'missing-field', message: 'name: this key is missing', severity: 'warning', hint: 'give the graph a name' });
  const objective = optional('objective', 'bad-objective', readObjective);
  const weights = optional('weights', 'bad-field', filledText);
  const definitions = optional('definitions', 'bad-definition', readDefinitions);
  const datasets = optional('datasets', 'bad-dataset', readDatasets);
  const training = optional('training', 'bad-training', readTraining);
  const frames = optional('frames', 'bad-frames', readFrames, 'warning');
  const notes = optional('notes', 'bad-notes', readNotes, 'warning');
  const layout = has('layout') ? readLayout(json['layout'], diagnostics) : new Map<string, Position>();
  if (!nodes || !wires) return { diagnostics };

  const unknowns = { ...unknownsOf(json, (key) => KNOWN.has(key)), ...kept };
  const document: Document = {
    name: name ?? 'untitled',
    nodes,
    wires,
    ...(objective !== undefined && { objective }),
    ...(weights !== undefined && { weights }),
    ...(definitions !== undefined && { definitions }),
    ...(datasets !== undefined && { datasets }),
    ...(training !== undefined && { training }),
    layout,
    ...(frames !== undefined && { frames }),
    ...(notes !== undefined && { notes }),
    ...(Object.keys(unknowns).length > 0 && { unknowns })
  };
  for (const diagnostic of checkReferences(document)) diagnostics.push(diagnostic);
  return { document, diagnostics };
}

/** The list under `key`, item by item; undefined, after saying why, if any item cannot be represented. */
function readList<T>(
  json: unknown,
  key: string,
  diagnostics: Diagnostic[],
  read: (item: JsonObject, place: string) => T | undefined
): T[] | undefined {
  if (!Array.isArray(json)) {
    const missing = json === undefined;
    const message = missing ? `${key}: this key is missing` : `${key}: expected a list, found ${describe(json)}`;
    diagnostics.push({ code: missing ? 'missing-field' : 'bad-field', message, severity: 'error' });
    return undefined;
  }
  const items: T[] = [];
  json.forEach((entry: unknown, index) => {
    const place = `${key}[${index}]`;
    if (!isObject(entry)) {
      diagnostics.push({ code: 'bad-field', message: `${place}: expected an object, found ${describe(entry)}`, severity: 'error' });
      return;
    }
    const item = read(entry, place);
    if (item !== undefined) items.push(item);
  });
  return items.length === json.length ? items : undefined;
}

/** The text under `key`, or undefined after saying that it is missing or none. */
function readText(json: JsonObject, key: string, place: string, diagnostics: Diagnostic[]): string | undefined {
  const found = Object.hasOwn(json, key) ? json[key] : undefined;
  if (typeof found === 'string') return found;
  const missing = found === undefined;
  const message = missing ? `${place}.${key}: this key is missing` : `${place}.${key}: expected a text, found ${describe(found)}`;
  diagnostics.push({ code: missing ? 'missing-field' : 'bad-field', message, severity: 'error' });
  return undefined;
}

function readNodes(json: unknown, diagnostics: Diagnostic[]): NodeRecord[] | undefined {
  const places = new Map<string, string>();
  return readList(json, 'nodes', diagnostics, (item, place) => {
    const id = readText(item, 'id', place, diagnostics);
    const gate = readText(item, 'gate', place, diagnostics);
    if (id === undefined || gate === undefined) return undefined;
    if (!isId(id)) {
      diagnostics.push({ code: 'bad-id', message: `${place}.id: ${describe(id)} cannot be an id`, severity: 'error', hint: ID_HINT });
      return undefined;
    }
    const earlier = places.get(id);
    if (earlier !== undefined) {
      const message = `${place}.id: ${id} is the id of ${earlier} already`;
      diagnostics.push({ code: 'duplicate-id', message, severity: 'error', gate: id, kind: gate, hint: 'give one of them another id' });
      return undefined;
    }
    places.set(id, place);
    const params = Object.hasOwn(item, 'params') ? item['params'] : undefined;
    const readable = params === undefined || isObject(params);
    if (!readable) {
      const message = `${place}.params: expected an object, found ${describe(params)}`;
      diagnostics.push({ code: 'bad-field', message, severity: 'error', gate: id, kind: gate });
    }
    const report: Report = (where, message) =>
      diagnostics.push({ code: 'bad-field', message: `${where}: ${message}`, severity: 'error', gate: id, kind: gate });
    const flags = readKeys<Pick<NodeRecord, 'bypass' | 'collapsed'>>(item, { bypass: flag, collapsed: flag }, place, report);
    const read = new Set(['id', 'gate', ...Object.keys(flags), ...(readable ? ['params'] : [])]);
    const unknowns = unknownsOf(item, (key) => read.has(key));
    return { id, gate, ...(readable && params !== undefined && { params: params as Params }), ...flags, ...(unknowns && { unknowns }) };
  });
}

/** Those of the keys in `readers` that are there and can be read; the others are reported. */
function readKeys<T extends object>(
  item: JsonObject,
  readers: { readonly [K in keyof T & string]-?: Reader<NonNullable<T[K]>> },
  place: string,
  report: Report
): Partial<T> {
  const result: Record<string, unknown> = {};
  for (const [key, read] of Object.entries<Reader<unknown>>(readers)) {
    const found = Object.hasOwn(item, key) ? read(item[key], `${place}.${key}`, report) : undefined;
    if (found !== undefined) result[key] = found;
  }
  return result as Partial<T>;
}

function readWires(json: unknown, diagnostics: Diagnostic[]): WireRecord[] | undefined {
  return readList(json, 'wires', diagnostics, (item, place) => {
    const from = readText(item, 'from', place, diagnostics);
    const to = readText(item, 'to', place, diagnostics);
    if (from === undefined || to === undefined) return undefined;
    const report: Report = (where, message) =>
      diagnostics.push({ code: 'bad-layout', message: `${where}: ${message}`, severity: 'warning' });
    const course = readKeys<Pick<WireRecord, 'via'>>(item, { via: readVia }, place, report);
    const unknowns = unknownsOf(item, (key) => key === 'from' || key === 'to' || Object.hasOwn(course, key));
    return { from, to, ...course, ...(unknowns && { unknowns }) };
  });
}

/** Positions are worth no refusal: a bad one is dropped with a warning, and the gate is placed anew. */
function readLayout(json: unknown, diagnostics: Diagnostic[]): Map<string, Position> {
  const layout = new Map<string, Position>();
  const warn = (place: string, found: unknown, expected: string): void => {
    diagnostics.push({ code: 'bad-layout', message: `${place}: expected ${expected}, found ${describe(found)}`, severity: 'warning' });
  };
  if (!isObject(json)) {
    warn('layout', json, 'an object of {id: [x, y]}');
    return layout;
  }
  for (const [id, position] of Object.entries(json)) {
    if (Array.isArray(position) && position.length === 2 && position.every(Number.isFinite)) layout.set(id, [position[0], position[1]]);
    else warn(`layout.${id}`, position, '[x, y]');
  }
  return layout;
}
