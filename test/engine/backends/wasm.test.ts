import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../../engine/base/clock';
import type { NumberArray } from '../../../engine/base/dtypes';
import { sizeOf } from '../../../engine/base/shapes';
import type { Backend } from '../../../engine/backends/backend';
import { createWasmBackend, type WorkerSource } from '../../../engine/backends/wasm/wasm';
import { Builder } from '../../../engine/ir/builder';
import type { ValueId } from '../../../engine/ir/graph';
import { wasmWorkers } from './artifacts';
import { compile, execute, float, int32, planOf, type Program } from './execute';
import { PRIMITIVE_CASES } from './primitiveCases';

let workers: WorkerSource;
const backends = new Map<number, Backend>();
const withThreads = (threads: number): Backend => backends.get(threads)!;

beforeAll(async () => {
  workers = await wasmWorkers();
  for (const threads of [1, 2, 4]) backends.set(threads, await createWasmBackend({ workers, threads }));
}, 120_000);
afterAll(() => backends.forEach((backend) => backend.dispose()));

/** The same numbers in every run, from −1 to 1, none of them round. */
function wave(shape: readonly number[]): ReturnType<typeof float> {
  return float(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, index) => Math.fround(Math.sin(index * 12.9898 + 1)))
  );
}
function bitsOf(result: NumberArray): Int32Array {
  return new Int32Array(result.slice().buffer);
}

const windows = [
  { size: 3, stride: 2, dilation: 1, low: 1, count: 30 },
  { size: 3, stride: 1, dilation: 2, low: 2, count: 50 }
];

/** Every kind of kernel on operands that are large enough to be divided; results one behind another. */
const everything: Program = {
  operands: [wave([150, 90]), wave([90, 130]), wave([4, 60, 50])],
  build(b, [x, y, z]) {
    const flat = (value: ValueId): ValueId => b.reshape(value, [sizeOf(b.shape(value))]);
    const results = [
      b.dot(x!, y!),
      b.dot(y!, x!, { transposeA: true, transposeB: true }),
      b.dot(z!, z!, { transposeA: true }),
      b.dot(z!, z!, { transposeB: true }),
      b.exp(x!),
      b.log(b.abs(x!)),
      b.tanh(x!),
      b.erf(x!),
      b.sin(x!),
      b.pow(b.abs(x!), x!),
      b.expm1(x!),
      b.select(b.compare('gt', x!, b.constant(0)), x!, b.neg(x!)),
      b.permute(z!, [2, 0, 1]),
      b.reverse(x!, [0, 1]),
      b.pad(x!, [1, 2], [-3, 1], [1, 0], 0.5),
      b.patches(z!, windows, 1, -Infinity),
      b.foldPatches(b.patches(z!, windows, 0), windows, 0, [60, 50]),
      b.random([7, 9], [150, 90]),
      b.reduce('sum', x!, [0]),
      b.reduce('sum', x!, [1]),
      b.reduce('sum', x!, [0, 1]),
      b.reduce('max', z!, [0, 2]),
      b.cumsum(z!, 1),
      b.convert(b.argmax(z!, 1), 'float'),
      b.gather(x!, b.convert(b.mul(b.abs(x!), b.constant(80)), 'int32'), 1),
      b.scatterAdd(b.convert(b.mul(b.abs(x!), b.constant(9)), 'int32'), x!, [10, 90], 0)
    ];
    return b.concat(results.map(flat), 0);
  }
};

const tooFar: Program = {
  operands: [
    wave([200, 100]),
    int32(
      [200, 100],
      new Array<number>(20_000).fill(0).map((_, i) => (i === 12_345 || i === 15_000 ? 100 + i : i % 100))
    )
  ],
  build: (b, [x, index]) => b.gather(x!, index!, 1)
};

function long(b: Builder): ValueId {
  let x = b.input('x', { dtype: 'float', shape: [512, 512] });
  for (let times = 0; times < 30; times++) x = b.dot(x, x);
  return x;
}

