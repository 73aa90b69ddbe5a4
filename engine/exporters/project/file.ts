/** A file of an exported project. */
export interface ProjectFile {
  /** Below the project's folder, with slashes; safe on every system, whatever the document's names are. */
  readonly path: string;
  /** Its bytes in order; made as they are asked for, as a data set may be larger than memory. */
  readonly chunks: Iterable<Uint8Array>;
}

export function textFile(path: string, text: string): ProjectFile {
  return { path, chunks: [new TextEncoder().encode(text)] };
}

/** Names that Windows keeps for devices, with any ending. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** What names hold at most of a document's own. */
const MOST_LETTERS = 60;

/** Names of files made from names of a document, each another one, on systems that know no case too. */
export class FileNames {
  private readonly taken = new Set<string>();

  /** `['two spirals', 'x']` → `two_spirals.x`. */
  name(words: readonly string[]): string {
    const safe = words.map(
      (word) =>
        word
          .replace(/[^A-Za-z0-9_-]/g, '_')
          .slice(0, MOST_LETTERS)
          .replace(DEVICES, '$&_') || '_'
    );
    const wish = safe.join('.');
    let name = wish;
    for (let count = 2; this.taken.has(name.toLowerCase()); count++) name = `${wish}-${count}`;
    this.taken.add(name.toLowerCase());
    return name;
  }
}
