/** A gate on its own: lowered on given operands, differentiated both ways, and run by the reference backend. */
import type { Backend } from '../../../engine/backends/backend';
import { referenceBackend } from '../../../engine/backends/reference/reference';
import { appendJvp } from '../../../engine/autodiff/jvp';
import { appendVjp } from '../../../engine/autodiff/vjp';
import { Clock } from '../../../engine/base/clock';
import type { Type } from '../../../engine/base/dtypes';
import { sizeOf } from '../../../engine/base/shapes';
import { readTensor, type Tensor } from '../../../engine/base/tensors';
import { NodeContext, type StateLeaf } from '../../../engine/gates/context';
import type { Gate, LowerMode, Operands, ResolvedParams } from '../../../engine/gates/gate';
import { resolveParams } from '../../../engine/gates/params';
import { Builder, RANDOM_SEED } from '../../../engine/ir/builder';
import type { ValueId } from '../../../engine/ir/graph';
import { simplify } from '../../../engine/optimize/simplify';
import { planGraph } from '../../../engine/plan/planGraph';

export type Feeds = Readonly<Record<string, ArrayLike<number>>>;
const MODE: LowerMode = { mode: 'train', batch: 2 };

/** Compiles what `outputs` need and returns a function from feeds to their entries; undefined outputs stay undefined. */
export function compile(builder: Builder, outputs: readonly (ValueId | undefined)[]): (feeds: Feeds) => (Float64Array | undefined)[] {
  const wanted = outputs.filter((id) => id !== undefined);
  const { graph, values } = simplify(builder, wanted);
  const plan = planGraph(
    graph,
    wanted.map((id) => values.get(id)!)
  );
  const executable = referenceBackend().compile(plan);
  const clock = new Clock();
  return (feeds) => {
    for (const [name, id] of plan.inputs) {
      const feed = feeds[name];
      if (!feed) throw new Error(`no feed for ${name}`);
      executable.view(id).set(feed);
    }
    const pending = executable.run(clock);
    if (pending) throw new Error('too large for one slice');
    return outputs.map((id) => (id === undefined ? undefined : Float64Array.from(executable.view(values.get(id)!))));
  };
}

/** What a backend computes of `outputs`, in its precision; undefined outputs stay undefined. */
export async function evaluate(
  backend: Backend,
  builder: Builder,
  outputs: readonly (ValueId | undefined)[],
  feeds: Feeds
): Promise<(Float64Array | undefined)[]> {
  const wanted = outputs.filter((id) => id !== undefined);
  const { graph, values } = simplify(builder, wanted);
  const plan = planGraph(
    graph,
    wanted.map((id) => values.get(id)!)
  );
  const executable = backend.compile(plan);
  try {
    for (const [name, id] of plan.inputs) executable.view(id).set(feeds[name]!);
    await executable.run(new Clock());
    return outputs.map((id) => (id === undefined ? undefined : Float64Array.from(executable.view(values.get(id)!))));
  } finally {
    executable.dispose();
  }
}

/** Numbers in ±[0.5, 1.5] that look random and are the same in every run. */
export function draws(count: number, seed: number): Float64Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const unit = state / 2 ** 32;
    return unit < 0.5 ? -(0.5 + 2 * unit) : 2 * unit - 0.5;
  });
}

/** A gate lowered on operands of given types: graph inputs are its ports, `u0`… its outputs' cotangents, `t.port` tangents. */
export class Compiled {
  readonly builder = new Builder();
  readonly params: ResolvedParams;
  readonly tensors: Operands<Tensor>;
  readonly operands: Operands<ValueId>;
  /** What the shape rule says. */
  readonly types: readonly Type[];
  readonly outputs: readonly ValueId[];
  /** Ports that a gradient can reach. */
  readonly floats: readonly string[];
  /** Cotangents of the float ports; undefined where none arrives. */
  readonly cotangents: readonly (ValueId | undefined)[];
  /** Tangents of the outputs. */
  readonly tangents: readonly (ValueId | undefined)[];
  /** Tangents of `cotangents`: the second derivative applied to `t`. */
  readonly curvatures: readonly (ValueId | undefined)[];
  private readonly fixed: Record<string, ArrayLike<number>> = { [RANDOM_SEED]: [1, 0] };

