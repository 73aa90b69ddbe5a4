/** A table larger than the memory that the program is given. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROWS = 20_000_000;
/** Megabytes. */
const HEAP = 300;

it('is trained on', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'large-'));
  try {
    const source = join(folder, 'large.csv');
    const file = openSync(source, 'wx');
    writeSync(file, 'a,b,c,d,e,kind\n');
    let text = '';
    let state = 1;
    for (let row = 0; row < ROWS; row++) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      const [a, b] = [state / 2 ** 31, ((state >> 8) % 1000) / 1000];
      text += `${a.toFixed(6)},${b},${(a * b).toFixed(5)},${row % 100},${(a - b).toFixed(4)},${a + b > 1 ? 'yes' : 'no'}\n`;
      if (text.length > 2 ** 20 || row === ROWS - 1) {
        writeSync(file, text);
        text = '';
      }
    }
    closeSync(file);
    expect(statSync(source).size).toBeGreaterThan(2 * HEAP * 2 ** 20);
    const parameter = (id: string, shape: number[]) => ({ id, gate: 'parameter', params: { shape } });
    const document = {
      format: 'wiregrad',
      version: 1,
      name: 'large',
      nodes: [
        { id: 'x', gate: 'data', params: { dataset: 'd', field: 'x', shape: [5] } },
        { id: 'y', gate: 'data', params: { dataset: 'd', field: 'y', dtype: 'int32' } },
        ...[parameter('w', [5, 2]), parameter('b', [2]), { id: 's', gate: 'linear' }, { id: 'loss', gate: 'cross_entropy' }]
      ],
      wires: [
        { from: 'x', to: 's.x' },
        { from: 'w', to: 's.weight' },
        { from: 'b', to: 's.bias' },
        { from: 's', to: 'loss.input' },
        { from: 'y', to: 'loss.target' }
      ],
      objective: 'loss',
      datasets: {
        d: {
          source: 'large.csv',
          fields: { x: { columns: ['a', 'b', 'c', 'd', 'e'], standardize: true }, y: { columns: ['kind'], type: 'class' } },
          split: { validation: 0.001 }
        }
      },
      training: {
        optimizer: { kind: 'adam', learning_rate: 0.01 },
        batch_size: 4096,
        epochs: 1,
        metrics: [{ kind: 'accuracy', input: 's', target: 'y' }]
      }
    };
    writeFileSync(join(folder, 'large.wiregrad'), JSON.stringify(document));
    const { status, stdout } = spawnSync(
      process.execPath,
      [`--max-old-space-size=${HEAP}`, resolve('out/main/cli.cjs'), 'train', 'large.wiregrad', '--out', 'w.safetensors'],
      { cwd: folder, encoding: 'utf8' }
    );
    expect(stdout).toMatch(/validation rows: loss \S+ accuracy 0\.9[5-9]/);
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
