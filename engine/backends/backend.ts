/** What every backend offers: a plan becomes an executable over an arena that the caller fills and reads through views. */
import type { NumberArray, Precision } from '../base/dtypes';
import type { Clock } from '../base/clock';
import type { BackendName } from '../base/report';
import type { ValueId } from '../ir/graph';
import type { Plan } from '../plan/plan';

export interface Executable {
  /** Live view of an input or output (or of any value that the plan never reuses): writing to an input's sets it for the next run. */
  view(value: ValueId): NumberArray;
  /**
   * Executes all steps. Returns nothing when it finished within the clock's slice, else a promise that goes on in slices;
   * it rejects with EngineError `cancelled` when the clock says so. Throws EngineError with the origin's gate for an index out of range.
   */
  run(clock: Clock): void | Promise<void>;
  dispose(): void;
}

/** How programs are compiled whose backend depends on what they turn out to be. */
export interface BackendChoice {
  /** Whether their plans may have groups. */
  readonly fuses: boolean;
  /** The one backend that runs them all. */
  for(plans: readonly Plan[]): Promise<Backend>;
}

export interface Backend {
  readonly name: BackendName;
  readonly precision: Precision;
  /** The caller's own included. */
  readonly threads: number;
  /** Whether plans may have groups. */
  readonly fuses: boolean;
  /** `sharing` is an executable of this backend whose residents the new one has too; without it they begin as zeros. */
  compile(plan: Plan, sharing?: Executable): Executable;
  /** Ends its threads. */
  dispose(): void;
}

/** No choice. */
export function only(backend: Backend): BackendChoice {
  return { fuses: backend.fuses, for: () => Promise.resolve(backend) };
}
