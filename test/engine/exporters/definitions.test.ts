/** Definitions as functions of the generated NumPy code, run by Python, against the engine's own run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTensor, type TensorJson } from '../../../engine/base/tensors';
import { parseDocument } from '../../../engine/document/parse';
import type { Document } from '../../../engine/document/types';
import { Backends } from '../../../engine/session/backends';
import { execute } from '../../../engine/session/execute';
import { exportDocument } from '../../../engine/session/export';
import { hasPython, runPython } from '../formats/python';

const folder = mkdtempSync(join(tmpdir(), 'wiregrad-functions-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Net {
  readonly nodes: readonly object[];
  readonly wires: readonly (readonly [from: string, to: string])[];
  readonly objective?: unknown;
  readonly definitions: Record<string, object>;
}
const pairs = (wires: Net['wires']) => wires.map(([from, to]) => ({ from, to }));

function documentOf({ wires, ...rest }: Net): Document {
  const { document, diagnostics } = parseDocument(
    JSON.stringify({ format: 'wiregrad', version: 1, name: 'net', ...rest, wires: pairs(wires) })
  );
  expect(diagnostics).toEqual([]);
  return document!;
}
function definition(inputs: string[], outputs: Record<string, string>, nodes: object[], wires: Net['wires'], parameters = 'own'): object {
  return { inputs, outputs, nodes, wires: pairs(wires), parameters };
}

const codeOf = (document: Document) => new TextDecoder().decode(exportDocument(document, 'numpy')[0]!.bytes);
const functionsIn = (document: Document) =>
  [...codeOf(document).matchAll(/^def (\w+)/gm)].map(([, name]) => name).filter((name) => name !== 'plain');

/** Both sides compute in float64; a sum may be taken in another order. */
function expectClose(found: TensorJson | undefined, wanted: TensorJson, name: string): void {
  const [a, b] = [[found].flat(9) as number[], [wanted].flat(9) as number[]];
  expect(a.length, name).toBe(b.length);
  b.forEach((value, at) =>
    expect(Math.abs(a[at]! - value), `${name}[${at}]: ${a[at]} for ${value}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)))
  );
}

async function expectAgreement(document: Document): Promise<void> {
  for (const { name, bytes } of exportDocument(document, 'numpy', { stem: 'net' })) writeFileSync(join(folder, name), bytes);
  const found = runPython('import runpy, sys; runpy.run_path(sys.argv[1], run_name="__main__")', join(folder, 'net.py')) as {
    values: Record<string, TensorJson>;
    gradients: Record<string, TensorJson>;
    wires: { from: string; to: string; gradient?: TensorJson }[];
  };
  const backward = document.objective !== undefined;
  const wanted = await execute(document, { backends: new Backends(), precision: 'float64', backward, mode: 'eval' });
  expect(Object.keys(found.values)).toEqual([...wanted.values.keys()]);
  expect(Object.keys(found.gradients).sort()).toEqual([...wanted.gradients.keys()].sort());
  for (const [name, tensor] of wanted.values) expectClose(found.values[name], writeTensor(tensor), name);
  for (const [name, tensor] of wanted.gradients) expectClose(found.gradients[name], writeTensor(tensor), `gradient of ${name}`);
  wanted.wires.forEach(({ from, to, gradient }, index) => {
    expect(found.wires[index]).toMatchObject({ from, to });
    if (gradient) expectClose(found.wires[index]!.gradient, writeTensor(gradient), `${from} → ${to}`);
    else expect(found.wires[index]!.gradient).toBeUndefined();
  });
}

const x = {
  id: 'x',
  gate: 'variable',
  params: {
    value: [
      [0.5, -1],
      [1, 0.25]
    ]
  }
};
const total = { id: 'L', gate: 'sum' };
const residual = (parameters?: string) =>
  definition(
    ['x'],
    { out: 'sum' },
    [
      { id: 'W', gate: 'parameter', params: { shape: [2, 2] } },
      { id: 'h', gate: 'matmul' },
      { id: 'a', gate: 'tanh' },
      { id: 'sum', gate: 'add' }
    ],
    [
      ['x', 'h.a'],
      ['W', 'h.b'],
      ['h', 'a.x'],
      ['a', 'sum.a'],
      ['x', 'sum.b']
    ],
    parameters
  );
const chained = (...ids: string[]): Net['wires'] => [
  ...ids.map((id, at) => [at === 0 ? 'x' : ids[at - 1]!, `${id}.x`] as const),
  [ids.at(-1)!, 'L.x']
];

describe.skipIf(!hasPython('numpy', 'running exported definitions'))('definitions exported to NumPy', () => {
  it('are a function each for forward and backward, called once an instance', async () => {
    const document = documentOf({
      nodes: [x, { id: 'block', gate: 'block' }, { id: 'b2', gate: 'block' }, total],
      wires: chained('block', 'b2'),
      objective: 'L',
      definitions: { block: residual() }
    });
    expect(functionsIn(document)).toEqual(['block', 'block_backward', 'f']);
    expect(codeOf(document)).toContain('b2, saved_b2 = block(block_, b2_W)');
    await expectAgreement(document);
  });

  it('are called once a copy where they are repeated, and share parameters as the document says', async () => {
    const nodes = [x, { id: 'b1', gate: 'block', params: { repeat: 3 } }, { id: 'b2', gate: 'block' }, total];
    await expectAgreement(documentOf({ nodes, wires: chained('b1', 'b2'), objective: 'L', definitions: { block: residual() } }));
    const shared = documentOf({ nodes, wires: chained('b1', 'b2'), objective: 'L', definitions: { block: residual('shared') } });
    expect(codeOf(shared)).toContain('def f(x, block_W):');
    await expectAgreement(shared);
  });

  it('call each other where they are nested', async () => {
    const stage = definition(
      ['x'],
      { out: 'again' },
      [
        { id: 'first', gate: 'block' },
        { id: 'mid', gate: 'relu' },
        { id: 'again', gate: 'block', params: { repeat: 2 } }
      ],
      [
        ['x', 'first.x'],
        ['first', 'mid.x'],
        ['mid', 'again.x']
      ]
    );
    const document = documentOf({
      nodes: [x, { id: 's', gate: 'stage', params: { repeat: 2 } }, total],
      wires: chained('s'),
      objective: 'L',
      definitions: { stage, block: residual() }
    });
    expect(functionsIn(document)).toEqual(['block', 'block_backward', 'stage', 'stage_backward', 'f']);
    await expectAgreement(document);
  });

  it('are written again for operands of other shapes and gradients of other outputs', async () => {
    const pair = definition(
      ['a', 'b'],
      { sum: 's', product: 'p', same: 'a' },
      [
        { id: 's', gate: 'add' },
        { id: 'p', gate: 'mul' }
      ],
      [
        ['a', 's.a'],
        ['b', 's.b'],
        ['a', 'p.a'],
        ['b', 'p.b']
      ]
    );
    const scalar = { id: 'k', gate: 'variable', params: { value: 3 } };
    const constant = { id: 'c', gate: 'constant', params: { value: [1, 2] } };
    const document = documentOf({
      nodes: [
        x,
        scalar,
        constant,
        { id: 'u', gate: 'pair' },
        { id: 'v', gate: 'pair' },
        { id: 'w', gate: 'pair' },
        { id: 'end', gate: 'mul' },
        total
      ],
      wires: [
        ['x', 'u.a'],
        ['k', 'u.b'],
        ['u.sum', 'v.a'],
        ['c', 'v.b'],
        ['u.product', 'w.a'],
        ['u.same', 'w.b'],
        ['v.product', 'end.a'],
        ['w.sum', 'end.b'],
        ['end', 'L.x']
      ],
      objective: [
        { from: 'L' },
        {
          from: 'w.same',
          upstream: [
            [1, 2],
            [3, 4]
          ]
        }
      ],
      definitions: { pair }
    });
    expect(functionsIn(document).filter((name) => !name!.includes('backward'))).toEqual(['pair', 'pair__2', 'pair__3', 'f']);
    await expectAgreement(document);
  });

  it('take inputs that go to every copy, and add their gradients', async () => {
    const step = definition(
      ['h', 'k'],
      { out: 't' },
      [
        { id: 's', gate: 'add' },
        { id: 't', gate: 'tanh' }
      ],
      [
        ['h', 's.a'],
        ['k', 's.b'],
        ['s', 't.x']
      ]
    );
    const k = {
      id: 'k',
      gate: 'variable',
      params: {
        value: [
          [0.1, 0.2],
          [0.3, 0.4]
        ]
      }
    };
    await expectAgreement(
      documentOf({
        nodes: [x, k, { id: 'r', gate: 'step', params: { repeat: 3 } }, total],
        wires: [
          ['x', 'r.h'],
          ['k', 'r.k'],
          ['r', 'L.x']
        ],
        objective: 'L',
        definitions: { step }
      })
    );
  });

  it('hold state, random numbers and names that Python reserves', async () => {
    const noisy = definition(
      ['in'],
      { out: 'drop' },
      [
        { id: 'lambda', gate: 'batch_norm' },
        { id: 'drop', gate: 'dropout', params: { training: true } }
      ],
      [
        ['in', 'lambda.x'],
        ['lambda', 'drop.x']
      ]
    );
    await expectAgreement(
      documentOf({
        nodes: [x, { id: 'np', gate: 'class' }, { id: 'b', gate: 'class' }, total],
        wires: [
          ['x', 'np.in'],
          ['np', 'b.in'],
          ['b', 'L.x']
        ],
        objective: 'L',
        definitions: { class: noisy }
      })
    );
  });

  it('are left out, their gates written in line, where a gate differentiates the graph', async () => {
    const document = documentOf({
      nodes: [x, { id: 'b', gate: 'block' }, total, { id: 'g', gate: 'gradient' }, { id: 'n', gate: 'l2_regularization' }],
      wires: [...chained('b'), ['L', 'g.y'], ['x', 'g.x'], ['g', 'n.x']],
      objective: 'n',
      definitions: { block: residual() }
    });
    expect(functionsIn(document)).toEqual(['f']);
    await expectAgreement(document);
  });

  it('run without an objective', async () => {
    await expectAgreement(
      documentOf({ nodes: [x, { id: 'b', gate: 'block' }, total], wires: chained('b'), definitions: { block: residual() } })
    );
  });
});
