/** Convolutions, pools and resampling of random shapes and parameters against PyTorch, and their edges. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../engine/base/shapes';
import { registry } from '../../../engine/gates/registry';
import { hasPython, runPython } from '../formats/python';
import { compile, Compiled, draws } from './compiled';

interface Config {
  readonly gate: string;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Whole numbers from 0 to `below` − 1 that are the same in every run. */
function picker(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const AXES = [1, 2, 3] as const;

function configs(): Config[] {
  const pick = picker(20260801);
  const from = (low: number, high: number) => low + pick(high - low + 1);
  const per = (axes: number, low: number, high: number) => Array.from({ length: axes }, () => from(low, high));
  const lead = (channels: number) => (pick(4) === 0 ? [channels] : [from(1, 3), channels]);
  const convolution = (axes: number): Config => {
    const groups = from(1, 3);
    const [inner, outer] = [from(1, 2), from(1, 2) * groups];
    const params = { stride: per(axes, 1, 3), padding: per(axes, 0, 2), dilation: per(axes, 1, 2), groups };
    const shapes = { x: [...lead(inner * groups), ...per(axes, 5, 7)], weight: [outer, inner, ...per(axes, 1, 3)], bias: [outer] };
    return { gate: `conv${axes}d`, shapes, params };
  };
  const transposed = (axes: number): Config => {
    const groups = from(1, 3);
    const [inner, outer] = [from(1, 2) * groups, from(1, 2)];
    const [stride, dilation] = [per(axes, 1, 3), per(axes, 1, 2)];
    const output_padding = stride.map((step, axis) => pick(Math.max(step, dilation[axis]!)));
    const params = { stride, padding: per(axes, 0, 1), dilation, output_padding, groups };
    const shapes = { x: [...lead(inner), ...per(axes, 2, 4)], weight: [inner, outer, ...per(axes, 2, 3)], bias: [outer * groups] };
    return { gate: `conv_transpose${axes}d`, shapes, params };
  };
  const pool = (name: string, axes: number, extra: () => object): Config => {
    const kernel_size = per(axes, 2, 3);
    const params = { kernel_size, stride: per(axes, 1, 4), ceil_mode: pick(2) === 0, ...extra() };
    return { gate: `${name}${axes}d`, shapes: { x: [...lead(2), ...per(axes, 5, 7)] }, params };
  };
  const padding = (axes: number) => per(axes, 0, 1);
  return [
    ...AXES.flatMap((axes) => Array.from({ length: 8 }, () => [convolution(axes), transposed(axes)]).flat()),
    ...AXES.flatMap((axes) =>
      Array.from({ length: 6 }, () => [
        pool('max_pool', axes, () => ({ padding: padding(axes), dilation: per(axes, 1, 2) })),
        pool('avg_pool', axes, () => ({ padding: padding(axes), count_include_pad: pick(2) === 0 })),
        { gate: `adaptive_max_pool${axes}d`, shapes: { x: [...lead(2), ...per(axes, 2, 9)] }, params: { output_size: per(axes, 1, 6) } },
        { gate: `adaptive_avg_pool${axes}d`, shapes: { x: [...lead(2), ...per(axes, 2, 9)] }, params: { output_size: per(axes, 1, 6) } },
        {
          gate: 'upsample',
          shapes: { x: [from(1, 2), 2, ...per(axes, 1, 5)] },
          params: {
            scale_factor: [2, 3, 1.5, 2.7, 1][pick(5)],
            ...(pick(2) === 0 ? { mode: 'nearest' } : { mode: ['linear', 'bilinear', 'trilinear'][axes - 1], align_corners: pick(2) === 0 })
          }
        }
      ]).flat()
    ),
    ...[1, 2].flatMap((axes) => Array.from({ length: 4 }, () => pool('lp_pool', axes, () => ({ norm_type: from(1, 3) * 2 })))),
    ...Array.from({ length: 8 }, () => ({
      gate: 'unfold',
      shapes: { x: [...lead(2), ...per(2, 4, 7)] },
      params: { kernel_size: per(2, 1, 3), stride: per(2, 1, 2), padding: per(2, 0, 2), dilation: per(2, 1, 2) }
    }))
  ];
}

const SCRIPT = `
import json, sys, torch, torch.nn.functional as F
torch.set_default_dtype(torch.float64)
results = []
for case in json.load(open(sys.argv[1])):
    gate, params = case["gate"], dict(case["params"])
    inputs = {k: torch.tensor(v["data"]).reshape(v["shape"]).requires_grad_() for k, v in case["inputs"].items()}
    for name in ("kernel_size", "stride", "padding", "dilation", "output_size"):
        if gate.endswith("1d") and name in params: params[name] = params[name][0]
    if gate == "upsample":
        if params["mode"] == "nearest": params.pop("align_corners", None)
        y = F.interpolate(inputs["x"], recompute_scale_factor=False, **params)
    elif gate.startswith("conv"):
        y = getattr(F, gate)(inputs["x"], inputs["weight"], inputs["bias"], **params)
    elif "max" in gate:
        y, indices = getattr(F, gate)(inputs["x"], return_indices=True, **params)
    else:
        y = getattr(F, gate)(inputs["x"], **params)
    y.backward(torch.tensor(case["upstream"]).reshape(y.shape))
    result = {"shape": list(y.shape), "out": y.flatten().tolist(), "gradients": {k: v.grad.flatten().tolist() for k, v in inputs.items()}}
    if "max" in gate: result["indices"] = indices.flatten().tolist()
    results.append(result)
print(json.dumps(results))
`;

interface Result {
  readonly shape: readonly number[];
  readonly out: readonly number[];
  readonly indices?: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/** Every entry is a sum of fewer than 1,000 products of numbers around 1. */
function expectClose(found: ArrayLike<number>, wanted: readonly number[], what: string): void {
  expect(found.length, what).toBe(wanted.length);
  wanted.forEach((value, at) => {
    if (!(Math.abs(found[at]! - value) <= 1e-12 * Math.max(1, Math.abs(value))))
      expect.fail(`${what}[${at}] is ${found[at]}, PyTorch says ${value}`);
  });
}

describe.skipIf(!hasPython('torch', 'Comparing random windows'))('windows of random sizes', () => {
  it('give PyTorch’s values, indices and gradients', () => {
    const compiled = configs().map(({ gate, shapes, params }, seed) => {
      const operands = Object.entries(shapes).map(
        ([port, shape], at) => [port, { shape, data: [...draws(sizeOf(shape), 100 * seed + at)] }] as const
      );
      return {
        gate,
        params,
        inputs: Object.fromEntries(operands),
        lowered: new Compiled(registry.get(gate)!, Object.fromEntries(operands), params)
      };
    });
    const folder = mkdtempSync(join(tmpdir(), 'wiregrad-windows-'));
    const file = join(folder, 'cases.json');
    writeFileSync(
      file,
      JSON.stringify(compiled.map(({ lowered, ...rest }) => ({ ...rest, upstream: [...(lowered.feeds()['u0'] as Float64Array)] })))
    );
    const results = runPython(SCRIPT, file) as Result[];
    rmSync(folder, { recursive: true });
    expect(results).toHaveLength(compiled.length);
    results.forEach((wanted, at) => {
      const { gate, params, inputs, lowered } = compiled[at]!;
      const what = `${gate} ${JSON.stringify(params)} of ${JSON.stringify(Object.values(inputs).map(({ shape }) => shape))}`;
      const { builder, outputs, cotangents, floats } = lowered;
      expect(builder.shape(outputs[0]!), what).toEqual(wanted.shape);
      const [values, indices] = compile(builder, outputs)(lowered.feeds());
      expectClose(values!, wanted.out, what);
      if (wanted.indices) expect([...indices!], what).toEqual(wanted.indices);
      const gradients = compile(builder, cotangents)(lowered.feeds());
      floats.forEach((port, index) => expectClose(gradients[index]!, wanted.gradients[port]!, `gradient of ${port}, ${what}`));
    });
  });
});

const run = (gate: string, inputs: Record<string, unknown>, params: object = {}) => {
  const { builder, outputs, ...compiled } = new Compiled(registry.get(gate)!, inputs, { ...params });
  return compile(builder, outputs)({ ...Object.fromEntries(Object.entries(compiled.tensors).map(([port, { data }]) => [port, data])) });
};

describe('the edges of windows', () => {
  it('let NaN win, and an entry of x stand for padding where all is −∞', () => {
    const [values, indices] = run('max_pool1d', { x: [['-Infinity', '-Infinity', 1, 'NaN', 2]] }, { kernel_size: 2, padding: 1 });
    expect([...values!]).toEqual([-Infinity, 1, NaN]);
    expect([...indices!]).toEqual([0, 2, 3]);
  });
  it.each([
    ['conv2d', { x: [[[[1, 2]]]], weight: [[[[1, 1, 1]]]] }, {}, 'a window takes 3 of axis -1 of x, which has 2'],
    ['conv1d', { x: [[1, 2]], weight: [[[1], [1]]] }, {}, 'its 1 channels should be 2'],
    ['conv1d', { x: [[1, 2]], weight: [[[1]]], bias: [1, 2] }, {}, 'bias is [2]; expected [1]'],
    ['conv1d', { x: [1, 2], weight: [[[1]]] }, {}, 'x is [2]; expected [N,C,L], or [C,L] without a batch'],
    ['conv1d', { x: [[1, 2]], weight: [[[1]]] }, { stride: 0 }, 'stride is [0]; expected one number of at least 1'],
    ['conv1d', { x: [[1, 2]], weight: [[[1]], [[1]], [[1]]] }, { groups: 2 }, 'its 1 channels should be 1 · 2 groups'],
    ['conv_transpose1d', { x: [[1, 2]], weight: [[[1, 1]]] }, { output_padding: 1 }, 'output_padding is 1 on axis -1; it should be below'],
    ['conv_transpose1d', { x: [[1]], weight: [[[1]]] }, { padding: 2 }, 'would have -3 entries'],
    ['max_pool2d', { x: [[[1, 2]]] }, { kernel_size: [1, 2, 3] }, 'kernel_size is [1,2,3]; expected one number, or 2 of at least 1'],
    ['max_pool1d', { x: [[1, 2, 3]] }, { kernel_size: 2, padding: 2 }, 'padding is 2 and kernel_size is 2; expected at most half'],
    ['max_unpool1d', { x: [[1, 2]], indices: [[1]] }, { kernel_size: 2 }, 'x is [1,2] and indices is [1,1]'],
    ['fold', { x: [[1, 2, 3]] }, { output_size: [2, 2], kernel_size: 1 }, 'expected [N,C·1,4]'],
    ['upsample', { x: [[[1, 2]]] }, { mode: 'bilinear' }, 'bilinear expects N, C and 2 more axes'],
    [
      'fractional_max_pool2d',
      {
        x: [
          [
            [1, 2],
            [3, 4]
          ]
        ]
      },
      { kernel_size: 2, output_size: 2 },
      '2 windows of 2 need 3 entries on axis -2'
    ],
    [
      'fractional_max_pool2d',
      {
        x: [
          [
            [1, 2],
            [3, 4]
          ]
        ],
        samples: [[0.5]]
      },
      { kernel_size: 1, output_size: 1 },
      'samples is [1,1]; expected [1,2]'
    ]
  ] as const)('are refused in words: %s of %j with %j', (gate, inputs, params, message) => {
    expect(() => new Compiled(registry.get(gate)!, inputs, params)).toThrow(message);
  });
});
