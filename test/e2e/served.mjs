/** The built app for scripts: a server of their own over a folder of its own, and a browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

/** `home` is where the server keeps what is to be kept; `close` ends everything and removes it. */
export async function openServed() {
  const home = mkdtempSync(join(tmpdir(), 'wiregrad-served-'));
  const cli = fileURLToPath(new URL('../../out/main/cli.cjs', import.meta.url));
  const env = { ...process.env, WIREGRAD_HOME: home };
  const server = spawn(process.execPath, [cli, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const [address] = await once(createInterface(server.stdout), 'line');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : []
  });
  const close = async () => {
    await browser.close();
    server.kill();
    await once(server, 'exit');
    rmSync(home, { recursive: true });
  };
  return { address, browser, home, close };
}
