/** Runs small graphs on a backend, without the planner: every value has a place of its own. */
import { Clock } from '../../../engine/base/clock';
import type { NumberArray } from '../../../engine/base/dtypes';
import { sizeOf } from '../../../engine/base/shapes';
import type { Tensor } from '../../../engine/base/tensors';
import type { Backend, Executable } from '../../../engine/backends/backend';
import { Builder } from '../../../engine/ir/builder';
import type { Graph, ValueId } from '../../../engine/ir/graph';
import { verify } from '../../../engine/ir/verify';
import { ALIGNMENT, type Plan } from '../../../engine/plan/plan';

export function planOf(graph: Graph, outputs: readonly ValueId[]): Plan {
  verify(graph);
  const offsets = new Int32Array(graph.operations.length);
  const inputs = new Map<string, ValueId>();
  const steps: ValueId[] = [];
  let slots = 0;
  graph.operations.forEach((operation, id) => {
    offsets[id] = slots;
    slots += Math.ceil(sizeOf(operation.type.shape) / ALIGNMENT) * ALIGNMENT;
    if (operation.primitive === 'input') inputs.set(operation.attributes.name, id);
    else steps.push(id);
  });
  return { graph, prologue: [], steps, groups: new Map(), offsets, slots, resident: 0, inputs, outputs, carries: [] };
}

/** A graph of one operation or a few, on operands that are given. */
export interface Program {
  readonly operands: readonly Tensor[];
  build(builder: Builder, operands: readonly ValueId[]): ValueId;
}

export function compile(backend: Backend, { operands, build }: Program): { executable: Executable; output: ValueId } {
  const builder = new Builder();
  builder.origin = { node: 'gate', role: 'value' };
  const inputs = operands.map((operand, index) => builder.input(String(index), operand));
  const output = build(builder, inputs);
  const executable = backend.compile(planOf(builder, [output]));
  operands.forEach((operand, index) => executable.view(inputs[index]!).set(operand.data));
  return { executable, output };
}

/** The entries of the program's result. */
export async function execute(backend: Backend, program: Program): Promise<NumberArray> {
  const { executable, output } = compile(backend, program);
  await executable.run(new Clock());
  const result = executable.view(output).slice();
  executable.dispose();
  return result;
}

export function float(shape: readonly number[], data: readonly number[]): Tensor {
  return { dtype: 'float', shape, data: Float64Array.from(data) };
}
export function int32(shape: readonly number[], data: readonly number[]): Tensor {
  return { dtype: 'int32', shape, data: Int32Array.from(data) };
}
