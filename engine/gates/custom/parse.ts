/**
 * The texts of a custom gate as trees, by recursive descent. Nothing of a text is ever evaluated as JavaScript, and whatever
 * it holds the answer is a tree or a CodeError.
 *
 *   forward    = { "let" NAME "=" expression ";" } expression [ ";" ]
 *   backward   = ( "let" NAME | "grad_" INPUT ) "=" expression { ";" … } [ ";" ]
 *   expression = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ]
 *   sum        = product { ( "+" | "-" ) product }
 *   product    = unary { ( "*" | "/" ) unary }
 *   unary      = "-" unary | atom [ "**" unary ]
 *   atom       = NUMBER | NAME | "pi" | NAME "(" arguments ")" | "(" expression ")"
 *   arguments  = expression { "," expression } { "," [ "-" ] WHOLE } [ "," "keep" ]
 */
import { FUNCTIONS, type CodeFunction } from './functions';
import { isComparison, type Binding, type Code, type Expression, type Literals, type Operator } from './syntax';
import { CodeError, tokenize, type Place, type Token } from './tokens';

const MOST_NODES = 1000;
const MOST_DEPTH = 64;
export const MOST_INPUTS = 64;
const GRADIENT = 'grad_';
const RESERVED: ReadonlySet<string> = new Set(['let', 'keep', 'pi', 'grad', 'out']);

/** The names in `x, w`: the ports of the gate. Throws CodeError. */
export function parseInputs(text: string): readonly string[] {
  const parser = new Parser(text, []);
  return parser.inputs();
}

/** The formula of `out` from `inputs`. Throws CodeError. */
export function parseForward(text: string, inputs: readonly string[]): Code {
  return new Parser(text, inputs).forward();
}

