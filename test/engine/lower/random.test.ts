/** Documents of gates thrown together: whatever is wrong with them is reported, and nothing is thrown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document, NodeRecord } from '../../../engine/document/types';
import type { ParamSpec } from '../../../engine/gates/gate';
import { resolveParams } from '../../../engine/gates/params';
import { registry } from '../../../engine/gates/registry';
import { verify } from '../../../engine/ir/verify';
import { lower } from '../../../engine/lower/lower';
import { batchShapes } from '../../../engine/lower/rows';
import { compileProgram } from '../../../engine/plan/program';
import { EngineError } from '../../../engine/base/errors';
import { chain, grid } from './draw';
import { refusalByLowering, refusalOf } from './wires';

const tensor = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(
    'NaN',
    'Infinity',
    [],
    [
      [1, 2],
      [3, 4]
    ],
    [1, 2, 3],
    [[1], [2]],
    { shape: [0, 3], data: [] },
    { shape: [2, 1, 2], data: [1, 2, 3, 4] }
  )
);
const oddities = fc.constantFrom<unknown>(
  null,
  true,
  'text',
  -1,
  0.5,
  1e300,
  [],
  [[]],
  {},
  [1, 'a'],
  { kind: 'zeros' },
  [-3, 2],
  [1e9, 1e9]
);

/** Mostly what the parameter asks for, at times anything. */
function paramOf(spec: ParamSpec): fc.Arbitrary<unknown> {
  const fitting = (): fc.Arbitrary<unknown> => {
    switch (spec.type) {
      case 'number':
        return fc.oneof(fc.constantFrom(0, 1, -1, 0.5), fc.double({ min: spec.min ?? -10, max: spec.max ?? 10, noNaN: true }));
      case 'integer':
        return fc.integer({ min: Math.max(spec.min ?? -4, -4), max: Math.min(spec.max ?? 5, 5) });
      case 'boolean':
        return fc.boolean();
      case 'choice':
        return fc.constantFrom(...spec.choices);
      case 'integers':
        return fc.oneof(fc.integer({ min: -2, max: 4 }), fc.array(fc.integer({ min: -2, max: 4 }), { maxLength: 4 }));
      case 'tensor':
        return tensor;
      case 'text':
        return fc.constantFrom('table', 'x', 'y');
      case 'init':
        return fc.constantFrom({ kind: 'zeros' }, 'normal', { kind: 'kaiming_uniform', fan_in: 3 });
      default:
        return tensor;
    }
  };
  return fc.oneof({ weight: 12, arbitrary: fitting() }, { weight: 1, arbitrary: oddities });
}

const node = (id: string): fc.Arbitrary<NodeRecord> =>
  fc.constantFrom(...registry.values()).chain((gate) =>
    fc
      .tuple(
        fc.record(Object.fromEntries(Object.entries(gate.params).map(([name, spec]) => [name, paramOf(spec)])), { requiredKeys: [] }),
        fc.nat(7)
      )
      .map(([params, pick]) => ({
        id,
        gate: gate.name,
        params: params as NonNullable<NodeRecord['params']>,
        ...(pick === 7 && { bypass: true })
      }))
  );
const sources: readonly NodeRecord[] = [
  { id: 'v0', gate: 'variable', params: { value: 2 } },
  { id: 'v1', gate: 'variable', params: { value: [1, 2, 3] } },
  {
    id: 'v2',
    gate: 'variable',
    params: {
      value: [
        [1, 2],
        [3, 4]
      ]
    }
  },
  { id: 'v3', gate: 'constant', params: { value: [0, 1], dtype: 'int32' } },
  { id: 'v4', gate: 'data', params: { dataset: 'table', field: 'x', shape: [2] } },
  { id: 'v5', gate: 'parameter', params: { shape: [1, 3, 4, 4], init: { kind: 'ones' } } }
];

