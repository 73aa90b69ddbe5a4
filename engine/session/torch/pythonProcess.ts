/** A Python program that runs beside us with all that it starts: its lines as they come, its end, and the end of all of them on demand. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface PythonEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of what it wrote there. */
  readonly stderr: string;
  /** It could not even be started. */
  readonly error?: NodeJS.ErrnoException;
}

export interface PythonOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
}

/** Letters of stderr that are kept. */
const KEPT = 2 ** 16;
/** What was asked to end and did not is ended after so long. */
const PATIENCE_MS = 15_000;

export class PythonProcess {
  readonly ended: Promise<PythonEnd>;
  private readonly child: ChildProcess;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stderr = '';

  constructor(command: string, args: readonly string[], { cwd, env, onLine }: PythonOptions) {
    // A group of its own, so that what it starts can be ended with it.
    this.child = spawn(command, args, { cwd, env, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] });
    const { child } = this;
    createInterface({ input: child.stdout! }).on('line', onLine);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr = (this.stderr + text).slice(-KEPT)));
    const leave = (): void => this.kill('SIGKILL');
    process.once('exit', leave);
    this.ended = new Promise((resolve) => {
      const end = (how: Omit<PythonEnd, 'stderr'>): void => {
        process.off('exit', leave);
        clearTimeout(this.timer);
        resolve({ ...how, stderr: this.stderr });
      };
      child.once('error', (error) => end({ status: null, signal: null, error }));
      // Not `exit`: what it wrote last may still be on its way.
      child.once('close', (status, signal) => end({ status, signal }));
    });
  }

  /** Asks it to end, and makes it end where it does not. */
  stop(): void {
    this.kill('SIGTERM');
    this.timer ??= setTimeout(() => this.kill('SIGKILL'), PATIENCE_MS);
  }

  private kill(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // Nobody is left.
    }
  }
}