describe('the wasm backend', () => {
  it.each(PRIMITIVE_CASES.map((one) => [one.name, one] as const))('computes %s', async (_, one) => {
    const result = await execute(withThreads(1), one);
    expect(result).toHaveLength(one.expected.length);
    one.expected.forEach((value, index) => {
      const nearest = Math.fround(value);
      // Two units in the last place of float32, or half a unit of the smallest.
      const tolerance = 2 ** -22 * Math.abs(value) + 2 ** -149;
      if (Number.isFinite(nearest))
        expect(Math.abs(result[index]! - value), `entry ${index}: ${result[index]}`).toBeLessThanOrEqual(tolerance);
      else expect(result[index]).toBe(nearest);
    });
  });

  it.each([2, 4])('gives the same bits on %i threads as on one', async (threads) => {
    const one = bitsOf(await execute(withThreads(1), everything));
    for (let repeat = 0; repeat < 3; repeat++) expect(bitsOf(await execute(withThreads(threads), everything))).toEqual(one);
  });

  it('computes the same without the instructions that some engines lack, up to the last bits', async () => {
    const plain = await createWasmBackend({
      workers: { ...workers, kernels: { ...workers.kernels, fused: workers.kernels.plain } },
      threads: 2
    });
    const [found, usual] = [await execute(plain, everything), await execute(withThreads(2), everything)];
    found.forEach((value, at) => {
      const other = usual[at]!;
      const close = Object.is(value, other) || Math.abs(value - other) <= 1e-5 * Math.max(1, Math.abs(other));
      if (!close) expect.fail(`entry ${at} is ${value} and ${other}`);
    });
    expect(bitsOf(await execute(plain, everything))).toEqual(bitsOf(found));
    plain.dispose();
  });

  it('runs again with what was written to an input', async () => {
    const { executable, output } = compile(withThreads(2), { operands: [wave([100, 100])], build: (b, [x]) => b.neg(x!) });
    const input = executable.view(0);
    for (const value of [1, 2, 3]) {
      input.fill(value);
      await executable.run(new Clock());
      expect(executable.view(output).every((entry) => entry === -value)).toBe(true);
    }
    executable.dispose();
  });

  it('finishes a small graph at once', () => {
    const { executable, output } = compile(withThreads(2), { operands: [float([], [3])], build: (b, [x]) => b.mul(x!, x!) });
    expect(executable.run(new Clock())).toBeUndefined();
    expect([...executable.view(output)]).toEqual([9]);
  });

  it('leaves an alias in place', async () => {
    const builder = new Builder();
    const x = builder.input('x', { dtype: 'float', shape: [4] });
    const y = builder.reshape(x, [2, 2]);
    const z = builder.neg(y);
    const plan = planOf(builder, [z]);
    plan.offsets[y] = plan.offsets[x]!;
    const executable = withThreads(1).compile(plan);
    executable.view(x).set([1, 2, 3, 4]);
    await executable.run(new Clock());
    expect([...executable.view(z)]).toEqual([-1, -2, -3, -4]);
  });

  it('runs the prologue once, when compiling', () => {
    const builder = new Builder();
    const five = builder.full(5, [2]);
    const plan = planOf(builder, [five]);
    const executable = withThreads(2).compile({ ...plan, prologue: plan.steps, steps: [] });
    expect([...executable.view(five)]).toEqual([5, 5]);
  });

  it.each([1, 2, 4])(
    'names the gate, the first index out of range and what is allowed on %i threads, and goes on afterwards',
    async (threads) => {
      await expect(execute(withThreads(threads), tooFar)).rejects.toMatchObject({
        code: 'index-out-of-range',
        diagnostics: [{ gate: 'gate', message: 'index 12445 is out of range; 0 to 99 are allowed' }]
      });
      const scatter: Program = { operands: [int32([2], [0, -1]), float([2], [1, 1])], build: (b, [i, u]) => b.scatterAdd(i!, u!, [3], 0) };
      await expect(execute(withThreads(threads), scatter)).rejects.toMatchObject({
        message: expect.stringContaining('index -1 is out of range; 0 to 2 are allowed')
      });
      expect([...(await execute(withThreads(threads), { operands: [float([2], [1, 2])], build: (b, [x]) => b.neg(x!) }))]).toEqual([
        -1, -2
      ]);
    }
  );

  it.each([1, 2])('stops within a long step when cancelled, on %i threads, and can run again', async (threads) => {
    const builder = new Builder();
    const output = long(builder);
    const executable = withThreads(threads).compile(planOf(builder, [output]));
    executable.view(0).fill(0);
    for (let repeat = 0; repeat < 2; repeat++) {
      const clock = new Clock();
      const running = executable.run(clock);
      expect(running).toBeInstanceOf(Promise);
      clock.cancel();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    }
    await executable.run(new Clock());
    expect(executable.view(output).every((entry) => entry === 0)).toBe(true);
    executable.dispose();
  });

  it('refuses to start once cancelled', () => {
    const { executable } = compile(withThreads(1), { operands: [float([], [3])], build: (b, [x]) => b.neg(x!) });
    const clock = new Clock();
    clock.cancel();
    expect(() => executable.run(clock)).toThrow('stopped');
  });

  it('keeps two runs that take turns apart', async () => {
    const wide: Program = { operands: [wave([512, 512])], build: (b, [x]) => b.dot(b.dot(x!, x!), x!) };
    const [alone, together] = [
      await execute(withThreads(2), wide),
      await Promise.all([execute(withThreads(2), wide), execute(withThreads(2), everything), execute(withThreads(2), wide)])
    ];
    expect(together[0]).toEqual(alone);
    expect(together[2]).toEqual(alone);
  });

  it('says how many bytes were wanted when there is no memory, and goes on', async () => {
    const builder = new Builder();
    const output = builder.neg(builder.input('x', { dtype: 'float', shape: [2 ** 30] }));
    expect(() => withThreads(1).compile(planOf(builder, [output]))).toThrow(/^8589934\d{3} bytes are wanted/);
    expect([...(await execute(withThreads(1), { operands: [float([1], [1])], build: (b, [x]) => b.neg(x!) }))]).toEqual([-1]);
  });

  it('uses the memory of what was disposed of again', () => {
    const backend = withThreads(1);
    const place = (): number => {
      const { executable } = compile(backend, { operands: [wave([1000])], build: (b, [x]) => b.exp(x!) });
      const { byteOffset } = executable.view(0);
      executable.dispose();
      return byteOffset;
    };
    expect(place()).toBe(place());
  });
});

