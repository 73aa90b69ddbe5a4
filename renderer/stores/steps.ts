/**
 * In which order a run's results are shown one gate at a time: forward in topological order, then backward in reverse.
 * Pure; the run store walks along it. Step 0 shows nothing, step n what the first n gates have computed.
 */
import { splitOutput, type Document, type RunResult } from '@wiregrad/engine';

export interface Step {
  readonly node: string;
  readonly phase: 'forward' | 'backward';
}

export interface Steps {
  readonly steps: readonly Step[];
  /** How many of them are forward. */
  readonly forward: number;
  /** First step at which an output's value, an output's gradient and a wire's gradient are known. */
  readonly value: ReadonlyMap<string, number>;
  readonly gradient: ReadonlyMap<string, number>;
  readonly wire: readonly number[];
}

/**
 * Leaves are known with the first step; a gate's values with its own forward step. The backward step of a gate gives the
 * gradients of its incoming wires; the gradient of an output is complete when the last wire that leaves it has given its part.
 */
export function planSteps(document: Document, order: readonly string[], result: RunResult): Steps {
  const isGate = new Set(document.wires.map(({ to }) => splitOutput(to).id));
  const gates = order.filter((id) => isGate.has(id));
  const forward: Step[] = gates.map((node) => ({ node, phase: 'forward' }));
  if (forward.length === 0 && order.length > 0) forward.push({ node: order[0]!, phase: 'forward' });

  const reached = new Set([...result.gradients.keys()].map((output) => splitOutput(output).id));
  const backward: Step[] = gates
    .filter((id) => reached.has(id))
    .map<Step>((node) => ({ node, phase: 'backward' }))
    .reverse();
  if (backward.length === 0 && reached.size > 0) backward.push({ node: [...reached][0]!, phase: 'backward' });

  const forwardAt = new Map(forward.map(({ node }, index) => [node, index + 1]));
  const backwardAt = new Map(backward.map(({ node }, index) => [node, forward.length + index + 1]));
  const first = forward.length + 1;

  const value = new Map([...result.values.keys()].map((output) => [output, forwardAt.get(splitOutput(output).id) ?? 1]));
  const wire = document.wires.map(({ to }) => backwardAt.get(splitOutput(to).id) ?? first);
  const gradient = new Map<string, number>();
  for (const output of result.gradients.keys()) gradient.set(output, first);
  document.wires.forEach(({ from }, index) => {
    if (gradient.has(from) && result.wires[index]?.gradient) gradient.set(from, Math.max(gradient.get(from)!, wire[index]!));
  });
  return { steps: [...forward, ...backward], forward: forward.length, value, gradient, wire };
}
