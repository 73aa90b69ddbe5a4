/** ONNX models judged: run by onnxruntime-web beside the engine's own run, and checked by Debian's onnx. */
import { Tensor as OrtTensor, InferenceSession, env } from 'onnxruntime-web';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { sizeOf } from '../../../engine/base/shapes';
import type { Tensor } from '../../../engine/base/tensors';
import type { Document } from '../../../engine/document/types';
import { exportOnnx } from '../../../engine/exporters/onnx';
import { lower } from '../../../engine/lower/lower';
import { initialParameters } from '../../../engine/training/parameters';
import { runPython } from '../formats/python';
import { draws, evaluate } from '../gates/compiled';
import type { Weights } from './judged';

env.wasm.numThreads = 1;
env.logLevel = 'fatal';

type Tensors = ReadonlyMap<string, Tensor>;

/** What the model gives for `feeds`; int64 comes back as int32. As users run it, or `asWritten`, which loads faster. */
export async function runOnnx(bytes: Uint8Array, feeds: Tensors, asWritten = false): Promise<Tensors> {
  const session = await InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    logSeverityLevel: 4,
    graphOptimizationLevel: asWritten ? 'disabled' : 'all'
  });
  try {
    const given = session.inputNames.map((name) => [name, ortTensor(feeds.get(name)!)] as const);
    const results = await session.run(Object.fromEntries(given));
    return new Map(Object.entries(results).map(([name, tensor]) => [name, engineTensor(tensor)]));
  } finally {
    await session.release();
  }
}

function ortTensor({ dtype, shape, data }: Tensor): OrtTensor {
  return dtype === 'int32'
    ? new OrtTensor('int64', BigInt64Array.from(data, BigInt), [...shape])
    : new OrtTensor('float32', Float32Array.from(data), [...shape]);
}

function engineTensor({ type, dims, data }: OrtTensor): Tensor {
  if (type === 'int64') return { dtype: 'int32', shape: [...dims], data: Int32Array.from(data as BigInt64Array, Number) };
  // Of an empty tensor the runtime gives no array of its own.
  return { dtype: 'float', shape: [...dims], data: sizeOf(dims) === 0 ? new Float32Array() : (data as Float32Array) };
}

export interface Judged {
  readonly document: Document;
  readonly weights?: Weights;
}

export const parametersOf = ({ document, weights }: Judged) => initialParameters(lower(document, { mode: 'eval' }), 0, weights);

export const bytesOf = (judged: Judged) => exportOnnx(judged.document, parametersOf(judged), 4);

/** Leaves and parameters by key: what the document says, and for `rows` of data numbers that look random. */
export function feedsOf(judged: Judged, rows: number): Tensors {
  const { leaves, graph } = lower(judged.document, { mode: 'eval', batch: rows });
  const others = leaves
    .filter(({ source }) => source !== 'parameter')
    .map(({ id, source, params, value }, at): [string, Tensor] => {
      if (source !== 'data') return [id, params['value'] as Tensor];
      const { dtype, shape } = graph.type(value);
      const drawn = draws(sizeOf(shape), rows + at);
      return [id, { dtype, shape, data: dtype === 'int32' ? Int32Array.from(drawn, Math.abs) : drawn }];
    });
  return new Map([...parametersOf(judged), ...others]);
}

/** What the engine gives in evaluation, in float64, for each of `outputs`. */
export async function runEngine(judged: Judged, feeds: Tensors, outputs: readonly string[], rows: number): Promise<Tensors> {
  const { graph, values } = lower(judged.document, { mode: 'eval', batch: rows });
  const ids = outputs.map((name) => values.get(name)!);
  const found = await evaluate(referenceBackend(), graph, ids, Object.fromEntries([...feeds].map(([id, { data }]) => [id, data])));
  return new Map(outputs.map((name, at) => [name, { ...graph.type(ids[at]!), data: found[at]! }]));
}

/** The largest |found − wanted| / max(1, |wanted|); Infinity where one is not finite and the other is, or shapes differ. */
export function apart(found: Tensor | undefined, wanted: Tensor): number {
  if (found?.shape.join() !== wanted.shape.join() || found.dtype !== wanted.dtype) return Infinity;
  let worst = 0;
  wanted.data.forEach((value, at) => {
    const other = found.data[at]!;
    if (Object.is(other, value) || other === value) return;
    // Beyond float32 the one is infinite.
    if (Object.is(other, Math.fround(value))) return;
    const error = Math.abs(other - value) / Math.max(1, Math.abs(value));
    worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
  });
  return worst;
}

/** What onnx.checker has against each of the files, null where it has nothing. */
export function checkOnnx(paths: readonly string[]): readonly (string | null)[] {
  const script = `
import json, sys
import onnx
def check(path):
    try:
        onnx.checker.check_model(onnx.load(path), full_check=True)
    except Exception as error:
        return str(error)
print(json.dumps([check(path) for path in sys.argv[1:]]))`;
  return runPython(script, ...paths) as (string | null)[];
}
