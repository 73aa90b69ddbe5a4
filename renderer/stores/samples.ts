/** What was seen of the parameters over a training run: thinned out evenly as it grows, the latest always among it. */
import type { Diagnostic, ParameterSample, TrainingSample } from '@wiregrad/engine';
import type { Column } from './curve';
import { Thinning } from './thinning';

/** Samples that are kept; a plot has no room for more, and each holds histograms. */
const MOST_SAMPLES = 240;

export type Figure = 'gradientNorm' | 'updateRatio' | 'weightNorm';

export class Samples {
  private readonly kept = new Thinning<TrainingSample>(MOST_SAMPLES);

  add(samples: readonly TrainingSample[]): void {
    for (const sample of samples) this.kept.add(sample);
  }

  get all(): readonly TrainingSample[] {
    return this.kept.all;
  }

  get latest(): TrainingSample | undefined {
    return this.kept.latest;
  }

  get parameters(): readonly string[] {
    return this.latest?.parameters.map(({ id }) => id) ?? [];
  }

  get warnings(): readonly Diagnostic[] {
    return this.latest?.warnings ?? [];
  }

  /** Steps, and a column for each of `ids`: what is not a positive number has no place on a logarithmic scale. */
  figures(figure: Figure, ids: readonly string[]): [steps: number[], ...columns: Column[]] {
    const all = this.all;
    const columns = ids.map((id) =>
      all.map(({ parameters }) => {
        const number = parameters.find((parameter) => parameter.id === id)?.[figure];
        return number !== undefined && Number.isFinite(number) && number > 0 ? number : null;
      })
    );
    return [all.map(({ step }) => step), ...columns];
  }

  /** All that was seen of one parameter, the earliest first. */
  of(id: string): readonly (ParameterSample & { readonly step: number })[] {
    return this.all.flatMap(({ step, parameters }) => {
      const found = parameters.find((parameter) => parameter.id === id);
      return found ? [{ ...found, step }] : [];
    });
  }
}
