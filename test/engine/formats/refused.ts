/** What becomes of a file that lies: the error it is refused with, and how much memory was asked for before. */
import { expect, vi } from 'vitest';
import { EngineError } from '../../../engine/base/errors';

export const MIB = 1024 ** 2;

export interface Refused {
  readonly code: string;
  readonly message: string;
  /** Bytes of the largest array that was made meanwhile. */
  readonly largest: number;
}

/** What `read` threw, which has to be an EngineError with a hint of what to do. */
export async function refused(read: () => unknown): Promise<Refused> {
  let largest = 0;
  for (const type of [Uint8Array, Int32Array, Float32Array, Float64Array, BigInt64Array]) {
    vi.stubGlobal(
      type.name,
      new Proxy(type, {
        construct(target, args) {
          if (typeof args[0] === 'number') largest = Math.max(largest, args[0] * target.BYTES_PER_ELEMENT);
          return Reflect.construct(target, args) as object;
        }
      })
    );
  }
  let error: unknown;
  try {
    await read();
  } catch (thrown) {
    error = thrown;
  } finally {
    vi.unstubAllGlobals();
  }
  if (error === undefined) throw new Error('it was not refused');
  if (!(error instanceof EngineError)) throw error;
  expect(error.diagnostics[0]!.hint).toBeTruthy();
  // A file decides what stands in a message, and not how long it is.
  expect(error.message.length).toBeLessThan(2_000);
  return { code: error.code, message: error.message, largest };
}

/** That `bytes` with any one bit flipped are read as before or refused with an EngineError. Gives the number of refusals. */
export async function expectNoFlipMisread(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): Promise<number> {
  const same = await read(bytes);
  let refusals = 0;
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    try {
      expect([bit, await read(flipped)]).toEqual([bit, same]);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refusals++;
    }
  }
  return refusals;
}
