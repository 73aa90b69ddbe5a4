/**
 * Operations as calls of kernels: an opcode, how many units of work, and the words that the kernel reads, with every
 * address computed beforehand, relative to the arena.
 */
import { InvariantError } from '../../base/errors';
import { sizeOf, stridesOf, type Shape } from '../../base/shapes';
import type { AnyOperation, Operation, ValueId } from '../../ir/graph';
import { isElementwise } from '../../optimize/chains';
import type { Carry, Plan } from '../../plan/plan';
import { movesOf, patchMoves, type Move } from '../moves';
import { boxOf } from './boxes';
import { chainCall } from './chains';
import { Opcode } from './opcodes';
import { at, floatBits, type Address, type Call } from './call';
import { productCall } from './products';
import { windowWords } from './windows';

/** Where an operation's values stand, as byte offsets in the arena, and the operands' shapes. */
export interface Setting<O extends AnyOperation | Operation = AnyOperation> {
  readonly operation: O;
  readonly out: number;
  readonly inputs: readonly number[];
  readonly shapes: readonly Shape[];
  /** Operands are int32. */
  readonly integers: readonly boolean[];
}

const vectors = (shape: Shape): number => Math.ceil(sizeOf(shape) / 4);

/** Nanoseconds for an entry that is moved. */
const MOVED = 0.4;

const REDUCTIONS = {
  reduce_sum: { opcodes: [Opcode.sum, Opcode.sumInt], empty: [0, 0] },
  reduce_max: { opcodes: [Opcode.largest, Opcode.largestInt], empty: [floatBits(-Infinity), -(2 ** 31)] },
  reduce_min: { opcodes: [Opcode.smallest, Opcode.smallestInt], empty: [floatBits(Infinity), 2 ** 31 - 1] }
} as const;

/**
 * The calls that compute the step of `value` on so many threads, in order; each must end before the next begins. None for an
 * empty result, or for an alias.
 */
export function callsOf(plan: Plan, value: ValueId, threads: number): Call[] {
  const { graph, groups, offsets } = plan;
  const operation = graph.operations[value]!;
  const { primitive } = operation;
  if ((primitive === 'reshape' || primitive === 'identity') && offsets[value] === offsets[operation.inputs[0]!]) return [];
  const members = groups.get(value) ?? [value];
  return callsAround(plan, members, threads).filter((call) => call.units > 0);
}

function callsAround(plan: Plan, members: readonly ValueId[], threads: number): Call[] {
  const { operations } = plan.graph;
  const value = members.at(-1)!;
  if (isElementwise(operations[value]!)) return [chainCall(plan, members)];
  const product = members.find((id) => operations[id]!.primitive === 'dot');
  return product === undefined ? callsFor(settingOf(plan, value)) : [productCall(plan, members, product, threads)];
}

/** The copy that carries a value over to the next run. */
export function carryCall({ graph, offsets }: Plan, [next, input]: Carry): Call {
  const shape = graph.operations[next]!.type.shape;
  const steps = stridesOf(shape);
  const move = { operand: 0, shape, from: 0, fromSteps: steps, to: 0, toSteps: steps };
  return copy({ out: offsets[input]! * 4, inputs: [offsets[next]! * 4] }, move);
}

function settingOf({ graph, offsets }: Plan, value: ValueId): Setting {
  const operation = graph.operations[value]!;
  const types = operation.inputs.map((input) => graph.operations[input]!.type);
  return {
    operation,
    out: offsets[value]! * 4,
    inputs: operation.inputs.map((input) => offsets[input]! * 4),
    shapes: types.map(({ shape }) => shape),
    integers: types.map(({ dtype }) => dtype === 'int32')
  };
}

function callsFor(setting: Setting): Call[] {
  const { operation, integers } = setting;
  const integer = integers[0] ? 1 : 0;
  switch (operation.primitive) {
    case 'constant':
      return [fill(setting, setting.operation.type.dtype === 'int32' ? operation.attributes.value : floatBits(operation.attributes.value))];
    case 'identity':
    case 'reshape':
    case 'permute':
    case 'broadcast':
    case 'slice':
    case 'reverse':
    case 'concat':
      return movesOf(operation, setting.shapes).map((move) => copy(setting, move));
    case 'pad':
    case 'patches': {
      const { value } = operation.attributes;
      const moves = movesOf(operation, setting.shapes);
      const whole = moves.reduce((sum, { shape }) => sum + sizeOf(shape), 0) === sizeOf(operation.type.shape);
      return [...(whole ? [] : [fill(setting, integer ? value : floatBits(value))]), ...moves.map((move) => copy(setting, move))];
    }
    case 'fold_patches':
      return [fill(setting, 0), ...foldPatches(setting, operation)];
    case 'random':
      return [random(setting, operation)];
    case 'iota':
      return [along(Opcode.iota, operation.type.shape, operation.attributes.axis, sizeOf(operation.type.shape), [at(setting.out)])];
    case 'reduce_sum':
    case 'reduce_max':
    case 'reduce_min':
      return [reduce(setting, operation)];
    case 'cumsum':
    case 'argmax': {
      const { axis } = operation.attributes;
      const shape = setting.shapes[0]!;
      const opcode =
        operation.primitive === 'cumsum' ? [Opcode.cumsum, Opcode.cumsumInt][integer]! : [Opcode.argmax, Opcode.argmaxInt][integer]!;
      const lines = sizeOf(shape.filter((_, other) => other !== axis));
      return [along(opcode, shape, axis, lines, [at(setting.out), at(setting.inputs[0]!)])];
    }
    case 'window_argmax':
      return [windowArgmax(setting, operation)];
    case 'gather':
      return [gather(setting, operation)];
    case 'scatter_add':
      return scatterAdd(setting, operation);
    default:
      throw new InvariantError(`a plan lists an operation ${operation.primitive} as a step`);
  }
}

