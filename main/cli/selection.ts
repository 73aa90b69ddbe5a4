/** `--only`: the part of a result that belongs to some gates or outputs. */
import { EngineError, splitOutput } from '@wiregrad/engine';
import type { Execution } from '@wiregrad/engine/node';

/** Keeps what is named, by gate or by output, and the wires at either end of it. Throws EngineError for a name that there is none of. */
export function select(execution: Execution, names: readonly string[]): Execution {
  const outputs = [...execution.values.keys()];
  const unknown = names.filter((name) => !outputs.some((output) => output === name || splitOutput(output).id === name));
  if (unknown.length > 0) {
    throw new EngineError({
      code: 'unknown-output',
      message: `--only names ${unknown.join(', ')}, and there is no such gate or output`,
      hint: `the outputs are ${outputs.join(', ')}`
    });
  }
  const wanted = new Set(names);
  const keep = (reference: string): boolean => wanted.has(reference) || wanted.has(splitOutput(reference).id);
  const filter = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].filter(([output]) => keep(output)));
  return {
    ...execution,
    values: filter(execution.values),
    gradients: filter(execution.gradients),
    wires: execution.wires.filter(({ from, to }) => keep(from) || keep(to))
  };
}
