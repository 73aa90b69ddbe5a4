/** The words of the language of custom gates. Whatever the text holds, the answer is tokens or a CodeError with its place. */

/** Where something stands in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text, and where. Thrown inside this folder; it leaves it as a problem of a parameter. */
export class CodeError extends Error {
  constructor(
    readonly code: string,
    readonly at: Place,
    message: string,
    readonly hint: string
  ) {
    super(message);
    this.name = 'CodeError';
  }
}

export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: Place;
}

/** More characters than this are refused unread. */
export const MOST_CHARACTERS = 10_000;

const BLANK = /[ \t\r\n\f\v\u00a0\ufeff]+|#[^\r\n]*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SIGN = /\*\*|[<>=!]=|[-+*/<>=();,]/y;

/** What people type out of habit, and what the language has instead. */
const HABITS: Readonly<Record<string, string>> = {
  '.': 'there are no members; call a function as in sum(x)',
  '[': 'there is no indexing; the functions that take axes are sum, mean, amax, amin, cumsum and softmax',
  '{': 'there are no blocks; end a statement with ;',
  '"': 'there are no texts',
  "'": 'there are no texts',
  '`': 'there are no texts',
  '^': 'write ** for a power',
  '%': 'there is no remainder',
  '@': 'write matmul(a, b)',
  '!': 'compare with 0, as in x == 0',
  '&': 'multiply two conditions to ask for both',
  '|': 'write max(a, b) to ask for either condition',
  '?': 'write where(condition, a, b)',
  ':': 'write where(condition, a, b)',
  '−': 'write the minus of the keyboard, -',
  '×': 'write *',
  '·': 'write *',
  '÷': 'write /'
};

/** The tokens of `text`, the last of which is its end. Throws CodeError. */
export function tokenize(text: string): readonly Token[] {
  const places = new Places(text);
  if (text.length > MOST_CHARACTERS) {
    throw new CodeError(
      'code-too-long',
      places.at(MOST_CHARACTERS),
      `the text has ${text.length} characters; at most ${MOST_CHARACTERS} are read`,
      'split it into several gates'
    );
  }
  const tokens: Token[] = [];
  let offset = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = offset;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) offset += found.length;
    return found;
  };
  while (offset < text.length) {
    if (take(BLANK) !== null) continue;
    const at = places.at(offset);
    const number = take(NUMBER);
    if (number !== null) {
      tokens.push({ kind: 'number', text: number, at });
      continue;
    }
    const name = take(NAME);
    if (name !== null) {
      tokens.push({ kind: 'name', text: name, at });
      continue;
    }
    const sign = take(SIGN);
    if (sign === null) throw unexpected(text, offset, at);
    tokens.push({ kind: 'sign', text: sign, at });
  }
  tokens.push({ kind: 'end', text: '', at: places.at(text.length) });
  return tokens;
}

function unexpected(text: string, offset: number, at: Place): CodeError {
  const code = text.codePointAt(offset)!;
  const character = String.fromCodePoint(code);
  const isPlain = code >= 0x20 && !(code >= 0x7f && code < 0xa0) && !(code >= 0xd800 && code < 0xe000);
  const shown = isPlain ? character : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const hint = Object.hasOwn(HABITS, character) ? HABITS[character]! : 'names are letters from a to z, digits and _';
  return new CodeError('unexpected-character', at, `${shown} is not part of the language`, hint);
}

/** Lines end as editors have it: \n, \r\n or \r. Offsets must be asked for in order. */
class Places {
  private line = 1;
  private start = 0;
  private seen = 0;

  constructor(private readonly text: string) {}

  at(offset: number): Place {
    for (; this.seen < offset; this.seen++) {
      const character = this.text[this.seen];
      if (character === '\n' || (character === '\r' && this.text[this.seen + 1] !== '\n')) {
        this.line++;
        this.start = this.seen + 1;
      }
    }
    return { line: this.line, column: offset - this.start + 1 };
  }
}
