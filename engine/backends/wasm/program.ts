/**
 * A plan's steps as records in shared memory. All threads go through the same records: small ones are the first thread's,
 * large ones everybody's, and threads meet where one may read what another wrote. The records come in turns, between which
 * the clock is looked at; a very large call is several turns.
 */
import type { ValueId } from '../../ir/graph';
import { copiesOf, readsOf, type Plan } from '../../plan/plan';
import type { Call } from './call';
import { BARRIER, DIVIDED, DONE, Opcode } from './opcodes';
import { canContinue, continued } from './products';
import { callsOf, carryCall } from './records';

/**
 * Nanoseconds of one thread's work from which dividing pays for meeting again, and of a whole run from which it pays to call
 * the other threads: they may sleep, or another program may have their cores.
 */
const WORTH_DIVIDING = 1600;
const WORTH_CALLING = 100_000;
/** Nanoseconds of a turn, more or less: the clock's slice is 8 ms. */
const LONGEST_TURN = 4_000_000;
/** Bytes of a record before the kernel's own words. */
const HEADER = 16;
const SLOT_BYTES = 4;

export interface Turn {
  /** Addresses of the first record and of the end of the last, relative to the program's. */
  readonly record: number;
  readonly end: number;
  /** Something in it is divided among the threads; without that, it is the first one's alone. */
  readonly together: boolean;
  readonly slice: number;
  readonly slices: number;
  /** Rough nanoseconds. */
  readonly cost: number;
}

export interface Program {
  readonly turns: readonly Turn[];
  /** The records one after another, with addresses relative to the arena. */
  readonly words: Int32Array;
  /** Which of the words are addresses. */
  readonly addresses: readonly number[];
  /** The value that each record computes, by ordinal. */
  readonly values: readonly ValueId[];
}

/** A call, and the step that it belongs to. */
interface Stage {
  readonly value: ValueId;
  readonly call: Call;
  /** Carried out as the end of the call before it. */
  readonly done: boolean;
}

/** The program of `steps`, divided among so many threads; `carries` says whether values are carried over after them. */
export function programOf(plan: Plan, steps: readonly ValueId[], threads: number, carries = false): Program {
  const stages = stagesOf(plan, steps, threads);
  if (threads > 1 && stages.reduce((sum, { call }) => sum + call.cost, 0) < WORTH_CALLING) return programOf(plan, steps, 1, carries);
  if (carries) for (const carry of copiesOf(plan)) stages.push({ value: carry[0], call: carryCall(plan, carry), done: false });
  const words: number[] = [];
  const addresses: number[] = [];
  const turns: GrowingTurn[] = [];
  let divided = false;
  for (const { value, call, done } of stages) {
    const record = words.length * 4;
    const end = record + HEADER + call.words.length * 4;
    const before = divided;
    if (!done) divided = threads > 1 && call.cost >= WORTH_DIVIDING && call.units > 1;
    const extended = addTurn(turns, { record, end, cost: done ? 0 : call.cost, units: call.units, divided, threads }, done);
    const meets = extended && !done && (divided || before);
    words.push(call.opcode | (divided ? DIVIDED : 0) | (meets ? BARRIER : 0) | (done ? DONE : 0), end - record, call.units, value);
    for (const word of call.words) {
      if (typeof word !== 'number') addresses.push(words.length);
      words.push(typeof word === 'number' ? word : word.bytes);
    }
  }
  const values = stages.map(({ value }) => value);
  stages.reduce((at, { call }, ordinal) => {
    words[at + 3] = ordinal;
    return at + HEADER / 4 + call.words.length;
  }, 0);
  return { turns, words: Int32Array.from(words), addresses, values };
}

/** The calls of the steps; an elementwise step goes on where a product before it wrote, while that is in the cache. */
function stagesOf(plan: Plan, steps: readonly ValueId[], threads: number): Stage[] {
  const stages: Stage[] = [];
  for (const value of steps) {
    for (const call of callsOf(plan, value, threads)) {
      const before = stages.at(-1);
      const goesOn =
        before !== undefined && call.opcode === Opcode.elementwise && canContinue(before.call) && readsWhole(plan, value, before.value);
      if (goesOn) stages[stages.length - 1] = { ...before, call: continued(before.call) };
      stages.push({ value, call, done: goesOn });
    }
  }
  return stages;
}

/** Whether a step reads all of `product` entry by entry, and nothing of it through a broadcast. */
function readsWhole(plan: Plan, step: ValueId, product: ValueId): boolean {
  const { graph, offsets } = plan;
  const size = (id: ValueId) => graph.operations[id]!.type.shape.reduce((entries, length) => entries * length, 1);
  const reads = readsOf(plan, step).filter((id) => offsets[id] === offsets[product]);
  return reads.length > 0 && size(step) === size(product) && !reads.some((id) => isBroadcast(plan, step, id));
}

function isBroadcast({ graph, groups }: Plan, step: ValueId, read: ValueId): boolean {
  return (groups.get(step) ?? []).some((id) => graph.operations[id]!.primitive === 'broadcast' && graph.operations[id]!.inputs[0] === read);
}

/** Writes the program's records into `memory` at `start`; `placed` says where an address of the arena lies. */
export function writeProgram(
  { words, addresses }: Program,
  memory: SharedArrayBuffer,
  start: number,
  placed: (bytes: number) => number
): void {
  const target = new Int32Array(memory, start, words.length);
  target.set(words);
  for (const index of addresses) target[index] = placed(target[index]!);
}

/** A turn that records are still added to. */
type GrowingTurn = { -readonly [Key in keyof Turn]: Turn[Key] };

interface Addition {
  readonly record: number;
  readonly end: number;
  readonly cost: number;
  readonly units: number;
  readonly divided: boolean;
  readonly threads: number;
}

/** Adds a record to the last turn, where the result is true, or turns of its own. */
function addTurn(turns: GrowingTurn[], { record, end, cost, units, divided, threads }: Addition, joins: boolean): boolean {
  const shares = divided ? threads : 1;
  const own = cost / shares;
  const last = turns.at(-1);
  if (last && (joins || (last.slices === 1 && last.cost + own <= LONGEST_TURN))) {
    for (let at = turns.length - last.slices; at < turns.length; at++) {
      const turn = turns[at]!;
      turn.end = end;
      turn.together ||= divided;
      turn.cost += own;
    }
    return true;
  }
  const slices = Math.max(1, Math.min(Math.floor(units / shares), Math.ceil(own / LONGEST_TURN)));
  for (let slice = 0; slice < slices; slice++) turns.push({ record, end, together: divided, slice, slices, cost: own / slices });
  return false;
}

export const ARENA_BYTES = ({ slots, resident }: Plan): number => (slots - resident) * SLOT_BYTES;
export const RESIDENT_BYTES = ({ resident }: Plan): number => resident * SLOT_BYTES;
