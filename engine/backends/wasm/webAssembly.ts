/** The part of WebAssembly that is used: Node's types lack it, and the DOM's have no place in the engine. */

export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  /** Adds pages of 64 KiB; throws RangeError where there are none. */
  grow(pages: number): number;
}
export type CompiledModule = object;

interface Api {
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  readonly Instance: new (module: CompiledModule, imports: { env: object }) => { readonly exports: object };
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  validate(bytes: Uint8Array): boolean;
}

const api = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;

export const PAGE = 65536;

/** What the kernels export; see assembly/kernels.ts. */
export interface Kernels {
  heapBase(): number;
  scratchBytes(): number;
  setup(thread: number, threads: number, scratch: number, failure: number): void;
  perform(record: number, end: number, slice: number, slices: number, together: number): number;
  fuses(): number;
  exp32(x: number): number;
  log32(x: number): number;
  log1p32(x: number): number;
  expm132(x: number): number;
  sin32(x: number): number;
  cos32(x: number): number;
  tanh32(x: number): number;
  erf32(x: number): number;
  pow32(x: number, y: number): number;
}

export function compileKernels(bytes: Uint8Array): Promise<CompiledModule> {
  return api.compile(bytes);
}

/** The exports of a module given as its bytes, which imports from `env`. */
export function instantiateModule(bytes: Uint8Array, env: object): object {
  return new api.Instance(new api.Module(bytes), { env }).exports;
}

/** A shared memory of one mebibyte that can grow to 4 GiB, or to as much as the platform lets it. Throws RangeError. */
export function createMemory(maximum = PAGE): SharedMemory {
  try {
    return new api.Memory({ initial: 16, maximum, shared: true });
  } catch (error) {
    if (maximum <= 1024) throw error;
    return createMemory(maximum / 2);
  }
}

/** Whether this engine knows all instructions of the module. */
export function isValid(bytes: Uint8Array): boolean {
  return api.validate(bytes);
}

/** The kernels as one thread calls them. Threads sleep through JavaScript: WebAssembly's own wait can hang in Node 20. */
export function instantiate(module: CompiledModule, memory: SharedMemory): Kernels {
  const cells = new Int32Array(memory.buffer, 0, PAGE / 4);
  const park = (cell: number, value: number, milliseconds: number): void => {
    Atomics.wait(cells, cell, value, milliseconds < 0 ? Infinity : milliseconds);
  };
  const wake = (cell: number): void => void Atomics.notify(cells, cell);
  return new api.Instance(module, { env: { memory, park, wake } }).exports as Kernels;
}
