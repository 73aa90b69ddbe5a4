/** How a command fails: bad usage ends with status 2, anything wrong with a file with status 1, each problem a line on stderr. */
import { EngineError, formatDiagnostic, type Diagnostic } from '@wiregrad/engine';

/** Options or arguments that make no sense; the message says which, and what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Prints a line for every problem that `error` names, each beginning with `file`. */
export function reportFailure(error: unknown, file: string): void {
  if (error instanceof EngineError) reportDiagnostics(error.diagnostics, file);
  else process.stderr.write(`${file}: ${describeError(error, file)}\n`);
}

export function reportDiagnostics(diagnostics: readonly Diagnostic[], file: string): void {
  for (const diagnostic of diagnostics) {
    const text = formatDiagnostic(diagnostic, file);
    process.stderr.write(diagnostic.severity === 'warning' ? `warning: ${text}\n` : `${text}\n`);
  }
}

const SYSTEM_ERRORS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'this file may not be read or written',
  ENOSPC: 'the disk is full'
};

function describeError(error: unknown, file: string): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const text = code && SYSTEM_ERRORS[code];
  if (text) return path === undefined || path === file ? text : `${path}: ${text}`;
  // Anything else is a bug of ours, and where it is belongs to the report.
  return error instanceof Error ? (error.stack ?? message) : String(error);
}
