/**
 * `npm run package`: builds, then lets electron-builder make what its arguments ask for: `--dir` a folder, else the
 * packages of this system. ELECTRON_OVERRIDE_DIST_PATH names the folder of an Electron to take instead of a download.
 */
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

await import('./build.mjs');

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const electronDist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
const args = process.argv.slice(2);
if (electronDist) {
  // A link that running from this folder left there is no part of Electron.
  const app = join(electronDist, 'resources', 'app');
  if (lstatSync(app, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(app);
  args.push('--config', await configFor(electronDist));
}
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/electron-builder/cli.js'), ...args], {
  cwd: root,
  stdio: 'inherit'
});
process.exitCode = status ?? 1;

/** The path of package.json's configuration for the Electron in `dist`: an older one lacks some fuses. */
async function configFor(dist) {
  const { build } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wire = await getCurrentFuseWire(join(dist, 'electron'));
  const has = (fuse) => wire[FuseV1Options[fuse[0].toUpperCase() + fuse.slice(1)]] !== undefined;
  const missing = Object.keys(build.electronFuses).filter((fuse) => !has(fuse));
  if (missing.length > 0) process.stderr.write(`package: this Electron has no fuse ${missing.join(', ')}; it is left out\n`);
  for (const fuse of missing) delete build.electronFuses[fuse];
  const path = join(root, 'node_modules/.cache/wiregrad/electron-builder.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...build, electronDist: resolve(dist) }, null, 2));
  return path;
}
