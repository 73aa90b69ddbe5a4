/** Where a step of training left the numbers: the first gate, in the order of computation, whose value or gradient is none. */
import type { Clock } from '../base/clock';
import type { Diagnostic } from '../base/errors';
import { EngineError } from '../base/errors';
import type { NumberArray } from '../base/dtypes';
import type { Tensor } from '../base/tensors';
import type { Backend, Executable } from '../backends/backend';
import type { Document } from '../document/types';
import { compileProgram, type Slot } from '../plan/program';
import { feedLeaves, rowFeeder, seedFeeder, type LoadedData } from './feed';

/** Training that cannot go on. `parameters` are those from before the step that failed. */
export class TrainingFailure extends EngineError {
  constructor(
    diagnostic: Diagnostic,
    readonly parameters: ReadonlyMap<string, Tensor>
  ) {
    super(diagnostic);
    this.name = 'TrainingFailure';
  }
}

/** The step that failed, and everything that it computed with. */
export interface FailedStep {
  readonly document: Document;
  readonly backend: Backend;
  readonly data: LoadedData;
  readonly rows: Int32Array;
  readonly seed: number;
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Steps before this one. */
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
}

/** What gates make of finite inputs when they leave the numbers, and what helps. */
const CAUSES: Readonly<Record<string, string>> = {
  log: 'the logarithm of 0 or less is none: add a small constant, or use log_softmax or a loss with logits',
  div: 'a division by 0 is none: add a small constant to the divisor',
  reciprocal: 'a division by 0 is none: add a small constant',
  exp: 'exp overflows float32 above 88: subtract the largest entry first, as softmax does',
  pow: 'a power overflows, or takes a root of a negative number: keep its inputs small and positive',
  sqrt: 'the root of a negative number is none, and its slope at 0 is infinite: add a small constant'
};
const USUAL = 'a smaller learning rate is the first thing to try; then look at the inputs of this gate';

/** A loop, since it is asked of all parameters several times a second. */
function isFinite(entries: NumberArray): boolean {
  for (let at = 0; at < entries.length; at++) if (!Number.isFinite(entries[at])) return false;
  return true;
}

/** Computes the step again with every value and gradient kept, and tells what is wrong in it. */
export async function diagnoseStep(step: FailedStep, clock: Clock): Promise<TrainingFailure> {
  const { document, backend, data, rows, seed, parameters, steps, epoch, loss } = step;
  const purpose = { mode: 'train' as const, batch: rows.length, gradients: 'all' as const };
  const program = compileProgram(document, purpose, { fuses: backend.fuses });
  const executable = backend.compile(program.plan);
  try {
    feedLeaves(program, executable, parameters, seed);
    rowFeeder(program, executable, data)(rows);
    seedFeeder(program, executable, seed)(steps);
    const pending = executable.run(clock);
    if (pending) await pending;
    const when = `at step ${steps + 1} (epoch ${epoch})`;
    const born = firstOf(program.values, executable) ?? firstOf([...program.gradients].reverse(), executable);
    if (!born) {
      const message = `the parameters leave the numbers ${when}, though the loss and all gradients are finite`;
      return new TrainingFailure({ code: 'not-finite', message, hint: 'a smaller learning rate is the first thing to try' }, parameters);
    }
    const forward = program.values.get(born.name) === born.slot;
    const gate = born.name.split('.')[0]!;
    const kind = document.nodes.find(({ id }) => id === gate)?.gate;
    const what = forward ? `the value of ${born.name}` : `the gradient of ${born.name}`;
    const found = Number.isFinite(loss) ? '' : `the loss is ${loss} ${when}; `;
    return new TrainingFailure(
      {
        code: 'not-finite',
        gate,
        ...(kind && { kind }),
        message: `${found}${what} is the first that leaves the numbers${found ? '' : ` ${when}`}: ${born.count} of ${born.entries} entries, one of them ${born.example}`,
        hint: (forward && kind && CAUSES[kind]) || USUAL
      },
      parameters
    );
  } finally {
    executable.dispose();
  }
}

interface Born {
  readonly name: string;
  readonly slot: Slot;
  readonly count: number;
  readonly entries: number;
  readonly example: number;
}

function firstOf(slots: Iterable<readonly [string, Slot]>, executable: Executable): Born | undefined {
  for (const [name, slot] of slots) {
    const entries = executable.view(slot.value);
    if (isFinite(entries)) continue;
    const wrong = [...entries].filter((entry) => !Number.isFinite(entry));
    return { name, slot, count: wrong.length, entries: entries.length, example: wrong[0]! };
  }
  return undefined;
}

/** Whether all of `tensors` are numbers. */
export function allFinite(tensors: ReadonlyMap<string, Tensor>): boolean {
  return [...tensors.values()].every(({ data }) => isFinite(data));
}
