/** Bytes or text → JSON, or what keeps it from being read whole. */
import type { Diagnostic } from '../base/errors';
import { findRepeatedKey } from '../base/repeatedKeys';
import { findSyntaxProblem, placeIn } from './jsonSyntax';
import { describe } from './readers';

const HINT = 'a .wiregrad file is JSON; restore it from a copy or correct it in a text editor';

/** The value that `source` holds, or why there is none. Bytes are UTF-8, with a byte order mark or without. */
export function readJson(source: string | Uint8Array): { readonly json: unknown } | { readonly problem: Diagnostic } {
  const problem = (code: string, message: string, hint: string) => ({ problem: { code, message, severity: 'error', hint } as const });
  const decoded = typeof source === 'string' ? source : decode(source);
  if (decoded === null) return problem('not-utf-8', 'this is not UTF-8 text', 'save it in UTF-8, or restore it from a copy');
  // A byte order mark is blank, and a column of its own.
  const text = decoded.replace(/^\ufeff/, ' ');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const found = findSyntaxProblem(text);
    if (!found) return problem('not-json', 'this is not JSON, or too much of it for this machine', HINT);
    return problem('not-json', `line ${found.line}, column ${found.column}: expected ${found.expected}, found ${found.found}`, HINT);
  }
  // JSON.parse keeps the last of them: a document would be read, and then saved, without the others.
  const repeated = findRepeatedKey(text);
  if (!repeated) return { json };
  const { line, column } = placeIn(text, repeated.at);
  const message = `line ${line}, column ${column}: the key ${describe(repeated.key)} is there twice in one object`;
  return problem('repeated-key', message, 'remove one of the two in a text editor');
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
