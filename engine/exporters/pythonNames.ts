/** Variable names in generated Python: a node's id where Python allows it, else the id with underscores behind it. */

/** Python's keywords, and names that all generated files call or set. */
const RESERVED = [
  'False',
  'None',
  'True',
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
  'print',
  'abs',
  '__name__',
  '__file__'
];

export class PythonNames {
  private readonly taken: Set<string>;
  private readonly names = new Map<string, string>();

  /** `reserved` are names that the file uses itself. */
  constructor(reserved: Iterable<string>) {
    this.taken = new Set([...RESERVED, ...reserved]);
  }

  /** The variable for `key`, made from `wish` at the first call; letters, digits and underscores stay. */
  name(key: string, wish = key): string {
    let name = this.names.get(key);
    if (name === undefined) {
      name = wish.replace(/[^A-Za-z0-9_]/g, '_');
      while (this.taken.has(name)) name += '_';
      this.taken.add(name);
      this.names.set(key, name);
    }
    return name;
  }

  /** Makes `key` another key of the variable `name`. */
  alias(key: string, name: string): void {
    this.names.set(key, name);
  }

  /** Those of `keys` that have another name, with it. */
  renamed(keys: Iterable<string>): readonly (readonly [key: string, name: string])[] {
    return [...keys].flatMap((key) => (this.name(key) === key ? [] : [[key, this.name(key)] as const]));
  }
}
