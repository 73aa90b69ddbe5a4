/** Gates that do otherwise in training than in evaluation: dropout, rrelu, batch_norm. */
import type { LowerMode, ParamSpec, ResolvedParams } from './gate';

export const TRAINING = {
  type: 'boolean',
  optional: true,
  doc: 'Whether it works as in training; absent, as the run does.'
} as const satisfies ParamSpec;

/** The gate's own `training` parameter, or else the mode of the run. */
export function trains(params: ResolvedParams, { mode }: LowerMode): boolean {
  return params['training'] ?? mode === 'train';
}