/** The formulas of `grad_x`… from `grad`, `out` and `inputs`; null for a text without a statement. Throws CodeError. */
export function parseBackward(text: string, inputs: readonly string[]): Code | null {
  return new Parser(text, [...inputs, 'grad', 'out']).backward(inputs);
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly scope: Set<string>;
  private readonly bindings: Binding[] = [];
  private next = 0;
  private nodes = 0;
  private depth = 0;

  constructor(text: string, names: readonly string[]) {
    this.tokens = tokenize(text);
    this.scope = new Set(names);
  }

  inputs(): readonly string[] {
    do {
      if (this.scope.size > 0 && this.atEnd()) break;
      const token = this.expectName('the name of an input');
      if (this.scope.size === MOST_INPUTS) {
        throw new CodeError('bad-inputs', token.at, `at most ${MOST_INPUTS} inputs are allowed`, 'stack several into one tensor');
      }
      this.declare(token);
    } while (this.accept(','));
    if (!this.atEnd()) throw this.expected('a comma between the names', 'write x, w');
    return [...this.scope];
  }

  forward(): Code {
    if (this.atEnd()) throw this.expected('a formula', 'write one such as x * sigmoid(x)');
    while (this.token.text === 'let') this.statement();
    const result = this.expression();
    this.accept(';');
    if (!this.atEnd()) throw this.unfinished('forward ends with the formula of its result; what comes before it is let name = …;');
    return { bindings: this.bindings, results: [result] };
  }

  backward(inputs: readonly string[]): Code | null {
    if (this.atEnd()) return null;
    const places = new Map<string, Place>();
    while (!this.atEnd()) {
      if (this.token.text === 'let') this.statement();
      else {
        const name = this.gradient(inputs, places);
        places.set(name.text, name.at);
        this.assign(name);
      }
    }
    const results = inputs.map((input): Expression => {
      const name = GRADIENT + input;
      const at = places.get(name);
      if (at) return { kind: 'name', name, at };
      throw new CodeError('missing-gradient', this.token.at, `there is no gradient of ${input}`, `add ${name} = …; (0 for none)`);
    });
    return { bindings: this.bindings, results };
  }

  private get token(): Token {
    return this.tokens[this.next]!;
  }

  private atEnd(): boolean {
    return this.token.kind === 'end';
  }

  private advance(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.next++;
    return token;
  }

  private accept(sign: string): boolean {
    const found = this.token.kind === 'sign' && this.token.text === sign;
    if (found) this.next++;
    return found;
  }

  private expected(what: string, hint: string, token = this.token): CodeError {
    const found = token.kind === 'end' ? 'the end of the text' : token.text;
    return new CodeError('unexpected-token', token.at, `expected ${what}, found ${found}`, hint);
  }

  private expectName(what: string): Token {
    if (this.token.kind !== 'name') throw this.expected(what, 'a name is letters, digits and _, and begins with no digit');
    return this.advance();
  }

  private expect(sign: string, hint: string): void {
    if (!this.accept(sign)) throw this.expected(sign, hint);
  }

  /** What stands behind an expression that should have ended. */
  private unfinished(hint: string): CodeError {
    const { kind, text } = this.token;
    if (kind === 'name' || kind === 'number' || text === '(')
      return this.expected('an operator', 'write * for a product, ; behind a statement');
    if (text === '=') return this.expected('an operator', 'write == to compare, let name = …; to name a value');
    if (text === ')') return this.expected('an operator', 'there is no ( that it closes');
    if (isComparison(text)) return this.expected('an operator', 'comparisons do not chain: write (a < b) * (b < c)');
    return this.expected('the end', hint);
  }

  private declare({ text: name, at }: Token): void {
    const reserved = RESERVED.has(name) || FUNCTIONS.has(name) || name.startsWith(GRADIENT) || name.startsWith('__');
    if (reserved) throw new CodeError('reserved-name', at, `${name} is a word of the language`, 'choose another name');
    if (this.scope.has(name)) throw new CodeError('duplicate-name', at, `${name} has a meaning already`, 'choose another name');
    this.scope.add(name);
  }

  /** let name = expression; — the name means something behind the statement only. */
  private statement(): void {
    this.advance();
    const name = this.expectName('a name behind let');
    this.declare(name);
    this.scope.delete(name.text);
    this.assign(name);
  }

  private gradient(inputs: readonly string[], places: ReadonlyMap<string, Place>): Token {
    const wanted = inputs.map((input) => GRADIENT + input).join(', ');
    const token = this.token;
    if (token.kind !== 'name') throw this.expected('a statement', `backward gives ${wanted}, as in ${GRADIENT}${inputs[0]} = grad;`);
    this.advance();
    if (!inputs.some((input) => token.text === GRADIENT + input)) {
      throw new CodeError(
        'unknown-gradient',
        token.at,
        `${token.text} is not the gradient of an input`,
        `write let before a name of your own; backward gives ${wanted}`
      );
    }
    if (places.has(token.text)) throw new CodeError('duplicate-name', token.at, `${token.text} is given twice`, 'add the two up');
    return token;
  }

  private assign({ text: name }: Token): void {
    this.expect('=', `write ${name} = … and a formula`);
    const value = this.expression();
    if (!this.accept(';') && !(this.atEnd() && name.startsWith(GRADIENT))) {
      throw this.atEnd() ? this.expected(';', 'a let ends with ; and the result follows') : this.unfinished('end the statement with ;');
    }
    this.scope.add(name);
    this.bindings.push({ name, value });
  }

  private node<T extends Expression>(expression: T): T {
    if (++this.nodes > MOST_NODES) {
      throw new CodeError('code-too-large', expression.at, `the formula has more than ${MOST_NODES} parts`, 'split it into several gates');
    }
    return expression;
  }

  private deeper<T>(body: () => T): T {
    if (++this.depth > MOST_DEPTH) {
      throw new CodeError(
        'code-too-deep',
        this.token.at,
        `the formula is nested more than ${MOST_DEPTH} deep`,
        'name inner parts with let'
      );
    }
    const result = body();
    this.depth--;
    return result;
  }

  private expression(): Expression {
    const left = this.sum();
    const { text, at, kind } = this.token;
    if (kind !== 'sign' || !isComparison(text)) return left;
    this.advance();
    return this.node({ kind: 'binary', sign: text, left, right: this.sum(), at });
  }

  private sum(): Expression {
    return this.chain(['+', '-'], () => this.product());
  }

  private product(): Expression {
    return this.chain(['*', '/'], () => this.unary());
  }

  /** Left-associative: a − b − c is (a − b) − c. */
  private chain(signs: readonly Operator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const { at } = this.token;
      const sign = signs.find((candidate) => this.accept(candidate));
      if (!sign) return left;
      left = this.node({ kind: 'binary', sign, left, right: operand(), at });
    }
  }

  private unary(): Expression {
    const { at } = this.token;
    if (this.accept('-')) return this.deeper(() => this.node({ kind: 'negate', operand: this.unary(), at }));
    const base = this.atom();
    const { at: place } = this.token;
    if (!this.accept('**')) return base;
    return this.deeper(() => this.node({ kind: 'binary', sign: '**', left: base, right: this.unary(), at: place }));
  }

  private atom(): Expression {
    const { token } = this;
    const { text, at } = token;
    if (token.kind === 'number') {
      this.advance();
      return this.node({ kind: 'number', value: this.numberOf(token), at });
    }
    if (this.accept('(')) {
      const inner = this.deeper(() => this.expression());
      if (!this.accept(')'))
        throw this.atEnd()
          ? this.expected(')', `the ( at line ${at.line}, column ${at.column} is not closed`)
          : this.unfinished('close the (');
      return inner;
    }
    if (token.kind !== 'name') throw this.expected('a value', 'a value is a number, a name, a call such as exp(x), or a formula in ( )');
    this.advance();
    if (this.token.kind === 'sign' && this.token.text === '(') return this.call(token);
    if (text === 'pi') return this.node({ kind: 'number', value: Math.PI, at });
    if (this.scope.has(text)) return this.node({ kind: 'name', name: text, at });
    const called = FUNCTIONS.get(text);
    if (called) throw new CodeError('unexpected-token', at, `${text} is a function and needs its operands`, `write ${called.signature}`);
    throw new CodeError(
      'unknown-name',
      at,
      `nothing is named ${text}`,
      `the names here are ${[...this.scope].join(', ')}; let name = …; makes another`
    );
  }

  private numberOf({ text, at }: Token): number {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw new CodeError('bad-number', at, `${text} is beyond the largest number`, 'numbers reach to about 1.8e308');
  }

  private call({ text: name, at }: Token): Expression {
    const called = FUNCTIONS.get(name);
    if (!called) {
      const hint = this.scope.has(name) ? 'write * for a product' : `the functions are ${[...FUNCTIONS.keys()].join(', ')}`;
      throw new CodeError('unknown-function', at, `there is no function ${name}`, hint);
    }
    const open = this.advance();
    const operands = this.deeper(() => this.operands(name, called));
    const literals = this.literals(name, called);
    if (!this.accept(')')) {
      throw this.atEnd()
        ? this.expected(')', `the ( at line ${open.at.line}, column ${open.at.column} is not closed`)
        : this.unfinished(`the form is ${called.signature}`);
    }
    return this.node({ kind: 'call', name, called, operands, literals, at });
  }

  private operands(name: string, called: CodeFunction): readonly Expression[] {
    const operands: Expression[] = [];
    while (operands.length < called.operands) {
      const missing = this.token.kind === 'sign' && this.token.text === ')';
      if (missing) throw this.wrongCall(name, called, `takes ${count(called.operands, 'operand')}, found ${operands.length}`);
      operands.push(this.expression());
      if (operands.length < called.operands && !this.accept(',') && this.token.text !== ')')
        throw this.unfinished(`the form is ${called.signature}`);
    }
    return operands;
  }

  private literals(name: string, called: CodeFunction): Literals {
    const numbers: number[] = [];
    let keep = false;
    while (!keep && this.accept(',')) {
      if (called.keeps && this.token.text === 'keep') {
        this.advance();
        keep = true;
      } else numbers.push(this.whole(name, called, numbers.length));
    }
    if (!called.counts(numbers.length))
      throw this.wrongCall(name, called, `does not take ${count(numbers.length, 'number')} behind its operands`);
    return { numbers, keep };
  }

  private whole(name: string, called: CodeFunction, before: number): number {
    const allowsMore = called.counts(before + 1) || called.counts(before + 2);
    if (!allowsMore)
      throw this.wrongCall(
        name,
        called,
        before === 0 ? `takes ${count(called.operands, 'operand')} and no more` : `takes ${count(before, 'number')} and no more`
      );
    const sign = this.accept('-') ? -1 : 1;
    const value = this.token.kind === 'number' ? this.numberOf(this.token) : NaN;
    if (!Number.isSafeInteger(value)) throw this.wrongCall(name, called, 'takes whole numbers here, written out');
    this.advance();
    return sign * value || 0;
  }

  private wrongCall(name: string, called: CodeFunction, problem: string): CodeError {
    return new CodeError('wrong-arguments', this.token.at, `${name} ${problem}`, `the form is ${called.signature}`);
  }
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
