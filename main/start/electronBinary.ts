/**
 * Where Electron's binary is. The package comes from npm without it; `require('electron')` would download it at once and
 * in silence, so it is only ever looked for, and downloaded where its host answers in time.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const RELEASES = 'https://github.com/electron/electron/releases/download/';
const PROBE_MS = 2_000;
const DOWNLOAD_MS = 10 * 60_000;
/** A host that did not answer is not asked again for so long. */
const PATIENCE_MS = 60 * 60_000;

export interface ElectronPlaces {
  /** The npm package's folder. */
  readonly package: string;
  /** File that remembers a failed download. */
  readonly memory: string;
}

/** The places of Electron for the package at `root`. */
export function electronPlaces(root: string): ElectronPlaces {
  return { package: join(root, 'node_modules', 'electron'), memory: join(root, 'node_modules', '.cache', 'wiregrad', 'electron.json') };
}

/** The binary of the installed version, downloaded where that can be; else a sentence that says why not. */
export async function findElectron(places: ElectronPlaces, tell: (text: string) => void): Promise<{ path: string } | { missing: string }> {
  const path = installedElectron(places);
  if (path) return { path };
  const version = electronVersion(places);
  if (version === null) return { missing: 'Electron is not installed' };
  if (failedLately(places.memory, version)) return { missing: `Electron ${version} could not be downloaded a while ago` };
  if (!(await answers(version))) {
    remember(places.memory, version);
    return { missing: `Electron ${version} is not here and its download server does not answer` };
  }
  tell(`downloading Electron ${version}, about 110 MB, once`);
  const { status } = spawnSync(process.execPath, [join(places.package, 'install.js')], { stdio: 'inherit', timeout: DOWNLOAD_MS });
  const downloaded = status === 0 ? installedElectron(places) : null;
  if (downloaded) return { path: downloaded };
  remember(places.memory, version);
  return { missing: `the download of Electron ${version} failed` };
}

/** The binary that is there, of the version that the package asks for; null where there is none. */
export function installedElectron(places: ElectronPlaces): string | null {
  const chosen = chosenElectron();
  if (chosen !== null) return chosen;
  try {
    const dist = join(places.package, 'dist');
    const version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
    const binary = join(dist, readFileSync(join(places.package, 'path.txt'), 'utf8').trim());
    return version === electronVersion(places) && existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** The binary that the user's environment names, whatever its version; by the same variables as Electron's own tools. */
function chosenElectron(): string | null {
  const { ELECTRON_EXEC_PATH: binary, ELECTRON_OVERRIDE_DIST_PATH: dist } = process.env;
  const chosen = binary ?? (dist && join(dist, process.platform === 'win32' ? 'electron.exe' : 'electron'));
  return chosen && existsSync(chosen) ? chosen : null;
}

/**
 * The arguments that make the Electron at `binary` run the app in the folder `root`. A runtime that was taken out of
 * another app has no default app to name a folder to, and runs what lies in its resources: a link to `root` is put there.
 */
export function appArguments(binary: string, root: string): string[] {
  const resources = join(dirname(binary), 'resources');
  if (!existsSync(resources) || existsSync(join(resources, 'default_app.asar'))) return [root];
  const app = join(resources, 'app');
  rmSync(app, { force: true });
  symlinkSync(resolve(root), app, 'junction');
  return [];
}

function electronVersion(places: ElectronPlaces): string | null {
  try {
    return (JSON.parse(readFileSync(join(places.package, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}

async function answers(version: string): Promise<boolean> {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? RELEASES;
  try {
    const address = new URL(`v${version}/SHASUMS256.txt`, mirror.endsWith('/') ? mirror : `${mirror}/`);
    return (await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) })).ok;
  } catch {
    return false;
  }
}

function failedLately(memory: string, version: string): boolean {
  try {
    const failure = JSON.parse(readFileSync(memory, 'utf8')) as { version: string; at: number };
    return failure.version === version && Date.now() - failure.at < PATIENCE_MS;
  } catch {
    return false;
  }
}

function remember(memory: string, version: string): void {
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ version, at: Date.now() }));
}
