/**
 * Finds where a text stops being JSON. JSON.parse tells that in other words in every engine, sometimes without a place,
 * so a text that it refused is scanned again here, without recursion.
 */

export interface SyntaxProblem {
  /** Both count from 1, as editors do. */
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly found: string;
}

const SPACE = /[ \t\r\n]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])/y;
const WORD = /[\w.+-]+/y;

type Expected =
  | 'a value'
  | 'a value or "]"'
  | 'a key in double quotes'
  | 'a key in double quotes or "}"'
  | '":"'
  | '"," or "}"'
  | '"," or "]"'
  | 'the end of the text';

/** The first place where `text` is not JSON, or null if all of it is. */
export function findSyntaxProblem(text: string): SyntaxProblem | null {
  let at = 0;
  let expected: Expected = 'a value';
  const open: ('{' | '[')[] = [];
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  // By hand: a pattern with a choice inside a repetition runs out of stack on a string of megabytes.
  const takeString = (): boolean => {
    if (text[at] !== '"') return false;
    const start = at++;
    while (at < text.length && text.charCodeAt(at) >= 0x20) {
      if (text[at] === '"') {
        at++;
        return true;
      }
      if (text[at] !== '\\') at++;
      else if (!take(ESCAPE)) break;
    }
    at = start;
    return false;
  };
  const afterValue = (): Expected => {
    const inner = open.at(-1);
    return inner === undefined ? 'the end of the text' : inner === '{' ? '"," or "}"' : '"," or "]"';
  };
  const close = (): Expected => {
    at++;
    open.pop();
    return afterValue();
  };
  for (;;) {
    take(SPACE);
    if (at >= text.length) return expected === 'the end of the text' ? null : placeOf(text, at, expected);
    const next: string = text[at]!;
    switch (expected) {
      case 'a value':
      case 'a value or "]"':
        if (next === ']' && expected !== 'a value') expected = close();
        else if (next === '{' || next === '[') {
          open.push(next);
          at++;
          expected = next === '{' ? 'a key in double quotes or "}"' : 'a value or "]"';
        } else if (takeString() || take(SCALAR)) expected = afterValue();
        else return placeOf(text, at, 'a value');
        break;
      case 'a key in double quotes':
      case 'a key in double quotes or "}"':
        if (next === '}' && expected !== 'a key in double quotes') expected = close();
        else if (takeString()) expected = '":"';
        else return placeOf(text, at, expected);
        break;
      case '":"':
        if (next !== ':') return placeOf(text, at, expected);
        at++;
        expected = 'a value';
        break;
      case '"," or "}"':
      case '"," or "]"':
        if (next === ',') {
          at++;
          expected = expected === '"," or "}"' ? 'a key in double quotes' : 'a value';
        } else if (next === expected.at(-2)) expected = close();
        else return placeOf(text, at, expected);
        break;
      case 'the end of the text':
        return placeOf(text, at, expected);
      default:
        expected satisfies never;
    }
  }
}

/** The line and column of an offset; both count from 1, as editors do. */
export function placeIn(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = end + 1;
  }
  return { line, column: at - lineStart + 1 };
}

function placeOf(text: string, at: number, expected: string): SyntaxProblem {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0].slice(0, 20) ?? text.slice(at, at + 1);
  const broken = expected.startsWith('a ') ? 'a string that is not closed or has a bad escape' : 'a string';
  const found = word === '' ? 'the end of the text' : word === '"' ? broken : JSON.stringify(word);
  return { ...placeIn(text, at), expected, found };
}
