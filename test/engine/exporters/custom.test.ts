/** Custom gates as Python: the NumPy file and PyTorch's functions give the engine's values and gradients. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTensor, writeTensor, type TensorJson } from '../../../engine/base/tensors';
import { parseDocument } from '../../../engine/document/parse';
import type { Document } from '../../../engine/document/types';
import { torchFunction } from '../../../engine/exporters/torchFunction';
import custom from '../../../engine/gates/custom/custom.gate';
import { resolveParams } from '../../../engine/gates/params';
import { Backends } from '../../../engine/session/backends';
import { execute } from '../../../engine/session/execute';
import { exportDocument } from '../../../engine/session/export';
import { hasPython, runPython } from '../formats/python';

interface Case {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, TensorJson>>;
}

const X = [
  [0.5, -1.25, 2],
  [3, -0.5, 0.75]
];
const cases: readonly Case[] = [
  { name: 'swish', params: {}, values: { x: X } },
  {
    name: 'swish with its own backward',
    params: {
      inputs: 'x, w',
      forward: 'let s = 1 / (1 + exp(-w * x)); # the gate\nx * s',
      backward:
        'let s = 1 / (1 + exp(-w * x));\nlet slope = s * (1 - s);\ngrad_w = grad * x ** 2 * slope;\ngrad_x = grad * (s + w * x * slope)'
    },
    values: { x: X, w: [1, 0.5, -2] }
  },
  { name: 'a gradient that is broadcast', params: { forward: 'mean(x ** 2)', backward: 'grad_x = grad * x / 3' }, values: { x: X } },
  {
    name: 'a gradient that is a number',
    params: { inputs: 'x, w', forward: '2 * x', backward: 'grad_x = 2 * grad; grad_w = 0' },
    values: { x: 2, w: [1, 2] }
  },
  {
    name: 'precedence',
    params: { forward: '-x ** 2 - (x - (1 - x)) / (2 / x / 3) - 2 ** -x ** 2 + -(x + 1) * (x * 3) ** 2' },
    values: { x: X }
  },
  {
    name: 'numbers alone',
    params: {
      forward:
        'let a = 2; let b = -a; x * exp(1) + (1 / 0 > 3) / -(1 > 2 - 3) + (1 / (2 < 1) > x) - sqrt(a) * b ** 2 + max(a, 3) - (-b) ** 0.5'
    },
    values: { x: X }
  },
  { name: 'a result that is a number', params: { inputs: 'x', forward: 'where(x > 0, x, 0) * 0 + 3' }, values: { x: X } },
  {
    name: 'comparisons',
    params: { inputs: 'a, b', forward: 'where((a < b) + (a == b), a * (b >= 1), b) * (a != 2)' },
    values: { a: X, b: [1, 2, -1] }
  },
  {
    name: 'every elementwise function',
    params: {
      forward:
        'let p = 1 + square(x); exp(tanh(x)) + log(p) + log1p(p) + expm1(x / 4) + sin(x) * cos(x) + erf(x) + sqrt(p) + sign(x) + abs(x) + sigmoid(x) + log_sigmoid(x) + relu(x) + softplus(x) + max(x, p) + min(x, 0.25) + pow(p, x)'
    },
    values: { x: X }
  },
  {
    name: 'every function of axes',
    params: {
      forward:
        'let t = reshape(transpose(x), 2, -1); sum(x) + sum(x, 0) + sum(x, 1, keep) + mean(x, -1, 0, keep) + mean(x, keep) + amax(x, 0) * amin(x, 1, keep) + cumsum(x, 0) * softmax(t, 0) + log_softmax(x) + matmul(matmul(x, transpose(t, 0, 1)), t) + cumsum(t) + amax(t, keep) + sum(x, keep)'
    },
    values: { x: X }
  },
  {
    name: 'names that Python reserves',
    params: {
      inputs: 'lambda, torch, ctx, np',
      forward: 'let None = torch * lambda; None + ctx * np',
      backward: 'let is = grad; grad_lambda = is * torch; grad_torch = is * lambda; grad_ctx = is * np; grad_np = is * ctx'
    },
    values: { lambda: X, torch: [1, 2, 3], ctx: 2, np: -1 }
  },
  { name: 'the gradient of the result', params: { forward: 'tanh(x)', backward: 'grad_x = grad * (1 - out ** 2)' }, values: { x: X } }
];

function documentOf({ params, values }: Case): Document {
  const inputs = Object.keys(values);
  const json = {
    format: 'wiregrad',
    version: 1,
    name: 'custom',
    nodes: [
      ...inputs.map((id) => ({ id: `v_${id}`, gate: 'variable', params: { value: values[id] } })),
      { id: 'y', gate: 'custom', params },
      { id: 's', gate: 'square' },
      { id: 'L', gate: 'sum' }
    ],
    wires: [...inputs.map((id) => ({ from: `v_${id}`, to: `y.${id}` })), { from: 'y', to: 's.x' }, { from: 's', to: 'L.x' }],
    objective: 'L'
  };
  const { document, diagnostics } = parseDocument(JSON.stringify(json));
  if (!document) throw new Error(diagnostics[0]!.message);
  return document;
}
const run = (document: Document) => execute(document, { backends: new Backends(), precision: 'float64', backward: true });

function numbers(json: TensorJson): number[] {
  if (Array.isArray(json)) return json.flatMap(numbers);
  return typeof json === 'object' ? numbers(json.data) : [Number(json)];
}

/** Both compute in float64, sums in another order and functions of another library: a few hundred roundings. */
function expectClose(found: TensorJson | undefined, wanted: TensorJson, name: string): void {
  const [a, b] = [numbers(found!), numbers(wanted)];
  expect(a.length, name).toBe(b.length);
  b.forEach((value, at) =>
    expect(Math.abs(a[at]! - value), `${name}[${at}]: ${a[at]} for ${value}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)) * 10)
  );
}

const folder = mkdtempSync(join(tmpdir(), 'wiregrad-custom-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasPython('numpy', 'Running custom gates in NumPy'))('in NumPy', () => {
  it.each(cases)('$name', async (example) => {
    const document = documentOf(example);
    const file = join(folder, 'graph.py');
    writeFileSync(file, exportDocument(document, 'numpy')[0]!.bytes);
    const script = 'import runpy, sys; runpy.run_path(sys.argv[1], run_name="__main__")';
    const found = runPython(script, file) as { values: Record<string, TensorJson>; gradients: Record<string, TensorJson> };
    const { values, gradients } = await run(document);
    expect(Object.keys(found.gradients)).toEqual([...gradients.keys()]);
    for (const [name, tensor] of values) expectClose(found.values[name], writeTensor(tensor), `value ${name}`);
    for (const [name, tensor] of gradients) expectClose(found.gradients[name], writeTensor(tensor), `gradient ${name}`);
  });
});

describe('in PyTorch', () => {
  const functionOf = ({ params }: Case, id = 'y') => torchFunction(id, resolveParams(custom, params).params);

  it('a gate with its own backward is a torch.autograd.Function', () => {
    const { name, call, code } = functionOf(
      { name: '', params: { forward: '# cube\nx ** 3', backward: 'grad_x = 3 * grad * x ** 2' }, values: {} },
      'cube'
    );
    expect([name, call]).toEqual(['Custom_cube', 'Custom_cube.apply']);
    expect(code).toBe(
      [
        'class Custom_cube(torch.autograd.Function):',
        '    @staticmethod',
        '    def forward(ctx, x):',
        '        # # cube',
        '        # x ** 3',
        '        out = x ** 3.0',
        '        ctx.save_for_backward(x, out)',
        '        return out',
        '',
        '    @staticmethod',
        '    def backward(ctx, grad):',
        '        x, out = ctx.saved_tensors',
        '        grad_x = 3.0 * grad * x ** 2.0',
        '        return (grad_x + torch.zeros_like(x)).sum_to_size(x.shape)',
        ''
      ].join('\n')
    );
  });

  it('one without is a function, which PyTorch derives', () => {
    const { name, call, code } = functionOf(cases[0]!, 'swish');
    expect([name, call]).toEqual(['custom_swish', 'custom_swish']);
    expect(code.split('\n')[0]).toBe('def custom_swish(x):');
  });

  describe.skipIf(!hasPython('torch', 'Running custom gates in PyTorch'))('run by Python', () => {
    it('agrees in value and gradient on every case', async () => {
      const functions = cases.map((example, at) => ({ ...functionOf(example, `f${at}`), values: example.values }));
      const file = join(folder, 'gates.py');
      const calls = functions.map(({ call, values }) => {
        const tensors = Object.values(values).map(
          (json) => `torch.tensor(${JSON.stringify(json)}, dtype=torch.float64, requires_grad=True)`
        );
        return `results.append(run(${call}, [${tensors.join(', ')}]))`;
      });
      writeFileSync(
        file,
        [
          'import json',
          'import torch',
          ...functions.map(({ code }) => `\n\n${code}`),
          '',
          'def run(function, inputs):',
          '    out = function(*inputs)',
          '    assert out.dtype == torch.float64',
          '    if out.requires_grad:',
          '        (out ** 2).sum().backward()',
          '    zero = lambda x: torch.zeros_like(x) if x.grad is None else x.grad',
          '    return {"value": out.tolist(), "gradients": [zero(x).tolist() for x in inputs]}',
          '',
          'results = []',
          ...calls,
          'print(json.dumps(results))',
          ''
        ].join('\n')
      );
      const found = runPython('import runpy, sys; runpy.run_path(sys.argv[1])', file) as { value: TensorJson; gradients: TensorJson[] }[];
      for (const [at, example] of cases.entries()) {
        const { values, gradients } = await run(documentOf(example));
        expectClose(found[at]!.value, writeTensor(values.get('y')!), example.name);
        Object.entries(example.values).forEach(([port, json], place) => {
          const own = gradients.get(`v_${port}`);
          const shape = readTensor(json);
          const zeros = typeof shape === 'string' ? [] : Array.from(shape.data, () => 0);
          expectClose(found[at]!.gradients[place], own ? writeTensor(own) : zeros, `${example.name}: gradient of ${port}`);
        });
      }
    });
  });
});
