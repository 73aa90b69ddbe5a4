/** Where a step of training left the numbers: the first gate, in the order of computation, whose value or gradient is none. */
import type { Clock } from '../base/clock';
import type { Diagnostic } from '../base/errors';
import { EngineError } from '../base/errors';
import type { NumberArray } from '../base/dtypes';
import type { Tensor } from '../base/tensors';
import type { Backend, Executable } from '../backends/backend';
import { requireCapacity } from '../backends/capacity';
import type { Document } from '../document/types';
import { compileProgram, type Slot } from '../plan/program';
import { feedStep, type LoadedData } from './feed';
import { isFiniteArray } from './residents';

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
const USUAL_RATE = 'a smaller learning rate is the first thing to try';
const USUAL = `${USUAL_RATE}; then look at the inputs of this gate`;

/** Computes the step again with every value and gradient kept, and tells what is wrong in it. */
export async function diagnoseStep(step: FailedStep, clock: Clock): Promise<TrainingFailure> {
  const { document, parameters, loss } = step;
  const when = `at step ${step.steps + 1} (epoch ${step.epoch})`;
  const what = Number.isFinite(loss) ? `the parameters leave the numbers ${when}` : `the loss is ${loss} ${when}`;
  let born: Born | undefined;
  try {
    born = await findBorn(step, clock);
  } catch (error) {
    // To look takes more memory than to train.
    if (!(error instanceof EngineError)) throw error;
    const message = `${what}; where it began could not be looked for: ${error.diagnostics[0]!.message}`;
    return new TrainingFailure({ code: 'not-finite', message, hint: USUAL_RATE }, parameters);
  }
  if (!born) {
    const message = `${what}, though all that the step is computed from is finite`;
    return new TrainingFailure({ code: 'not-finite', message, hint: USUAL_RATE }, parameters);
  }
  const [gate, port] = born.name.split('.');
  const kind = document.nodes.find(({ id }) => id === gate)?.gate;
  const part = born.forward ? `the value of ${born.name}` : `the gradient of ${born.name}`;
  return new TrainingFailure(
    {
      code: 'not-finite',
      gate: gate!,
      ...(kind && { kind }),
      ...(port && { port }),
      message: `${what}; ${part} is the first that leaves the numbers: ${born.count} of ${born.entries} entries, one of them ${born.example}`,
      hint: (born.forward && kind && CAUSES[kind]) || USUAL
    },
    parameters
  );
}

/** What to say where parameters are no numbers before any step was taken. */
export function unfitToBegin(tensors: ReadonlyMap<string, Tensor>): EngineError {
  const [id, { data }] = [...tensors].find(([, tensor]) => !isFiniteArray(tensor.data))!;
  const { count, entries, example } = countWrong(data);
  return new EngineError({
    code: 'not-finite',
    gate: id.split('.')[0]!,
    message: `${count} of ${entries} entries of ${id} are no numbers before the first step, one of them ${example}`,
    hint: 'give it finite numbers, or load other weights'
  });
}

interface Wrong {
  readonly count: number;
  readonly entries: number;
  readonly example: number;
}
interface Born extends Wrong {
  readonly name: string;
  readonly forward: boolean;
}

/** The first value, in the order of computation, that is not finite, else the first gradient; undefined where there is none. */
async function findBorn({ document, backend, data, rows, seed, parameters, steps }: FailedStep, clock: Clock): Promise<Born | undefined> {
  const purpose = { mode: 'train' as const, batch: rows.length, gradients: 'all' as const };
  const program = compileProgram(document, purpose, { fuses: backend.fuses });
  requireCapacity([program.plan], backend.precision);
  const executable = backend.compile(program.plan);
  try {
    feedStep(program, executable, data, { parameters, rows, seed, steps });
    const pending = executable.run(clock);
    if (pending) await pending;
    return firstOf(program.values, executable, true) ?? firstOf([...program.gradients].reverse(), executable, false);
  } finally {
    executable.dispose();
  }
}

function firstOf(slots: Iterable<readonly [string, Slot]>, executable: Executable, forward: boolean): Born | undefined {
  for (const [name, slot] of slots) {
    const entries = executable.view(slot.value);
    if (!isFiniteArray(entries)) return { name, forward, ...countWrong(entries) };
  }
  return undefined;
}

function countWrong(data: NumberArray): Wrong {
  const wrong = [...data].filter((entry) => !Number.isFinite(entry));
  return { count: wrong.length, entries: data.length, example: wrong[0]! };
}
