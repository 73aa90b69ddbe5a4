/**
 * The three kinds of trouble. What a user can cause while editing is a returned Diagnostic; what makes a run fail is a
 * thrown EngineError; a bug of ours is an InvariantError. Nothing else may leave the engine.
 */

/** One thing wrong with a document: where it is, what was expected and found, and what to do next. */
export interface Diagnostic {
  /** Stable kebab-case name of the kind of problem, e.g. `shape-mismatch`. */
  readonly code: string;
  /** What was expected and what was found, without the place. */
  readonly message: string;
  readonly severity?: 'error' | 'warning';
  /** Id of the node at fault. */
  readonly gate?: string;
  /** Name of the gate that the node is, e.g. `matmul`. */
  readonly kind?: string;
  readonly port?: string;
  /** Name of the parameter at fault, and where in its text: both count from 1. */
  readonly param?: string;
  readonly line?: number;
  readonly column?: number;
  /** What the user can do about it. */
  readonly hint?: string;
}

/** `simple.wiregrad: gate y (matmul), port a: message; hint` — the form that the command line and logs print. */
export function formatDiagnostic(diagnostic: Diagnostic, file?: string): string {
  const { gate, kind, port, message, hint } = diagnostic;
  const place: string[] = [];
  if (file) place.push(file);
  if (gate !== undefined) place.push(`gate ${gate}${kind ? ` (${kind})` : ''}${port ? `, port ${port}` : ''}`);
  return [...place, hint ? `${message}; ${hint}` : message].join(': ');
}

/** A run, a file or a request that cannot be carried out. `code` is stable; the rest is a Diagnostic's. */
export class EngineError extends Error {
  readonly code: string;
  readonly diagnostics: readonly Diagnostic[];

  constructor(first: Diagnostic, ...others: Diagnostic[]) {
    super(formatDiagnostic(first));
    this.name = 'EngineError';
    this.code = first.code;
    this.diagnostics = [first, ...others];
  }
}

/** The diagnostics that keep a document from being run: all but warnings. */
export function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity !== 'warning');
}

/** Throws one EngineError with every diagnostic that is an error, if there is any. */
export function refuseErrors(diagnostics: readonly Diagnostic[]): void {
  const [first, ...others] = errorsOf(diagnostics);
  if (first) throw new EngineError(first, ...others);
}

/** A bug in the engine: a state that its own rules exclude. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an InvariantError with `message` unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
