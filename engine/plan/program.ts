/** A document compiled for one purpose: which values a run shall produce, planned and ready for a backend. */
import { appendJvp } from '../autodiff/jvp';
import { appendVjp } from '../autodiff/vjp';
import type { Type } from '../base/dtypes';
import { EngineError, invariant, refuseErrors, type Diagnostic } from '../base/errors';
import type { InstancePath } from '../document/definitions';
import type { Document } from '../document/types';
import type { LowerMode } from '../gates/gate';
import type { Builder } from '../ir/builder';
import { lastOf, type ValueId } from '../ir/graph';
import { namesInside, type NamesInside } from '../lower/inside';
import { lower, type Leaf, type Lowered } from '../lower/lower';
import { simplify } from '../optimize/simplify';
import type { Carry, Plan, Residents } from './plan';
import { planGraph } from './planGraph';

export interface Purpose extends LowerMode {
  /** Gradients of the objective: for every output and wire, or for these leaves alone; absent: none. */
  readonly gradients?: 'all' | ReadonlySet<string>;
  /** Output references whose values are wanted; absent: all. */
  readonly values?: ReadonlySet<string>;
  /** Asks for what is inside this instance too, and for its gradients where `gradients` is all. */
  readonly inside?: InstancePath;
  /** Makes the run a step of training: trained parameters and the gates' state become what they are after it. */
  readonly step?: Step;
  /** Where parameters and state live that several programs share. */
  readonly residents?: Residents;
  /** Leaves that tangents will be given for: asks for the objective's tangent. */
  readonly tangents?: ReadonlySet<string>;
  /** Leaves that a vector will be given for: asks for its product with the Hessian. */
  readonly vector?: ReadonlySet<string>;
  /** Asks for ⟨seed, of⟩'s cotangent at `wrt`: rows of a Jacobian. */
  readonly jacobian?: { readonly of: string; readonly wrt: string };
}

export interface Step {
  readonly trained: ReadonlySet<string>;
  readonly rule: UpdateRule;
  readonly clip?: Clip;
}

/** Limits of gradients: of every entry to ± `value`, then of all of them together to the norm `norm`. */
export interface Clip {
  readonly value?: number;
  readonly norm?: number;
}

/** What a step makes of a parameter, given its gradient. */
export interface UpdateRule {
  /** What is kept for every parameter from step to step, of its type, zeros at first. */
  readonly memory: readonly string[];
  /** Numbers that are fed before every step, as scalars. */
  readonly scalars: readonly string[];
  next(
    b: Builder,
    parameter: ValueId,
    gradient: ValueId,
    memory: readonly ValueId[],
    scalars: readonly ValueId[]
  ): { readonly parameter: ValueId; readonly memory: readonly ValueId[] };
}

/** A value of the plan, with its type. */
export interface Slot {
  readonly value: ValueId;
  readonly type: Type;
}

export interface Program {
  readonly plan: Plan;
  readonly lowered: Lowered;
  readonly values: ReadonlyMap<string, Slot>;
  readonly gradients: ReadonlyMap<string, Slot>;
  /** Parameters that the run moves. */
  readonly trained: ReadonlySet<string>;
  /** By index of the document's wires. */
  readonly wires: readonly (Slot | undefined)[];
  /** The instance that was asked for, in the names and wires of its definition's view. */
  readonly inside?: Pick<Program, 'values' | 'gradients' | 'wires'>;
  /** Σ⟨upstream, out⟩, a scalar. */
  readonly loss?: Slot;
  /** One per term of the objective; undefined is zero. */
  readonly tangents?: readonly (Slot | undefined)[];
  /** By leaf id. */
  readonly hvp?: ReadonlyMap<string, Slot>;
  readonly jacobian?: { readonly of: Type; readonly wrt: Type; readonly row: Slot | undefined };
}

/** Names of the inputs that a program has besides its leaves; node ids hold no colon. */
export const inputName = {
  upstream: (term: number) => `upstream:${term}`,
  tangent: (id: string) => `tangent:${id}`,
  vector: (id: string) => `vector:${id}`,
  memory: (kind: string, id: string) => `${kind}:${id}`,
  scalar: (name: string) => `step:${name}`,
  seed: 'seed:'
};

