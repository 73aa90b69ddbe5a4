/**
 * Times a peer's step and reports it as `wiregrad bench --json` does. A step is a function that returns (or promises)
 * only when its work is done; `loss` reads the loss the parameters now have, and must fall, or nothing was trained.
 */
import { WORKLOADS } from './workloads.mjs';
import { median } from './summary.mjs';

/** Steps shorter than this are timed in groups. [ms] */
const SAMPLE = 1;

/** Median and least time of a step over about `seconds`, after half of that to warm up. [ms] */
async function time(step, seconds) {
  const begun = performance.now();
  let steps = 0;
  for (; steps < 3 || performance.now() - begun < seconds * 500; steps++) await step();
  const group = Math.max(1, Math.round((SAMPLE * steps) / (performance.now() - begun)));
  const samples = [];
  for (const start = performance.now(); samples.length < 3 || performance.now() - start < seconds * 1000;) {
    const from = performance.now();
    for (let i = 0; i < group; i++) await step();
    samples.push((performance.now() - from) / group);
  }
  return { median: median(samples), minimum: Math.min(...samples) };
}

/**
 * The entry of a peer run as `node PEER.mjs WORKLOAD THREADS SECONDS [MODULES]`: prints one JSON line.
 * `start(workload, threads, modules)` promises {step, loss?, version} or {skipped: why}.
 */
export async function measure(start) {
  const [name, threads, seconds, modules = '.'] = process.argv.slice(2);
  const workload = WORKLOADS[name];
  if (workload === undefined) throw new Error(`workload ${name} is none of ${Object.keys(WORKLOADS).join(', ')}`);
  const { step, loss, version, skipped } = await start(workload, Number(threads), modules);
  const line = { workload: name, threads: Number(threads) };
  if (skipped !== undefined) return print({ ...line, skipped });
  const before = await loss?.();
  const times = await time(step, Number(seconds));
  const after = await loss?.();
  if (loss !== undefined && !(after < before)) throw new Error(`the loss went from ${before} to ${after}: the steps do not train`);
  return print({ ...line, ...(workload.kind === 'gemm' ? rate(times, workload.size) : { ...times, unit: 'ms' }), version });
}

/** GFLOP/s of an n×n product from its times; `minimum` is the rate at the least time. */
function rate(times, n) {
  const of = (ms) => (2 * n ** 3) / (ms * 1e6);
  return { median: of(times.median), minimum: of(times.minimum), unit: 'GFLOP/s' };
}

/** Ends the process too: worker threads would keep it alive. */
function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
}
