#!/usr/bin/env node
/** `wiregrad`: the engine from a command line. Results on stdout, progress and problems on stderr. */
import { createRequire } from 'node:module';
import { bench } from './bench';
import { check } from './check';
import { exportFile } from './export';
import { UsageError } from './failure';
import { importFile } from './import';
import { run } from './run';
import { train } from './train';

const HELP = `Usage: wiregrad COMMAND …

  run FILE…     values and gradients
  check FILE…   derivatives against central differences
  train FILE    fit the parameters, write the weights
  export FILE   weights, ONNX, or NumPy or PyTorch code
  import MODEL  an ONNX model as a document
  bench         how fast this machine is
  serve         the app in a browser tab

wiregrad COMMAND --help tells more. Exit status: 0, 1 where something failed, 2 for bad usage.
`;

const COMMANDS: ReadonlyMap<string, (args: readonly string[]) => Promise<number>> = new Map([
  ['run', (args) => run(args, import.meta.url)],
  ['check', check],
  ['train', (args) => train(args, import.meta.url)],
  ['export', exportFile],
  ['import', importFile],
  ['bench', (args) => bench(args, import.meta.url)],
  ['serve', serve]
]);

/** The server is a program of its own, built beside this one. */
async function serve(args: readonly string[]): Promise<number> {
  const server = createRequire(import.meta.url)('./server.cjs') as { main(args: readonly string[]): Promise<number> };
  return server.main(args);
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? process.stderr : process.stdout).write(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.get(name);
  if (!command) {
    process.stderr.write(`wiregrad: there is no command ${name}; see wiregrad --help\n`);
    return 2;
  }
  try {
    return await command(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`wiregrad ${name}: ${error.message}; see wiregrad ${name} --help\n`);
    return 2;
  }
}

// A reader that closes early, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
void main(process.argv.slice(2)).then((status) => (process.exitCode = status));
