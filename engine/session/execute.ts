/** One run of a document from its text to whole tensors: what the command line and the tests use. */
import { Clock } from '../base/clock';
import type { Precision } from '../base/dtypes';
import { EngineError } from '../base/errors';
import { formatShape, sameShape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import type { BackendName } from '../base/report';
import type { Executable } from '../backends/backend';
import { requireCapacity } from '../backends/capacity';
import { computingNodes } from '../document/definitions';
import { splitOutput, type Document } from '../document/types';
import { compileProgram, inputName, type Program, type Purpose, type Slot } from '../plan/program';
import { batchSizeOf, feedLeaves, feedRows, loadData, type Data, type LoadedData, type Part } from '../training/feed';
import { MeanMetrics, meter } from '../training/evaluate';
import { checkGivenRules } from '../training/givenRules';
import { initialParameters, seedOf } from '../training/parameters';
import type { Metrics } from '../base/report';
import type { Backends } from './backends';
import { runJacobian } from './jacobian';

/** Rows [from, to) in file order, or a part of the split. */
export type Rows = readonly [from: number, to: number] | Part;

export interface ExecuteOptions {
  readonly backends: Backends;
  /** Default float32. */
  readonly precision?: Precision;
  readonly backend?: BackendName;
  /** Default train. */
  readonly mode?: 'train' | 'eval';
  readonly seed?: number;
  readonly backward?: boolean;
  readonly weights?: ReadonlyMap<string, Tensor>;
  readonly data?: Data;
  /** Default: the first batch. */
  readonly rows?: Rows;
  readonly tangents?: ReadonlyMap<string, Tensor>;
  readonly vector?: ReadonlyMap<string, Tensor>;
  readonly jacobian?: { readonly of: string; readonly wrt: string };
  readonly clock?: Clock;
}

export interface Execution {
  readonly values: ReadonlyMap<string, Tensor>;
  readonly gradients: ReadonlyMap<string, Tensor>;
  readonly wires: readonly { readonly from: string; readonly to: string; readonly value: Tensor; readonly gradient?: Tensor }[];
  /** One tensor for an objective that is one output, a list for one that is a list. */
  readonly jvp?: Tensor | readonly Tensor[];
  readonly hvp?: ReadonlyMap<string, Tensor>;
  readonly jacobian?: Tensor;
  /** Present when the document has an objective and data nodes. */
  readonly metrics?: Metrics;
  readonly backend: BackendName;
}

function measure(document: Document, program: Program, executable: Executable): Metrics {
  const mean = new MeanMetrics();
  mean.add(meter(document, program, executable)(), 1);
  return mean.value;
}

/** Compiles and runs `document` once. Throws EngineError for anything wrong with it or its inputs. */
export async function execute(document: Document, options: ExecuteOptions): Promise<Execution> {
  const { backends, precision, mode = 'train', backward, weights, tangents, vector, jacobian, clock = new Clock() } = options;
  const data = await loadData(document, options.data);
  const rows = chooseRows(document, data, options.rows);
  const purpose: Purpose = {
    mode,
    batch: rows.length,
    ...(backward && { gradients: 'all' as const }),
    ...(tangents && { tangents: new Set(tangents.keys()) }),
    ...(vector && { vector: new Set(vector.keys()) }),
    ...(jacobian && { jacobian })
  };
  const choice = backends.choice(options.backend, precision);
  const program = compileProgram(document, purpose, choice);
  const backend = await choice.for([program.plan]);
  await checkGivenRules(program.lowered.graph, clock);
  const seed = seedOf(document, options.seed);
  requireCapacity([program.plan], backend.precision);
  const executable = backend.compile(program.plan);
  try {
    feedLeaves(program, executable, initialParameters(program.lowered, seed, weights), seed);
    feedRows(program, executable, data, rows);
    feedExtras(program, executable, tangents, inputName.tangent, 'tangent');
    feedExtras(program, executable, vector, inputName.vector, 'vector');
    const pending = executable.run(clock);
    if (pending) await pending;
    const result = collect(document, program, executable, backend.name);
    const metrics = data.rows > 0 && program.loss ? measure(document, program, executable) : undefined;
    return { ...result, ...(metrics && { metrics }), ...(jacobian && { jacobian: await runJacobian(program, executable, clock) }) };
  } finally {
    executable.dispose();
  }
}

export function usesData(document: Document): boolean {
  return computingNodes(document).some(({ gate }) => gate === 'data');
}

/** Indices of the rows to run on; none where the document has no data nodes. */
export function chooseRows(document: Document, data: LoadedData, rows?: Rows): Int32Array {
  if (data.rows === 0) return new Int32Array();
  if (typeof rows === 'string') {
    if (data.parts[rows].length > 0) return data.parts[rows];
    throw new EngineError({
      code: 'no-rows',
      message: `the split has no ${rows} rows`,
      hint: `set split.${rows} in the document’s data set`
    });
  }
  const [from, to] = rows ?? [0, Math.min(data.rows, batchSizeOf(document))];
  if (!(from >= 0 && from < to && to <= data.rows)) {
    throw new EngineError({ code: 'no-rows', message: `rows ${from}:${to} were asked for and the data has rows 0:${data.rows}` });
  }
  return Int32Array.from({ length: to - from }, (_, at) => from + at);
}

function feedExtras(
  program: Program,
  executable: Executable,
  tensors: ReadonlyMap<string, Tensor> | undefined,
  name: (id: string) => string,
  what: string
): void {
  for (const [id, tensor] of tensors ?? []) {
    const { graph, leaves } = program.lowered;
    const shape = graph.shape(leaves.find((leaf) => leaf.id === id)!.value);
    if (!sameShape(tensor.shape, shape)) {
      throw new EngineError({
        code: 'shape-mismatch',
        gate: splitOutput(id).id,
        message: `the ${what} given is ${formatShape(tensor.shape)} and its value is ${formatShape(shape)}`,
        hint: 'give one number per entry'
      });
    }
    const value = program.plan.inputs.get(name(id));
    if (value !== undefined) executable.view(value).set(tensor.data);
  }
}

/** A copy of what a slot holds. */
export function readSlot(executable: Executable, { value, type }: Slot): Tensor {
  return { ...type, data: executable.view(value).slice() };
}

function collect(document: Document, program: Program, executable: Executable, backend: BackendName): Execution {
  const read = (slots: ReadonlyMap<string, Slot>) => new Map([...slots].map(([name, slot]) => [name, readSlot(executable, slot)]));
  const values = read(program.values);
  const tangents = program.tangents?.map((slot, term) =>
    slot ? readSlot(executable, slot) : zeros(program, program.lowered.objective[term]!.from)
  );
  return {
    values,
    gradients: read(program.gradients),
    wires: document.wires.map(({ from, to }, index) => {
      const slot = program.wires[index];
      return { from, to, value: values.get(from)!, ...(slot && { gradient: readSlot(executable, slot) }) };
    }),
    ...(tangents && { jvp: typeof document.objective === 'string' ? tangents[0]! : tangents }),
    ...(program.hvp && { hvp: read(program.hvp) }),
    backend
  };
}

function zeros(program: Program, output: string): Tensor {
  const { dtype, shape } = program.lowered.types.get(output)!;
  return { dtype, shape, data: new Float64Array(shape.reduce((size, length) => size * length, 1)) };
}
