/** Blocks of one growing shared memory: first fit among what was given back, else at the end. */
import { EngineError } from '../../base/errors';
import { PAGE, type SharedMemory } from './webAssembly';

/** Blocks begin and end at lines of the cache, so that threads never share one by accident. */
export const LINE = 64;

interface Block {
  start: number;
  bytes: number;
}

export function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

export class Allocator {
  /** Free blocks by address; no two touch. */
  private readonly free: Block[] = [];
  private end: number;

  constructor(
    private readonly memory: SharedMemory,
    start: number
  ) {
    this.end = roundUp(start, LINE);
  }

  /** Address of `bytes` zeros. Throws EngineError `out-of-memory`. */
  allocate(wanted: number): number {
    const bytes = roundUp(wanted, LINE);
    const start = this.reuse(bytes) ?? this.extend(bytes);
    new Uint8Array(this.memory.buffer, start, bytes).fill(0);
    return start;
  }

  /** Gives back what `allocate(wanted)` gave. */
  release(start: number, wanted: number): void {
    const bytes = roundUp(wanted, LINE);
    if (bytes === 0) return;
    const next = this.free.findIndex((block) => block.start > start);
    const place = next < 0 ? this.free.length : next;
    this.free.splice(place, 0, { start, bytes });
    this.join(place);
    this.join(place - 1);
  }

  /** Makes one block of the free ones at `place` and behind it where they touch. */
  private join(place: number): void {
    const block = this.free[place];
    const after = this.free[place + 1];
    if (!block || !after || block.start + block.bytes !== after.start) return;
    block.bytes += after.bytes;
    this.free.splice(place + 1, 1);
  }

  private reuse(bytes: number): number | null {
    const place = this.free.findIndex((block) => block.bytes >= bytes);
    const block = this.free[place];
    if (!block) return null;
    const { start } = block;
    block.start += bytes;
    block.bytes -= bytes;
    if (block.bytes === 0) this.free.splice(place, 1);
    return start;
  }

  private extend(bytes: number): number {
    const start = this.end;
    const missing = start + bytes - this.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / PAGE));
      } catch {
        throw new EngineError({
          code: 'out-of-memory',
          message: `${bytes} bytes are wanted beside the ${start} in use, and the engine's memory cannot grow by so much`,
          hint: 'use smaller tensors, or a smaller batch'
        });
      }
    }
    this.end = start + bytes;
    return start;
  }
}

/** A block that executables share; the last one to leave gives it back. */
export class SharedBlock {
  readonly start: number;
  private users = 0;

  /** Throws EngineError `out-of-memory`. */
  constructor(
    private readonly allocator: Allocator,
    private readonly bytes: number
  ) {
    this.start = allocator.allocate(bytes);
  }

  enter(): this {
    this.users++;
    return this;
  }

  leave(): void {
    if (--this.users === 0) this.allocator.release(this.start, this.bytes);
  }
}
