import { afterEach, describe, expect, it, vi } from 'vitest';
import { only, type Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { EngineError } from '../../../engine/base/errors';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { readNpz } from '../../../engine/formats/npz';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { Backends } from '../../../engine/session/backends';
import { SUMMARY_LIMIT, type RunRequest, type RunResult, type TrainNews } from '../../../engine/session/messages';
import { Session } from '../../../engine/session/session';
import { draw, ones, type Drawn } from '../lower/draw';

const compiling = vi.hoisted(() => ({ count: 0 }));
vi.mock('../../../engine/plan/program', async (original) => {
  const actual = await original<typeof import('../../../engine/plan/program')>();
  return {
    ...actual,
    compileProgram: (...args: Parameters<typeof actual.compileProgram>) => {
      compiling.count++;
      return actual.compileProgram(...args);
    }
  };
});

const sessions: Session[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));
function open(onTrainProgress: (progress: TrainNews) => void = () => undefined): Session {
  const session = new Session({ onTrainProgress });
  sessions.push(session);
  return session;
}
const text = serializeDocument;
const run = (session: Session, document: Document, rest: Partial<RunRequest> = {}): Promise<RunResult> =>
  session.run({ document: text(document), revision: 0, backward: true, ...rest });
const numbers = (results: RunResult['values']) => Object.fromEntries([...results].map(([id, { data }]) => [id, [...data]]));
/** The code that a promise rejects with. */
const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof EngineError ? error.code : Promise.reject(error as Error))
  );

/** (x + y)·z. */
const simple = (x: unknown, y: unknown = 5, z: unknown = -4) =>
  draw(
    [
      ['x', 'variable', { value: x }],
      ['y', 'variable', { value: y }],
      ['z', 'variable', { value: z }],
      ['q', 'add'],
      ['f', 'mul']
    ],
    'x>q.a y>q.b q>f.a z>f.b',
    { objective: [{ from: 'f' }] }
  );
/** w·2 and b, learnt from four points on a line: y = 3x − 1. */
const CSV = new TextEncoder().encode('x,y\n-1,-4\n0,-1\n1,2\n2,5\n');
const line = (training: NonNullable<Document['training']> = {}): Document =>
  draw(
    [
      ['x', 'data', { dataset: 'line', field: 'x', shape: [1] }],
      ['y', 'data', { dataset: 'line', field: 'y', shape: [1] }],
      ['w', 'parameter', { shape: [1, 1], init: { kind: 'normal' } }],
      ['b', 'parameter', { value: [0] }],
      ['h', 'linear'],
      ['loss', 'mse_loss']
    ],
    'x>h.x w>h.weight b>h.bias h>loss.input y>loss.target',
    {
      objective: 'loss',
      datasets: new Map([
        [
          'line',
          {
            source: 'line.csv',
            fields: new Map([
              ['x', { columns: ['x'] }],
              ['y', { columns: ['y'] }]
            ])
          }
        ]
      ]),
      training: { optimizer: { kind: 'sgd', learning_rate: 0.1 }, batch_size: 4, epochs: 200, ...training }
    }
  );

