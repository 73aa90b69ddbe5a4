/** ONNX models as documents: what was exported comes back the same, PyTorch's models come in, and what has no gate is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document } from '../../../engine/document/types';
import { EngineError } from '../../../engine/base/errors';
import { importOnnx } from '../../../engine/importers/onnx';
import { lower } from '../../../engine/lower/lower';
import { workFolder } from '../exporters/judged';
import { gateDocument, golden, networks, samples, type Case } from '../exporters/onnxCases';
import { apart, bytesOf, feedsOf, runEngine, type Judged } from '../exporters/onnxRuntime';
import { hasPython, runPython } from '../formats/python';
import { refused } from '../formats/refused';

/** What they draw at random is no function of their operands. */
const isDrawn = ({ gate, inputs }: Case) => gate.startsWith('fractional') && !('samples' in inputs);
/** They are written by primitives that no gate alone computes: scattered sums, and indices made of floats. */
const hasNoWayBack = ({ gate, params }: Case) =>
  ['fold', 'max_unpool1d', 'max_unpool2d', 'max_unpool3d', 'multilabel_margin_loss'].includes(gate) ||
  gate.startsWith('fractional') ||
  (gate.startsWith('conv_transpose') && JSON.stringify(params ?? {}).includes('"dilation":'));

/** The document as a file holds it, and how far the imported graph is from the exported one. */
async function roundTrip(one: Judged, name: string): Promise<{ readonly document: Document; readonly error: number }> {
  const { document: imported, weights, outputs } = importOnnx(bytesOf(one), name);
  const { document, diagnostics } = parseDocument(serializeDocument(imported));
  expect(diagnostics).toEqual([]);
  expect(lower(document!).diagnostics.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  const feeds = feedsOf(one, 1);
  const isInput = (id: string) => document!.nodes.some((node) => node.id === id && node.gate === 'variable');
  const given = new Map([...feedsOf({ document: document!, weights }, 1), ...[...feeds].filter(([id]) => isInput(id))]);
  const wanted = await runEngine(one, feeds, [...outputs.keys()], 1);
  const found = await runEngine({ document: document!, weights }, given, [...outputs.values()], 1);
  const errors = [...outputs].map(([from, to]) => apart(found.get(to), wanted.get(from)!));
  return { document: document!, error: Math.max(...errors) };
}

describe('what was exported', () => {
  const cases = [...golden, ...samples].filter((one) => !isDrawn(one));

  it('comes back as a graph that computes the same, gate by gate', async () => {
    const wrong: string[] = [];
    let [same, without] = [0, 0];
    for (const one of cases) {
      try {
        const { error } = await roundTrip(gateDocument(one), one.name);
        if (error < 1e-6) same++;
        else wrong.push(`${one.name} is off by ${error}`);
      } catch (error) {
        if (!(error instanceof EngineError) || !hasNoWayBack(one)) throw error;
        // It says which node has no gate, and what to do.
        expect(error.diagnostics[0]!.message).toMatch(/node/);
        expect(error.diagnostics[0]!.hint).toBeTruthy();
        without++;
      }
    }
    expect(wrong).toEqual([]);
    expect(same).toBeGreaterThan(770);
    expect(same + without).toBe(cases.length);
  }, 60_000);

  it.each(networks.filter(({ name }) => name.endsWith('.wiregrad')).map((one) => [one.name, one] as const))(
    'comes back whole: %s',
    async (name, one) => {
      const { document, error } = await roundTrip(one, name);
      expect(error).toBeLessThan(1e-6);
      for (const { from, to } of document.wires) {
        const [source, target] = [from, to].map((end) => document.layout.get(end.split('.')[0]!)!);
        expect(source![0]).toBeLessThan(target![0]);
      }
    }
  );
});

const TORCH = `
import json, sys, warnings
warnings.filterwarnings('ignore')
import torch
from torch import nn
torch.manual_seed(0)
models = {
    'mlp': (nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3), nn.Softmax(dim=1)), (1, 4)),
    'lenet': (nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)), (1, 1, 28, 28)),
}
out = {}
for name, (model, shape) in models.items():
    model.eval()
    x = torch.randn(*shape)
    torch.onnx.export(model, x, f'{sys.argv[1]}/{name}.onnx', input_names=['pixels'], output_names=['scores'], opset_version=14,
                      dynamic_axes={'pixels': {0: 'N'}, 'scores': {0: 'N'}})
    out[name] = dict(x=x.flatten().tolist(), y=model(x).flatten().tolist())
print(json.dumps(out))`;

describe.skipIf(!hasPython('torch', "importing PyTorch's ONNX models"))("PyTorch's models", () => {
  const folder = workFolder();
  let known: Record<string, { x: number[]; y: number[] }> | undefined;
  const expected = (name: string) => (known ??= runPython(TORCH, folder) as NonNullable<typeof known>)[name]!;

  it.each([
    ['mlp', ['variable', 'parameter', 'linear', 'relu', 'tanh', 'softmax']],
    ['lenet', ['variable', 'parameter', 'conv2d', 'relu', 'max_pool2d', 'avg_pool2d', 'flatten', 'linear']]
  ])('%s is an editable graph that gives the same', async (name, gates) => {
    const { x, y } = expected(name);
    const { document, weights, notes, outputs } = importOnnx(readFileSync(join(folder, `${name}.onnx`)), name);
    expect(new Set(document.nodes.map(({ gate }) => gate))).toEqual(new Set(gates));
    expect(notes.join('\n')).toContain('pixels');
    expect(outputs.get('scores')).toBeDefined();
    const feeds = new Map(feedsOf({ document, weights }, 1));
    feeds.set('pixels', { ...feeds.get('pixels')!, data: Float64Array.from(x) });
    const found = (await runEngine({ document, weights }, feeds, [outputs.get('scores')!], 1)).get(outputs.get('scores')!)!;
    expect([...found.data]).toEqual(y.map((value) => expect.closeTo(value, 5)));
  });
});

describe('a file from anywhere', () => {
  const lenet = bytesOf(networks.find(({ name }) => name === 'lenet.wiregrad')!);

  it('that was cut off, or changed, is read or refused, and soon', () => {
    const read = (bytes: Uint8Array): void => {
      try {
        importOnnx(bytes, 'model');
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        expect(['bad-onnx', 'unsupported-onnx']).toContain(error.code);
        expect(error.message.length).toBeLessThan(3_000);
      }
    };
    const began = performance.now();
    const head = lenet.subarray(0, 4096);
    for (let length = 0; length < head.length; length += 37) read(head.subarray(0, length));
    fc.assert(
      fc.property(fc.nat(head.length - 1), fc.nat(255), fc.nat(head.length - 1), fc.nat(255), (first, one, second, other) => {
        const changed = head.slice();
        changed[first] = one;
        changed[second] = other;
        read(changed);
      }),
      { numRuns: 300 }
    );
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 20_000);

  it.each([
    ['nothing', new Uint8Array()],
    ['a text', new TextEncoder().encode('hello, world')],
    ['zeros', new Uint8Array(1000)],
    ['a length beyond the file', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)]
  ])('of %s is refused', async (_what, bytes) => {
    expect((await refused(() => importOnnx(bytes, 'model'))).code).toBe('bad-onnx');
  });
});
