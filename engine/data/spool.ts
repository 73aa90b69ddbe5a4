/** Numbers that come one after another and are kept as rows: in memory, and once there are too many, in a file. */
import { arrayStore, fileStore, type Encoding, type Store } from './store';
import { TempFile } from './tempFile';

/** Bytes that the numbers of one field may take in memory. */
const MEMORY = 2 ** 28;
const STRETCH = 2 ** 16;

export type Kind = typeof Float64Array | typeof Uint8Array;

const ENCODINGS: ReadonlyMap<Kind, Encoding> = new Map<Kind, Encoding>([
  [Float64Array, { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  [Uint8Array, { bytes: 1, read: (view, at) => view.getUint8(at) }]
]);

export class Spool {
  private readonly full: InstanceType<Kind>[] = [];
  private current: InstanceType<Kind>;
  private used = 0;
  private count = 0;
  private file: TempFile | undefined;

  /** `size` numbers a row; `memory` bytes before a file is begun. */
  constructor(
    private readonly size: number,
    private readonly kind: Kind = Float64Array,
    private readonly memory = MEMORY
  ) {
    this.current = new kind(STRETCH);
  }

  push(number: number): void {
    if (this.used === STRETCH) this.turn();
    this.current[this.used++] = number;
    this.count++;
  }

  pushAll(numbers: ArrayLike<number>): void {
    for (let at = 0; at < numbers.length; at++) this.push(numbers[at]!);
  }

  /** What was pushed, as rows. Nothing is pushed after. */
  finish(): Store {
    const last = this.current.subarray(0, this.used);
    if (this.file) {
      this.file.append(last);
      return fileStore(this.file.finish(), 0, this.count / this.size, this.size, ENCODINGS.get(this.kind)!);
    }
    const whole = new this.kind(this.count);
    let at = 0;
    for (const part of [...this.full, last]) {
      whole.set(part, at);
      at += part.length;
    }
    return arrayStore(whole, this.size);
  }

  /** The current stretch is full. */
  private turn(): void {
    if (!this.file) {
      this.full.push(this.current);
      this.current = new this.kind(STRETCH);
      if (this.full.length * this.current.byteLength >= this.memory) {
        this.file = new TempFile();
        for (const part of this.full.splice(0)) this.file.append(part);
      }
    } else this.file.append(this.current);
    this.used = 0;
  }
}
