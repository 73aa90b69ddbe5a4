/** Checks gradients: analytic against central differences, in float64 on the reference backend. */
import { Clock } from '../base/clock';
import { invariant } from '../base/errors';
import { keyOf, permutation } from '../base/random';
import { stridesOf, type Shape } from '../base/shapes';
import { referenceBackend } from '../backends/reference/reference';
import type { Executable } from '../backends/backend';
import type { Document } from '../document/types';
import { compileProgram, type Program } from '../plan/program';
import { feedLeaves, feedRows, loadData, type Data } from '../training/feed';
import { checkGivenRules } from '../training/givenRules';
import { initialParameters, seedOf } from '../training/parameters';
import type { Tensor } from '../base/tensors';
import { chooseRows } from './execute';
import type { CheckEntry } from './messages';

export interface CheckOptions {
  /** Every entry instead of SAMPLE_SIZE of each tensor. */
  readonly all?: boolean;
  readonly seed?: number;
  readonly data?: Data;
  readonly weights?: ReadonlyMap<string, Tensor>;
  readonly clock?: Clock;
}

const SAMPLE_SIZE = 64;
/** Central differences of step h err by about h²·f‴/6 + ε|f|/h: near 1e-10 here for functions of ordinary size. */
const STEP = 1e-5;
const TOLERANCE = 1e-6;
/** Two step sizes that disagree by more stand on a kink. */
const KINK = 1e-3;
const MOST_KINKS = 0.05;

/** One entry per float variable and parameter that the objective depends on, in topological order. */
export async function check(document: Document, options: CheckOptions = {}): Promise<readonly CheckEntry[]> {
  const { clock = new Clock(), all = false } = options;
  const data = await loadData(document, options.data);
  const rows = chooseRows(document, data);
  const seed = seedOf(document, options.seed);
  const context = { mode: 'train' as const, batch: rows.length, values: new Set<string>() };
  const forwardProgram = compileProgram(document, { ...context, gradients: new Set() });
  const { lowered } = forwardProgram;
  await checkGivenRules(lowered.graph, clock);
  const ids = lowered.leaves
    .filter(({ source, value }) => (source === 'variable' || source === 'parameter') && lowered.graph.type(value).dtype === 'float')
    .map(({ id }) => id);
  const parameters = initialParameters(lowered, seed, options.weights);
  const prepare = (program: Program): Prepared => {
    const executable = referenceBackend().compile(program.plan);
    feedLeaves(program, executable, parameters, seed);
    feedRows(program, executable, data, rows);
    return { program, executable };
  };
  const analytic = prepare(compileProgram(document, { ...context, gradients: new Set(ids) }));
  const forward = prepare(forwardProgram);
  await analytic.executable.run(clock);
  const entries: CheckEntry[] = [];
  for (const id of ids) {
    const slot = analytic.program.gradients.get(id);
    if (!slot) continue;
    entries.push(await checkTensor(id, slot.type.shape, analytic.executable.view(slot.value), forward, { all, seed, clock }));
  }
  return entries;
}

interface Prepared {
  readonly program: Program;
  readonly executable: Executable;
}

async function checkTensor(
  id: string,
  shape: Shape,
  gradient: ArrayLike<number>,
  { program, executable }: Prepared,
  options: { all: boolean; seed: number; clock: Clock }
): Promise<CheckEntry> {
  const input = program.plan.inputs.get(id);
  invariant(input !== undefined && program.loss, 'what has a gradient is an input of the loss');
  const x = executable.view(input);
  const loss = executable.view(program.loss.value);
  const at = async (index: number, value: number) => {
    const before = x[index]!;
    x[index] = value;
    await executable.run(options.clock);
    x[index] = before;
    return loss[0]!;
  };
  const difference = async (index: number, h: number) => {
    const centre = x[index]!;
    const [high, low] = [centre + h, centre - h];
    return ((await at(index, high)) - (await at(index, low))) / (high - low);
  };
  const order = permutation(keyOf(options.seed, `check ${id}`), gradient.length);
  const chosen = options.all ? order : order.subarray(0, SAMPLE_SIZE);
  let kinks = 0;
  let worst = { error: 0, index: chosen[0] ?? 0, analytic: gradient[chosen[0] ?? 0] ?? 0, numeric: gradient[chosen[0] ?? 0] ?? 0 };
  for (const index of chosen) {
    if (options.clock.due()) await options.clock.pause();
    const h = STEP * Math.max(1, Math.abs(x[index]!));
    const numeric = await difference(index, h);
    const finer = await difference(index, h / 10);
    if (relativeError(numeric, finer) > KINK) {
      kinks++;
      continue;
    }
    const error = relativeError(gradient[index]!, numeric);
    if (error > worst.error) worst = { error, index, analytic: gradient[index]!, numeric };
  }
  const ok = worst.error <= TOLERANCE && kinks <= MOST_KINKS * chosen.length;
  const { error, index, analytic, numeric } = worst;
  return { id, entries: chosen.length, kinks, worst: error, index: unravel(index, shape), analytic, numeric, ok };
}

/** |a−n| / max(1, |a|, |n|); what is no number is infinitely wrong. */
function relativeError(a: number, n: number): number {
  const error = Math.abs(a - n) / Math.max(1, Math.abs(a), Math.abs(n));
  return Number.isNaN(error) ? Infinity : error;
}

/** Index per axis of a flat position. */
function unravel(position: number, shape: Shape): number[] {
  return stridesOf(shape).map((stride, axis) => Math.floor(position / stride) % shape[axis]!);
}
