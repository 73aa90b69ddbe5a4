/** Why PyTorch did not train, in words of ours, with what it said itself. */
import { EngineError } from '../../base/errors';
import { INSTALL_HINT } from './findPython';
import type { PythonEnd } from './pythonProcess';

/** Lines of stderr that a message has. */
const MOST_LINES = 6;
/** Where torchrun begins to tell of what a process has told already. */
const LAUNCHER = /^(\S*(ERROR|WARNING)\S*:?\s*torch\.distributed|[EWI]\d{4} .*torch[/.]distributed|\[\d{4}-.*torch\.distributed)/;
/** What it tells while all is well. */
const NOISE = /^\*+$|^WARNING:__main__|OMP_NUM_THREADS|^\s*$/;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/ModuleNotFoundError|ImportError|undefined symbol/, `PyTorch is not whole: ${INSTALL_HINT}`],
  [/address already in use|EADDRINUSE/i, 'another program has taken the port that the processes meet at; try again'],
  [/out of memory|can't allocate memory|DefaultCPUAllocator|exitcode\s*:\s*-9|SIGKILL/i, 'choose a smaller batch size or fewer processes'],
  [/the loss is no number/, 'choose a smaller learning rate, or bound the gradients'],
  [/train in one process/, 'leave --nproc out'],
  [/is of another run|no checkpoint to go on from/, 'give the checkpoint of this run, or begin anew']
];
const USUAL_HINT = 'export the document with --to pytorch-project and run its train.py to see more';

/** The EngineError `torch-failed` for `command`, which ended without its work done. */
export function failureOf(command: readonly string[], { status, signal, stderr, error }: PythonEnd): EngineError {
  const run = command.join(' ');
  if (error) return new EngineError({ code: 'no-torch', message: `${run} could not be started: ${error.message}`, hint: INSTALL_HINT });
  const how = status === null ? `was ended by ${signal}` : `ended with status ${status}`;
  const said = lastLines(stderr);
  const hint = HINTS.find(([pattern]) => pattern.test(`${stderr}\n${signal}`))?.[1] ?? USUAL_HINT;
  return new EngineError({ code: 'torch-failed', message: `${run} ${how}${said.length > 0 ? `: ${said.join('\n')}` : ''}`, hint });
}

/** What the process at fault said last, of all that its launcher passed on and added. */
function lastLines(stderr: string): readonly string[] {
  const lines = stderr.split('\n').filter((line) => !NOISE.test(line));
  const launcher = lines.findIndex((line) => LAUNCHER.test(line));
  const own = launcher > 0 ? lines.slice(0, launcher) : lines;
  // Of a traceback what it comes to; several processes may say the same.
  const isTraced = own.some((line) => line.startsWith('Traceback'));
  const plain = isTraced ? own.filter((line) => !/^\s|^Traceback/.test(line)) : own;
  return [...new Set(plain.map((line) => line.trimEnd()))].slice(-MOST_LINES);
}
