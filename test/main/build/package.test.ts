/** What is handed out: the configuration of every package, checked by electron-builder itself, and npm's own. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { validateConfiguration } from 'app-builder-lib/out/util/config/config';
import { DebugLogger } from 'builder-util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../../package.json';
import { lines } from '../cli/wiregrad';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('the desktop packages', () => {
  it('are configured as electron-builder reads it', async () => {
    await expect(validateConfiguration(structuredClone(manifest.build) as never, new DebugLogger(false))).resolves.toBeUndefined();
    const broken = { ...structuredClone(manifest.build), electronFuse: {} };
    await expect(validateConfiguration(broken as never, new DebugLogger(false))).rejects.toThrow(/electronFuse/);
  });

  it('are made for every system', () => {
    const { linux, mac, win } = manifest.build;
    expect([linux.target, mac.target, win.target]).toEqual([
      ['AppImage', 'deb'],
      ['dmg', 'zip'],
      ['nsis', 'zip']
    ]);
    // A .deb names who maintains it and where to read on.
    expect(manifest.author.email).toMatch(/@/);
    expect(manifest.homepage).toMatch(/^https:/);
  });

  it('open .wiregrad files', () => {
    expect(manifest.build.fileAssociations).toEqual([expect.objectContaining({ ext: 'wiregrad', role: 'Editor' })]);
  });

  it('have an icon that is large enough for all of them', () => {
    const png = readFileSync(join(ROOT, manifest.build.icon));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    // Width and height, in the header's own chunk.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
  });

  it('hold what was built and package.json, and start at a file that is there', () => {
    expect(manifest.build.files).toEqual(['out/**', 'package.json']);
    expect(existsSync(join(ROOT, manifest.main))).toBe(true);
  });
});

describe("npm's package", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wiregrad-pack-'));
    const npm = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      return stdout;
    };
    // What it runs before, the build, has been done.
    const [{ filename }] = JSON.parse(npm('pack', ROOT, '--ignore-scripts', '--json')) as [{ filename: string }];
    npm('init', '--yes');
    npm('install', `./${filename}`, '--offline', '--no-audit', '--no-fund');
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const wiregrad = (): string => join(folder, 'node_modules/.bin/wiregrad');

  it('brings no dependency along', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['wiregrad']);
  });

  it('installs elsewhere, and its command runs a document', () => {
    const { status, stdout, stderr } = spawnSync(
      wiregrad(),
      ['run', join(ROOT, 'renderer/examples/simple.wiregrad'), '--backward', '--json'],
      {
        cwd: folder,
        encoding: 'utf8'
      }
    );
    expect(status, stderr).toBe(0);
    expect(lines(stdout)[0]).toMatchObject({ values: { f: -12 }, gradients: { x: -4, y: -4, z: 3 } });
  });

  it('trains on threads of its own', () => {
    const args = [
      'train',
      join(ROOT, 'renderer/examples/xor.wiregrad'),
      '--epochs',
      '5',
      '--backend',
      'wasm',
      '--threads',
      '2',
      '--out',
      'w.safetensors'
    ];
    const { status, stderr } = spawnSync(wiregrad(), args, { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('wasm, 2 threads');
    expect(existsSync(join(folder, 'w.safetensors'))).toBe(true);
  });

  it('serves the app', async () => {
    const server = spawn(wiregrad(), ['serve'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const [address] = (await once(createInterface(server.stdout), 'line')) as [string];
    const entered = await fetch(address, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
    const page = await fetch(new URL('/', address), { headers: { cookie } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Wiregrad')]);
    server.kill('SIGTERM');
    await once(server, 'exit');
  });
});
