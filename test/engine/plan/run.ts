/** A plan executed by the reference backend on given inputs. */
import { Clock } from '../../../engine/base/clock';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import type { ValueId } from '../../../engine/ir/graph';
import type { Plan } from '../../../engine/plan/plan';

export function runPlan(plan: Plan, feeds: Readonly<Record<string, readonly number[]>>, wanted: readonly ValueId[]): number[][] {
  const executable = referenceBackend().compile(plan);
  for (const [name, id] of plan.inputs) executable.view(id).set(feeds[name]!);
  if (executable.run(new Clock())) throw new Error('too large for one slice');
  return wanted.map((id) => [...executable.view(id)]);
}
