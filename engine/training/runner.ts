/** A program of a training run, compiled and ready to run batches of one size. */
import type { NumberArray } from '../base/dtypes';
import type { Backend, Executable } from '../backends/backend';
import { inputName, type Program } from '../plan/program';
import { meter, type Measured } from './evaluate';
import { feedFixed, rowFeeder, seedFeeder } from './feed';
import type { Optimizer } from './optimizers/optimizer';
import type { TrainingPrograms } from './programs';

export interface Runner {
  readonly program: Program;
  readonly executable: Executable;
  readonly feed: (rows: Int32Array) => void;
  readonly feedSeed: (step: number) => void;
  /** Of a step, from 1, at a learning rate. */
  readonly feedScalars: (step: number, rate: number) => void;
  readonly measure: () => Measured;
}

/** `sharing` is the executable whose parameters and state it works on; without one it has its own. */
export function prepareRunner(
  program: Program,
  { document, data, optimizer }: TrainingPrograms,
  backend: Backend,
  seed: number,
  sharing?: Executable
): Runner {
  const executable = backend.compile(program.plan, sharing);
  feedFixed(program, executable, seed);
  return {
    program,
    executable,
    feed: rowFeeder(program, executable, data),
    feedSeed: seedFeeder(program, executable, seed),
    feedScalars: scalarFeeder(program, executable, optimizer),
    measure: meter(document, program, executable)
  };
}

/** Writes the optimizer's scalars of a step. */
function scalarFeeder({ plan }: Program, executable: Executable, { rule, scalars }: Optimizer): Runner['feedScalars'] {
  const views = rule.scalars.map((name): NumberArray | undefined => {
    const value = plan.inputs.get(inputName.scalar(name));
    return value === undefined ? undefined : executable.view(value);
  });
  if (views.every((view) => view === undefined)) return () => undefined;
  return (step, rate) => {
    const numbers = scalars(step, rate);
    for (let at = 0; at < views.length; at++) {
      const view = views[at];
      if (view) view[0] = numbers[at]!;
    }
  };
}
