/** A CSV file as a table: one pass over its rows for all fields, however large it is. */
import { EngineError } from '../base/errors';
import type { DatasetRecord } from '../document/types';
import type { Bytes } from '../formats/bytes';
import { scanCsv, type CsvScan } from '../formats/csv';
import { isMissing, readNumberCell } from './cells';
import { Integers } from './integers';
import { Spool } from './spool';
import { sortClasses, tooManyClasses, MOST_CLASSES, type RawField, type Reading, type Table, type Wanted } from './table';

export function csvTable(source: string, bytes: Bytes, memory?: number): Table {
  const scan = scanCsv(bytes, source);
  return {
    kind: 'csv',
    text: bytes,
    columns: scan.columns.map((name) => ({ name, type: 'text', shape: [] })),
    read: (wanted, missing) => new CsvReading(source, scan, wanted, missing, memory).perform()
  };
}

/** A column of a field while it is read. */
interface Cells {
  readonly name: string;
  readonly place: number;
  /** Of classes: an index for each name met so far. */
  readonly indices: Map<string, number> | undefined;
  /** Whether each name met so far is a whole number, which may be written 1 or 1.0. */
  whole: boolean;
}
interface FieldCells {
  readonly wanted: Wanted;
  readonly cells: readonly Cells[];
  readonly spool: Spool;
  hasGaps: boolean;
}

class CsvReading {
  private readonly fields: readonly FieldCells[];
  private readonly dropped = new Integers();
  private readonly lines = new Integers();

  constructor(
    private readonly source: string,
    private readonly scan: CsvScan,
    wanted: readonly Wanted[],
    private readonly missing: DatasetRecord['missing'],
    memory?: number
  ) {
    const places = new Map(scan.columns.map((name, place) => [name, place]));
    this.fields = wanted.map((one) => ({
      wanted: one,
      cells: one.columns.map(({ name, as }) => ({
        name,
        place: places.get(name)!,
        indices: as === 'class' ? new Map<string, number>() : undefined,
        whole: true
      })),
      spool: new Spool(one.columns.length, Float64Array, memory),
      hasGaps: false
    }));
  }

  perform(): Reading {
    for (const { line, cells } of this.scan.rows()) {
      let keeps = true;
      for (const field of this.fields) keeps = this.readRow(field, line, cells) && keeps;
      if (!keeps) this.dropped.push(this.lines.length);
      this.lines.push(line);
    }
    return {
      fields: new Map(this.fields.map((field) => [field.wanted.field, finish(field)])),
      dropped: this.dropped.finish(),
      lines: this.lines.finish()
    };
  }

  /** Whether the row can be used, as far as this field goes. */
  private readRow(field: FieldCells, line: number, row: readonly string[]): boolean {
    let keeps = true;
    const isClassField = field.cells.length === 1 && field.cells[0]!.indices !== undefined;
    for (const column of field.cells) {
      const cell = row[column.place]!;
      const number = isMissing(cell) ? NaN : column.indices ? this.indexOf(column, cell.trim()) : readNumberCell(cell);
      if (number === null && this.missing !== 'skip') throw this.badCell(line, column, cell);
      const value = number ?? NaN;
      if (Number.isNaN(value)) {
        if (this.missing === undefined) throw this.missingCell(line, column, cell);
        field.hasGaps = true;
        if (this.missing === 'skip' || isClassField) keeps = false;
      }
      field.spool.push(value);
    }
    return keeps;
  }

  private indexOf(column: Cells, name: string): number {
    const { indices } = column as { indices: Map<string, number> };
    const known = indices.get(name);
    if (known !== undefined) return known;
    if (indices.size === MOST_CLASSES) throw tooManyClasses(`${this.source}: column ${column.name}`);
    column.whole &&= /^\d{1,15}(?:\.0*)?$/.test(name);
    indices.set(name, indices.size);
    return indices.size - 1;
  }

  private at(line: number, { name }: Cells): string {
    return `${this.source}: line ${line}, column ${name}`;
  }

  private badCell(line: number, column: Cells, cell: string): EngineError {
    const message = `${this.at(line, column)}: expected a number, found ${JSON.stringify(cell.slice(0, 40))}`;
    const hint = 'correct the cell, make the field one of "type": "class", or set "missing": "skip" to leave such rows out';
    return new EngineError({ code: 'bad-cell', message, hint });
  }

  private missingCell(line: number, column: Cells, cell: string): EngineError {
    const others = this.countMissing() - 1;
    const more = others > 0 ? ` (and ${others} more like it)` : '';
    const found = cell.trim() === '' ? 'the cell is empty' : `the cell says ${cell.trim()}`;
    const hint = 'set "missing": "skip" in the data set to leave such rows out, or "missing": "mean" to fill in the mean of the column';
    return new EngineError({ code: 'missing-cell', message: `${this.at(line, column)}: ${found}${more}`, hint });
  }

  private countMissing(): number {
    const used = [...new Set(this.fields.flatMap(({ cells }) => cells.map(({ place }) => place)))];
    let count = 0;
    for (const { cells } of this.scan.rows()) for (const place of used) if (isMissing(cells[place]!)) count++;
    return count;
  }
}

/** Classes in order, in place of the order in which they were met. */
function finish({ cells, spool, hasGaps }: FieldCells): RawField {
  const store = spool.finish();
  const columns = cells.map(({ name, indices, whole }) => {
    if (!indices) return { name, shape: [] };
    // A program that lost track of integers writes class 1 as 1.0.
    const names = [...indices.keys()].map((text) => (whole ? String(Number(text)) : text));
    const classes = sortClasses(new Set(names));
    const places = new Map(classes.map((text, place) => [text, place]));
    return { name, shape: [], classes, order: Float64Array.from(names, (text) => places.get(text)!) };
  });
  const orders = columns.map((column) => ('order' in column ? column.order : undefined));
  const raw = columns.map(({ name, shape, ...rest }) => ({ name, shape, ...('classes' in rest && { classes: rest.classes }) }));
  if (orders.every((order) => order === undefined)) return { store, columns: raw, hasGaps };
  const { size } = store;
  return {
    columns: raw,
    hasGaps,
    store: {
      rows: store.rows,
      size,
      gather(rows, into, start = 0) {
        store.gather(rows, into, start);
        for (const [place, order] of orders.entries()) {
          if (!order) continue;
          for (let at = start + place; at < start + rows.length * size; at += size) into[at] = order[into[at]!] ?? NaN;
        }
      }
    }
  };
}
