/** The server as a program of its own; `wiregrad serve` hands its arguments to `main`. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { homeFolder } from '../services/home';
import { interrupted } from '../services/interruption';
import { openBrowser } from '../services/openBrowser';
import { serve, type Serving } from './serve';

const HELP = `Usage: wiregrad serve [--port P] [--open]

Serves the app on 127.0.0.1 and prints its address, which holds a token, as the one line on stdout.

  --port P   port to listen on (default: any free one)
  --open     open the address in the browser
`;

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Runs the command until it is interrupted; the result is the exit status: 1 where the port is taken, 2 for bad usage. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`wiregrad serve: ${options}; see wiregrad serve --help\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  let serving: Serving;
  try {
    serving = await serve({ port: options.port, page: path('../renderer'), engine: path('./engine.cjs'), home: homeFolder() });
  } catch (error) {
    process.stderr.write(`wiregrad serve: ${(error as Error).message}; choose another --port\n`);
    return 1;
  }
  process.stdout.write(`${serving.url}\n`);
  const failed = (): void => void process.stderr.write('no browser could be started; open the address above\n');
  if (options.open) serving.openWith((url) => openBrowser(url, failed));
  await interrupted();
  await serving.close();
  return 0;
}

function readOptions(args: readonly string[]): { port: number; open: boolean; help: boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        open: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false }
      }
    });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > 65535) return `--port takes a number from 0 to 65535, not ${values.port}`;
    return { port, open: values.open, help: values.help };
  } catch (error) {
    return (error as Error).message;
  }
}
