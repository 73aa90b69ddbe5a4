/** Runs on more threads than there are cores, beside others that want the cores, and threads that are killed in between. */
import { Worker } from 'node:worker_threads';
import { Clock } from '../../../engine/base/clock';
import { EngineError } from '../../../engine/base/errors';
import { uniformAt, keyOf } from '../../../engine/base/random';
import type { Plan } from '../../../engine/plan/plan';
import { compileProgram } from '../../../engine/plan/program';
import { Backends } from '../../../engine/session/backends';
import { documentOf } from '../documentOf';
import { wasmWorkers } from './artifacts';

const THREADS = 4;
/** A run takes some milliseconds; one that takes so long hangs. */
const PATIENCE_MS = 20_000;

export interface Outcome {
  readonly runs: number;
  /** Runs that ended as they should when a thread was killed, and after which new threads were started. */
  readonly deaths: number;
  /** Runs whose bits differ from those of one thread. */
  readonly wrong: number;
}

/** Goes on for so many milliseconds. Throws where a run hangs, or fails otherwise than by a thread that died. */
export async function stress(milliseconds: number, seed: number): Promise<Outcome> {
  const workers = await wasmWorkers();
  const hogs = [0, 1].map(() => new Worker('for (;;);', { eval: true }));
  const crew: Worker[] = [];
  const listen = (worker: Worker): void => void crew.push(worker);
  process.on('worker', listen);
  const backends = new Backends({ workers, threads: THREADS });
  const alone = new Backends({ workers, threads: 1 });
  const { plan } = compileProgram(network(), { mode: 'train', batch: 1, gradients: 'all' }, { fuses: true });
  const expected = await run(alone, plan);
  const random = (at: number): number => uniformAt(keyOf(seed, 'stress'), at);
  let [runs, deaths, wrong] = [0, 0, 0];
  try {
    for (const end = performance.now() + milliseconds; performance.now() < end; runs++) {
      const kills = random(2 * runs) < 0.05;
      if (kills) setTimeout(() => void crew.at(-1)?.terminate(), random(2 * runs + 1) * 5);
      // A run that needs no pause lets no timer fire.
      await new Promise((resolve) => setTimeout(resolve, 1));
      try {
        const bits = await withoutHanging(run(backends, plan));
        if (bits.some((word, at) => word !== expected[at])) wrong++;
      } catch (error) {
        if (!(error instanceof EngineError && error.code === 'worker-died')) throw error;
        deaths++;
        backends.drop();
      }
    }
  } finally {
    process.off('worker', listen);
    backends.dispose();
    alone.dispose();
    await Promise.all(hogs.map((hog) => hog.terminate()));
  }
  return { runs, deaths, wrong };
}

/** Large enough that every layer is divided among the threads. */
function network() {
  const numbers = (shape: number[], start: number) => ({
    shape,
    data: Array.from({ length: shape.reduce((size, length) => size * length, 1) }, (_, at) => Math.sin(start + at))
  });
  return documentOf({
    nodes: [
      { id: 'x', gate: 'variable', params: { value: numbers([64, 96], 1) } },
      { id: 'w', gate: 'variable', params: { value: numbers([96, 128], 2) } },
      { id: 'v', gate: 'variable', params: { value: numbers([128, 80], 3) } },
      { id: 'h', gate: 'matmul' },
      { id: 'a', gate: 'tanh' },
      { id: 'y', gate: 'matmul' },
      { id: 'p', gate: 'softmax' },
      { id: 'f', gate: 'norm' }
    ],
    wires: [
      { from: 'x', to: 'h.a' },
      { from: 'w', to: 'h.b' },
      { from: 'h', to: 'a.x' },
      { from: 'a', to: 'y.a' },
      { from: 'v', to: 'y.b' },
      { from: 'y', to: 'p.x' },
      { from: 'p', to: 'f.x' }
    ],
    objective: 'f'
  });
}

/** All outputs of ten runs' last, as words. */
async function run(backends: Backends, plan: Plan): Promise<Int32Array> {
  const backend = await backends.choice('wasm').for([plan]);
  const executable = backend.compile(plan);
  try {
    for (const [name, value] of plan.inputs) executable.view(value).forEach((_, at, entries) => (entries[at] = Math.cos(at + name.length)));
    for (let repeat = 0; repeat < 10; repeat++) await executable.run(new Clock());
    const words = plan.outputs.map((value) => Float32Array.from(executable.view(value)));
    return Int32Array.from(words.flatMap(({ buffer }) => [...new Int32Array(buffer)]));
  } finally {
    executable.dispose();
  }
}

function withoutHanging<T>(running: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a run did not end within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return Promise.race([running, patience]).finally(() => clearTimeout(timer));
}
