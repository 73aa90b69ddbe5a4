/**
 * Builds everything that runs into out/: the kernels by AssemblyScript, the rest by Vite. With `--if-stale` only where a
 * source is newer than the last build.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const stamp = join(root, 'out', 'built');
const SOURCES = ['engine', 'main', 'renderer', 'package.json', 'electron.vite.config.ts'];

/** The latest change of a file, or of any file below a folder, in milliseconds. */
function latestChange(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  const entries = readdirSync(path).filter((name) => name !== 'node_modules');
  return Math.max(mtimeMs, ...entries.map((name) => latestChange(join(path, name))));
}

function isFresh() {
  return existsSync(stamp) && SOURCES.every((source) => latestChange(join(root, source)) < statSync(stamp).mtimeMs);
}

/** Runs a program of node_modules by its script; ends this process where it fails. */
function run(script, args, folder = root) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

if (!(process.argv.includes('--if-stale') && isFresh())) {
  mkdirSync(join(root, 'out'), { recursive: true });
  const started = Date.now();
  for (const target of ['plain', 'fused']) run('assemblyscript/bin/asc.js', ['--target', target], join(root, 'engine'));
  run('electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn']);
  writeFileSync(stamp, '');
  process.stderr.write(`built in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
