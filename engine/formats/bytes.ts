/** Bytes that are read in pieces, at any place: a file need not fit into memory. */
export interface Bytes {
  readonly size: number;
  /** So many bytes from `at` on, all of which must be there. They may be shared: not to be written to. */
  read(at: number, length: number): Uint8Array;
}

export function inMemory(bytes: Uint8Array): Bytes {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}