  constructor(
    readonly gate: Gate,
    inputs: Readonly<Record<string, unknown>>,
    params: Readonly<Record<string, unknown>> = {}
  ) {
    const resolved = resolveParams(gate, params);
    if (resolved.problems.length) throw new Error(`${gate.name}: ${resolved.problems[0]!.message}`);
    this.params = resolved.params;
    const ports = gate.inputs(this.params).filter(({ name }) => name in inputs);
    this.tensors = Object.fromEntries(
      ports.map(({ name, dtype }) => {
        const tensor = readTensor(inputs[name], dtype === 'int32' ? 'int32' : 'float');
        if (typeof tensor === 'string') throw new Error(`${gate.name}.${name}: ${tensor}`);
        return [name, tensor];
      })
    );
    const b = this.builder;
    this.types = gate.shape(this.tensors, this.params, MODE);
    this.operands = Object.fromEntries(
      Object.entries(this.tensors).map(([name, { dtype, shape }]) => [name, b.input(name, { dtype, shape })])
    );
    const states = new Map<string, StateLeaf>();
    const context = new NodeContext(b, 'gate', MODE, 'gate', states);
    this.outputs = gate.lower(b, this.operands, this.params, context);
    for (const { id, value, initial } of states.values()) this.fixed[id] = new Float64Array(sizeOf(b.shape(value))).fill(initial);
    const last = b.operations.length - 1;
    this.floats = ports.filter(({ name }) => this.tensors[name]!.dtype === 'float').map(({ name }) => name);

    const seeds = new Map<ValueId, ValueId>();
    this.outputs.forEach((output, at) => {
      if (b.type(output).dtype !== 'float') return;
      this.fixed[`u${at}`] = draws(sizeOf(b.shape(output)), 7 + at);
      const seed = b.input(`u${at}`, b.type(output));
      seeds.set(output, seeds.has(output) ? b.add(seeds.get(output)!, seed) : seed);
    });
    const cotangents = appendVjp(b, seeds);
    this.cotangents = this.floats.map((port) => cotangents.get(this.operands[port]!));

    const directions = new Map(
      this.floats.map((port, at) => {
        const { data } = this.tensors[port]!;
        // In proportion to the entries, so that a step along it moves each by the same share.
        this.fixed[`t.${port}`] = draws(data.length, 31 + at).map((draw, index) => draw * Math.max(1, Math.abs(data[index]!)));
        return [this.operands[port]!, b.input(`t.${port}`, b.type(this.operands[port]!))] as const;
      })
    );
    const until = b.operations.length - 1;
    const tangents = appendJvp(b, directions, until);
    this.tangents = this.outputs.map((output) => (output <= last ? tangents.get(output) : undefined));
    this.curvatures = this.cotangents.map((id) => (id === undefined ? undefined : tangents.get(id)));
  }

  /** The operands, the cotangents `u…` and the tangents `t.…`. */
  feeds(replaced: Feeds = {}): Feeds {
    return { ...Object.fromEntries(Object.entries(this.tensors).map(([name, { data }]) => [name, data])), ...this.fixed, ...replaced };
  }

  /** Feeds with `amount` added to one entry of one port, or amount·t to all float ports where no entry is named. */
  moved(amount: number, entry?: { readonly port: string; readonly index: number }): Feeds {
    const shift = (port: string): Float64Array => {
      const data = Float64Array.from(this.tensors[port]!.data);
      if (entry) data[entry.index]! += amount;
      else data.forEach((value, index) => (data[index] = value + amount * this.fixed[`t.${port}`]![index]!));
      return data;
    };
    return this.feeds(Object.fromEntries((entry ? [entry.port] : this.floats).map((port) => [port, shift(port)])));
  }
}
