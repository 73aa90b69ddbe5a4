import { expect, it } from 'vitest';
import { bytesOf, formatBytes, requireCapacity } from '../../../engine/backends/capacity';
import { Builder } from '../../../engine/ir/builder';
import { residentsOf } from '../../../engine/plan/plan';
import { planGraph } from '../../../engine/plan/planGraph';

const type = { dtype: 'float', shape: [1024, 256] } as const;

function plan() {
  const b = new Builder();
  b.origin = { node: 'big', role: 'value' };
  const [w, x] = [b.input('w', type), b.input('x', type)];
  return planGraph(b, [b.mul(w, x)], { residents: residentsOf([['w', type]]) });
}

it('what plans share counts once, and entries by their width', () => {
  expect(bytesOf([plan()], 'float32')).toBe(3 * 2 ** 20);
  expect(bytesOf([plan(), plan()], 'float32')).toBe(5 * 2 ** 20);
  expect(bytesOf([plan(), plan()], 'float64')).toBe(10 * 2 ** 20);
});

it('more than there is is refused, with the figures, the largest tensor and what to do', () => {
  expect(() => requireCapacity([plan()], 'float32', 3 * 2 ** 20)).not.toThrow();
  expect(() => requireCapacity([plan()], 'float32', 2 ** 20)).toThrow(
    /gate big: this takes 3\.0 MiB at once and 1\.0 MiB can be had; the largest tensor is \[1024,256\]; use smaller tensors/
  );
});

it('bytes are written in the unit that suits them', () => {
  expect([0, 1023, 1024, 5.3 * 2 ** 20, 700 * 2 ** 20, 9.25 * 2 ** 30].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '5.3 MiB',
    '700 MiB',
    '9.3 GiB'
  ]);
});
