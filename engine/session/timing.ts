/** How long training steps and runs of a document take: the session's own, timed from outside. */
import { Clock } from '../base/clock';
import { invariant } from '../base/errors';
import type { BackendChoice } from '../backends/backend';
import type { Document } from '../document/types';
import { compileProgram } from '../plan/program';
import { NO_DATA, feedLeaves } from '../training/feed';
import { initialParameters, seedOf } from '../training/parameters';
import { train } from '../training/train';

/** Of what is left out at first: code is still being compiled then. */
const WARM_UP = 0.25;
/** Milliseconds of a sample at least: far above what a look at the clock takes. */
const SAMPLE_MS = 5;

/** Milliseconds a training step, one sample for each few of them, for so many milliseconds. */
export async function timeSteps(document: Document, backend: BackendChoice, milliseconds: number): Promise<number[]> {
  const clock = new Clock();
  const samples: number[] = [];
  const started = performance.now();
  let before: { readonly step: number; readonly at: number } | undefined;
  await train(document, {
    backend,
    epochs: Number.MAX_SAFE_INTEGER,
    clock,
    onProgress: ({ step }) => {
      const at = performance.now();
      const spent = at - started;
      if (spent > milliseconds && samples.length > 0) clock.cancel();
      if (spent < milliseconds * WARM_UP || step === before?.step || (before && at - before.at < SAMPLE_MS)) return;
      if (before) samples.push((at - before.at) / (step - before.step));
      before = { step, at };
    }
  });
  return samples;
}

/** Nanoseconds a run; with `backward` every value and every gradient is computed and kept, as when a graph is looked at. */
export async function timeRuns(document: Document, backend: BackendChoice, milliseconds: number, backward: boolean): Promise<number[]> {
  const purpose = { mode: 'train' as const, batch: NO_DATA.rows, ...(backward && { gradients: 'all' as const }) };
  const program = compileProgram(document, purpose, backend);
  const executable = (await backend.for([program.plan])).compile(program.plan);
  try {
    const seed = seedOf(document);
    feedLeaves(program, executable, initialParameters(program.lowered, seed), seed);
    const clock = new Clock();
    const samples: number[] = [];
    const started = performance.now();
    let count = 1;
    for (let spent = 0; spent < milliseconds || samples.length === 0; spent = performance.now() - started) {
      const begin = performance.now();
      for (let run = 0; run < count; run++) {
        const pending = executable.run(clock);
        if (pending) await pending;
      }
      const taken = performance.now() - begin;
      if (spent >= milliseconds * WARM_UP && taken >= SAMPLE_MS / 2) samples.push((taken / count) * 1e6);
      count = Math.max(1, Math.round(count * Math.min(10, SAMPLE_MS / Math.max(taken, 1e-3))));
      if (clock.due()) await clock.pause();
    }
    invariant(samples.length > 0, 'at least one sample was taken');
    return samples;
  } finally {
    executable.dispose();
  }
}
