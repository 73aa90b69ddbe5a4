/** What steps of training change: parameters, the state of gates, what the optimizer keeps. Copied out of the arena, and put back. */
import type { NumberArray } from '../base/dtypes';
import type { Tensor } from '../base/tensors';
import { inputName } from '../plan/program';
import type { Runner } from './runner';

export class Residents {
  private readonly memory: ReadonlyMap<string, Tensor>;

  /** `initial` are the parameters and states by key, `kinds` what the optimizer keeps for each that is trained. */
  constructor(
    private readonly runner: Runner,
    private readonly initial: ReadonlyMap<string, Tensor>,
    kinds: readonly string[]
  ) {
    const trained = [...runner.program.trained.keys()];
    this.memory = new Map(kinds.flatMap((kind) => trained.map((id) => [inputName.memory(kind, id), initial.get(id)!] as const)));
  }

  /** Parameters and the state of gates. */
  parameters(): Map<string, Tensor> {
    return this.copyOf(this.initial);
  }

  all(): Map<string, Tensor> {
    return new Map([...this.parameters(), ...this.copyOf(this.memory)]);
  }

  /** Whether all of them are numbers; what no step reads does not count. */
  isFinite(): boolean {
    return [...this.initial.keys(), ...this.memory.keys()].every((name) => isFiniteArray(this.view(name) ?? []));
  }

  restore(tensors: ReadonlyMap<string, Tensor>): void {
    for (const [name, { data }] of tensors) this.view(name)?.set(data);
  }

  private copyOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    return new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, data: this.view(name)?.slice() ?? tensor.data }]));
  }

  /** Undefined where no step reads it. */
  private view(name: string): NumberArray | undefined {
    const { program, executable } = this.runner;
    const value = program.plan.inputs.get(name);
    return value === undefined ? undefined : executable.view(value);
  }
}

/** A loop, since it is asked of all parameters several times a second. */
export function isFiniteArray(entries: ArrayLike<number>): boolean {
  for (let at = 0; at < entries.length; at++) if (!Number.isFinite(entries[at])) return false;
  return true;
}
