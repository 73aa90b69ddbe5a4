/** The Jacobian of one output with respect to another value: one reverse pass per entry of the output. */
import type { Clock } from '../base/clock';
import { invariant } from '../base/errors';
import { sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import type { Executable } from '../backends/backend';
import { inputName, type Program } from '../plan/program';

/** Shape [...of, ...wrt], as torch.autograd.functional.jacobian. The executable's leaves are filled already. */
export async function runJacobian(program: Program, executable: Executable, clock: Clock): Promise<Tensor> {
  const { of, wrt, row } = program.jacobian!;
  const rows = sizeOf(of.shape);
  const columns = sizeOf(wrt.shape);
  const data = new Float64Array(rows * columns);
  if (row) {
    const seed = program.plan.inputs.get(inputName.seed);
    invariant(seed !== undefined, 'a cotangent depends on its seed');
    const upstream = executable.view(seed).fill(0);
    for (let at = 0; at < rows; at++) {
      upstream[at] = 1;
      const pending = executable.run(clock);
      if (pending) await pending;
      // Read before the seed is cleared: where `of` only moves entries of `wrt`, the row is the seed's own slots.
      data.set(executable.view(row.value), at * columns);
      upstream[at] = 0;
      if (clock.due()) await clock.pause();
    }
  }
  return { dtype: 'float', shape: [...of.shape, ...wrt.shape], data };
}
