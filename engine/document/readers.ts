/**
 * Small readers of JSON values, composed into the reader of a document. Each gives the value in its typed form or, after
 * reporting what it expected and found, `undefined`. None throws; none recurses deeper than the schema does.
 */
import type { Unknowns } from './types';

/** Called with the place, e.g. `training.optimizer.kind`, and the sentence about it. */
export type Report = (place: string, message: string, code?: string) => void;
export type Reader<T> = (json: unknown, place: string, report: Report) => T | undefined;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** How a message shows what was found: scalars as JSON, cut short; the rest by kind. */
export function describe(json: unknown): string {
  if (Array.isArray(json)) return json.length === 0 ? 'an empty list' : `a list of ${json.length}`;
  if (isObject(json)) return 'an object';
  const text = JSON.stringify(json) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** A value that passes `test`, else "expected …, found …". */
export function value<T>(expected: string, test: (json: unknown) => boolean): Reader<T> {
  return (json, place, report) => {
    if (test(json)) return json as T;
    report(place, `expected ${expected}, found ${describe(json)}`);
    return undefined;
  };
}

export const text = value<string>('a text', (json) => typeof json === 'string');
export const filledText = value<string>('a text that is not empty', (json) => typeof json === 'string' && json !== '');
export const flag = value<boolean>('true or false', (json) => typeof json === 'boolean');
export const seed = value<number>('a whole number of 0 or more', (json) => Number.isSafeInteger(json) && (json as number) >= 0);
export const count = value<number>('a whole number of 1 or more', (json) => Number.isSafeInteger(json) && (json as number) >= 1);

export function numberWhere(expected: string, test: (number: number) => boolean): Reader<number> {
  return value(expected, (json) => typeof json === 'number' && Number.isFinite(json) && test(json));
}

export function oneOf<const T extends string>(...choices: readonly T[]): Reader<T> {
  return value(`one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`, (json) =>
    (choices as readonly unknown[]).includes(json)
  );
}

/** A list of at least `minimum` items. */
export function list<T>(item: Reader<T>, minimum = 0): Reader<readonly T[]> {
  return (json, place, report) => {
    if (!Array.isArray(json) || json.length < minimum) {
      report(place, `expected a list${minimum > 0 ? ` of ${minimum} or more` : ''}, found ${describe(json)}`);
      return undefined;
    }
    const items: T[] = [];
    json.forEach((entry, index) => {
      const read = item(entry, `${place}[${index}]`, report);
      if (read !== undefined) items.push(read);
    });
    return items.length === json.length ? items : undefined;
  };
}

/** An object whose keys are names that the user gave. */
export function named<T>(item: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (json, place, report) => {
    if (!isObject(json)) {
      report(place, `expected an object, found ${describe(json)}`);
      return undefined;
    }
    const items = new Map<string, T>();
    const entries = Object.entries(json);
    for (const [name, entry] of entries) {
      const read = item(entry, `${place}.${name}`, report);
      if (read !== undefined) items.set(name, read);
    }
    return items.size === entries.length ? items : undefined;
  };
}

type Fields<T> = { readonly [K in Exclude<keyof T, 'unknowns'>]-?: Reader<Exclude<T[K], undefined>> };

/** An object with the keys of `fields`, those in `required` always there; all others are kept as `unknowns`. */
export function record<T extends object>(fields: Fields<T>, required: readonly (keyof Fields<T> & string)[] = []): Reader<T> {
  const known = new Map<string, Reader<unknown>>(Object.entries(fields));
  return (json, place, report) => {
    if (!isObject(json)) {
      report(place, `expected an object, found ${describe(json)}`);
      return undefined;
    }
    const result: Record<string, unknown> = {};
    let whole = true;
    for (const key of required) {
      if (Object.hasOwn(json, key)) continue;
      report(`${place}.${key}`, 'this key is missing', 'missing-field');
      whole = false;
    }
    for (const [key, read] of known) {
      if (!Object.hasOwn(json, key)) continue;
      const entry = read(json[key], `${place}.${key}`, report);
      if (entry === undefined) whole = false;
      else result[key] = entry;
    }
    const unknowns = unknownsOf(json, (key) => known.has(key));
    if (unknowns) result['unknowns'] = unknowns;
    return whole ? (result as T) : undefined;
  };
}

/** The entries of `json` that are not `known`, or undefined if there are none. Object.fromEntries makes `__proto__` a key like any other. */
export function unknownsOf(json: JsonObject, known: (key: string) => boolean): Unknowns | undefined {
  const entries = Object.entries(json).filter(([key]) => !known(key));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
