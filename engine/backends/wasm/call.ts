/** A call of a kernel as the compiler of plans writes it down. */
import type { Opcode } from './opcodes';

/** A byte address within the arena, against a plain word. */
export interface Address {
  readonly bytes: number;
}

export interface Call {
  readonly opcode: Opcode;
  /** What can be divided among threads; see each kernel. */
  readonly units: number;
  /** Rough nanoseconds on one thread. */
  readonly cost: number;
  readonly words: readonly (number | Address)[];
}

/** An operand of a product: where it begins, and the bytes from one matrix to the next. */
export interface Factor {
  readonly at: Address;
  readonly bytes: number;
  /** Set where it is the patches of what begins there. */
  readonly windows?: readonly number[];
}

export const at = (bytes: number): Address => ({ bytes });

const bits = new Float32Array(1);
const asInteger = new Int32Array(bits.buffer);

export function floatBits(value: number): number {
  bits[0] = value;
  return asInteger[0]!;
}
