/** Graphs of single numbers in code of their own: to the bit what the wasm backend computes, and in float64 what the reference does. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Precision } from '../../../engine/base/dtypes';
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { createScalarBackend, isScalar } from '../../../engine/backends/scalar/scalar';
import { createWasmBackend } from '../../../engine/backends/wasm/wasm';
import type { Builder } from '../../../engine/ir/builder';
import { BINARY, UNARY, type ValueId } from '../../../engine/ir/graph';
import { compileProgram } from '../../../engine/plan/program';
import { Backends } from '../../../engine/session/backends';
import { execute as executeDocument } from '../../../engine/session/execute';
import { train } from '../../../engine/training/train';
import { documentOf } from '../documentOf';
import { wasmWorkers } from './artifacts';
import { compile, execute, float, int32, type Program } from './execute';

const reference = referenceBackend();
let wasm: Backend;
let scalar: Record<Precision, Backend>;
beforeAll(async () => {
  const workers = await wasmWorkers();
  wasm = await createWasmBackend({ workers, threads: 1 });
  const [float32, float64] = await Promise.all(
    (['float32', 'float64'] as const).map((precision) => createScalarBackend({ kernels: workers.kernels, precision }))
  );
  scalar = { float32: float32!, float64: float64! };
}, 120_000);
afterAll(() => wasm.dispose());

const numbers = fc.oneof(fc.float(), fc.float({ min: -9, max: 9 }), fc.constantFrom(0, -0, 1, -1, 0.5, 88, -104, Infinity, -Infinity, NaN));

/** Either precision against the backend that it has to equal. */
async function same(program: Program): Promise<void> {
  const [single, exact] = [await execute(scalar.float32, program), await execute(wasm, program)];
  expect([...single]).toEqual([...exact]);
  expect([...(await execute(scalar.float64, program))]).toEqual([...(await execute(reference, program))]);
}

describe('single numbers', () => {
  it.each(UNARY)('%s', async (primitive) => {
    await fc.assert(fc.asyncProperty(numbers, (x) => same({ operands: [float([], [x])], build: (b, [v]) => b.unary(primitive, v!) })));
  });
  it.each(BINARY)('%s', async (primitive) => {
    await fc.assert(
      fc.asyncProperty(numbers, numbers, (x, y) =>
        same({ operands: [float([1], [x]), float([1], [y])], build: (b, [v, w]) => b.binary(primitive, v!, w!) })
      )
    );
  });
  it.each(['lt', 'le', 'eq', 'ne', 'gt', 'ge'] as const)('compare %s, of floats and of whole numbers, and select', async (direction) => {
    const whole = fc.integer({ min: -2, max: 2 });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, whole, whole, async (x, y, i, j) => {
        await same({
          operands: [float([], [x]), float([], [y])],
          build: (b, [v, w]) => b.select(b.compare(direction, v!, w!), v!, b.add(w!, w!))
        });
        await same({ operands: [int32([], [i]), int32([], [j])], build: (b, [v, w]) => b.compare(direction, v!, w!) });
      })
    );
  });
  it('select takes any non-zero, NaN too, as true', async () => {
    for (const condition of [0, -0, NaN, -1, Infinity])
      await same({
        operands: [float([], [condition]), float([], [3]), float([], [4])],
        build: (b, [c, v, w]) => b.select(c!, v!, w!)
      });
  });
  it('convert truncates and stays within the range of whole numbers', async () => {
    for (const x of [1.9, -1.9, 3e10, -3e10, NaN, -0.5])
      await same({ operands: [float([], [x])], build: (b, [v]) => b.convert(b.convert(v!, 'int32'), 'float') });
  });
  it('what only moves or sums up one entry hands it on', async () => {
    const moves: ((b: Builder, x: ValueId) => ValueId)[] = [
      (b, x) => b.reshape(x, []),
      (b, x) => b.permute(x, [1, 0]),
      (b, x) => b.broadcast(x, [1, 1, 1]),
      (b, x) => b.reverse(x, [0]),
      (b, x) => b.reduce('sum', x, [0, 1]),
      (b, x) => b.reduce('max', x, [1]),
      (b, x) => b.cumsum(x, 0),
      (b, x) => b.dot(x, x),
      (b, x) => b.convert(b.argmax(x, 1), 'float')
    ];
    for (const move of moves)
      await same({ operands: [float([1, 1], [-2.5])], build: (b, [x]) => b.add(b.neg(move(b, x!)), b.constant(0.25)) });
  });
  it('a constant and an input can be outputs', async () => {
    await same({ operands: [], build: (b) => b.full(0.1, [1]) });
    await same({ operands: [float([], [7])], build: (b, [x]) => b.reshape(x!, [1]) });
  });
});