/**
 * Compiles `document`, for a backend that can compute several operations in one step if it says so. Throws EngineError with
 * every diagnostic that is an error, or for a purpose that it cannot serve.
 */
export function compileProgram(document: Document, purpose: Purpose, { fuses = false }: { readonly fuses?: boolean } = {}): Program {
  const lowered = lower(document, purpose);
  refuseErrors(lowered.diagnostics);
  const { graph, values } = lowered;
  const ids = new Map<string, ValueId>();
  const want = (key: string, id: ValueId | undefined) => {
    if (id !== undefined) ids.set(key, id);
  };

  for (const [name, id] of values) if (!purpose.values || purpose.values.has(name)) want(`value ${name}`, id);
  const needsGradient = purpose.gradients !== undefined || purpose.vector !== undefined || purpose.step !== undefined;
  if (needsGradient || purpose.tangents) requireObjective(lowered);
  const seeds = lowered.objective.length > 0 ? seedObjective(lowered) : new Map<ValueId, ValueId>();
  if (seeds.size > 0) want('loss', total(graph, seeds));
  const cotangents = needsGradient ? appendVjp(graph, seeds) : new Map<ValueId, ValueId>();
  const receives = receivers(lowered);
  if (purpose.gradients === 'all') {
    for (const [name, id] of values) if (receives.has(id)) want(`gradient ${name}`, cotangents.get(id));
    lowered.wires.forEach((id, index) => {
      if (id !== undefined && receives.has(values.get(document.wires[index]!.from)!)) want(`wire ${index}`, cotangents.get(id));
    });
  } else if (purpose.gradients) {
    for (const { id, value } of lowered.leaves) if (purpose.gradients.has(id)) want(`gradient ${id}`, cotangents.get(value));
  }
  const names = purpose.inside === undefined ? undefined : namesInside(document, lowered, purpose.inside);
  if (names) {
    for (const [name, id] of names.values) {
      want(`inner value ${name}`, id);
      if (purpose.gradients === 'all' && receives.has(id)) want(`inner gradient ${name}`, cotangents.get(id));
    }
    names.wires.forEach((wire, index) => {
      if (purpose.gradients === 'all' && wire && receives.has(wire.from)) want(`inner wire ${index}`, cotangents.get(wire.value));
    });
  }

  if (purpose.tangents) {
    const tangents = appendJvp(
      graph,
      seedLeaves(lowered, purpose.tangents, inputName.tangent),
      lastOf(lowered.objective.map(({ value }) => value))
    );
    lowered.objective.forEach(({ value }, term) => want(`tangent ${term}`, tangents.get(value)));
  }
  const differentiable = lowered.leaves.filter(
    ({ source, value }) => (source === 'variable' || source === 'parameter') && receives.has(value)
  );
  if (purpose.vector) {
    const gradients = differentiable.map(({ value }) => cotangents.get(value)).filter((id) => id !== undefined);
    const tangents = appendJvp(graph, seedLeaves(lowered, purpose.vector, inputName.vector), lastOf(gradients));
    for (const { id, value } of differentiable) {
      const gradient = cotangents.get(value);
      want(`hvp ${id}`, (gradient === undefined ? undefined : tangents.get(gradient)) ?? graph.full(0, graph.shape(value)));
    }
  }
  const jacobian = purpose.jacobian && appendRow(lowered, purpose.jacobian);
  want('row', jacobian?.row);

  const updates = purpose.step && appendUpdates(lowered, purpose.step, cotangents);
  return finish(document, lowered, ids, { purpose, fuse: fuses, jacobian, names, updates });
}

interface Asked {
  readonly purpose: Purpose;
  readonly fuse: boolean;
  readonly jacobian: ReturnType<typeof appendRow> | undefined;
  readonly names: NamesInside | undefined;
  readonly updates: Updates | undefined;
}

