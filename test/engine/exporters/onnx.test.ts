/** The ONNX export of every gate and of whole networks: checked by onnx, and run by onnxruntime against the engine's own run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { computingNodes } from '../../../engine/document/definitions';
import { predictionsOf } from '../../../engine/exporters/onnx';
import type { OnnxModel } from '../../../engine/formats/onnx';
import { readOnnx } from '../../../engine/formats/onnxReader';
import { hasPython } from '../formats/python';
import { documentOf } from '../documentOf';
import { chain, net, workFolder } from './judged';
import { gateDocument, golden, networks, prefixOf, samples, together, type Case } from './onnxCases';
import { apart, bytesOf, checkOnnx, feedsOf, runEngine, runOnnx, type Judged } from './onnxRuntime';

/** The model computes in float32, the engine's reference in float64; relative to numbers above 1. */
const TOLERANCE = 1e-5;

const folder = workFolder();
const usesData = ({ document }: Judged) => computingNodes(document).some(({ gate }) => gate === 'data');
const named = (name: string) => networks.find((one) => one.name === name)!;
const graphOf = ({ nodes }: OnnxModel) =>
  nodes.map(({ name, op, inputs, outputs }) => `${name}: ${outputs.join()} = ${op}(${inputs.join()})`);

/** What they draw at random is no function of their operands. */
const isDrawn = ({ gate, inputs }: Case) => gate.startsWith('fractional') && !('samples' in inputs);

const gates = [...golden, ...samples].filter((one) => !isDrawn(one));
const CHUNK = 80;
const chunks = Array.from({ length: Math.ceil(gates.length / CHUNK) }, (_, at) => gates.slice(at * CHUNK, (at + 1) * CHUNK));

/** By output, how far the model is from the engine. */
async function errorsOf(judged: Judged, bytes: Uint8Array, rows: number, asWritten = false): Promise<ReadonlyMap<string, number>> {
  const outputs = readOnnx(bytes).outputs.map(({ name }) => name);
  const feeds = feedsOf(judged, rows);
  const [found, wanted] = [await runOnnx(bytes, feeds, asWritten), await runEngine(judged, feeds, outputs, rows)];
  return new Map(outputs.map((name) => [name, apart(found.get(name), wanted.get(name)!)]));
}

