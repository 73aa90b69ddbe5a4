/** The lines that train.py prints with --progress. */
import type { EpochReport, Metrics } from '../../base/report';
import type { TrainResult } from '../../training/train';

/** What computes. */
export interface TorchNeeds {
  /** PyTorch's version. */
  readonly torch: string;
  readonly device: 'cpu' | 'cuda';
  readonly processes: number;
}

export type News =
  | { readonly kind: 'begin'; readonly needs: TorchNeeds }
  | { readonly kind: 'step'; readonly epoch: number; readonly step: number; readonly loss: number }
  | { readonly kind: 'epoch'; readonly report: EpochReport }
  | { readonly kind: 'end'; readonly result: Pick<TrainResult, 'test' | 'best'> };

/** Null for what somebody else printed. */
export function readNews(line: string): News | null {
  if (!line.startsWith('{')) return null;
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  if ('torch' in json) return { kind: 'begin', needs: json as unknown as TorchNeeds };
  if ('train' in json) {
    const { train, validation, ...rest } = json as unknown as EpochReport;
    return { kind: 'epoch', report: { ...rest, train: numbers(train), ...(validation && { validation: numbers(validation) }) } };
  }
  if ('test' in json) {
    const { test, best } = json as { readonly test: Metrics | null; readonly best?: number };
    return { kind: 'end', result: { ...(test && { test: numbers(test) }), ...(best !== undefined && { best }) } };
  }
  if ('step' in json) {
    const { epoch, step, loss } = json as { epoch: number; step: number; loss: number | string };
    return { kind: 'step', epoch, step, loss: Number(loss) };
  }
  return null;
}

/** "NaN" and "Infinity" become numbers again. */
function numbers(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value)])) as unknown as Metrics;
}
