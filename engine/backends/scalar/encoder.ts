/** The part of WebAssembly's binary format that straight-line code on numbers needs (core specification, section 5). */

export type NumberType = 'f32' | 'f64' | 'i32';

const TYPES: Record<NumberType, number> = { i32: 0x7f, f32: 0x7d, f64: 0x7c };
const LOADS: Record<NumberType, readonly [opcode: number, alignment: number]> = { i32: [0x28, 2], f32: [0x2a, 2], f64: [0x2b, 3] };
const STORES: Record<NumberType, readonly [opcode: number, alignment: number]> = { i32: [0x36, 2], f32: [0x38, 2], f64: [0x39, 3] };

const FLOATS = {
  abs: [0x8b, 0x99],
  neg: [0x8c, 0x9a],
  sqrt: [0x91, 0x9f],
  add: [0x92, 0xa0],
  sub: [0x93, 0xa1],
  mul: [0x94, 0xa2],
  div: [0x95, 0xa3],
  min: [0x96, 0xa4],
  max: [0x97, 0xa5],
  eq: [0x5b, 0x61],
  ne: [0x5c, 0x62],
  lt: [0x5d, 0x63],
  gt: [0x5e, 0x64],
  le: [0x5f, 0x65],
  ge: [0x60, 0x66],
  fromInt: [0xb2, 0xb7]
} as const;
const INTEGERS = { eq: 0x46, ne: 0x47, lt: 0x48, gt: 0x4a, le: 0x4c, ge: 0x4e } as const;
export type FloatInstruction = keyof typeof FLOATS;
export type Comparison = keyof typeof INTEGERS;

function unsigned(value: number, into: number[]): void {
  let rest = value >>> 0;
  while (rest > 127) {
    into.push((rest & 127) | 128);
    rest >>>= 7;
  }
  into.push(rest);
}

function signed(value: number, into: number[]): void {
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const last = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    into.push(last ? low : low | 128);
    if (last) return;
  }
}

const bits = new DataView(new ArrayBuffer(8));

/** The code of one function without parameters, appended to instruction by instruction. */
export class Code {
  readonly bytes: number[] = [];
  private readonly locals: NumberType[] = [];

  constructor(private readonly float: 'f32' | 'f64') {}

  local(type: NumberType): number {
    this.locals.push(type);
    return this.locals.length - 1;
  }
  get(local: number): void {
    this.bytes.push(0x20);
    unsigned(local, this.bytes);
  }
  set(local: number): void {
    this.bytes.push(0x21);
    unsigned(local, this.bytes);
  }
  load(type: NumberType, address: number): void {
    const [opcode, alignment] = LOADS[type];
    this.bytes.push(0x41, 0, opcode, alignment);
    unsigned(address, this.bytes);
  }
  /** Stores what `value` pushes. */
  store(type: NumberType, address: number, value: () => void): void {
    const [opcode, alignment] = STORES[type];
    this.bytes.push(0x41, 0);
    value();
    this.bytes.push(opcode, alignment);
    unsigned(address, this.bytes);
  }
  constant(type: NumberType, value: number): void {
    if (type === 'i32') {
      this.bytes.push(0x41);
      signed(value, this.bytes);
      return;
    }
    const wide = type === 'f64';
    this.bytes.push(wide ? 0x44 : 0x43);
    if (wide) bits.setFloat64(0, value, true);
    else bits.setFloat32(0, value, true);
    for (let byte = 0; byte < (wide ? 8 : 4); byte++) this.bytes.push(bits.getUint8(byte));
  }
  do(instruction: FloatInstruction): void {
    this.bytes.push(FLOATS[instruction][this.float === 'f32' ? 0 : 1]);
  }
  compareIntegers(comparison: Comparison): void {
    this.bytes.push(INTEGERS[comparison]);
  }
  /** Of the two values below the condition the first where it is not 0. */
  select(): void {
    this.bytes.push(0x1b);
  }
  /** Truncates a float and stays within int32; NaN gives 0. */
  toInteger(): void {
    this.bytes.push(0xfc, this.float === 'f32' ? 0 : 2);
  }
  call(index: number): void {
    this.bytes.push(0x10);
    unsigned(index, this.bytes);
  }

  body(): number[] {
    const runs: (readonly [count: number, type: NumberType])[] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.[1] === type) runs[runs.length - 1] = [last[0] + 1, type];
      else runs.push([1, type]);
    }
    const head: number[] = [];
    unsigned(runs.length, head);
    for (const [count, type] of runs) {
      unsigned(count, head);
      head.push(TYPES[type]);
    }
    const size: number[] = [];
    unsigned(head.length + this.bytes.length + 1, size);
    return [...size, ...head].concat(this.bytes, 0x0b);
  }
}

/** A function that the module calls, of so many floats. */
export interface Import {
  readonly name: string;
  readonly parameters: number;
}

const MAXIMUM_PAGES = 65536;

/** A module that shares `env.memory`, calls `imports` of `env` by index, and exports `run`, which calls `functions` one after another. */
export function encodeModule(float: 'f32' | 'f64', imports: readonly Import[], functions: readonly Code[]): Uint8Array {
  const out: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const section = (id: number, items: readonly (readonly number[])[]): void => {
    const count: number[] = [];
    unsigned(items.length, count);
    const length = items.reduce((sum, item) => sum + item.length, count.length);
    out.push(id);
    unsigned(length, out);
    for (const item of [count, ...items]) for (const byte of item) out.push(byte);
  };
  const name = (text: string): number[] => [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];
  const type = TYPES[float];
  section(1, [
    [0x60, 0, 0],
    [0x60, 1, type, 1, type],
    [0x60, 2, type, type, 1, type]
  ]);
  const limit: number[] = [];
  unsigned(MAXIMUM_PAGES, limit);
  section(2, [
    [...name('env'), ...name('memory'), 2, 3, 1, ...limit],
    ...imports.map(({ name: called, parameters }) => [...name('env'), ...name(called), 0, parameters])
  ]);
  const run = new Code(float);
  functions.forEach((_, at) => run.call(imports.length + at));
  const all = [...functions, run];
  section(
    3,
    all.map(() => [0])
  );
  const index: number[] = [];
  unsigned(imports.length + functions.length, index);
  section(7, [[...name('run'), 0, ...index]]);
  section(
    10,
    all.map((code) => code.body())
  );
  return Uint8Array.from(out);
}
