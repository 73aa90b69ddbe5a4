/**
 * A plan's steps as records in shared memory, and the turns in which they are carried out: calls too small to divide follow
 * each other in one turn of thread 0; a larger one is a turn of all threads, and a very large one several, so that the
 * clock is looked at between them.
 */
import type { ValueId } from '../../ir/graph';
import type { Plan } from '../../plan/plan';
import { callsOf, type Call, type Setting } from './records';

/** Nanoseconds of one thread's work from which dividing pays for meeting again. */
const WORTH_DIVIDING = 1600;
/** Nanoseconds of a turn, more or less: the clock's slice is 8 ms. */
const LONGEST_TURN = 1_000_000;
/** Bytes of a record before the kernel's own words. */
const HEADER = 16;
const SLOT_BYTES = 4;

export interface Turn {
  /** Address of the first record, relative to the program's. */
  readonly record: number;
  readonly count: number;
  readonly divided: boolean;
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

/** The program of `steps`, divided among so many threads. */
export function programOf(plan: Plan, steps: readonly ValueId[], threads: number): Program {
  const words: number[] = [];
  const addresses: number[] = [];
  const values: ValueId[] = [];
  const turns: Turn[] = [];
  for (const value of steps) {
    for (const call of callsOf(settingOf(plan, value))) {
      addTurns(turns, call, words.length * 4, threads);
      words.push(call.opcode, HEADER + call.words.length * 4, call.units, values.length);
      for (const word of call.words) {
        if (typeof word !== 'number') addresses.push(words.length);
        words.push(typeof word === 'number' ? word : word.bytes);
      }
      values.push(value);
    }
  }
  return { turns, words: Int32Array.from(words), addresses, values };
}

/** Writes the program's records into `memory` at `start`, for an arena that begins at `arena`. */
export function writeProgram({ words, addresses }: Program, memory: SharedArrayBuffer, start: number, arena: number): void {
  const target = new Int32Array(memory, start, words.length);
  target.set(words);
  for (const index of addresses) target[index]! += arena;
}

function settingOf({ graph, offsets }: Plan, value: ValueId): Setting {
  const operation = graph.operations[value]!;
  const types = operation.inputs.map((input) => graph.operations[input]!.type);
  return {
    operation,
    out: offsets[value]! * SLOT_BYTES,
    inputs: operation.inputs.map((input) => offsets[input]! * SLOT_BYTES),
    shapes: types.map(({ shape }) => shape),
    integers: types.map(({ dtype }) => dtype === 'int32')
  };
}

/** Appends the turns of a call whose record is at `record`. */
function addTurns(turns: Turn[], { cost, units }: Call, record: number, threads: number): void {
  const divided = threads > 1 && cost >= WORTH_DIVIDING && units > 1;
  const last = turns.at(-1);
  if (!divided && last && !last.divided && last.slices === 1 && last.cost + cost <= LONGEST_TURN) {
    turns[turns.length - 1] = { ...last, count: last.count + 1, cost: last.cost + cost };
    return;
  }
  const shares = divided ? threads : 1;
  const slices = Math.max(1, Math.min(Math.floor(units / shares), Math.ceil(cost / shares / LONGEST_TURN)));
  for (let slice = 0; slice < slices; slice++) turns.push({ record, count: 1, divided, slice, slices, cost: cost / shares / slices });
}
