/** What is in a CSV file, for choosing columns before any field is named. */
import { readCsv, type CsvTable } from '../formats/csv';
import { isMissing, readNumberCell } from './cells';

const PREVIEW_ROWS = 10;
const CLASSES_LIMIT = 50;
const MISSING_LIMIT = 20;

/** The type, range or classes and empty cells of each column. Throws EngineError `bad-csv`. */
export function summarize(source: string, bytes: Uint8Array) {
  const table = readCsv(bytes, source);
  const missingCells: { line: number; column: string }[] = [];
  for (const { line, cells } of table.rows) {
    for (const [place, cell] of cells.entries()) {
      if (missingCells.length < MISSING_LIMIT && isMissing(cell)) missingCells.push({ line, column: table.columns[place]! });
    }
  }
  return {
    source,
    rows: table.rows.length,
    columns: table.columns.map((name, place) => summarizeColumn(name, place, table)),
    preview: table.rows.slice(0, PREVIEW_ROWS).map(({ cells }) => cells),
    missingCells
  };
}

function summarizeColumn(name: string, place: number, { rows }: CsvTable) {
  const texts = rows.map(({ cells }) => cells[place]!.trim()).filter((cell) => !isMissing(cell));
  const missing = rows.length - texts.length;
  const numbers = texts.map(readNumberCell).filter((number) => number !== null);
  if (numbers.length < texts.length || texts.length === 0) {
    const classes = [...new Set(texts)].sort();
    return { name, type: 'text' as const, missing, ...(classes.length <= CLASSES_LIMIT && { classes }) };
  }
  let [minimum, maximum, sum] = [Infinity, -Infinity, 0];
  for (const number of numbers) {
    minimum = Math.min(minimum, number);
    maximum = Math.max(maximum, number);
    sum += number;
  }
  return { name, type: 'number' as const, missing, minimum, maximum, mean: sum / numbers.length };
}
