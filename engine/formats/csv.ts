/** CSV with a header: text cells and the line that each record begins on, as an editor counts (the header is line 1). */
import Papa from 'papaparse';
import { EngineError } from '../base/errors';
import { inMemory, type Bytes } from './bytes';

export interface CsvRow {
  readonly line: number;
  /** One per column. */
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** A file whose records are read one by one, as often as wanted: it may be larger than memory. */
export interface CsvScan {
  readonly columns: readonly string[];
  /** The rows below the header. Throws EngineError `bad-csv` on the way. */
  rows(): Iterable<CsvRow>;
}

/** Bytes that are read at once. */
const STRETCH = 2 ** 20;
/** Characters of one record. */
const MOST_CHARACTERS = 2 ** 26;

/**
 * Reads UTF-8 text, quoted fields and any line ends included; blank lines are passed over. `source` is for messages.
 * Throws EngineError `bad-csv` naming the line: header names empty or doubled, rows of another length, a quote left open.
 */
export function readCsv(bytes: Uint8Array, source: string): CsvTable {
  const { columns, rows } = scanCsv(inMemory(bytes), source);
  return { columns, rows: [...rows()] };
}

/** `readCsv`, without holding all rows at once; what is wrong with a row is thrown when it is reached. */
export function scanCsv(bytes: Bytes, source: string): CsvScan {
  const refuse = (message: string, hint: string): EngineError =>
    new EngineError({ code: 'bad-csv', message: `${source}: ${message}`, hint });
  const [header] = readRecords(bytes, refuse);
  if (!header) throw refuse('the file is empty', 'its first line should name the columns');
  const columns = header.cells.map((name) => name.trim());
  const names = new Set<string>();
  columns.forEach((name, index) => {
    if (name === '') throw refuse(`line ${header.line}: column ${index + 1} has no name`, 'name it in the first line');
    if (names.has(name)) throw refuse(`line ${header.line}: two columns are called ${name.slice(0, 80)}`, 'give one of them another name');
    names.add(name);
  });
  return {
    columns,
    *rows() {
      let first = true;
      for (const record of readRecords(bytes, refuse)) {
        if (!first && record.cells.length !== columns.length)
          throw refuse(
            `line ${record.line}: ${record.cells.length} cells, and the header has ${columns.length}`,
            'a cell that holds a comma needs double quotes around it'
          );
        if (!first) yield record;
        first = false;
      }
    }
  };
}

type Refuse = (message: string, hint: string) => EngineError;

function* readRecords(bytes: Bytes, refuse: Refuse): Generator<CsvRow> {
  let line = 1;
  let delimiter: string | undefined;
  for (const text of wholeRecords(bytes, refuse)) {
    delimiter ??= delimiterOf(text);
    if (!text.includes('"')) {
      // Without quotes a cell ends at the next delimiter, which needs no parser.
      for (const record of text.split('\n')) {
        if (record !== '') yield { line, cells: record.split(delimiter) };
        line++;
      }
      // What comes after the last line end of a stretch is no line of its own.
      if (text.endsWith('\n')) line--;
      continue;
    }
    const records: CsvRow[] = [];
    let start = 0;
    Papa.parse<string[]>(text, {
      delimiter,
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
    yield* records;
  }
}

/**
 * The text in stretches that end where a record does: at a line end before which there are as many opening as closing
 * quotes. Line ends become single line feeds; editors count a lone carriage return as a line end too.
 */
function* wholeRecords(bytes: Bytes, refuse: Refuse): Generator<string> {
  // TextDecoder drops a byte order mark.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  /** Up to where quotes were counted, whether one is open there, and behind the last line end outside of quotes. */
  let [counted, isOpen, end] = [0, false, 0];
  for (let at = 0; at < bytes.size; at += STRETCH) {
    const isLast = at + STRETCH >= bytes.size;
    text += decode(decoder, bytes.read(at, Math.min(STRETCH, bytes.size - at)), isLast, refuse);
    for (; counted < text.length; counted++) {
      const code = text.charCodeAt(counted);
      if (code === QUOTE) isOpen = !isOpen;
      else if ((code === LINE_FEED || code === CARRIAGE_RETURN) && !isOpen) end = counted + 1;
    }
    if (isLast) end = text.length;
    // A line feed may follow a carriage return that is the last so far.
    if (end > 0 && (isLast || text.charCodeAt(end - 1) !== CARRIAGE_RETURN || end < text.length)) {
      if (end < text.length && text.charCodeAt(end - 1) === CARRIAGE_RETURN && text.charCodeAt(end) === LINE_FEED) end++;
      yield text.slice(0, end).replace(/\r\n?/g, '\n');
      text = text.slice(end);
      counted -= end;
      end = 0;
    }
    if (text.length > MOST_CHARACTERS)
      throw refuse(
        `a record has more than ${MOST_CHARACTERS} characters without an end`,
        'a quote that was opened may not be closed; or this is no CSV file'
      );
  }
}

const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [10, 13, 34];

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, isLast: boolean, refuse: Refuse): string {
  try {
    return decoder.decode(bytes, { stream: !isLast });
  } catch {
    throw refuse('this is not UTF-8 text', 'save it as CSV in UTF-8');
  }
}

/** Comma, unless the header line has tabs, or semicolons and no comma. */
function delimiterOf(text: string): string {
  const end = text.indexOf('\n');
  const header = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '');
  return header.includes('\t') ? '\t' : header.includes(';') && !header.includes(',') ? ';' : ',';
}
