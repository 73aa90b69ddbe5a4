/** A save that is killed at one of its system calls, by strace: the program itself knows nothing of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { CLI } from '../cli/wiregrad';

const DOCUMENT = fileURLToPath(new URL('../../../renderer/examples/spirals.wiregrad', import.meta.url));

/** Whether saves can be killed here; says what is skipped, and how to get it, where they cannot. */
export function hasStrace(what: string): boolean {
  const { status, error } = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']);
  if (status === 0) return true;
  const reason = error ? 'strace not found, apt-get install strace' : 'strace may not trace here';
  process.stderr.write(`${what} skipped: ${reason}\n`);
  return false;
}

export const CALLS = ['write', 'pwrite64', 'fsync', 'rename'] as const;

/**
 * Saves weights over a file with the process killed at the `count`-th `call`, and expects the file whole: the old one or the
 * new one. Tells whether it was killed; where it was not, there are no more such calls.
 */
export function saveKilledAt(call: (typeof CALLS)[number], count: number): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'wiregrad-killed-'));
  const target = join(folder, 'weights.safetensors');
  const old = Buffer.from('what was there before');
  writeFileSync(target, old);
  // One thread for files, so that calls come in one order.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const save = [process.execPath, CLI, 'export', DOCUMENT, '--to', 'safetensors', '--out', target];
  const { signal, status, stderr } = spawnSync(
    'strace',
    ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${count}`, ...save],
    {
      env,
      encoding: 'utf8'
    }
  );
  const killed = signal === 'SIGKILL' || status === 137;
  if (!killed) expect(status, stderr).toBe(0);
  const found = readFileSync(target);
  if (!found.equals(old)) expect([...readSafetensors(found).keys()], `${call} ${count}`).toEqual(['W1', 'b1', 'W2', 'b2', 'W3', 'b3']);
  // What a kill leaves beside it is never taken for a document.
  for (const name of readdirSync(folder)) expect(name === 'weights.safetensors' || /^\..*\.tmp$/.test(name)).toBe(true);
  if (!killed) expect(existsSync(target) && !found.equals(old)).toBe(true);
  rmSync(folder, { recursive: true });
  return killed;
}
