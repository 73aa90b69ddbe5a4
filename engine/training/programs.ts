/**
 * The programs of a training run: steps for each size of batch that an epoch has, evaluations for each size of what they are
 * made on. All of them keep parameters, what the optimizer keeps for them, and the gates' state in the same places.
 */
import { EngineError, refuseErrors } from '../base/errors';
import type { Document, OptimizerRecord } from '../document/types';
import { lower, type Lowered } from '../lower/lower';
import { residentsOf, type Plan, type Residents } from '../plan/plan';
import { compileProgram, inputName, requireObjective, type Program, type Step } from '../plan/program';
import { metricOutputs } from './evaluate';
import { batchSizeOf, type LoadedData } from './feed';
import { createOptimizer, type Optimizer } from './optimizers/optimizer';

const DEFAULT_OPTIMIZER = { kind: 'sgd', learning_rate: 0.01 } as const;
export function optimizerOf({ training }: Document): OptimizerRecord {
  return training?.optimizer ?? DEFAULT_OPTIMIZER;
}

/** Rows that an evaluation runs at once. */
export const EVALUATION_ROWS = 1024;

export class TrainingPrograms {
  readonly batchSize: number;
  readonly lowered: Lowered;
  readonly optimizer: Optimizer;
  /** Parameters that the steps move. */
  readonly trained: ReadonlySet<string>;
  /** By rows of the batch, the full one first. */
  readonly steps: ReadonlyMap<number, Program>;
  readonly evaluations: ReadonlyMap<number, Program>;

  /** Throws EngineError for what is wrong with the document, `no-rows` or `nothing-to-train`. */
  constructor(
    readonly document: Document,
    readonly data: LoadedData,
    private readonly fuses: boolean
  ) {
    const { train, validation, test } = data.parts;
    if (data.rows > 0 && train.length === 0)
      throw new EngineError({
        code: 'no-rows',
        message: 'the split leaves no rows to train on',
        hint: 'make its validation and test shares smaller'
      });
    this.batchSize = Math.max(1, Math.min(batchSizeOf(document), train.length));
    this.lowered = lower(document, { mode: 'train', batch: this.batchSize });
    refuseErrors(this.lowered.diagnostics);
    requireObjective(this.lowered);
    const trained = trainedOf(this.lowered);
    this.optimizer = createOptimizer(optimizerOf(document));
    const residents = residentsFor(this.lowered, trained, this.optimizer);
    const { clip_value: value, clip_norm: norm } = document.training ?? {};
    const clip = { ...(value !== undefined && { value }), ...(norm !== undefined && { norm }) };
    const step = { trained, rule: this.optimizer.rule, clip };
    const sizes = new Set([this.batchSize, train.length % this.batchSize || this.batchSize]);
    this.steps = new Map([...sizes].map((size) => [size, this.compile(size, residents, step)]));
    this.trained = this.steps.get(this.batchSize)!.trained;
    if (this.trained.size === 0)
      throw new EngineError({
        code: 'nothing-to-train',
        message: 'the objective depends on no trainable parameter',
        hint: 'choose another objective'
      });
    const parts = [validation, test].flatMap(({ length }) => partSizes(length));
    this.evaluations = new Map([...new Set(parts)].map((size) => [size, this.compile(size, residents)]));
  }

  get plans(): readonly Plan[] {
    return [...this.steps.values(), ...this.evaluations.values()].map(({ plan }) => plan);
  }

  /** A step of training, or an evaluation where `step` is not given. */
  private compile(batch: number, residents: Residents, step?: Step): Program {
    const purpose = {
      mode: step ? ('train' as const) : ('eval' as const),
      batch,
      values: metricOutputs(this.document),
      residents,
      ...(step && { step })
    };
    return compileProgram(this.document, purpose, { fuses: this.fuses });
  }
}

/** Sizes of the stretches in which so many rows are evaluated. */
function partSizes(rows: number): number[] {
  return [...(rows >= EVALUATION_ROWS ? [EVALUATION_ROWS] : []), ...(rows % EVALUATION_ROWS > 0 ? [rows % EVALUATION_ROWS] : [])];
}

function trainedOf({ leaves }: Lowered): ReadonlySet<string> {
  const trained = leaves.filter(({ source, params }) => source === 'parameter' && params['trainable'] !== false).map(({ id }) => id);
  if (trained.length > 0) return new Set(trained);
  throw new EngineError({
    code: 'nothing-to-train',
    message: 'the document has no trainable parameter',
    hint: 'use parameter gates for what training shall change'
  });
}

/** Trained parameters stand next to each other. */
function residentsFor({ graph, leaves, states }: Lowered, trained: ReadonlySet<string>, { rule }: Optimizer): Residents {
  const parameters = leaves.filter(({ source }) => source === 'parameter').map(({ id, value }) => [id, graph.type(value)] as const);
  const moved = parameters.filter(([id]) => trained.has(id));
  return residentsOf([
    ...moved,
    ...parameters.filter(([id]) => !trained.has(id)),
    ...states.map(({ id, value }) => [id, graph.type(value)] as const),
    ...rule.memory.flatMap((kind) => moved.map(([id, type]) => [inputName.memory(kind, id), type] as const))
  ]);
}
