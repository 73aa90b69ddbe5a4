import type { ParameterSample, TrainingSample } from '@wiregrad/engine';
import { expect, it } from 'vitest';
import { Samples } from '../../../renderer/stores/samples';

const histogram = { from: -1, to: 1, counts: [1, 2] };
const parameter = (id: string, gradientNorm: number): ParameterSample => ({
  id,
  gradientNorm,
  weightNorm: 1,
  updateRatio: 1e-3,
  weights: histogram,
  gradients: histogram
});
const sample = (step: number, ...parameters: ParameterSample[]): TrainingSample => ({
  epoch: 1,
  step,
  learningRate: 0.1,
  parameters,
  warnings: []
});

it('samples are thinned out as they grow, and the latest is always among them', () => {
  const samples = new Samples();
  for (let step = 1; step <= 5_001; step++) samples.add([sample(step, parameter('w', step))]);
  const [steps, norms] = samples.figures('gradientNorm', ['w']);
  expect(steps.length).toBeLessThan(300);
  expect([steps[0], steps.at(-1)]).toEqual([1, 5_001]);
  expect(norms).toEqual(steps);
});

it('what has no place on a logarithmic scale is a gap, and so is a parameter that was not there yet', () => {
  const samples = new Samples();
  samples.add([
    sample(1, parameter('w', 0)),
    sample(2, parameter('w', NaN), parameter('b', 2)),
    sample(3, parameter('w', 3), parameter('b', 3))
  ]);
  expect(samples.figures('gradientNorm', ['w', 'b'])).toEqual([
    [1, 2, 3],
    [null, null, 3],
    [null, 2, 3]
  ]);
  expect(samples.of('b').map(({ step }) => step)).toEqual([2, 3]);
});
