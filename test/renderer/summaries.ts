/** Tensor summaries and runs as an engine would answer them, computed the plain way. */
import type { Dtype, RunResult, TensorSummary } from '@wiregrad/engine';

export function tensor(shape: number[], entries: number[], dtype: Dtype = 'float'): TensorSummary {
  const finite = entries.filter(Number.isFinite);
  return {
    dtype,
    shape,
    data: dtype === 'int32' ? Int32Array.from(entries) : Float64Array.from(entries),
    complete: true,
    minimum: finite.length ? Math.min(...finite) : NaN,
    maximum: finite.length ? Math.max(...finite) : NaN,
    mean: finite.length ? finite.reduce((sum, entry) => sum + entry, 0) / finite.length : NaN,
    norm: Math.hypot(...finite),
    nonFinite: entries.length - finite.length
  };
}

export const scalar = (value: number): TensorSummary => tensor([], [value]);

/** The text of f = (x + y) · z. */
export const SIMPLE = JSON.stringify({
  format: 'wiregrad',
  version: 1,
  name: 'simple',
  nodes: [
    { id: 'x', gate: 'variable', params: { value: -2 } },
    { id: 'y', gate: 'variable', params: { value: 5 } },
    { id: 'z', gate: 'variable', params: { value: -4 } },
    { id: 'q', gate: 'add' },
    { id: 'f', gate: 'mul' }
  ],
  wires: [
    { from: 'x', to: 'q.a' },
    { from: 'y', to: 'q.b' },
    { from: 'q', to: 'f.a' },
    { from: 'z', to: 'f.b' }
  ],
  objective: 'f'
});

/** What a run of SIMPLE answers. */
export function simpleRun(revision: number, backward = true): RunResult {
  const map = (entries: Record<string, number>) => new Map(Object.entries(entries).map(([id, value]) => [id, scalar(value)]));
  const wires = [
    ['x', 'q.a', -4],
    ['y', 'q.b', -4],
    ['q', 'f.a', -4],
    ['z', 'f.b', 3]
  ] as const;
  return {
    revision,
    values: map({ x: -2, y: 5, z: -4, q: 3, f: -12 }),
    gradients: backward ? map({ x: -4, y: -4, z: 3, q: -4, f: 1 }) : new Map(),
    wires: wires.map(([from, to, gradient]) => ({ from, to, ...(backward && { gradient: scalar(gradient) }) })),
    bytes: 0,
    backend: 'reference',
    milliseconds: 1,
    warnings: []
  };
}