describe('a run', () => {
  it('answers with values, gradients and wires, for the revision that was asked', async () => {
    const result = await run(open(), simple(-2), { revision: 7 });
    expect(result.revision).toBe(7);
    expect(result.backend).toBe('reference');
    expect(numbers(result.values)).toEqual({ x: [-2], y: [5], z: [-4], q: [3], f: [-12] });
    expect(numbers(result.gradients)).toEqual({ x: [-4], y: [-4], z: [3], q: [-4], f: [1] });
    expect(result.wires.map(({ from, to, gradient }) => [from, to, gradient?.data[0]])).toEqual([
      ['x', 'q.a', -4],
      ['y', 'q.b', -4],
      ['q', 'f.a', -4],
      ['z', 'f.b', 3]
    ]);
    expect(result.warnings).toEqual([]);
  });
  it('forward has no gradients, and needs no objective', async () => {
    const { objective: _, ...rest } = simple(-2);
    const result = await run(open(), rest, { backward: false });
    expect(numbers(result.values)['f']).toEqual([-12]);
    expect(result.gradients.size).toBe(0);
    expect(result.wires.every(({ gradient }) => gradient === undefined)).toBe(true);
    expect(await failure(run(open(), rest))).toBe('no-objective');
  });
  it('of changed numbers compiles nothing anew and gives theirs', async () => {
    const session = open();
    await run(session, simple(-2));
    const before = compiling.count;
    const result = await run(session, simple(1, 1, 10));
    expect(compiling.count).toBe(before);
    expect(numbers(result.values)['f']).toEqual([20]);
    expect(numbers(result.gradients)).toMatchObject({ x: [10], z: [2] });
    const scaled = await run(session, { ...simple(1, 1, 10), objective: [{ from: 'f', upstream: 3 }] });
    const again = await run(session, { ...simple(1, 1, 10), objective: [{ from: 'f', upstream: 0.5 }] });
    expect(compiling.count).toBe(before + 1);
    expect([scaled, again].map(({ gradients }) => gradients.get('x')!.data[0])).toEqual([30, 5]);
  });
  it('of a changed shape, mode or wire compiles anew', async () => {
    const session = open();
    await run(session, simple(-2));
    expect(numbers((await run(session, simple([1, 2]))).values)['f']).toEqual([-24, -28]);
    expect((await run(session, simple([1, 2]))).gradients.get('z')!.data[0]).toBe(13);
    const other = simple(-2);
    const wires = other.wires.map((wire) => (wire.to === 'f.b' ? { ...wire, from: 'x' } : wire));
    expect(numbers((await run(session, { ...other, wires })).values)['f']).toEqual([-6]);
    expect(numbers((await run(session, other, { backward: false })).values)['f']).toEqual([-12]);
  });
  it('warns of what is wrong with metrics only while it is', async () => {
    const session = open();
    const metrics = [{ kind: 'accuracy' as const, input: 'f', target: 'q.left' }];
    expect((await run(session, { ...simple(1), training: { metrics } })).warnings).toHaveLength(1);
    expect((await run(session, simple(1))).warnings).toEqual([]);
  });
  it('sums a long tensor up', async () => {
    const { values } = await run(open(), draw([ones('x', 100)]), { backward: false });
    const { data, complete, shape, minimum, mean, norm } = values.get('x')!;
    expect({ length: data.length, complete, shape, minimum, mean, norm }).toEqual({
      length: SUMMARY_LIMIT,
      complete: false,
      shape: [100],
      minimum: 1,
      mean: 1,
      norm: 10
    });
  });
  it('warns of the first gate whose value is no number', async () => {
    const document = draw(
      [
        ['x', 'variable', { value: [-1, 0, 1] }],
        ['y', 'log'],
        ['z', 'exp'],
        ['fine', 'tanh']
      ],
      'x>y.x y>z.x x>fine.x'
    );
    const { warnings, values } = await run(open(), document, { backward: false });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ code: 'not-finite', severity: 'warning', gate: 'y', kind: 'log' });
    expect(warnings[0]!.message).toContain('2 of its entries');
    expect(values.get('y')!.nonFinite).toBe(2);
  });
  it('of a broken document fails with every problem in it', async () => {
    const broken = draw(
      [
        ['x', 'variable'],
        ['y', 'add'],
        ['z', 'nonsense']
      ],
      'x>y.a'
    );
    const error = await run(open(), broken).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).diagnostics.map(({ code, gate, port }) => [code, gate, port])).toEqual([
      ['unknown-gate', 'z', undefined],
      ['unconnected-input', 'y', 'b']
    ]);
    expect(await failure(open().run({ document: '{"format":', revision: 0, backward: false }))).toBe('not-json');
  });
  it('that is newer cancels one that is older', async () => {
    const session = open();
    // Large enough to take more than one slice of the clock.
    const heavy = draw(
      [ones('a', 300, 300), ones('b', 300, 300), ['c', 'matmul'], ['d', 'matmul'], ['e', 'sum']],
      'a>c.a b>c.b c>d.a b>d.b d>e.x',
      { objective: 'e' }
    );
    const older = failure(run(session, heavy, { revision: 1 }));
    const waiting = failure(run(session, heavy, { revision: 2 }));
    const newer = await run(session, simple(-2), { revision: 3 });
    expect(await older).toBe('cancelled');
    expect(await waiting).toBe('cancelled');
    expect(newer.revision).toBe(3);
    expect(numbers(newer.values)['f']).toEqual([-12]);
  });
  it('goes on after its threads have died, on new ones', async () => {
    const session = open();
    const reference = referenceBackend();
    const dying: Backend = {
      ...reference,
      compile: (plan) => ({
        ...reference.compile(plan),
        view: () => new Float64Array(1),
        run: () => Promise.reject(new EngineError({ code: 'worker-died', message: 'a thread of the engine ended' }))
      })
    };
    const drop = vi.spyOn(Backends.prototype, 'drop');
    vi.spyOn(Backends.prototype, 'choice').mockReturnValueOnce(only(dying));
    expect(await failure(run(session, simple(-2)))).toBe('worker-died');
    expect(drop).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
    expect(numbers((await run(session, simple(-2))).values)['f']).toEqual([-12]);
  });
  it('goes on after one that failed', async () => {
    const session = open();
    expect(await failure(run(session, draw([['y', 'relu']])))).toBe('unconnected-input');
    expect(numbers((await run(session, simple(-2))).values)['f']).toEqual([-12]);
  });
});

