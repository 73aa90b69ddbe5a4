/** `wiregrad check`: derivatives against central differences, in float64. */
import { check as checkDocument } from '@wiregrad/engine/node';
import { reportFailure } from './failure';
import { loadInput } from './input';
import { jsonLine } from './json';
import { readArguments, readPairs, requireFiles } from './options';
import { formatNumber, formatTable } from './table';

export const CHECK_HELP = `Usage: wiregrad check FILE… [--all] [--json] [--data NAME=PATH]…

Compares the gradient of the objective with central differences in float64, for every parameter and variable.

  --all             every entry, instead of 64 of each tensor
  --json            print one JSON line a file instead of a table
  --data NAME=PATH  read data set NAME from PATH

The exit status is 1 where a difference is above 1e-6.
`;

type Entries = Awaited<ReturnType<typeof checkDocument>>;

/** Runs the command; the result is the exit status. */
export async function check(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    all: { type: 'boolean' },
    json: { type: 'boolean' },
    data: { type: 'string', multiple: true }
  });
  if (values.help) {
    process.stdout.write(CHECK_HELP);
    return 0;
  }
  const paths = readPairs('data', values.data);
  let status = 0;
  for (const file of requireFiles(positionals)) {
    try {
      const { document, data } = await loadInput(file, { data: paths });
      const entries = await checkDocument(document, { all: values.all ?? false, data });
      const ok = entries.every((entry) => entry.ok);
      process.stdout.write(values.json ? jsonLine({ name: document.name, ok, checks: entries }) : `${toText(document.name, entries)}\n\n`);
      if (!ok) status = 1;
    } catch (error) {
      reportFailure(error, file);
      status = 1;
    }
  }
  return status;
}

function toText(name: string, entries: Entries): string {
  const rows = entries.map(({ id, entries: count, kinks, worst, index, analytic, numeric, ok }) => [
    id,
    String(count),
    String(kinks),
    worst.toExponential(1),
    index.length > 0 ? `[${index.join(',')}]` : '',
    formatNumber(analytic),
    formatNumber(numeric),
    ok ? 'ok' : 'FAILED'
  ]);
  return `${name}\n${formatTable(['gate', 'entries', 'kinks', 'worst', 'at', 'analytic', 'numeric', ''], rows)}`;
}
