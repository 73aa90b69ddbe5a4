/** Elementwise steps as calls: chains of operations over blocks of entries, as assembly/chains.ts reads them. */
import { sizeOf, stridesOf, type Shape } from '../../base/shapes';
import type { AnyOperation, Direction, ValueId } from '../../ir/graph';
import type { Plan } from '../../plan/plan';
import { boxOf } from './boxes';
import { at, type Address, type Call } from './call';
import { Opcode } from './opcodes';

/** Bytes that the buffers of a chain share, and a buffer's at most: it is filled and emptied within the fastest cache. */
const BUFFERS = 16384;
const LONGEST_BUFFER = 2048;

/** Nanoseconds for an entry: of each value that is read or written, and of each operation on the way. */
const STREAMED = 0.15;
const COMPUTED = 0.12;
const FUNCTIONS: Partial<Record<Opcode, number>> = {
  [Opcode.exp]: 2,
  [Opcode.log]: 4,
  [Opcode.tanh]: 2,
  [Opcode.erf]: 5,
  [Opcode.sin]: 3,
  [Opcode.cos]: 3,
  [Opcode.log1p]: 7,
  [Opcode.expm1]: 10,
  [Opcode.pow]: 12
};

const COMPARISONS: Record<Direction, readonly [float: Opcode, int32: Opcode]> = {
  lt: [Opcode.lt, Opcode.ltInt],
  le: [Opcode.le, Opcode.leInt],
  eq: [Opcode.eq, Opcode.eqInt],
  ne: [Opcode.ne, Opcode.neInt],
  gt: [Opcode.gt, Opcode.gtInt],
  ge: [Opcode.ge, Opcode.geInt]
};

/** The call that computes one elementwise operation, of which most graphs that are looked at consist. */
function singleCall({ graph, offsets }: Plan, value: ValueId): Call {
  const operation = graph.operations[value]!;
  const { inputs, type } = operation;
  const opcode = opcodeOf(operation, graph.operations[inputs[0]!]!);
  const size = sizeOf(type.shape);
  const words: (number | Address)[] = [Math.max(1, Math.ceil(size / 4)), inputs.length + 1, 0, 0, 1, at(offsets[value]! * 4)];
  for (const input of inputs) words.push(at(offsets[input]! * 4));
  words.push(opcode, 0, 1, inputs.length > 1 ? 2 : 0, inputs.length > 2 ? 3 : 0);
  const cost = size * ((FUNCTIONS[opcode] ?? COMPUTED) + STREAMED * (inputs.length + 1));
  return { opcode: Opcode.elementwise, units: Math.ceil(size / 4), cost, words };
}

/** The call that computes `members`, operands before users: elementwise operations and broadcasts that they read. */
export function chainCall(plan: Plan, members: readonly ValueId[]): Call {
  const { graph, offsets } = plan;
  const root = members.at(-1)!;
  if (members.length === 1) return singleCall(plan, root);
  const { shape } = graph.operations[root]!.type;
  const within = new Set(members);
  const computed = members.filter((id) => graph.operations[id]!.primitive !== 'broadcast');
  const broadcasts = members.filter((id) => graph.operations[id]!.primitive === 'broadcast');
  const read = computed.flatMap((id) => graph.operations[id]!.inputs).filter((id) => !within.has(id));
  const streams = [root, ...new Set(read)];
  const registers = new Registers(streams, broadcasts, lastUses(graph.operations, computed));
  const opcodes: Opcode[] = [];
  const code = computed.flatMap((id) => {
    const operation = graph.operations[id]!;
    const operands = operation.inputs.map((input) => registers.of(input));
    const opcode = opcodeOf(operation, graph.operations[operation.inputs[0]!]!);
    opcodes.push(opcode);
    const result = id === root ? 0 : registers.take(id, operation.inputs);
    return [opcode, result, operands[0]!, operands[1] ?? 0, operands[2] ?? 0];
  });
  const vectors = Math.ceil(sizeOf(shape) / 4);
  const buffers = broadcasts.length + registers.temporaries;
  const block = buffers === 0 ? Math.max(1, vectors) : Math.max(1, Math.floor(Math.min(LONGEST_BUFFER, BUFFERS / buffers) / 16));
  const nanoseconds = opcodes.reduce((sum, opcode) => sum + (FUNCTIONS[opcode] ?? COMPUTED), STREAMED * streams.length);
  return {
    opcode: Opcode.elementwise,
    units: vectors,
    cost: sizeOf(shape) * nanoseconds,
    words: [
      block,
      streams.length,
      broadcasts.length,
      registers.temporaries,
      computed.length,
      ...streams.map((id) => at(offsets[id]! * 4)),
      ...broadcasts.flatMap((id): (number | Address)[] => {
        const [operand] = graph.operations[id]!.inputs as [ValueId];
        const steps = broadcastSteps(graph.operations[operand]!.type.shape, shape);
        return [
          at(offsets[operand]! * 4),
          ...boxOf(
            shape,
            steps,
            stridesOf(shape).map(() => 0)
          )
        ];
      }),
      ...code
    ]
  };
}

function opcodeOf(operation: AnyOperation, first: AnyOperation): Opcode {
  const integer = first.type.dtype === 'int32' ? 1 : 0;
  switch (operation.primitive) {
    case 'compare':
      return COMPARISONS[operation.attributes.direction][integer];
    case 'convert':
      return operation.type.dtype === 'int32' ? Opcode.toInt : Opcode.toFloat;
    default:
      return Opcode[operation.primitive as 'add'];
  }
}

/** Entries to the next along each axis of `shape`, of an operand that is broadcast to it. */
function broadcastSteps(operand: Shape, shape: Shape): number[] {
  const steps = stridesOf(operand);
  const skipped = shape.length - operand.length;
  return shape.map((_, axis) => (axis < skipped || operand[axis - skipped] === 1 ? 0 : steps[axis - skipped]!));
}

/** By value, the member that reads it last. */
function lastUses(operations: readonly AnyOperation[], computed: readonly ValueId[]): ReadonlyMap<ValueId, ValueId> {
  return new Map(computed.flatMap((id) => operations[id]!.inputs.map((input) => [input, id] as const)));
}

/** Numbers of registers: streams, the first of which is the result, then broadcasts, then results on their way, used again. */
class Registers {
  private readonly numbers: Map<ValueId, number>;
  private readonly first: number;
  private readonly free: number[] = [];
  temporaries = 0;

  constructor(
    streams: readonly ValueId[],
    broadcasts: readonly ValueId[],
    private readonly last: ReadonlyMap<ValueId, ValueId>
  ) {
    this.numbers = new Map([...streams, ...broadcasts].map((id, number) => [id, number]));
    this.first = streams.length + broadcasts.length;
  }

  of(id: ValueId): number {
    return this.numbers.get(id)!;
  }

  /** A register for the result `id`, which may be that of an operand which is read for the last time. */
  take(id: ValueId, operands: readonly ValueId[]): number {
    for (const operand of new Set(operands)) {
      if (this.last.get(operand) === id && this.of(operand) >= this.first) this.free.push(this.of(operand));
    }
    const number = this.free.pop() ?? this.first + this.temporaries++;
    this.numbers.set(id, number);
    return number;
  }
}
