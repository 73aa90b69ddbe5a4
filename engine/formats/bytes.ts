/** Bytes that are read in pieces, at any place: a file need not fit into memory. */
export interface Bytes {
  readonly size: number;
  /** So many bytes from `at` on, all of which must be there. They may be shared: not to be written to. */
  read(at: number, length: number): Uint8Array;
}

export function inMemory(bytes: Uint8Array): Bytes {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}

/** The bytes that `array` lies in. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** One after another. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
