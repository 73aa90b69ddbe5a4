import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator, LINE, roundUp } from '../../../engine/backends/wasm/memory';
import { createMemory } from '../../../engine/backends/wasm/webAssembly';

describe('the allocator of the shared memory', () => {
  it('never gives one byte to two, gives zeros, and takes everything back', () => {
    const sizes = fc.array(fc.tuple(fc.nat({ max: 100_000 }), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, (steps) => {
        const memory = createMemory(1024);
        const allocator = new Allocator(memory, 1000);
        const held: { start: number; bytes: number }[] = [];
        for (const [bytes, releases] of steps) {
          const start = allocator.allocate(bytes);
          expect(start % LINE).toBe(0);
          for (const other of held) expect(start + bytes <= other.start || other.start + other.bytes <= start).toBe(true);
          const block = new Uint8Array(memory.buffer, start, bytes);
          expect(block.every((byte) => byte === 0)).toBe(true);
          block.fill(255);
          held.push({ start, bytes });
          if (releases) for (const block of held.splice(held.length >> 1, 1)) allocator.release(block.start, block.bytes);
        }
        const total = held.reduce((sum, block) => sum + roundUp(block.bytes, LINE), 0);
        for (const block of held) allocator.release(block.start, block.bytes);
        if (total > 0) expect(allocator.allocate(total)).toBe(roundUp(1000, LINE));
      }),
      { numRuns: 30 }
    );
  });

  it('says how many bytes were wanted when it cannot grow', () => {
    const allocator = new Allocator(createMemory(16), 0);
    expect(() => allocator.allocate(2 ** 21)).toThrow('2097152 bytes are wanted beside the 0 in use');
  });
});
