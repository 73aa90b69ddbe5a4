import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { appendJvp } from '../../../engine/autodiff/jvp';
import { appendVjp } from '../../../engine/autodiff/vjp';
import { buildRegion, Builder } from '../../../engine/ir/builder';
import type { ValueId } from '../../../engine/ir/graph';
import { verify } from '../../../engine/ir/verify';
import { compile } from '../gates/compiled';

const scalar = { dtype: 'float', shape: [] } as const;
const vector = (length: number) => ({ dtype: 'float', shape: [length] }) as const;
const total = (b: Builder, x: ValueId) =>
  b.reduce(
    'sum',
    x,
    b.shape(x).map((_, axis) => axis)
  );
const ones = (b: Builder, y: ValueId) => new Map([[y, b.full(1, b.shape(y))]]);

/** f(x) = Σ sin(x_i x_{i+1}) · tanh(x_i) + log(1 + Σ x²): no Hessian entry is 0 by structure alone. */
function tangled(b: Builder, x: ValueId): ValueId {
  const [n] = b.shape(x) as [number];
  const rolled = b.concat([b.slice(x, [1], [n], [1]), b.slice(x, [0], [1], [1])], 0);
  return b.add(total(b, b.mul(b.sin(b.mul(x, rolled)), b.tanh(x))), b.log1p(total(b, b.mul(x, x))));
}

describe('the reverse mode', () => {
  it('adds the gradients of every use of a value', () => {
    const b = new Builder();
    const x = b.input('x', scalar);
    const y = b.add(b.mul(x, x), b.add(x, b.exp(x)));
    const [dx] = compile(b, [appendVjp(b, ones(b, y)).get(x)])({ x: [0.5] });
    expect(dx![0]).toBeCloseTo(2 * 0.5 + 1 + Math.exp(0.5), 14);
  });
  it('gives nothing to what the objective does not depend on, nor to int32', () => {
    const b = new Builder();
    const [x, z] = [b.input('x', vector(2)), b.input('z', vector(2))];
    const index = b.input('index', { dtype: 'int32', shape: [2] });
    const gradients = appendVjp(b, ones(b, total(b, b.gather(x, index, 0))));
    expect([gradients.has(x), gradients.has(z), gradients.has(index)]).toEqual([true, false, false]);
  });
  it('adds up the entries that a gather took more than once', () => {
    const b = new Builder();
    const x = b.input('x', vector(3));
    const taken = b.gather(x, b.input('index', { dtype: 'int32', shape: [4] }), 0);
    const [dx] = compile(b, [appendVjp(b, new Map([[taken, b.input('g', vector(4))]])).get(x)])({
      x: [1, 2, 3],
      index: [0, 2, 2, 0],
      g: [1, 10, 100, 1000]
    });
    expect([...dx!]).toEqual([1001, 0, 110]);
  });
  it('uses the rules of a region instead of its body', () => {
    const b = new Builder();
    const x = b.input('x', scalar);
    const straight = buildRegion('round', [scalar], (body, [v]) => body.convert(body.convert(v!, 'int32'), 'float'), {
      vjp: (_, __, ___, g) => [g],
      jvp: (_, __, ___, [t]) => t
    });
    const y = b.custom(straight, [x]);
    const tangents = appendJvp(b, new Map([[x, b.constant(3)]]), y);
    const [value, dx, dy] = compile(b, [y, appendVjp(b, ones(b, y)).get(x), tangents.get(y)])({ x: [2.7] });
    expect([value![0], dx![0], dy![0]]).toEqual([2, 1, 3]);
  });
  it('lets no infinity through a branch that was not chosen', () => {
    const b = new Builder();
    const x = b.input('x', vector(2));
    const positive = b.compare('gt', x, b.constant(0));
    const y = total(b, b.select(positive, b.log(b.select(positive, x, b.constant(1))), b.constant(0)));
    const [dx] = compile(b, [appendVjp(b, ones(b, y)).get(x)])({ x: [0, 2] });
    expect([...dx!]).toEqual([0, 0.5]);
  });
});

