/** The data sources whose bytes a session was given, in one message or in pieces. */
import { EngineError } from '../base/errors';
import { isFolder, type Source } from '../data/source';
import { TempFile } from '../data/tempFile';
import { inMemory, joinBytes, type Bytes } from '../formats/bytes';
import type { DataPart } from './messages';

/** Bytes of a file that comes in pieces before it is written to the disk. */
const MEMORY = 2 ** 26;

/** A file while its pieces come. */
class Arriving implements Bytes {
  size = 0;
  private pieces: Uint8Array[] = [];
  private file: TempFile | undefined;
  private whole: Bytes | undefined;

  append(piece: Uint8Array): void {
    this.size += piece.length;
    if (this.file) this.file.append(piece);
    else {
      this.pieces.push(piece);
      if (this.size > MEMORY) {
        this.file = new TempFile();
        for (const part of this.pieces.splice(0)) this.file.append(part);
      }
    }
  }

  /** The first reading ends the arriving. */
  read(at: number, length: number): Uint8Array {
    this.whole ??= this.file ? this.file.finish() : inMemory(joinBytes(this.pieces.splice(0)));
    return this.whole.read(at, length);
  }

  get hasEnded(): boolean {
    return this.whole !== undefined;
  }
}

export class Sources {
  private readonly given = new Map<string, Source>();

  give(source: string, bytes: Uint8Array): void {
    this.given.set(source, inMemory(bytes));
  }

  /** Pieces of a file come in order. Throws EngineError `bad-part` where one is missing. */
  add({ source, file, at, first, bytes }: DataPart): void {
    if (first) this.given.set(source, file === undefined ? new Arriving() : { files: new Map() });
    const known = this.given.get(source);
    const arriving = known && (isFolder(known) ? this.fileIn(known.files as Map<string, Bytes>, file, at) : known);
    if (!(arriving instanceof Arriving) || arriving.hasEnded || arriving.size !== at)
      throw new EngineError({
        code: 'bad-part',
        message: `a piece of ${source} for byte ${at} came, and ${arriving?.size ?? 0} bytes are there`,
        hint: 'open the file again'
      });
    arriving.append(bytes);
  }

  get names(): readonly string[] {
    return [...this.given.keys()];
  }

  readonly provide = (source: string): Source => {
    const given = this.given.get(source);
    if (!given) throw new EngineError({ code: 'missing-data', message: `the data source ${source} is not open`, hint: 'open the file' });
    return given;
  };

  private fileIn(files: Map<string, Bytes>, file: string | undefined, at: number): Bytes | undefined {
    if (file === undefined) return undefined;
    if (at === 0) files.set(file, new Arriving());
    return files.get(file);
  }
}
