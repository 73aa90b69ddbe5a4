/** An ONNX model goes out and comes in again by the command line. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lines, wiregrad } from './wiregrad';

const folder = mkdtempSync(join(tmpdir(), 'wiregrad-import-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['spirals.wiregrad', 'spirals.csv']) copyFileSync(resolve('renderer/examples', name), join(folder, name));
const run = (...args: string[]) => wiregrad(args, folder);

it('a net that was exported as ONNX is imported with its weights, and predicts the same', async () => {
  expect(await run('export', 'spirals.wiregrad', '--to', 'onnx', '--out', 'net.onnx', '--seed', '5')).toMatchObject({ status: 0 });
  const imported = await run('import', 'net.onnx', '--out', 'again.wiregrad');
  expect(imported).toMatchObject({ status: 0, stdout: expect.stringMatching(/^again\.wiregrad: \d+ gates, 6 tensors of weights/) });
  expect(imported.stderr).toContain('input x [N,2] is a variable of zeros [1,2]');
  const document = JSON.parse(readFileSync(join(folder, 'again.wiregrad'), 'utf8')) as {
    weights: string;
    nodes: { id: string; params: { value: unknown } }[];
  };
  expect(document.weights).toBe('again.safetensors');
  document.nodes.find(({ id }) => id === 'x')!.params.value = [[0.3, -0.2]];
  writeFileSync(join(folder, 'again.wiregrad'), JSON.stringify(document));
  const { stdout } = await run('run', 'again.wiregrad', '--mode', 'eval', '--only', 'scores', '--json');
  const scores = (lines(stdout)[0] as { values: { scores: number[][] } }).values.scores[0]!;
  // The exported net itself, on the same point.
  const original = JSON.parse(readFileSync(join(folder, 'spirals.wiregrad'), 'utf8')) as typeof document;
  const nodes = original.nodes.map((node) => (node.id === 'x' ? { id: 'x', gate: 'variable', params: { value: [[0.3, -0.2]] } } : node));
  writeFileSync(
    join(folder, 'point.wiregrad'),
    JSON.stringify({
      ...original,
      nodes: nodes.map((node) => (node.id === 'y' ? { id: 'y', gate: 'constant', params: { value: [0], dtype: 'int32' } } : node))
    })
  );
  const wanted = lines((await run('run', 'point.wiregrad', '--mode', 'eval', '--seed', '5', '--only', 'scores', '--json')).stdout);
  expect(scores).toEqual((wanted[0] as { values: { scores: number[][] } }).values.scores[0]!.map((value) => expect.closeTo(value, 5)));
});

it('what is no model is refused with its name, and nothing is written', async () => {
  const { status, stderr } = await run('import', 'spirals.csv', '--out', 'none.wiregrad');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^spirals\.csv: this is not .*ONNX/);
  expect(() => readFileSync(join(folder, 'none.wiregrad'))).toThrow('ENOENT');
  expect((await run('import', 'spirals.csv')).status).toBe(2);
});
