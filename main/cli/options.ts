/** Options of the commands as text, read into values; what cannot be read is a UsageError that names the option. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './failure';

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;

/** parseArgs whose complaints are UsageErrors; `--help` is known to every command. */
export function readArguments<const T extends OptionsConfig>(args: readonly string[], options: T) {
  const config = {
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } as const },
    allowPositionals: true
  } as const;
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The files that a command was given, at least one. */
export function requireFiles(files: readonly string[]): readonly string[] {
  if (files.length === 0) throw new UsageError('name a .wiregrad file');
  return files;
}

/** The one file that a command was given. */
export function requireFile(files: readonly string[]): string {
  const [file, ...others] = requireFiles(files);
  if (others.length > 0) throw new UsageError(`one file at a time, not ${files.length}`);
  return file!;
}

/** A whole number of at least `least`. */
export function readWhole(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${name} takes a whole number of at least ${least}, not ${text || 'nothing'}`);
  }
  return value;
}

/** A number above 0. */
export function readPositive(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new UsageError(`--${name} takes a number above 0, not ${text || 'nothing'}`);
  return value;
}

export function readChoice<const C extends string>(name: string, text: string | undefined, choices: readonly C[]): C | undefined {
  if (text === undefined || choices.includes(text as C)) return text as C | undefined;
  throw new UsageError(`--${name} takes ${choices.join(' or ')}, not ${text || 'nothing'}`);
}

/** `NAME=PATH` pairs. */
export function readPairs(name: string, texts: readonly string[] | undefined): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts ?? []) {
    const sign = text.indexOf('=');
    if (sign < 1 || sign === text.length - 1) throw new UsageError(`--${name} takes NAME=PATH, not ${text || 'nothing'}`);
    pairs.set(text.slice(0, sign), text.slice(sign + 1));
  }
  return pairs;
}

/** `A:B`, rows [A, B), or the name of a part of the split. */
export function readRows(text: string | undefined): readonly [number, number] | 'train' | 'validation' | 'test' | undefined {
  if (text === undefined || text === 'train' || text === 'validation' || text === 'test') return text;
  const match = /^(\d+):(\d+)$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || from >= to) throw new UsageError(`--rows takes A:B with A below B, or train, validation or test, not ${text || 'nothing'}`);
  return [from, to];
}

/** Names between commas. */
export function readNames(name: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((part) => part.trim());
  if (names.some((part) => part === '')) throw new UsageError(`--${name} takes names with commas between them, not ${text || 'nothing'}`);
  return names;
}