/** `entry` is the entry's bits. */
function fill({ operation, out }: Setting, entry: number): Call {
  const { shape } = operation.type;
  return { opcode: Opcode.fill, units: vectors(shape), cost: sizeOf(shape) * MOVED, words: [at(out), entry] };
}

function copy({ out, inputs }: Pick<Setting, 'out' | 'inputs'>, move: Move, opcode = Opcode.copy): Call {
  const box = boxOf(move.shape, move.fromSteps, move.toSteps);
  const units = sizeOf(move.shape);
  const words = [at(out + move.to * 4), at(inputs[move.operand]! + move.from * 4), ...box];
  return { opcode, units, cost: units * MOVED, words };
}

/** The copies that made the patches, backwards; no two entries of one land at the same place. */
function foldPatches(setting: Setting, { type: { shape }, attributes }: Operation<'fold_patches'>): Call[] {
  const lead = shape.length - attributes.windows.length;
  return patchMoves(shape.slice(lead), shape.slice(0, lead), attributes).map((move) =>
    copy(setting, { ...move, from: move.to, fromSteps: move.toSteps, to: move.from, toSteps: move.fromSteps }, Opcode.accumulate)
  );
}

function random({ out, inputs }: Setting, { type: { shape }, attributes: { stream } }: Operation<'random'>): Call {
  return {
    opcode: Opcode.random,
    units: vectors(shape),
    cost: sizeOf(shape) * 5,
    words: [at(out), at(inputs[0]!), ...stream.map((word) => word | 0)]
  };
}

function along(opcode: Opcode, shape: Shape, axis: number, units: number, addresses: readonly Address[]): Call {
  return { opcode, units, cost: sizeOf(shape) * 4 * MOVED, words: [...addresses, shape[axis]!, stridesOf(shape)[axis]!] };
}

function reduce(setting: Setting, operation: Operation<'reduce_sum' | 'reduce_max' | 'reduce_min'>): Call {
  const { opcodes, empty } = REDUCTIONS[operation.primitive];
  const integer = setting.integers[0] ? 1 : 0;
  const shape = setting.shapes[0]!;
  if (sizeOf(shape) === 0) return fill(setting, empty[integer]);
  const steps = stridesOf(shape);
  const part = (chosen: (axis: number) => boolean): number[] => {
    const axes = shape.map((_, axis) => axis).filter(chosen);
    const ownSteps = axes.map((axis) => steps[axis]!);
    return boxOf(
      axes.map((axis) => shape[axis]!),
      ownSteps,
      ownSteps
    );
  };
  const { axes } = operation.attributes;
  return {
    opcode: opcodes[integer],
    units: sizeOf(operation.type.shape),
    cost: sizeOf(shape) * MOVED,
    words: [at(setting.out), at(setting.inputs[0]!), ...part((axis) => !axes.includes(axis)), ...part((axis) => axes.includes(axis))]
  };
}

function windowArgmax({ out, inputs, shapes }: Setting, { type: { shape }, attributes: { windows } }: Operation<'window_argmax'>): Call {
  const [, ...spatial] = shapes[0]!;
  const lines = shape[0]!;
  return {
    opcode: Opcode.windowArgmax,
    units: sizeOf(shape) === 0 ? 0 : lines,
    cost: sizeOf(shape) * sizeOf(windows.map(({ size }) => size)) * MOVED,
    words: [at(out), at(inputs[0]!), ...windowWords(windows, spatial)]
  };
}

function gather({ out, inputs, shapes }: Setting, { attributes: { axis } }: Operation<'gather'>): Call {
  const index = shapes[1]!;
  const steps = stridesOf(shapes[0]!);
  const still = steps.map((step, other) => (other === axis ? 0 : step));
  const units = sizeOf(index);
  return {
    opcode: Opcode.gather,
    units,
    cost: units * 2,
    // The index itself is read in its own order, as the second steps keep the box from merging what is apart there.
    words: [at(out), at(inputs[0]!), at(inputs[1]!), shapes[0]![axis]!, steps[axis]! * 4, ...boxOf(index, still, stridesOf(index))]
  };
}

/** Lines of the result that stand apart from each other, and all of it, are cleared as they are added to. */
function scatterAdd(setting: Setting, { type, attributes: { axis } }: Operation<'scatter_add'>): Call[] {
  const { out, inputs, shapes } = setting;
  const index = shapes[0]!;
  const steps = stridesOf(type.shape);
  const order = [...index.keys()].filter((other) => other !== axis);
  const own = stridesOf(index);
  const lines = order.map((other) => index[other]!);
  const line = [index[axis]!, own[axis]! * 4, 0];
  const [rank, ...axes] = boxOf(
    lines,
    order.map((other) => own[other]!),
    order.map((other) => steps[other]!)
  );
  const covered = steps[axis] === 1 && sizeOf(lines) * type.shape[axis]! === sizeOf(type.shape) && index[axis] !== 0;
  const call = {
    opcode: Opcode.scatterAdd + (type.dtype === 'int32' ? 1 : 0),
    units: index[axis] === 0 ? 0 : sizeOf(lines),
    cost: sizeOf(index) * 2 + (covered ? sizeOf(type.shape) * MOVED : 0),
    words: [at(out), at(inputs[0]!), at(inputs[1]!), type.shape[axis]!, steps[axis]! * 4, rank! + 1, ...axes, ...line]
  };
  return covered ? [call] : [fill(setting, 0), call];
}