function finish(
  document: Document,
  lowered: Lowered,
  ids: ReadonlyMap<string, ValueId>,
  { purpose, fuse, jacobian, names, updates }: Asked
): Program {
  const { graph, values } = simplify(lowered.graph, [...ids.values(), ...(updates?.carries.flat() ?? [])]);
  const plan = planGraph(
    graph,
    [...ids.values()].map((id) => values.get(id)!),
    {
      fuse,
      ...(purpose.residents && { residents: purpose.residents }),
      ...(updates && { carries: updates.carries.map(([next, input]) => [values.get(next)!, values.get(input)!] as const) })
    }
  );
  const slot = (key: string): Slot | undefined => {
    const id = ids.get(key);
    if (id === undefined) return undefined;
    const value = values.get(id)!;
    return { value, type: graph.type(value) };
  };
  const slots = (prefix: string, names: Iterable<string>) =>
    new Map(
      [...names].flatMap((name) => {
        const found = slot(`${prefix} ${name}`);
        return found ? [[name, found] as const] : [];
      })
    );
  const loss = slot('loss');
  return {
    plan,
    lowered,
    values: slots('value', lowered.values.keys()),
    gradients: slots('gradient', typeof purpose.gradients === 'object' ? purpose.gradients : lowered.values.keys()),
    trained: updates?.trained ?? new Set(),
    wires: document.wires.map((_, index) => slot(`wire ${index}`)),
    ...(names && {
      inside: {
        values: slots('inner value', names.values.keys()),
        gradients: slots('inner gradient', names.values.keys()),
        wires: names.wires.map((_, index) => slot(`inner wire ${index}`))
      }
    }),
    ...(loss && { loss }),
    ...(purpose.tangents && { tangents: lowered.objective.map((_, term) => slot(`tangent ${term}`)) }),
    ...(purpose.vector && {
      hvp: slots(
        'hvp',
        lowered.leaves.map(({ id }) => id)
      )
    }),
    ...(jacobian && { jacobian: { of: jacobian.of, wrt: jacobian.wrt, row: slot('row') } })
  };
}

interface Updates {
  readonly carries: readonly Carry[];
  readonly trained: ReadonlySet<string>;
}

/** Appends what parameters, what is kept for them, and the gates' state become; a parameter without a gradient stays. */
function appendUpdates({ graph, leaves, states }: Lowered, step: Step, cotangents: ReadonlyMap<ValueId, ValueId>): Updates {
  const { trained, rule, clip = {} } = step;
  const carries: Carry[] = states.flatMap(({ next, value }) => (next === undefined ? [] : [[next, value] as const]));
  const scalars = rule.scalars.map((name) => graph.input(inputName.scalar(name), { dtype: 'float', shape: [] }));
  const moved = leaves.flatMap(({ id, node, value }) => {
    const gradient = trained.has(id) ? cotangents.get(value) : undefined;
    return gradient === undefined ? [] : [{ id, node, value, gradient }];
  });
  const clipped = clipGradients(
    graph,
    moved.map(({ gradient }) => gradient),
    clip
  );
  for (const [at, { id, node, value }] of moved.entries()) {
    graph.within({ node, role: 'internal' }, () => {
      const memory = rule.memory.map((kind) => graph.input(inputName.memory(kind, id), graph.type(value)));
      const next = rule.next(graph, value, clipped[at]!, memory, scalars);
      carries.push([next.parameter, value], ...next.memory.map((kept, place): Carry => [kept, memory[place]!]));
    });
  }
  return { carries, trained: new Set(moved.map(({ id }) => id)) };
}

/** torch.nn.utils.clip_grad_value_, then clip_grad_norm_: scaled by norm / (‖all‖ + 1e-6) where that is below 1. */
function clipGradients(b: Builder, gradients: readonly ValueId[], { value, norm }: Clip): readonly ValueId[] {
  const limited = value === undefined ? gradients : gradients.map((g) => b.min(b.max(g, b.constant(-value)), b.constant(value)));
  if (norm === undefined || limited.length === 0) return limited;
  const squares = limited.map((g) =>
    b.reduce(
      'sum',
      b.mul(g, g),
      b.shape(g).map((_, axis) => axis)
    )
  );
  const total = b.sqrt(squares.reduce((sum, square) => b.add(sum, square)));
  const scale = b.min(b.div(b.constant(norm), b.add(total, b.constant(1e-6))), b.constant(1));
  return limited.map((g) => b.mul(g, scale));
}

