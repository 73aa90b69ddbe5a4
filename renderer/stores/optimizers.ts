/** What each optimizer and each schedule knows, by torch.optim's names, and what it is where nobody says. */
import type { OptimizerRecord, ScheduleRecord } from '@wiregrad/engine';

type Range = { readonly min?: number; readonly max?: number; readonly above?: number; readonly whole?: boolean };
export interface NumberParameter<Key> extends Range {
  readonly key: Key;
  readonly label: string;
  readonly usual: number;
}
export interface SwitchParameter<Key> {
  readonly key: Key;
  readonly label: string;
  readonly usual: boolean;
}
export type Parameter<Key> = NumberParameter<Key> | SwitchParameter<Key>;

type OptimizerKey = Exclude<keyof OptimizerRecord, 'kind' | 'unknowns'>;
type ScheduleKey = Exclude<keyof ScheduleRecord, 'kind' | 'unknowns'>;

const SHARE = { min: 0, max: 1 } as const;
const rate: Parameter<OptimizerKey> = { key: 'learning_rate', label: 'Learning rate', usual: 0.01, above: 0 };
const momentum: Parameter<OptimizerKey> = { key: 'momentum', label: 'Momentum', usual: 0, ...SHARE };
const decay = (usual: number): Parameter<OptimizerKey> => ({ key: 'weight_decay', label: 'Weight decay', usual, min: 0 });
const epsilon = (usual: number): Parameter<OptimizerKey> => ({ key: 'epsilon', label: 'Epsilon', usual, above: 0 });
const betas: readonly Parameter<OptimizerKey>[] = [
  { key: 'beta1', label: 'Beta 1', usual: 0.9, ...SHARE },
  { key: 'beta2', label: 'Beta 2', usual: 0.999, ...SHARE }
];

export interface OptimizerKind {
  readonly title: string;
  readonly parameters: readonly Parameter<OptimizerKey>[];
}
export const OPTIMIZERS: Readonly<Record<OptimizerRecord['kind'], OptimizerKind>> = {
  sgd: { title: 'SGD', parameters: [rate, momentum, { key: 'nesterov', label: 'Nesterov', usual: false }, decay(0)] },
  adagrad: {
    title: 'Adagrad',
    parameters: [rate, { key: 'learning_rate_decay', label: 'Rate decay', usual: 0, min: 0 }, epsilon(1e-10), decay(0)]
  },
  rmsprop: {
    title: 'RMSprop',
    parameters: [
      rate,
      { key: 'alpha', label: 'Alpha', usual: 0.99, ...SHARE },
      momentum,
      { key: 'centered', label: 'Centered', usual: false },
      epsilon(1e-8),
      decay(0)
    ]
  },
  adam: { title: 'Adam', parameters: [rate, ...betas, epsilon(1e-8), decay(0)] },
  adamw: { title: 'AdamW', parameters: [rate, ...betas, epsilon(1e-8), decay(0.01)] }
};

/** The optimizer as another kind: what both know stays. */
export function asKind(optimizer: OptimizerRecord, kind: OptimizerRecord['kind']): OptimizerRecord {
  const known = new Set<string>(OPTIMIZERS[kind].parameters.map(({ key }) => key));
  const kept = Object.entries(optimizer).filter(([key]) => known.has(key) || key === 'unknowns');
  return { ...(Object.fromEntries(kept) as Partial<OptimizerRecord>), kind, learning_rate: optimizer.learning_rate };
}

export interface ScheduleKind {
  readonly title: string;
  readonly parameters: (epochs: number) => readonly NumberParameter<ScheduleKey>[];
}
const factor: NumberParameter<ScheduleKey> = { key: 'factor', label: 'Factor', usual: 0.1, ...SHARE };
const least: NumberParameter<ScheduleKey> = { key: 'min_learning_rate', label: 'Least rate', usual: 0, min: 0 };
export const SCHEDULES: Readonly<Record<ScheduleRecord['kind'], ScheduleKind>> = {
  constant: { title: 'constant', parameters: () => [] },
  step: {
    title: 'in steps',
    parameters: () => [{ key: 'step_size', label: 'Every epochs', usual: 10, min: 1, whole: true }, factor]
  },
  cosine: {
    title: 'cosine',
    parameters: (epochs) => [{ key: 'period', label: 'Over epochs', usual: epochs, min: 1, whole: true }, least]
  },
  plateau: {
    title: 'when the loss stands still',
    parameters: () => [
      factor,
      { key: 'patience', label: 'Patience', usual: 10, min: 0, whole: true },
      { key: 'threshold', label: 'Threshold', usual: 1e-4, ...SHARE },
      least
    ]
  }
};

/** Epochs over which a preview imagines that the loss falls before it stands still. */
const FALLING_SHARE = 0.3;

/**
 * The learning rate over the epochs as columns, `steps` an epoch: PyTorch's formulas. Of a plateau nobody knows where it
 * will be: it is drawn as if the loss stood still after the first third.
 */
export function ratesOf(schedule: ScheduleRecord, base: number, epochs: number, steps: number): [x: number[], rates: number[]] {
  const { warmup_steps: warmup = 0 } = schedule;
  const [x, rates]: [number[], number[]] = [[], []];
  const push = (at: number, number: number): void => void (x.push(at), rates.push(number));
  const each = Math.max(1, Math.ceil(epochs / 400));
  const warmEpochs = Math.min(epochs, Math.ceil(warmup / steps));
  for (let epoch = 1; epoch <= epochs; epoch++) {
    if (epoch > warmEpochs && epoch % each !== 0 && epoch !== epochs) continue;
    const whole = rateOf(schedule, base, epochs, epoch);
    if (epoch <= warmEpochs)
      for (let part = 0; part < 10; part++)
        push(epoch - 1 + part / 10, whole * Math.min(1, ((epoch - 1 + part / 10) * steps + 1) / warmup));
    else push(epoch - 1, whole);
    if (epoch === epochs) push(epoch, whole);
  }
  return [x, rates];
}

function rateOf(schedule: ScheduleRecord, base: number, epochs: number, epoch: number): number {
  const { kind, factor: by = 0.1, step_size: size = 10, min_learning_rate: low = 0, period = epochs, patience = 10 } = schedule;
  switch (kind) {
    case 'constant':
      return base;
    case 'step':
      return base * by ** Math.floor((epoch - 1) / size);
    case 'cosine':
      return low + ((base - low) * (1 + Math.cos((Math.PI * (epoch - 1)) / period))) / 2;
    case 'plateau':
      return Math.max(low, base * by ** Math.max(0, Math.floor((epoch - 1 - epochs * FALLING_SHARE) / (patience + 1))));
    default:
      return kind satisfies never;
  }
}