describe('the two modes together', () => {
  it('give the derivatives of the lecture’s smooth function again and again', () => {
    // f(x) = x³: f′ = 3x², f″ = 6x, f‴ = 6, each found by differentiating the graph of the one before.
    const b = new Builder();
    const x = b.input('x', scalar);
    let f = b.mul(b.mul(x, x), x);
    const chain = [f];
    for (let order = 1; order <= 3; order++) {
      f = appendVjp(b, ones(b, f)).get(x)!;
      chain.push(f);
    }
    verify(b);
    expect(compile(b, chain)({ x: [2] }).map((value) => value![0])).toEqual([8, 12, 12, 6]);
  });
  it('make a Hessian that is symmetric, whichever mode goes first', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 5 })
          .chain((n) =>
            fc.tuple(...[0, 1, 2].map(() => fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n, maxLength: n })))
          ),
        ([x, v, w]) => {
          const n = x!.length;
          const b = new Builder();
          const at = b.input('x', vector(n));
          const [left, right] = [b.input('v', vector(n)), b.input('w', vector(n))];
          const y = tangled(b, at);
          const gradient = appendVjp(b, ones(b, y)).get(at)!;
          const forwardOverReverse = appendJvp(b, new Map([[at, left]]), gradient).get(gradient)!;
          const slope = appendJvp(b, new Map([[at, left]]), y).get(y)!;
          const reverseOverForward = appendVjp(b, ones(b, slope)).get(at)!;
          const reverseOverReverse = appendVjp(b, new Map([[gradient, left]])).get(at)!;
          const other = appendJvp(b, new Map([[at, right]]), gradient).get(gradient)!;
          verify(b);
          const sides = [total(b, b.mul(forwardOverReverse, right)), total(b, b.mul(other, left))];
          const [h1, h2, h3, a, c] = compile(b, [forwardOverReverse, reverseOverForward, reverseOverReverse, ...sides])({
            x: x!,
            v: v!,
            w: w!
          });
          // The same sums in other orders: rounding alone.
          h1!.forEach((value, index) => {
            expect(Math.abs(value - h2![index]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
            expect(Math.abs(value - h3![index]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
          });
          expect(Math.abs(a![0]! - c![0]!)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(a![0]!)));
        }
      ),
      { numRuns: 40 }
    );
  });
  it('agree on the tangent of a function of several inputs', () => {
    // ⟨u, J t⟩ = ⟨Jᵀ u, t⟩ across a product, a reduction and a broadcast.
    const b = new Builder();
    const [x, w] = [b.input('x', { dtype: 'float', shape: [2, 3] }), b.input('w', { dtype: 'float', shape: [3, 2] })];
    const [tx, tw] = [b.input('tx', b.type(x)), b.input('tw', b.type(w))];
    const s = b.dot(x, w);
    const y = b.div(s, b.reduce('max', s, [1], true));
    const u = b.input('u', b.type(y));
    const tangent = appendJvp(
      b,
      new Map([
        [x, tx],
        [w, tw]
      ]),
      y
    ).get(y)!;
    const gradients = appendVjp(b, new Map([[y, u]]));
    const right = b.add(total(b, b.mul(gradients.get(x)!, tx)), total(b, b.mul(gradients.get(w)!, tw)));
    const feeds = {
      x: [1, 2, -1, 0.5, 3, 2],
      w: [1, -1, 2, 0.5, 1, 1],
      tx: [1, 0, 2, -1, 1, 0.5],
      tw: [0.5, 1, -1, 2, 1, 0],
      u: [1, -2, 3, 0.5]
    };
    const [left, other] = compile(b, [total(b, b.mul(u, tangent)), right])(feeds);
    expect(left![0]).toBeCloseTo(other![0]!, 12);
  });
});
