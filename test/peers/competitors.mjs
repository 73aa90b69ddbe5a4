/** Wiregrad and its peers: where each is found, how a process of it is started, how it is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ratio } from './summary.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** How long a process may take. [ms] */
const PATIENCE = 180_000;

/** Settings that keep OpenBLAS from choosing the kernels of this processor. */
const MISLEADING = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'];

export const BASE = 'wiregrad';
export const BAR = 'torch';
export const PEERS = ['torch', 'tfjs', 'jax'];

/** Competitors by name: `find(options)` says how to start one: {file, args(workload, threads, seconds), environments?(threads)}, or {missing}. */
const COMPETITORS = {
  wiregrad: ({ wiregrad = here('../../out/main/cli.cjs') }) => {
    if (!existsSync(wiregrad)) return { missing: 'it is not built: npm run build' };
    const args = (workload, threads, seconds) => ['bench', '--json', ...flags({ workload, threads, seconds })];
    return { file: process.execPath, args: (...run) => [wiregrad, ...args(...run)] };
  },
  torch: ({ python }) => {
    const wanted = [python ?? process.env.PYTHON ?? ['python3', '/usr/bin/python3']].flat();
    const found = wanted.find((each) => spawnSync(each, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0);
    if (found === undefined) {
      return {
        missing: `${wanted.join(' and ')} cannot import torch: apt-get install python3-torch libopenblas0-pthread, or --python PATH`
      };
    }
    return { file: found, args: (...run) => [here('torchPeer.py'), ...run.map(String)], environments: torchEnvironments };
  },
  tfjs: ({ modules }) => library('tfjsPeer.mjs', modules, ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm']),
  jax: ({ modules }) => library('jaxPeer.mjs', modules, ['@jax-js/jax'])
};

export const find = (name, options) => COMPETITORS[name](options);

const flags = (values) => Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);

/**
 * What torch may run in on `threads`. Spinning at OpenMP's barriers is the fastest on idle cores, and twenty times as slow as
 * sleeping once something else wants a core or the BLAS spins in threads of its own: it gets both.
 */
function torchEnvironments(threads) {
  const environment = { ...process.env };
  for (const name of MISLEADING) delete environment[name];
  for (const library of ['OMP', 'OPENBLAS', 'MKL']) environment[`${library}_NUM_THREADS`] = String(threads);
  const waits = threads > 1 ? ['active', 'passive'] : ['passive'];
  return waits.map((wait) => ({ ...environment, OMP_WAIT_POLICY: wait }));
}

/** A peer that is an npm package, looked for from the folder `modules`. */
function library(script, modules = here('../..'), packages) {
  const require = createRequire(join(resolve(modules), 'package.json'));
  const absent = packages.filter((name) => !resolves(require, name));
  if (absent.length > 0) {
    const install = `mkdir peers && cd peers && npm init -y && npm i ${packages.join(' ')}`;
    return {
      missing: `no ${absent.join(', no ')} in the node_modules of ${modules}: in a temporary folder ${install}; then --modules PEERS`
    };
  }
  return { file: process.execPath, args: (...run) => [here(script), ...run.map(String), modules] };
}

function resolves(require, name) {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
}

/** Runs a found competitor once in each of its environments: the best line it printed for `workload`, or {failed} or {skipped}. */
export function runOnce({ file, args, environments = () => [process.env] }, workload, threads, seconds) {
  const runs = environments(threads).map((env) => runIn(env, file, args(workload, threads, seconds), workload));
  const problem = runs.find((line) => line.failed ?? line.skipped);
  return problem ?? runs.reduce((best, line) => (ratio(line, best).median < 1 ? line : best));
}

function runIn(env, file, args, workload) {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8', timeout: PATIENCE, env });
  if (status !== 0) return { failed: error?.message ?? complaint(stderr) ?? `exit status ${status}` };
  const lines = stdout.trim().split('\n').map(parsed);
  return lines.find((line) => line?.workload === workload) ?? { failed: `no line for ${workload} on stdout` };
}

/** The line of `stderr` that says what was wrong: Node's `Error: …` above the stack, else the last. */
function complaint(stderr) {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
