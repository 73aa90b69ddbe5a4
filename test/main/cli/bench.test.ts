import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { lines, wiregrad } from './wiregrad';

const bench = (...args: string[]) => wiregrad(['bench', ...args], tmpdir());

describe('wiregrad bench', () => {
  it('prints a JSON line for each workload and number of threads', async () => {
    const { status, stdout } = await bench('--json', '--seconds', '0.05');
    expect(status).toBe(0);
    const found = lines(stdout);
    expect(found.map(({ workload, threads, unit }) => [workload, threads, unit])).toEqual([
      ['mlp-large', 1, 'ms'],
      ['mlp-large', 2, 'ms'],
      ['mlp-small', 1, 'ms'],
      ['mlp-small', 2, 'ms'],
      ['cnn', 1, 'ms'],
      ['cnn', 2, 'ms'],
      ['neuron', 1, 'ns'],
      ['chain-2700', 1, 'ns'],
      ['gemm-512', 1, 'GFLOP/s'],
      ['gemm-512', 2, 'GFLOP/s']
    ]);
    for (const line of found) {
      expect(Object.keys(line)).toEqual(['workload', 'threads', 'median', 'minimum', 'unit']);
      expect(line['minimum']).toBeGreaterThan(0);
      expect(line['median']).toBeGreaterThanOrEqual(line['minimum'] as number);
    }
  }, 60_000);
  it('prints a table of what was asked for', async () => {
    const { status, stdout } = await bench('--workload', 'neuron', '--seconds', '0.05');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^workload +threads +median +minimum\s+neuron +1 +[\d.]+ +[\d.]+ +ns\s+$/);
  });
  it('says what it knows where something else is asked for', async () => {
    expect(await bench('--workload', 'resnet')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no workload resnet; there are mlp-large, mlp-small, cnn')
    });
    expect(await bench('--seconds', '0')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--seconds takes a number above 0, not 0')
    });
    expect(await bench('a.wiregrad')).toMatchObject({ status: 2, stderr: expect.stringContaining('it takes no file') });
  });
});
