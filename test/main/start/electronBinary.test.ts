import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { electronPlaces, findElectron, installedElectron, type ElectronPlaces } from '../../../main/start/electronBinary';

let folder: string;
let places: ElectronPlaces;
beforeEach(async () => {
  for (const name of ['ELECTRON_EXEC_PATH', 'ELECTRON_OVERRIDE_DIST_PATH', 'npm_config_electron_mirror']) vi.stubEnv(name, undefined);
  vi.stubEnv('ELECTRON_MIRROR', 'http://127.0.0.1:9/');
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-electron-'));
  places = electronPlaces(folder);
  await mkdir(join(places.package, 'dist'), { recursive: true });
  await writeFile(join(places.package, 'package.json'), '{"version":"45.4.0"}');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function install(version: string): Promise<void> {
  await writeFile(join(places.package, 'dist', 'version'), version);
  await writeFile(join(places.package, 'dist', 'electron'), '');
  await writeFile(join(places.package, 'path.txt'), 'electron');
}

describe('finding Electron', () => {
  it('takes the downloaded binary of the installed version', async () => {
    await install('v45.4.0');
    expect(await findElectron(places, () => undefined)).toEqual({ path: join(places.package, 'dist', 'electron') });
  });

  it('passes over a binary of another version', async () => {
    await install('44.0.0');
    expect(installedElectron(places)).toBeNull();
  });

  it('says within 3 s that the download server does not answer, and remembers that', async () => {
    const started = performance.now();
    const first = await findElectron(places, () => undefined);
    expect(first).toEqual({ missing: expect.stringContaining('does not answer') });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(JSON.parse(await readFile(places.memory, 'utf8'))).toMatchObject({ version: '45.4.0' });
    expect(await findElectron(places, () => undefined)).toEqual({ missing: expect.stringContaining('a while ago') });
  });

  it('says so where the package is not installed', async () => {
    await rm(places.package, { recursive: true });
    expect(await findElectron(places, () => undefined)).toEqual({ missing: 'Electron is not installed' });
  });
});
