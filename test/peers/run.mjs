/**
 * `npm run peers`: the same workloads in Wiregrad and in its peers, in turn, one process each, and how their times compare.
 * The table goes to stdout, progress and what was left out to stderr; with --json stdout has a line per figure instead.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BAR, BASE, PEERS, find, runOnce } from './competitors.mjs';
import { combine, ratio, table } from './summary.mjs';
import { WORKLOADS } from './workloads.mjs';

const HELP = `npm run peers -- [options]
  --workload NAME   ${Object.keys(WORKLOADS).join(', ')} (all; may repeat)
  --threads N       1 and, where there are two cores, 2 (may repeat)
  --rounds N        rounds in which every competitor runs once (3)
  --seconds S       how long each measures in a round (1)
  --only PEER       ${PEERS.join(', ')} (all; may repeat)
  --python PATH     a Python that has torch ($PYTHON, else python3, else /usr/bin/python3)
  --modules DIR     the folder in whose node_modules tfjs and jax-js are (the project)
  --wiregrad FILE   Wiregrad's cli.cjs (the one built here)
  --json            a JSON line per figure on stdout, the table on stderr
`;

const one = { type: 'string' };
const many = { type: 'string', multiple: true };
const names = { workload: many, threads: many, rounds: one, seconds: one, only: many, python: one, modules: one, wiregrad: one };

const say = (text) => process.stderr.write(`${text}\n`);

function usage(problem) {
  say(`peers: ${problem}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({ options: { ...names, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    return usage(error.message);
  }
}

/** `chosen`, or all; ends the process at a name that is none of `all`. */
function choice(option, chosen, all) {
  for (const name of chosen ?? []) if (!all.includes(name)) usage(`--${option} ${name}: expected one of ${all.join(', ')}`);
  return all.filter((name) => chosen === undefined || chosen.includes(name));
}

/** The number an option gives; ends the process where it is none or not above 0. */
function number(option, text, whole = true) {
  const value = Number(text);
  if (!(value > 0) || (whole && !Number.isInteger(value)))
    usage(`--${option} ${text}: expected a positive ${whole ? 'integer' : 'number'}`);
  return value;
}

const values = options();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const workloads = choice('workload', values.workload, Object.keys(WORKLOADS));
const threads = (values.threads ?? (availableParallelism() > 1 ? [1, 2] : [1])).map((text) => number('threads', text));
const rounds = number('rounds', values.rounds ?? 3);
const seconds = number('seconds', values.seconds ?? 1, false);

/** What was already said, so that it is said once. */
const said = new Set();
function once(text) {
  if (!said.has(text)) say(text);
  said.add(text);
}

const present = new Map();
for (const name of [BASE, ...choice('only', values.only, PEERS)]) {
  const found = find(name, values);
  if (found.missing) say(`${name} is left out: ${found.missing}`);
  else present.set(name, found);
}

if (present.size === 0) {
  say('peers: there is nothing to compare');
  process.exit(1);
}

/** Every competitor once a round, each in a process of its own; one that fails or skips is not asked again. */
function compare(workload, count) {
  const runs = new Map([...present.keys()].map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    say(`${workload}, threads ${count}, round ${round} of ${rounds}`);
    for (const name of [...runs.keys()]) {
      const line = runOnce(present.get(name), workload, count, seconds);
      if (line.failed ?? line.skipped) {
        once(`${name} is left out of ${workload} on ${count}: ${line.failed ?? line.skipped}`);
        runs.delete(name);
        continue;
      }
      runs.get(name).push(line);
      if (line.version) once(`${name} ${line.version}`);
      if (line.blas === 'generic BLAS') {
        once(`WARNING: torch has the generic BLAS, 20 times slower than OpenBLAS: apt-get install libopenblas0-pthread`);
      }
    }
  }
  return { workload, threads: count, figures: Object.fromEntries([...runs].map(([name, lines]) => [name, combine(lines)])) };
}

const rows = workloads.flatMap((workload) => threads.map((count) => compare(workload, count)));
const peers = [...present.keys()].filter((name) => name !== BASE);
const text = `\nmedian (best) of ${rounds} rounds; a/b is how many times as long a takes as b\n${table(rows, BASE, peers, BAR)}\n`;
if (values.json) {
  say(text);
  for (const { workload, threads: count, figures } of rows) {
    for (const [competitor, figure] of Object.entries(figures)) {
      const over = ratio(figure, figures[BASE]);
      process.stdout.write(`${JSON.stringify({ workload, threads: count, competitor, ...figure, [`over ${BASE}`]: over })}\n`);
    }
  }
} else process.stdout.write(text);