describe('a tensor of the last run', () => {
  it('is given whole: value, gradient, and a wire’s own share', async () => {
    const session = open();
    const document = draw([ones('x', 100), ['y', 'mul'], ['s', 'sum']], 'x>y.a x>y.b y>s.x', { objective: 's' });
    await run(session, document);
    expect((await session.inspect({ kind: 'value', output: 'y' })).data).toHaveLength(100);
    expect([...new Set((await session.inspect({ kind: 'gradient', output: 'x' })).data)]).toEqual([2]);
    expect([...new Set((await session.inspect({ kind: 'wire', wire: 0 })).data)]).toEqual([1]);
    expect((await session.inspect({ kind: 'value', output: 's' })).shape).toEqual([]);
  });
  it('that there is none of is an error', async () => {
    const session = open();
    expect(await failure(session.inspect({ kind: 'value', output: 'x' }))).toBe('not-computed');
    await run(session, simple(-2), { backward: false });
    expect(await failure(session.inspect({ kind: 'gradient', output: 'x' }))).toBe('not-computed');
    expect(await failure(session.inspect({ kind: 'wire', wire: 99 }))).toBe('not-computed');
  });
});

describe('a Jacobian', () => {
  const ask = (document: Document, of: string, wrt: string) => open().jacobian({ document: text(document), revision: 0, of, wrt });

  it('has the shape of both', async () => {
    const document = draw(
      [
        ['x', 'variable', { value: [1, 2] }],
        [
          'w',
          'variable',
          {
            value: [
              [1, 2],
              [3, 4],
              [5, 6]
            ]
          }
        ],
        ['y', 'matmul'],
        ['z', 'square']
      ],
      'w>y.a x>y.b y>z.x'
    );
    const jacobian = await ask(document, 'z', 'x');
    // z = (Wx)², so dz/dx = 2·Wx·W by rows; Wx = (5, 11, 17).
    expect(jacobian.shape).toEqual([3, 2]);
    expect([...jacobian.data]).toEqual([10, 20, 66, 88, 170, 204]);
    expect([...(await ask(document, 'z', 'y')).data]).toEqual([10, 0, 0, 0, 22, 0, 0, 0, 34]);
  });
  it('of what only moves entries is ones at their places', async () => {
    const document = draw(
      [
        ['x', 'variable', { value: [[1, 2]] }],
        ['y', 'reshape', { shape: [2] }],
        ['c', 'copy']
      ],
      'x>y.x y>c.x'
    );
    expect([...(await ask(document, 'x', 'x')).data]).toEqual([1, 0, 0, 1]);
    expect([...(await ask(document, 'y', 'x')).data]).toEqual([1, 0, 0, 1]);
    expect([...(await ask(document, 'c.out1', 'y')).data]).toEqual([1, 0, 0, 1]);
  });
  it('is zero where nothing depends on it', async () => {
    expect([...(await ask(simple([1, 2]), 'q', 'z')).data]).toEqual([0, 0]);
  });
  it('of what is not there is an error', async () => {
    expect(await failure(ask(simple(1), 'ghost', 'x'))).toBe('unknown-output');
    const classes = draw(
      [
        ['i', 'constant', { value: 1, dtype: 'int32' }],
        ['x', 'exp']
      ],
      'i>x.x'
    );
    expect(await failure(ask(classes, 'x', 'i'))).toBe('objective-dtype');
  });
});

describe('data', () => {
  it('is summed up when opened, and rows of it run', async () => {
    const session = open();
    const summary = await session.openData('line.csv', CSV);
    expect(summary).toMatchObject({ rows: 4, columns: [{ name: 'x', type: 'number', minimum: -1, maximum: 2 }, { name: 'y' }] });
    expect(numbers((await run(session, line({ batch_size: 3 }))).values)).toMatchObject({ x: [-1, 0, 1], y: [-4, -1, 2] });
    expect(numbers((await run(session, line(), { rows: [2, 4] })).values)['x']).toEqual([1, 2]);
    expect(await failure(run(session, line(), { rows: [2, 9] }))).toBe('no-rows');
  });
  it('that is not open is an error', async () => {
    expect(await failure(run(open(), line()))).toBe('missing-data');
    expect(await failure(open().train({ document: text(line()), revision: 0 }))).toBe('missing-data');
    expect(await failure(open().check({ document: text(line()) }))).toBe('missing-data');
  });
  it('that is opened anew is read anew', async () => {
    const session = open();
    await session.openData('line.csv', CSV);
    await run(session, line());
    await session.openData('line.csv', new TextEncoder().encode('x,y\n7,8\n'));
    expect(numbers((await run(session, line())).values)['x']).toEqual([7]);
  });
});

