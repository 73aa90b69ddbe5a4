/** The columns that a data set can be made of: those of its own source, and of the further files that its fields name. */
import type { ColumnSummary, DataSummary, DatasetRecord } from '@wiregrad/engine';

export interface Column extends ColumnSummary {
  /** Another file than the data set's own. */
  readonly source?: string;
  readonly rows: number;
}

/** What a source is called where it is kept: a generated set by its record. */
export function sourceKey({ source, generate }: Pick<DatasetRecord, 'source' | 'generate'>): string {
  return source ?? JSON.stringify(generate);
}

/** Further files of a data set. */
export function otherSources({ fields }: DatasetRecord): string[] {
  return [...new Set([...fields.values()].flatMap(({ source }) => (source === undefined ? [] : [source])))];
}

/** Those whose source is there. */
export function columnsOf(record: DatasetRecord, summaryOf: (source: string) => DataSummary | undefined): Column[] {
  const own = columnsIn(summaryOf(sourceKey(record)));
  return [...own, ...otherSources(record).flatMap((source) => columnsIn(summaryOf(source), source))];
}

export function columnsIn(summary: DataSummary | undefined, source?: string): Column[] {
  return (summary?.columns ?? []).map((column) => ({ ...column, rows: summary!.rows, ...(source !== undefined && { source }) }));
}

/** A summary lists no more texts than this: a column with as many may have more. */
const MOST_LISTED = 50;

/** A column of few texts. */
export function isNames({ type, classes }: ColumnSummary): boolean {
  return type === 'text' && classes !== undefined && classes.length < MOST_LISTED;
}

/** Whole numbers that count on from 0 or 1 can only be classes up to here. */
const MOST_NUMBERED = 20;

/** A column of whole numbers that stand for classes, as far as can be told. */
export function isNumbered({ type, classes, rows }: Column): boolean {
  if (type !== 'number' || !classes || classes.length < 2 || classes.length > MOST_NUMBERED) return false;
  const first = Number(classes[0]);
  return first <= 1 && classes.every((name, at) => Number(name) === first + at) && rows >= 2 * classes.length;
}
