/** CSV with a header: text cells and the line that each record begins on, as an editor counts (the header is line 1). */
import Papa from 'papaparse';
import { EngineError } from '../base/errors';

export interface CsvRow {
  readonly line: number;
  /** One per column. */
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** Of a file: a text of more characters is beyond V8. */
const MOST_BYTES = 2 ** 29 - 24;

/**
 * Reads UTF-8 text, quoted fields and any line ends included; blank lines are passed over. `source` is for messages.
 * Throws EngineError `bad-csv` naming the line: header names empty or doubled, rows of another length, a quote left open.
 */
export function readCsv(bytes: Uint8Array, source: string): CsvTable {
  const refuse = (message: string, hint: string): EngineError =>
    new EngineError({ code: 'bad-csv', message: `${source}: ${message}`, hint });
  if (bytes.length > MOST_BYTES)
    throw refuse(`the file has ${bytes.length} bytes; at most ${MOST_BYTES} are read`, 'leave out rows, or columns that are not used');
  const records = readRecords(decode(bytes, refuse), refuse);
  const header = records[0];
  if (!header) throw refuse('the file is empty', 'its first line should name the columns');
  const columns = header.cells.map((name) => name.trim());
  const names = new Set<string>();
  columns.forEach((name, index) => {
    if (name === '') throw refuse(`line ${header.line}: column ${index + 1} has no name`, 'name it in the first line');
    if (names.has(name)) throw refuse(`line ${header.line}: two columns are called ${name.slice(0, 80)}`, 'give one of them another name');
    names.add(name);
  });
  const rows = records.slice(1);
  for (const { line, cells } of rows) {
    if (cells.length === columns.length) continue;
    throw refuse(
      `line ${line}: ${cells.length} cells, and the header has ${columns.length}`,
      'a cell that holds a comma needs double quotes around it'
    );
  }
  return { columns, rows };
}

type Refuse = (message: string, hint: string) => EngineError;

function decode(bytes: Uint8Array, refuse: Refuse): string {
  try {
    // TextDecoder drops a byte order mark. Editors count a lone carriage return as a line end too.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n');
  } catch {
    throw refuse('this is not UTF-8 text', 'save it as CSV in UTF-8');
  }
}

function readRecords(text: string, refuse: Refuse): CsvRow[] {
  const records: CsvRow[] = [];
  let line = 1;
  let start = 0;
  Papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    newline: '\n',
    step({ data, errors, meta }) {
      const quotes = errors.find(({ type }) => type === 'Quotes');
      if (quotes)
        throw refuse(
          `line ${line}: a quoted cell is not closed, or text follows its closing quote`,
          'a quote inside a quoted cell is written twice'
        );
      if (data.length > 1 || data[0] !== '') records.push({ line, cells: data });
      for (let end = text.indexOf('\n', start); end >= 0 && end < meta.cursor; end = text.indexOf('\n', end + 1)) line++;
      start = meta.cursor;
    }
  });
  return records;
}

/** Comma, unless the header line has tabs, or semicolons and no comma. */
function delimiterOf(text: string): string {
  const end = text.indexOf('\n');
  const header = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '');
  return header.includes('\t') ? '\t' : header.includes(';') && !header.includes(',') ? ';' : ',';
}