/** Throws EngineError `no-objective` where there is nothing to differentiate. */
export function requireObjective({ objective }: Lowered): void {
  if (objective.length === 0) {
    throw new EngineError({
      code: 'no-objective',
      message: 'the document has no objective, so there is nothing to differentiate',
      hint: 'choose the output whose gradient you want as the objective'
    });
  }
}

/** Upstream gradients by value; two terms on one output add up. */
function seedObjective({ graph, objective }: Lowered): Map<ValueId, ValueId> {
  const seeds = new Map<ValueId, ValueId>();
  objective.forEach(({ value, upstream }, term) => {
    const type = graph.type(value);
    const seed = upstream ? graph.input(inputName.upstream(term), type) : graph.full(1, type.shape);
    const before = seeds.get(value);
    seeds.set(value, before === undefined ? seed : graph.add(before, seed));
  });
  return seeds;
}

function total(graph: Builder, seeds: ReadonlyMap<ValueId, ValueId>): ValueId {
  const terms = [...seeds].map(([value, seed]) => {
    const product = graph.mul(seed, value);
    return graph.reduce(
      'sum',
      product,
      graph.shape(product).map((_, axis) => axis)
    );
  });
  return terms.reduce((sum, term) => graph.add(sum, term));
}

/** Outputs that may receive a gradient: float ones, constants excepted. */
function receivers({ graph, values, inner, leaves }: Lowered): ReadonlySet<ValueId> {
  const constants = new Set(leaves.filter(({ source }) => source === 'constant').map(({ value }) => value));
  return new Set(
    [...values.values(), ...inner.values.values(), ...leaves.map(({ value }) => value)].filter(
      (id) => graph.type(id).dtype === 'float' && !constants.has(id)
    )
  );
}

function leafNamed({ leaves, graph }: Lowered, id: string, what: string): Leaf {
  const leaf = leaves.find((candidate) => candidate.id === id);
  const floats = leaves.filter(({ value }) => graph.type(value).dtype === 'float').map((candidate) => candidate.id);
  const fail = (message: string): Diagnostic => ({
    code: 'unknown-leaf',
    message,
    hint: `the leaves that take one are ${floats.join(', ') || 'none'}`
  });
  if (!leaf) throw new EngineError(fail(`${what} names ${id}, which is no leaf of the document`));
  if (graph.type(leaf.value).dtype !== 'float') throw new EngineError(fail(`${what} names ${id}, which is int32`));
  return leaf;
}

function seedLeaves(lowered: Lowered, ids: ReadonlySet<string>, name: (id: string) => string): Map<ValueId, ValueId> {
  return new Map(
    [...ids].map((id) => {
      const { value } = leafNamed(lowered, id, name('').startsWith('tangent') ? 'the tangent' : 'the vector');
      return [value, lowered.graph.input(name(id), lowered.graph.type(value))];
    })
  );
}

/** ⟨seed, of⟩'s cotangent at `wrt`, with the seed an input; row undefined where `of` does not depend on `wrt`. */
function appendRow({ graph, values, leaves }: Lowered, { of, wrt }: { readonly of: string; readonly wrt: string }) {
  const [from, to] = [of, wrt].map((name) => {
    const id = values.get(name) ?? leaves.find((leaf) => leaf.id === name)?.value;
    if (id === undefined)
      throw new EngineError({
        code: 'unknown-output',
        message: `the Jacobian names ${name}, which is no output of the document`,
        hint: `its outputs are ${[...values.keys()].join(', ')}`
      });
    if (graph.type(id).dtype !== 'float')
      throw new EngineError({ code: 'objective-dtype', message: `the Jacobian names ${name}, which is int32 and has no derivative` });
    return id;
  });
  invariant(from !== undefined && to !== undefined, 'two names give two values');
  const seed = graph.input(inputName.seed, graph.type(from));
  return { of: graph.type(from), wrt: graph.type(to), row: appendVjp(graph, new Map([[from, seed]])).get(to) };
}