describe('training', () => {
  it('leaves its weights to the runs that follow, until they are reset', async () => {
    const session = open();
    await session.openData('line.csv', CSV);
    const fresh = numbers((await run(session, line())).values);
    const outcome = await session.train({ document: text(line()), revision: 4 });
    expect(outcome).toMatchObject({ revision: 4, stopped: false, backend: 'reference' });
    expect(outcome.epochs).toHaveLength(200);
    const { values } = await run(session, line());
    expect(values.get('w')!.data[0]).toBeCloseTo(3, 3);
    expect(values.get('b')!.data[0]).toBeCloseTo(-1, 3);
    await session.resetWeights();
    expect(numbers((await run(session, line())).values)).toEqual(fresh);
  });
  it('tells of its progress', async () => {
    const seen: TrainNews[] = [];
    const session = open((progress) => seen.push(progress));
    await session.openData('line.csv', CSV);
    await session.train({ document: text(line()), revision: 0, epochs: 3 });
    expect(seen.flatMap(({ reports }) => reports.map(({ epoch }) => epoch))).toEqual([1, 2, 3]);
  });
  it('is told to whoever asks while it goes on, with its data, and its end to all', async () => {
    const session = open();
    await session.openData('line.csv', CSV);
    expect(await session.trainingInHand()).toBeNull();
    await expect(session.trainingEnd()).rejects.toMatchObject({ code: 'not-training' });
    const outcome = session.train({ document: text(line()), revision: 0, epochs: 1_000_000 });
    const found = await session.trainingInHand();
    expect(found!.document).toBe(text(line()));
    expect(found!.sources).toEqual(['line.csv']);
    const end = session.trainingEnd();
    await session.stop();
    expect(await end).toBe(await outcome);
    expect((await end).stopped).toBe(true);
    expect(await session.trainingInHand()).toBeNull();
  });
  it('can go on from the weights in hand', async () => {
    const session = open();
    await session.openData('line.csv', CSV);
    const whole = await session.train({ document: text(line()), revision: 0, epochs: 20 });
    await session.train({ document: text(line()), revision: 0, epochs: 10 });
    const rest = await session.train({ document: text(line()), revision: 0, epochs: 10, resume: 'weights' });
    // The whole data set is one batch: its order, and with it rounding, is all that differs.
    expect(rest.epochs.at(-1)!.train.loss).toBeCloseTo(whole.epochs.at(-1)!.train.loss, 12);
  });
  it('refuses a second run beside the first, stops within a step and keeps what it learnt', async () => {
    let seen = 0;
    // Asked to stop from within, after some steps.
    const session: Session = open(({ step }) => {
      seen = step;
      if (step >= 3) void session.stop();
    });
    await session.openData('line.csv', CSV);
    const long = { document: text(line({ batch_size: 1 })), revision: 0, epochs: 1_000_000 };
    const first = session.train(long);
    expect(await failure(session.train(long))).toBe('busy');
    const { stopped, epochs } = await first;
    expect(stopped).toBe(true);
    expect(seen).toBeGreaterThanOrEqual(3);
    // Told of it between two turns of some milliseconds, in which a fast machine does thousands of the million.
    expect(epochs.length).toBeLessThan(100_000);
    const { values } = await run(session, line());
    const untouched = await run(
      open(),
      { ...draw([['w', 'parameter', { shape: [1, 1], init: { kind: 'normal' } }]]) },
      { backward: false }
    );
    expect(values.get('w')!.data[0]).not.toBe(untouched.values.get('w')!.data[0]);
  });
  it('goes on beside a run', async () => {
    const session = open();
    await session.openData('line.csv', CSV);
    const training = session.train({ document: text(line({ batch_size: 1 })), revision: 0, epochs: 200 });
    expect(numbers((await run(session, simple(-2))).values)['f']).toEqual([-12]);
    expect((await training).stopped).toBe(false);
  });
  it('is not begun where it could change nothing', async () => {
    const idle = draw(
      [
        ['w', 'parameter', { value: 1 }],
        ['x', 'variable'],
        ['y', 'square']
      ],
      'x>y.x',
      { objective: 'y' }
    );
    expect(await failure(open().train({ document: text(idle), revision: 0 }))).toBe('nothing-to-train');
  });
  it('of a broken document says why, and can begin again', async () => {
    const session = open();
    expect(await failure(session.train({ document: text(simple(1)), revision: 0 }))).toBe('nothing-to-train');
    expect(await failure(session.train({ document: text(draw([['y', 'relu']])), revision: 0 }))).toBe('unconnected-input');
  });
});

