/** `wiregrad train` killed again and again, and resumed each time, beside a run that nothing happened to. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { OptimizerRecord } from '../../../engine/document/types';
import { netText, POINTS } from '../../engine/training/net';
import { CLI, lines, wiregrad } from './wiregrad';

const EPOCHS = 300;
export const OPTIMIZERS: readonly OptimizerRecord[] = [
  { kind: 'sgd', learning_rate: 0.05, momentum: 0.9 },
  { kind: 'adam', learning_rate: 0.01 }
];

/** Expects the same weights, to the bit, and the same log from a run that is killed `kills` times, at moments that `random` chooses. */
export async function expectSameAfterKills(
  optimizer: OptimizerRecord,
  threads: number,
  kills: number,
  random: () => number
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wiregrad-kill-'));
  const path = (name: string) => join(folder, name);
  const args = (name: string) => [
    'train',
    path('net.wiregrad'),
    '--threads',
    `${threads}`,
    '--out',
    path(`${name}.safetensors`),
    '--log',
    path(`${name}.jsonl`)
  ];
  await writeFile(path('net.wiregrad'), netText(optimizer, EPOCHS));
  await writeFile(path('points.csv'), POINTS);
  const whole = await wiregrad(args('whole'), folder);
  expect(whole.status, whole.stderr).toBe(0);

  const every = 1 + Math.floor(random() * 3);
  const checkpointed = () => [
    ...args('killed'),
    ...['--checkpoint', path('state'), '--checkpoint-every', `${every}`],
    ...(existsSync(path('state')) ? ['--resume', path('state')] : [])
  ];
  let killed = 0;
  for (let at = 0; at < kills; at++) if ((await killAfter(checkpointed(), folder, 250 + random() * 500)) === 'SIGKILL') killed++;
  const last = await wiregrad(checkpointed(), folder);
  expect(last.status, last.stderr).toBe(0);
  expect(killed).toBeGreaterThan(0);
  expect(await readFile(path('killed.safetensors'))).toEqual(await readFile(path('whole.safetensors')));
  const log = async (name: string) => lines(await readFile(path(`${name}.jsonl`), 'utf8')).map(({ seconds: _, ...line }) => line);
  expect(await log('killed')).toEqual(await log('whole'));
  await rm(folder, { recursive: true });
}

/** What ended it: the signal, or null where it was done before. */
function killAfter(args: readonly string[], folder: string, milliseconds: number): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('exit', (_status, signal) => {
      clearTimeout(timer);
      resolve(signal);
    });
  });
}