/** Most inputs are fed, most of them from gates before: cycles, doubled wires and free inputs are the exception. */
const documents: fc.Arbitrary<Document> = fc.integer({ min: 1, max: 54 }).chain((count) =>
  fc
    .record({
      nodes: fc.tuple(...Array.from({ length: count }, (_, at) => node(`n${at}`))),
      picks: fc.array(fc.nat(1e6), { minLength: 4 * count, maxLength: 4 * count }),
      twist: fc.constantFrom(undefined, 'cycle', 'doubled', 'ghost')
    })
    .map(({ nodes, picks, twist }) => {
      const all = [...sources, ...nodes];
      const outputs = sources.map(({ id }) => id);
      const wires: { from: string; to: string }[] = [];
      nodes.forEach(({ id, gate: name, params }, at) => {
        const gate = registry.get(name)!;
        const { params: resolved } = resolveParams(gate, params);
        const ports = attempt(() => gate.inputs(resolved).map((port) => port.name)) ?? ['x'];
        ports.slice(0, 4).forEach((port, place) => {
          const pick = picks[4 * at + place]!;
          const from = pick % 2 ? outputs[pick % outputs.length]! : sources[pick % sources.length]!.id;
          if (pick % 11 !== 0) wires.push({ from, to: `${id}.${port}` });
        });
        const names = attempt(() => gate.outputs(resolved)) ?? ['out'];
        outputs.push(...names.slice(0, 3).map((port) => (port === 'out' ? id : `${id}.${port}`)));
      });
      const some = wires[(picks[0] ?? 0) % Math.max(1, wires.length)];
      if (some && twist === 'cycle') some.from = outputs.at(-1)!;
      if (some && twist === 'doubled') wires.push({ ...some, from: 'v0' });
      if (some && twist === 'ghost') wires.push({ from: 'ghost', to: 'n0.ghost' });
      return {
        name: 'random',
        nodes: all,
        wires,
        objective: outputs.at(-1)!,
        datasets: new Map([
          [
            'table',
            {
              source: 't.csv',
              fields: new Map([
                ['x', { columns: ['a', 'b'] }],
                ['y', { columns: ['c'], type: 'class' as const }]
              ])
            }
          ]
        ]),
        layout: new Map()
      };
    })
);
function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}

describe('whatever gates are thrown together', () => {
  it('lowering throws nothing and gives a sound graph', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { graph, values, types, diagnostics } = lower(document);
        verify(graph);
        expect([...values.keys()]).toEqual([...types.keys()]);
        for (const { code, message } of diagnostics) expect(code && message).toBeTruthy();
        batchShapes(document);
      }),
      { numRuns: 150 }
    );
  });
  it('a wire is refused where lowering the document with it finds something new at its ends', () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat(), ({ objective: _, ...document }, source, target) => {
        const { wires, nodes } = document;
        // Loops and absent nodes that are there already, and two wires at one input, are found anew with every wire.
        fc.pre(wires.length > 0 && new Set(wires.map(({ to }) => to)).size === wires.length);
        fc.pre(
          nodes.every(({ gate }) => registry.has(gate)) &&
            lower(document).diagnostics.every(({ code }) => code !== 'cycle' && code !== 'unknown-node')
        );
        const wire = { from: wires[source % wires.length]!.from, to: wires[target % wires.length]!.to };
        const expected = refusalByLowering(document, wire);
        expect(refusalOf(document, wire)?.code).toBe(expected?.code);
      }),
      { numRuns: 300 }
    );
  });
  it('compiling the sound part of them, backward too, throws diagnostics at most', () => {
    fc.assert(
      fc.property(documents, (document) => {
        // Gates that could not be lowered go, with their wires, so that the rest compiles.
        const { values } = lower(document);
        const kept = new Set([...values.keys()].map((name) => name.split('.')[0]!));
        const nodes = document.nodes.filter(({ id }) => kept.has(id));
        const wires = document.wires.filter(({ from, to }, index) => {
          const first = document.wires.findIndex((other) => other.to === to) === index;
          return first && values.has(from) && kept.has(to.split('.')[0]!);
        });
        const objective = [...lower({ ...document, nodes, wires }).types].findLast(([, { dtype }]) => dtype === 'float')![0];
        try {
          compileProgram({ ...document, nodes, wires, objective }, { mode: 'train', batch: 2, gradients: 'all' });
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
        }
      }),
      { numRuns: 100 }
    );
  });
});

describe('large documents', () => {
  // Some 100 ms each; the bounds are wide, for busy machines: what they must catch is a cost that grows with the square.
  it('of 2,000 gates in a chain compile in reasonable time', () => {
    const started = performance.now();
    expect(compileProgram(chain(2000), { mode: 'train', batch: 1, gradients: 'all' }).gradients.size).toBe(2001);
    expect(performance.now() - started).toBeLessThan(5000);
  });
  it('of 2,500 gates in a grid compile in reasonable time', () => {
    const started = performance.now();
    const ids = new Set(['top0', 'left0']);
    expect(compileProgram(grid(50), { mode: 'train', batch: 1, values: new Set(), gradients: ids }).gradients.size).toBe(2);
    expect(performance.now() - started).toBeLessThan(5000);
  });
  it('that are one long cycle are reported in reasonable time', () => {
    const document = chain(10_000);
    const wires = document.wires.map((wire, at) => (at === 0 ? { ...wire, from: 'g9999' } : wire));
    const started = performance.now();
    expect(lower({ ...document, wires }).diagnostics.map(({ code }) => code)).toEqual(['cycle']);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
