import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError, InvariantError } from '../../../engine/base/errors';
import { sizeOf } from '../../../engine/base/shapes';
import { Builder, buildRegion } from '../../../engine/ir/builder';
import type { Graph, ValueId } from '../../../engine/ir/graph';
import { isElementwise } from '../../../engine/optimize/chains';
import { simplify } from '../../../engine/optimize/simplify';
import { ALIGNMENT, readsOf, residentsOf, type Plan } from '../../../engine/plan/plan';
import { planGraph } from '../../../engine/plan/planGraph';
import { randomGraphs } from '../optimize/randomGraph';

const float = (...shape: number[]) => ({ dtype: 'float', shape }) as const;
const isAlias = ({ operations }: Graph, id: ValueId) => ['reshape', 'identity'].includes(operations[id]!.primitive);

/**
 * Plays the plan with slots that remember who wrote them last: whoever reads must find what it asks for. Knows nothing of
 * liveness: a value overwritten too early is found by the operation that misses it.
 */
function play(plan: Plan): void {
  const { graph, prologue, steps, offsets, slots, inputs, outputs, carries } = plan;
  const owner = new Int32Array(slots).fill(-1);
  const homeOf = (id: ValueId): ValueId => (isAlias(graph, id) ? homeOf(graph.operations[id]!.inputs[0]!) : id);
  const range = (id: ValueId) => {
    const [from, size] = [offsets[id]!, sizeOf(graph.operations[id]!.type.shape)];
    expect(from, `%${id} has a place`).toBeGreaterThanOrEqual(0);
    expect(from % ALIGNMENT).toBe(0);
    expect(from + size).toBeLessThanOrEqual(slots);
    return [from, from + size] as const;
  };
  const write = (id: ValueId) => owner.fill(id, ...range(id));
  const read = (id: ValueId, reader: string) => {
    const [from, to] = range(id);
    for (let slot = from; slot < to; slot++) expect(owner[slot], `${reader} finds %${id} in slot ${slot}`).toBe(homeOf(id));
  };
  for (const id of inputs.values()) write(id);
  for (const id of prologue) {
    for (const input of graph.operations[id]!.inputs) read(input, `%${id}`);
    write(id);
  }
  // Twice: what a run leaves behind must do for the next.
  for (let run = 0; run < 2; run++) {
    for (const id of steps) {
      const operands = readsOf(plan, id);
      for (const input of operands) read(input, `%${id}`);
      const [from, to] = range(id);
      for (const input of operands) {
        const [start, end] = range(input);
        // Entry by entry an operand may be written over in place, never otherwise.
        const inPlace = start === from && end === to && isElementwise(graph.operations[id]!);
        const apart = to <= start || end <= from || from === to || start === end;
        expect(apart || inPlace, `%${id} is written over its operand %${input}`).toBe(true);
      }
      write(id);
    }
    for (const [next] of carries) read(next, 'the next run');
    for (const [, input] of carries) write(input);
    const replaced = new Set(carries.map(([, input]) => input));
    for (const id of [...outputs, ...inputs.values()]) if (!replaced.has(id)) read(id, 'the caller');
  }
}