describe('the ONNX export', () => {
  const files: string[] = [];
  const write = (judged: Judged): Uint8Array => {
    const bytes = bytesOf(judged);
    files.push(join(folder, `${files.length}.onnx`));
    writeFileSync(files.at(-1)!, bytes);
    return bytes;
  };

  describe(`agrees with the engine on ${gates.length} cases of gates`, () => {
    const errors = new Map<Case, number[]>();
    beforeAll(async () => {
      for (const chunk of chunks) {
        const judged = together(chunk);
        const found = await errorsOf(judged, write(judged), 1, true);
        chunk.forEach((one, at) => {
          errors.set(
            one,
            [...found].filter(([name]) => name === `${prefixOf(at)}y` || name.startsWith(`${prefixOf(at)}y.`)).map(([, error]) => error)
          );
        });
      }
    }, 60_000);

    it.each(gates.map((one) => [one.name, one] as const))('%s', (_name, one) => {
      expect(errors.get(one)!.length).toBeGreaterThan(0);
      expect(Math.max(...errors.get(one)!)).toBeLessThan(TOLERANCE);
    });
  });

  it.each(networks.map((one) => [one.name, one] as const))('agrees with the engine on %s', async (_name, one) => {
    const bytes = write(one);
    // Another number of rows than any that it was written with.
    for (const rows of usesData(one) ? [3, 7] : [1]) {
      const errors = await errorsOf(one, bytes, rows);
      expect(
        [...errors.values()].every((error) => error < TOLERANCE),
        JSON.stringify([rows, ...errors])
      ).toBe(true);
    }
    if (usesData(one)) expect(readOnnx(bytes).inputs.every(({ shape }) => shape![0] === 'N')).toBe(true);
  });

  it.skipIf(!hasPython('onnx', 'Checking exported models by onnx.checker'))('passes onnx.checker, shapes and types included', () => {
    expect(files.length).toBe(chunks.length + networks.length);
    const problems = checkOnnx(files).map((problem, at) => (problem ? `${files[at]}: ${problem}` : null));
    expect(problems.filter(Boolean)).toEqual([]);
  });

  it('calls nodes as the gates, tensors as their outputs and weights by their keys', () => {
    const model = readOnnx(bytesOf(named('lenet.wiregrad')));
    expect([...model.initializers.keys()].filter((name) => !name.startsWith(':'))).toEqual([
      'c1.weight',
      'c1.bias',
      'c2.weight',
      'c2.bias',
      'f1.weight',
      'f1.bias',
      'f2.weight',
      'f2.bias',
      'scores.weight',
      'scores.bias'
    ]);
    expect(model.inputs).toEqual([{ name: 'image', dtype: 'float', shape: ['N', 1, 28, 28] }]);
    expect(model.outputs).toEqual([{ name: 'scores', dtype: 'float', shape: ['N', 10] }]);
    expect(graphOf(model)).toMatchInlineSnapshot(`
      [
        "c1/conv: c1/conv = Conv(image,c1.weight,c1.bias)",
        "c1/relu: c1/relu = Relu(c1/conv)",
        "c1/pool: c1/pool = MaxPool(c1/relu)",
        "c2/conv: c2/conv = Conv(c1/pool,c2.weight,c2.bias)",
        "c2/relu: c2/relu = Relu(c2/conv)",
        "c2/pool: c2/pool = MaxPool(c2/relu)",
        "f1/flat: f1/flat = Flatten(c2/pool)",
        "f1/linear: f1/linear = Gemm(f1/flat,f1.weight,f1.bias)",
        "f1/relu: f1/relu = Relu(f1/linear)",
        "f2/linear: f2/linear = Gemm(f1/relu,f2.weight,f2.bias)",
        "f2/relu: f2/relu = Relu(f2/linear)",
        "scores/linear: scores/linear = Gemm(f2/relu,scores.weight,scores.bias)",
        "scores: scores = Identity(scores/linear)",
      ]
    `);
  });

  it('writes one node where there is an operator of the gate’s meaning, and primitives where there is none', () => {
    const of = (name: string) => graphOf(readOnnx(bytesOf(gateDocument(samples.find((one) => one.name === name)!))));
    expect(of('softmax #1')).toEqual(['y: y = Softmax(x_x)']);
    expect(of('add #1')).toEqual(['y: y = Add(x_a,x_b)']);
    expect(of('silu #0')).toEqual(['y:Sigmoid: y:Sigmoid = Sigmoid(x_x)', 'y: y = Mul(x_x,y:Sigmoid)']);
    expect(of('threshold #0').at(-1)).toMatch(/^y: y = Where\(y:\w+,:\S+,x_x\)$/);
  });

  describe('gives what the document predicts', () => {
    const outputs = (json: object) => predictionsOf(documentOf(json));
    it('without the loss, its targets and regularizers', () => {
      expect(outputs(net())).toEqual(['p']);
      const { inputs } = readOnnx(bytesOf({ document: documentOf(net()) }));
      expect(inputs).toEqual([]);
    });
    it('with what metrics read, and other ends', () => {
      const { nodes, wires } = net();
      const more = {
        nodes: [...nodes, { id: 'best', gate: 'argmax', params: { dim: 1 } }],
        wires: [...wires, { from: 'p', to: 'best.x' }]
      };
      expect(outputs(net({ ...more, training: { metrics: [{ kind: 'accuracy', input: 'h', target: 'y' }] } }))).toEqual(['h', 'p', 'best']);
    });
    it('or its ends, where there is no loss or nothing else', () => {
      const x = ['x', 'variable', { value: [1, 2] }] as const;
      expect(outputs(chain('s', x, ['a', 'tanh', {}, { x: 'x' }], ['s', 'sum', {}, { x: 'a' }]))).toEqual(['s']);
      expect(outputs(chain('L', x, ['y', 'constant', { value: [0, 1] }], ['L', 'mse_loss', {}, { input: 'x', target: 'y' }]))).toEqual([
        'L'
      ]);
    });
  });

  it('is for a fixed number of rows where a gate computes otherwise with another, and says so', () => {
    const { document } = named('gates that go over all rows');
    const fixed = {
      ...document,
      nodes: [...document.nodes, { id: 'windows', gate: 'reshape', params: { shape: [2, 4] } }],
      wires: [...document.wires, { from: 'x', to: 'windows.x' }]
    };
    const model = readOnnx(bytesOf({ document: fixed }));
    expect(model.doc).toBe('For 4 rows alone: a gate computes otherwise with another number.');
    expect(model.inputs[0]!.shape).toEqual([4, 2]);
  });

  it('refuses gates that draw at random, and documents that compute nothing', () => {
    const x = ['x', 'variable', { value: [1, 2] }] as const;
    const document = documentOf(chain('d', x, ['d', 'dropout', { training: true }, { x: 'x' }]));
    expect(() => bytesOf({ document })).toThrow('gate d (dropout): it draws random numbers, and an exported model gives the same');
    expect(() => bytesOf({ document: documentOf({ nodes: [{ id: 'x', gate: 'variable' }], wires: [] }) })).toThrow(
      'the document computes nothing'
    );
  });
});
