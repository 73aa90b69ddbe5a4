/** What is in a CSV file, for choosing columns before any field is named. */
import type { Bytes } from '../formats/bytes';
import { scanCsv } from '../formats/csv';
import { isMissing, readNumberCell } from './cells';
import { sortClasses } from './table';
import { Tally } from './tally';

export const PREVIEW_ROWS = 10;
/** Distinct texts that are listed. */
export const CLASSES_LIMIT = 50;
const CELLS_LIMIT = 20;
/** A column with so large a share of numbers is one of numbers, and its other cells are malformed. */
const NUMBERS_SHARE = 0.8;

/** One column while its cells come by. */
class Column {
  missing = 0;
  private texts = 0;
  private readonly tally = new Tally();
  private readonly counts = new Map<string, number>();
  private isOverfull = false;
  /** The first cells that are no numbers. */
  readonly others: { readonly line: number; readonly text: string }[] = [];

  constructor(readonly name: string) {}

  add(cell: string, line: number): void {
    const text = cell.trim();
    if (isMissing(text)) {
      this.missing++;
      return;
    }
    const number = readNumberCell(text);
    if (number === null) {
      this.texts++;
      if (this.others.length < CELLS_LIMIT) this.others.push({ line, text: text.slice(0, 40) });
    } else this.tally.add(number);
    const known = this.counts.get(text);
    if (known !== undefined) this.counts.set(text, known + 1);
    else if (this.counts.size > CLASSES_LIMIT) this.isOverfull = true;
    else this.counts.set(text, 1);
  }

  get isNumber(): boolean {
    return this.tally.count > 0 && this.tally.count >= NUMBERS_SHARE * (this.tally.count + this.texts);
  }

  get summary() {
    const { name, missing } = this;
    const classes = this.isOverfull || this.counts.size > CLASSES_LIMIT ? undefined : sortClasses(this.counts.keys());
    const listed = classes && { classes, counts: classes.map((text) => this.counts.get(text)!) };
    if (!this.isNumber) return { name, type: 'text' as const, missing, ...listed };
    const isWhole = classes?.every((text) => /^\d+$/.test(text)) ?? false;
    return {
      name,
      type: 'number' as const,
      missing,
      ...(this.texts > 0 && { malformed: this.texts }),
      ...(isWhole && listed),
      ...this.tally.summary
    };
  }
}

/** The type, range or classes, empty and malformed cells of each column. Throws EngineError `bad-csv`. */
export function describeCsv(source: string, bytes: Bytes) {
  const scan = scanCsv(bytes, source);
  const columns = scan.columns.map((name) => new Column(name));
  const preview: (readonly string[])[] = [];
  const missingCells: { line: number; column: string }[] = [];
  let rows = 0;
  for (const { line, cells } of scan.rows()) {
    rows++;
    if (preview.length < PREVIEW_ROWS) preview.push(cells);
    for (let place = 0; place < columns.length; place++) {
      const column = columns[place]!;
      const cell = cells[place]!;
      if (missingCells.length < CELLS_LIMIT && isMissing(cell)) missingCells.push({ line, column: column.name });
      column.add(cell, line);
    }
  }
  const malformedCells = columns
    .filter(({ isNumber }) => isNumber)
    .flatMap(({ name, others }) => others.map(({ line, text }) => ({ line, column: name, text })))
    .sort((a, b) => a.line - b.line)
    .slice(0, CELLS_LIMIT);
  return { kind: 'csv' as const, rows, columns: columns.map(({ summary }) => summary), preview, missingCells, malformedCells };
}