describe('a plan', () => {
  it('never overwrites what is read later, in any run; inputs and outputs keep their slots', () => {
    fc.assert(
      fc.property(randomGraphs(), ({ builder, outputs }) => {
        const { graph, values } = simplify(builder, outputs);
        play(
          planGraph(
            graph,
            outputs.map((id) => values.get(id)!)
          )
        );
      }),
      { numRuns: 200 }
    );
  });
  it('does so for graphs that were not simplified', () => {
    fc.assert(fc.property(randomGraphs({ regions: false }), ({ builder, outputs }) => play(planGraph(builder, outputs))));
  });
  it('does so with steps that compute several operations', () => {
    fc.assert(
      fc.property(randomGraphs(), ({ builder, outputs }) => {
        const { graph, values } = simplify(builder, outputs);
        play(
          planGraph(
            graph,
            outputs.map((id) => values.get(id)!),
            { fuse: true }
          )
        );
      })
    );
  });
  it('replaces parameters where they are, once nobody needs what they were, and those of several plans in one place', () => {
    const b = new Builder();
    const [w, v, x] = ['w', 'v', 'x'].map((name) => b.input(name, float(8, 8))) as [ValueId, ValueId, ValueId];
    const h = b.dot(x, w);
    const loss = b.reduce('sum', b.dot(h, v), [0, 1]);
    const back = b.dot(x, v);
    const gradientOfV = b.dot(h, x, { transposeA: true });
    const gradientOfW = b.dot(x, back, { transposeA: true });
    const moved = (parameter: ValueId, gradient: ValueId) => b.sub(parameter, b.mul(b.constant(0.1), gradient));
    const carries = [
      [moved(v, gradientOfV), v],
      [moved(w, gradientOfW), w]
    ] as const;
    const residents = residentsOf([
      ['w', float(8, 8)],
      ['v', float(8, 8)]
    ]);
    for (const fuse of [false, true]) {
      const plan = planGraph(b, [loss], { fuse, carries, residents });
      play(plan);
      for (const [next, input] of carries) expect(plan.offsets[next]).toBe(plan.offsets[input]);
      expect(plan.resident).toBe(2 * 8 * 8);
      // The gradient of one is gone when the other's is computed.
      if (fuse) expect(plan.slots).toBeLessThanOrEqual(6 * 8 * 8 + 4 * ALIGNMENT);
    }
  });
  it('copies what is carried over where it cannot be computed in place', () => {
    const b = new Builder();
    const x = b.input('x', float(3, 2));
    const turned = b.reshape(b.permute(x, [1, 0]), [3, 2]);
    const plan = planGraph(b, [x], { carries: [[turned, x]] });
    play(plan);
    expect(plan.offsets[turned]).not.toBe(plan.offsets[x]);
  });
  it('computes in the prologue what follows from constants alone, and nothing else', () => {
    fc.assert(
      fc.property(randomGraphs({ regions: false }), ({ builder, outputs }) => {
        const { prologue, steps } = planGraph(builder, outputs);
        const fixed = (id: ValueId): boolean => {
          const { primitive, inputs } = builder.operation(id);
          return primitive !== 'input' && inputs.every(fixed);
        };
        expect(prologue.every(fixed)).toBe(true);
        expect(steps.some(fixed)).toBe(false);
      })
    );
  });
  it('lays a reshape where its operand lies', () => {
    const b = new Builder();
    const x = b.exp(b.input('x', float(2, 3)));
    const flat = b.reshape(x, [6]);
    const { offsets, steps } = planGraph(b, [b.neg(flat), b.reshape(flat, [3, 2])]);
    expect(offsets[flat]).toBe(offsets[x]);
    expect(offsets.at(-1)).toBe(offsets[x]);
    expect(steps).not.toContain(flat);
  });
  it('keeps what a reshape of an input shows', () => {
    const b = new Builder();
    const x = b.input('x', float(2, 3));
    const flat = b.reshape(x, [6]);
    const plan = planGraph(b, [flat]);
    expect(plan.offsets[flat]).toBe(plan.offsets[x]);
    play(plan);
  });
  it('needs no more room for a long chain than for a short one', () => {
    const slots = (length: number) => {
      const b = new Builder();
      let x = b.input('x', float(100));
      for (let at = 0; at < length; at++) x = b.tanh(x);
      return planGraph(b, [x]).slots;
    };
    expect(slots(500)).toBe(slots(5));
  });
  it('joins what is freed side by side, so that a larger value fits', () => {
    const b = new Builder();
    const x = b.input('x', float(16));
    const parts = [b.exp(x), b.sin(x), b.cos(x)];
    const whole = b.concat([b.concat(parts, 0), x], 0);
    const sum = b.reduce('sum', whole, [0]);
    const larger = b.broadcast(sum, [48]);
    const plan = planGraph(b, [b.neg(larger)]);
    play(plan);
    // x 16, the parts and 48 put together, 64 with x; all later ones fit into what is free by then.
    expect(plan.slots).toBeLessThanOrEqual(16 + 48 + 48 + 64);
  });
  it('takes a graph without outputs, and values without entries', () => {
    const b = new Builder();
    const x = b.input('x', float(0, 3));
    expect(planGraph(b, [])).toMatchObject({ steps: [], slots: 0 });
    play(planGraph(b, [b.neg(x), b.reduce('sum', x, [0])]));
  });
  it('refuses what no memory holds, and names the largest tensor', () => {
    const b = new Builder();
    const x = b.within({ node: 'w', role: 'value' }, () => b.input('w', float(50_000, 50_000)));
    const plan = () => planGraph(b, [b.reduce('sum', x, [0, 1])]);
    expect(plan).toThrow(EngineError);
    expect(plan).toThrow('gate w: a run would hold 2.50e+9 numbers at once, and at most 1.07e+9 fit; the largest tensor is [50000,50000]');
  });
  it('refuses a custom region, which simplifying should have inlined', () => {
    const b = new Builder();
    const region = buildRegion('same', [float()], (_, [x]) => x!, { vjp: () => [], jvp: () => undefined });
    const y = b.custom(region, [b.input('x', float())]);
    expect(() => planGraph(b, [y])).toThrow(InvariantError);
  });
});
