/** Zip files whose every field can lie (APPNOTE.TXT of PKWARE). */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** The bytes that stand in the file for `data`; deflated where it is absent. */
  readonly packed?: Uint8Array;
  /** What both headers say, where it is not the truth. */
  readonly says?: Partial<EntryFields>;
  /** What the local header says otherwise. */
  readonly saysLocally?: Partial<EntryFields>;
  /** Of the directory's header: where the local one is. */
  readonly offset?: number;
  /** The directory's extra field. */
  readonly extra?: Uint8Array;
  /** The local header's. */
  readonly extraLocally?: Uint8Array;
}

interface EntryFields {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
}

/** `count` is what the end of the directory says of the number of entries, `directory` of where it begins. */
export function zipOf(entries: readonly ZipEntry[], end: { count?: number; directory?: number } = {}): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const packed = entry.packed ?? deflateRawSync(entry.data, { level: 9 });
    const fields: EntryFields = {
      name: entry.name,
      flags: 0,
      method: 8,
      crc: crc32(entry.data),
      packedSize: packed.length,
      size: entry.data.length,
      ...entry.says
    };
    const file = Buffer.concat([header(0x04034b50, { ...fields, ...entry.saysLocally }, entry.extraLocally), packed]);
    files.push(file);
    directory.push(header(0x02014b50, fields, entry.extra, entry.offset ?? offset));
    offset += file.length;
  }
  const listed = Buffer.concat(directory);
  const tail = Buffer.alloc(22);
  const count = end.count ?? entries.length;
  tail.writeUInt32LE(0x06054b50, 0);
  tail.writeUInt16LE(count, 8);
  tail.writeUInt16LE(count, 10);
  tail.writeUInt32LE(listed.length, 12);
  tail.writeUInt32LE(end.directory ?? offset, 16);
  return new Uint8Array(Buffer.concat([...files, listed, tail]));
}

/** Of a file, or where `offset` is given of the directory, which has a few fields more. */
function header(signature: number, fields: EntryFields, extra: Uint8Array = new Uint8Array(), offset?: number): Uint8Array {
  const name = new TextEncoder().encode(fields.name);
  const inDirectory = offset !== undefined;
  const bytes = Buffer.alloc(inDirectory ? 46 : 30);
  bytes.writeUInt32LE(signature, 0);
  const at = inDirectory ? 6 : 4;
  bytes.writeUInt16LE(20, at);
  // Names are UTF-8.
  bytes.writeUInt16LE(fields.flags | 0x800, at + 2);
  bytes.writeUInt16LE(fields.method, at + 4);
  bytes.writeUInt32LE(fields.crc, at + 10);
  bytes.writeUInt32LE(fields.packedSize, at + 14);
  bytes.writeUInt32LE(fields.size, at + 18);
  bytes.writeUInt16LE(name.length, at + 22);
  bytes.writeUInt16LE(extra.length, at + 24);
  if (inDirectory) bytes.writeUInt32LE(offset, 42);
  return Buffer.concat([bytes, name, extra]);
}