/** A chain of gates; every third takes an operand from far back. */
function chain(gates: number, kinds: readonly string[]) {
  const nodes: object[] = [
    { id: 'x', gate: 'variable', params: { value: 0.75 } },
    { id: 'w', gate: 'variable', params: { value: 0.875 } }
  ];
  const wires: object[] = [];
  for (let at = 0; at < gates; at++) {
    const gate = kinds[(at * 7) % kinds.length]!;
    const from = at === 0 ? 'x' : `g${at - 1}`;
    nodes.push({ id: `g${at}`, gate });
    const unary = ['tanh', 'sigmoid', 'relu', 'sin'].includes(gate);
    wires.push({ from, to: `g${at}.${unary ? 'x' : 'a'}` });
    if (!unary) wires.push({ from: at % 3 === 0 && at > 0 ? `g${(at * 31) % at}` : 'w', to: `g${at}.b` });
  }
  return documentOf({ nodes, wires, objective: `g${gates - 1}` });
}

describe('whole graphs', () => {
  it('of thousands of gates, forward and backward, have the bits of the wasm backend', async () => {
    const document = chain(3000, ['mul', 'add', 'tanh', 'sub', 'sigmoid', 'max', 'sin', 'min', 'relu']);
    const backends = new Backends({ workers: await wasmWorkers(), threads: 1 });
    const [own, other] = [
      await executeDocument(document, { backends, backward: true }),
      await executeDocument(document, { backends, backward: true, backend: 'wasm' })
    ];
    expect([own.backend, other.backend]).toEqual(['scalar', 'wasm']);
    const plain = (results: typeof own) => [...results.values, ...results.gradients].map(([name, { data }]) => [name, data[0]]);
    expect(plain(own)).toEqual(plain(other));
    backends.dispose();
  });

  it('of the lecture agree with it in both precisions', async () => {
    const lecture = JSON.parse(readFileSync(new URL('../../golden/lecture.json', import.meta.url), 'utf8')) as {
      examples: { document: object; values: Record<string, number>; gradients: Record<string, number> }[];
    };
    const backends = new Backends({ workers: await wasmWorkers(), threads: 1 });
    let found = 0;
    for (const { document: json, ...expected } of lecture.examples) {
      const document = documentOf(json);
      const { plan } = compileProgram(document, { mode: 'train', batch: 1, gradients: 'all' });
      if (!isScalar(plan)) continue;
      found++;
      for (const [precision, digits] of [
        ['float32', 5],
        ['float64', 7]
      ] as const) {
        const result = await executeDocument(document, { backends, backward: true, backend: 'scalar', precision });
        for (const [name, value] of Object.entries(expected.values)) expect(result.values.get(name)!.data[0]).toBeCloseTo(value, digits);
        for (const [name, value] of Object.entries(expected.gradients))
          expect(result.gradients.get(name)!.data[0]).toBeCloseTo(value, digits);
      }
    }
    expect(found).toBeGreaterThanOrEqual(3);
    backends.dispose();
  });

  it('are trained as they are elsewhere', async () => {
    const document = documentOf({
      nodes: [
        { id: 'w', gate: 'parameter', params: { value: 0.3 } },
        { id: 'b', gate: 'parameter', params: { value: -0.1 } },
        { id: 'x', gate: 'constant', params: { value: 1.5 } },
        { id: 'y', gate: 'constant', params: { value: 0.75 } },
        { id: 'p', gate: 'mul' },
        { id: 's', gate: 'add' },
        { id: 'a', gate: 'tanh' },
        { id: 'f', gate: 'mse_loss' }
      ],
      wires: [
        { from: 'w', to: 'p.a' },
        { from: 'x', to: 'p.b' },
        { from: 'p', to: 's.a' },
        { from: 'b', to: 's.b' },
        { from: 's', to: 'a.x' },
        { from: 'a', to: 'f.input' },
        { from: 'y', to: 'f.target' }
      ],
      objective: 'f',
      training: { optimizer: { kind: 'adam', learning_rate: 0.05 }, epochs: 40 }
    });
    const results = await Promise.all([scalar.float64, reference, scalar.float32, wasm].map((backend) => train(document, { backend })));
    const [double, exact, single, same32] = results.map(({ parameters }) => [...parameters].map(([id, { data }]) => [id, data[0]]));
    expect(double).toEqual(exact);
    expect(single).toEqual(same32);
    expect(results[0]!.epochs.at(-1)!.train.loss).toBeLessThan(0.01);
  });
});

describe('what is not a graph of single numbers', () => {
  it('is refused by name, with the gate and its shape', async () => {
    const backends = new Backends({ workers: await wasmWorkers(), threads: 1 });
    const document = documentOf({
      nodes: [
        { id: 'w', gate: 'variable', params: { value: [1, 2] } },
        { id: 'f', gate: 'sum' }
      ],
      wires: [{ from: 'w', to: 'f.x' }],
      objective: 'f'
    });
    const refused = executeDocument(document, { backends, backend: 'scalar' });
    await expect(refused).rejects.toMatchObject({ code: 'not-scalar' });
    await expect(refused).rejects.toThrow(/gate w.*is \[2\], and the scalar backend runs graphs of single numbers/);
    expect((await executeDocument(document, { backends })).backend).toBe('wasm');
    backends.dispose();
  });
  it('is what draws random numbers, too', async () => {
    const program: Program = { operands: [], build: (b) => b.random([1, 2], []) };
    expect(() => compile(scalar.float32, program)).toThrow(/single numbers/);
  });
});