describe('weights', () => {
  const net = (rows = 2): Document =>
    draw(
      [
        ones('x', 1, rows),
        ['w', 'parameter', { shape: [rows, 3], init: { kind: 'normal' } }],
        ['b', 'parameter', { shape: [3], init: { kind: 'zeros' } }],
        ['y', 'linear'],
        ['s', 'sum']
      ] satisfies Drawn[],
      'x>y.x w>y.weight b>y.bias y>s.x',
      { objective: 's' }
    );

  it('are exported, and loaded back into another session', async () => {
    const [file] = await open().exportWeights({ document: text(net()), format: 'safetensors' });
    expect(file!.name).toBe('drawn.safetensors');
    const tensors = readSafetensors(file!.bytes);
    expect([...tensors.keys()].sort()).toEqual(['b', 'w']);
    const other = open();
    const seeded = { ...net(), training: { seed: 5 } };
    const before = (await run(other, seeded)).values.get('w')!.data;
    expect(await other.loadWeights(text(seeded), file!.bytes)).toEqual({ matched: ['w', 'b'], missing: [], unexpected: [], reshaped: [] });
    const { values } = await run(other, seeded);
    expect([...values.get('w')!.data]).toEqual([...tensors.get('w')!.data]);
    expect([...before]).not.toEqual([...values.get('w')!.data]);
    await other.resetWeights();
    expect([...(await run(other, seeded)).values.get('w')!.data]).toEqual([...before]);
  });
  it('are exported as npz too', async () => {
    const [file] = await open().exportWeights({ document: text(net()), format: 'npz' });
    expect((await readNpz(file!.bytes)).get('w')!.shape).toEqual([2, 3]);
  });
  it('are exported where no batch may be empty', async () => {
    const largest = {
      ...line(),
      nodes: line().nodes.map((node) => (node.id === 'loss' ? { ...node, gate: 'amax', params: { dim: 0 } } : node))
    };
    const wires = largest.wires.flatMap((wire) =>
      wire.to === 'loss.input' ? [{ ...wire, to: 'loss.x' }] : wire.to === 'loss.target' ? [] : [wire]
    );
    expect(await open().exportWeights({ document: text({ ...largest, wires }), format: 'safetensors' })).toHaveLength(1);
  });
  it('are exported without the data that they were learnt from', async () => {
    const [file] = await open().exportWeights({ document: text(line()), format: 'safetensors' });
    expect([...readSafetensors(file!.bytes).keys()].sort()).toEqual(['b', 'w']);
  });
  it('of another shape are told and not taken', async () => {
    const session = open();
    const [file] = await open().exportWeights({ document: text(net(4)), format: 'safetensors' });
    const before = numbers((await run(session, net())).values);
    const { matched, reshaped } = await session.loadWeights(text(net()), file!.bytes);
    expect([matched, reshaped]).toEqual([['b'], [{ id: 'w', expected: [2, 3], found: [4, 3] }]]);
    expect(numbers((await run(session, net())).values)).toEqual(before);
  });
  it('that an edit has left behind are drawn anew, in runs, checks, exports and training', async () => {
    const session = open();
    const [file] = await open().exportWeights({ document: text(net()), format: 'safetensors' });
    await session.loadWeights(text(net()), file!.bytes);
    const edited = text(net(5));
    expect((await session.run({ document: edited, revision: 0, backward: true })).values.get('w')!.shape).toEqual([5, 3]);
    expect((await session.check({ document: edited })).every(({ ok }) => ok)).toBe(true);
    expect((await session.exportWeights({ document: edited, format: 'safetensors' })).length).toBe(1);
    expect((await session.train({ document: edited, revision: 0, epochs: 1, resume: 'weights' })).epochs).toHaveLength(1);
  });
  it('there are none to export of a document without parameters', async () => {
    expect(await failure(open().exportWeights({ document: text(simple(1)), format: 'npz' }))).toBe('nothing-to-export');
  });
});
