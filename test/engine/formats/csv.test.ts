import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../engine/formats/csv';

function read(text: string): ReturnType<typeof readCsv> {
  return readCsv(new TextEncoder().encode(text), 'd.csv');
}

describe('the CSV reader', () => {
  it('reads quoted cells, and knows each line as an editor shows it', () => {
    const table = read('a,"b ""x"""\n1,"two\nlines"\n\n"3,5",4\n');
    expect(table.columns).toEqual(['a', 'b "x"']);
    expect(table.rows).toEqual([
      { line: 2, cells: ['1', 'two\nlines'] },
      { line: 5, cells: ['3,5', '4'] }
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('counts the lines of a file that ends them with %j, with a byte order mark', (end) => {
    const table = read(`\ufeffa,b${end}1,"x${end}y${end}"${end}2,z${end}`);
    expect(table.columns).toEqual(['a', 'b']);
    expect(table.rows.map(({ line }) => line)).toEqual([2, 5]);
  });

  it('takes tabs and semicolons for what they are', () => {
    expect(read('a;b\n1,5;2\n').rows[0]?.cells).toEqual(['1,5', '2']);
    expect(read('a\tb\n1\t2').rows[0]?.cells).toEqual(['1', '2']);
    expect(read('a\n1\n').rows[0]?.cells).toEqual(['1']);
  });

  it.each([
    ['', 'd.csv: the file is empty'],
    ['a,,c\n1,2,3\n', 'd.csv: line 1: column 2 has no name'],
    ['a,b,a\n', 'd.csv: line 1: two columns are called a'],
    ['a,b\n1,"x\ny"\n1,2,3\n', 'd.csv: line 4: 3 cells, and the header has 2'],
    ['a,b\n1,2\n1\n', 'd.csv: line 3: 1 cells, and the header has 2'],
    ['a,b\n1,2\n3,"open\n4,5\n', 'd.csv: line 3: a quoted cell is not closed'],
    ['a,b\n1,"x"y\n', 'd.csv: line 2: a quoted cell is not closed, or text follows']
  ])('says where %j is wrong', (text, message) => {
    expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'bad-csv', message: expect.stringContaining(message) }));
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => readCsv(Uint8Array.of(0xff, 0xfe, 0x61, 0), 'd.csv')).toThrowError(
      expect.objectContaining({ code: 'bad-csv', message: expect.stringContaining('not UTF-8') })
    );
  });

  it('gives back any cells that were written with quotes', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', ';', 'é') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), (rows) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = ['x,y', ...rows.map((cells) => cells.map(quote).join(','))].join('\n');
        const table = read(text);
        expect(table.rows.map(({ cells }) => cells)).toEqual(rows);
        let line = 2;
        for (const [index, row] of rows.entries()) {
          expect(table.rows[index]?.line).toBe(line);
          line += row.join('').split('\n').length;
        }
      })
    );
  });
});