describe('a worker that dies', () => {
  const program: Program = { operands: [wave([300, 300])], build: (b, [x]) => b.exp(x!) };
  const dying = (body: string): WorkerSource => ({
    url: new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from 'node:worker_threads'; ${body}`)}`),
    kernels: workers.kernels
  });

  it('is reported by the run in which it dies, and by the next', async () => {
    // Looks at the cell of the epoch, the 256th, as the engine's own worker does.
    const waiting = `parentPort.postMessage('ready'); const cells = new Int32Array(workerData.memory.buffer); while (Atomics.load(cells, 256) === 0); process.exit(3);`;
    const backend = await createWasmBackend({ workers: dying(waiting), threads: 2 });
    await expect(execute(backend, program)).rejects.toMatchObject({ code: 'worker-died', message: expect.stringContaining('exit code 3') });
    await expect(execute(backend, program)).rejects.toMatchObject({ code: 'worker-died' });
    backend.dispose();
  });

  it('is reported when it does so before it is ready', async () => {
    const starting = createWasmBackend({ workers: dying(`throw new Error('no luck');`), threads: 3 });
    await expect(starting).rejects.toMatchObject({ code: 'worker-died', message: expect.stringContaining('no luck') });
  });

  it('is what a disposed backend reports', async () => {
    const backend = await createWasmBackend({ workers, threads: 2 });
    backend.dispose();
    await expect(execute(backend, program)).rejects.toMatchObject({ code: 'worker-died' });
  });
});
