/** `wiregrad bench`: how fast this machine trains and runs the workloads that every release is measured by. */
import { timeRuns, timeSteps, type Backends } from '@wiregrad/engine/node';
import { withBackends } from './engine';
import { UsageError } from './failure';
import { jsonLine } from './json';
import { readArguments, readPositive, readWhole } from './options';
import { formatNumber, formatTable } from './table';
import { WORKLOADS } from './workloads';

const NAMES = WORKLOADS.map(({ name }) => name).join(', ');

export const BENCH_HELP = `Usage: wiregrad bench [--json] [--workload NAME]… [--threads T] [--seconds S]

Trains and runs a few graphs and prints how long that takes: the time of a training step (forward, backward, update), of a
run forward and backward, or the speed of a product. The numbers are the median and the smallest of many samples.

  --json            print a JSON line for each instead of a table
  --workload NAME   only this one; may be given for several: ${NAMES}
  --threads T       only on so many threads (default: 1 and 2)
  --seconds S       how long each is measured (default: 2)
`;

interface Line {
  readonly workload: string;
  readonly threads: number;
  readonly median: number;
  readonly minimum: number;
  readonly unit: 'ms' | 'ns' | 'GFLOP/s';
}

/** Runs the command; `program` is the `import.meta.url` of the built one. The result is the exit status. */
export async function bench(args: readonly string[], program: string): Promise<number> {
  const { values, positionals } = readArguments(args, {
    json: { type: 'boolean' },
    workload: { type: 'string', multiple: true },
    threads: { type: 'string' },
    seconds: { type: 'string' }
  });
  if (values.help) {
    process.stdout.write(BENCH_HELP);
    return 0;
  }
  if (positionals.length > 0) throw new UsageError('it takes no file');
  const unknown = values.workload?.find((name) => !WORKLOADS.some((workload) => workload.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no workload ${unknown}; there are ${NAMES}`);
  const threads = readWhole('threads', values.threads, 1);
  const milliseconds = 1000 * readPositive('seconds', values.seconds, 2);
  const lines: Line[] = [];
  for (const workload of WORKLOADS) {
    if (values.workload && !values.workload.includes(workload.name)) continue;
    for (const count of threads === undefined ? workload.threads : [threads]) {
      const line = await withBackends(program, count, (backends) => measure(workload, count, milliseconds, backends));
      if (values.json) process.stdout.write(jsonLine(line));
      lines.push(line);
    }
  }
  if (!values.json) process.stdout.write(`${toText(lines)}\n`);
  return 0;
}

async function measure(
  { name, make, measures, divisor }: (typeof WORKLOADS)[number],
  threads: number,
  milliseconds: number,
  backends: Backends
): Promise<Line> {
  const document = make();
  const backend = backends.choice();
  const line = (samples: readonly number[], unit: Line['unit']): Line => {
    const sorted = [...samples].sort((a, b) => a - b);
    return { workload: name, threads, median: sorted[sorted.length >> 1]!, minimum: sorted[0]!, unit };
  };
  switch (measures) {
    case 'train':
      return line(await timeSteps(document, backend, milliseconds), 'ms');
    case 'run':
      return line(
        (await timeRuns(document, backend, milliseconds, true)).map((time) => time / divisor),
        'ns'
      );
    case 'product':
      return line(
        (await timeRuns(document, backend, milliseconds, false)).map((time) => divisor / time),
        'GFLOP/s'
      );
    default:
      return measures satisfies never;
  }
}

function toText(lines: readonly Line[]): string {
  const rows = lines.map(({ workload, threads, median, minimum, unit }) => [
    workload,
    String(threads),
    formatNumber(median),
    formatNumber(minimum),
    unit
  ]);
  return formatTable(['workload', 'threads', 'median', 'minimum', ''], rows);
}
