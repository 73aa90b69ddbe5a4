/** Rows of a data set as its files have them: what a person reads and types, before any scaling. */
import { EngineError } from '../base/errors';
import type { Dataset, Field } from '../training/dataset';
import type { DatasetRows, FieldRows } from './messages';

/** Numbers that one answer holds at most. */
const MOST_NUMBERS = 2 ** 22;

/** Rows [from, to), cut at the last one. Throws EngineError `bad-input` for more than an answer holds. */
export function datasetRows({ rows, fields, parts }: Dataset, from: number, to: number): DatasetRows {
  const end = Math.max(from, Math.min(to, rows));
  const chosen = Int32Array.from({ length: end - from }, (_, at) => from + at);
  const numbers = [...fields.values()].reduce((sum, { size }) => sum + size, 0) * chosen.length;
  if (numbers > MOST_NUMBERS)
    throw new EngineError({ code: 'bad-input', message: `${chosen.length} rows are ${numbers} numbers`, hint: 'ask for fewer rows' });
  const partOf = new Uint8Array(chosen.length);
  for (const [index, part] of [parts.train, parts.validation, parts.test].entries())
    for (const row of part) if (row >= from && row < end) partOf[row - from] = index;
  return { from, rows, parts: partOf, fields: new Map([...fields].map(([name, field]) => [name, rowsOf(field, chosen)])) };
}

function rowsOf(field: Field, chosen: Int32Array): FieldRows {
  const data = new Float64Array(chosen.length * field.size);
  field.gather(chosen, data);
  const shape = [chosen.length, ...field.shape];
  if (field.type === 'class') return { dtype: 'int32', shape, data: Int32Array.from(data), classes: field.classes };
  const { standardization, divideBy, entries, size } = field;
  for (let at = 0; at < data.length; at++) {
    const entry = at % size;
    data[at] = standardization ? data[at]! * standardization.deviation[entry]! + standardization.mean[entry]! : data[at]! * divideBy;
  }
  return { dtype: 'float', shape, data, ...(field.shape.length === 1 && { entries }) };
}
