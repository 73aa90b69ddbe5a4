/** Edits of a data set's record. Each answers a record that holds together: no field without columns, no stratifying by numbers. */
import { EngineError, type DatasetRecord, type FieldRecord, type SplitRecord } from '@wiregrad/engine';
import type { Column } from './columns';
import { isBytes, TARGET } from './suggest';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Fields that read a column. */
export function fieldsOf({ fields }: DatasetRecord, column: Column): string[] {
  return [...fields].filter(([, field]) => field.source === column.source && field.columns.includes(column.name)).map(([name]) => name);
}

/** Puts a column into a field, which may be new, and takes it out of all others; null leaves it out. */
export function assignColumn(record: DatasetRecord, columns: readonly Column[], column: Column, to: string | null): DatasetRecord {
  const fields = new Map<string, FieldRecord>();
  for (const [name, field] of record.fields) {
    const left = name === to || field.source !== column.source ? field : withoutColumn(field, column.name);
    if (left) fields.set(name, left);
  }
  if (to !== null) fields.set(to, joined(fields.get(to), columns, column, to === TARGET));
  return consistent({ ...record, fields });
}

function withoutColumn(field: FieldRecord, column: string): FieldRecord | undefined {
  const columns = field.columns.filter((name) => name !== column);
  return columns.length === 0 ? undefined : withNames(field, columns, field.one_hot ?? []);
}

/** `field` and one column more, in the file's order; or that alone, where the two do not go together. */
function joined(field: FieldRecord | undefined, columns: readonly Column[], column: Column, isTarget: boolean): FieldRecord {
  const isTable = column.type === 'number' || column.type === 'text';
  if (!field || !isTable || isTarget || field.type === 'class' || field.source !== column.source || !isTableField(field, columns))
    return fieldOf(column, isTarget);
  const chosen = new Set([...field.columns, column.name]);
  const inOrder = columns.filter(({ name, source }) => source === field.source && chosen.has(name)).map(({ name }) => name);
  const names = new Set([...(field.one_hot ?? []), ...(column.type === 'text' ? [column.name] : [])]);
  return withNames(field, inOrder, [...names]);
}

function isTableField(field: FieldRecord, columns: readonly Column[]): boolean {
  const [first] = columns.filter(({ name, source }) => source === field.source && field.columns.includes(name));
  return first?.type !== 'image' && first?.type !== 'array';
}

/** A field of one column, as it is most likely meant. */
function fieldOf(column: Column, isTarget: boolean): FieldRecord {
  const { name, type, source } = column;
  const where = { columns: [name], ...(source !== undefined && { source }) };
  if (isTarget) return type === 'text' ? { ...where, type: 'class' } : where;
  if (type === 'text') return { ...where, one_hot: [name] };
  return isBytes(column) ? { ...where, divide_by: 255 } : { ...where, standardize: true };
}

function withNames(field: FieldRecord, columns: readonly string[], names: readonly string[]): FieldRecord {
  const { one_hot: _, ...rest } = field;
  const left = columns.filter((column) => names.includes(column));
  return { ...rest, columns, ...(left.length > 0 && { one_hot: left }) };
}

/** Reads a field as classes or as numbers; names among its columns then become an entry each. */
export function readAs(record: DatasetRecord, name: string, type: 'class' | 'number', columns: readonly Column[]): DatasetRecord {
  const { type: _, one_hot: __, divide_by: ___, standardize: ____, ...rest } = record.fields.get(name)!;
  const texts = columns.filter((column) => column.type === 'text' && column.source === rest.source).map((column) => column.name);
  const names = rest.columns.filter((column) => texts.includes(column));
  const field: FieldRecord = type === 'class' ? { ...rest, type } : { ...rest, ...(names.length > 0 && { one_hot: names }) };
  return setField(record, name, field);
}

/** Reads a column of whole numbers as names, or as numbers again. */
export function setOneHot(record: DatasetRecord, name: string, column: string, on: boolean): DatasetRecord {
  const field = record.fields.get(name)!;
  const others = (field.one_hot ?? []).filter((one) => one !== column);
  return setField(record, name, withNames(field, field.columns, on ? [...others, column] : others));
}

export function setField(record: DatasetRecord, name: string, field: FieldRecord | undefined): DatasetRecord {
  const fields = new Map(record.fields);
  if (field) fields.set(name, field);
  else fields.delete(name);
  return consistent({ ...record, fields });
}

/** Throws EngineError `bad-id` or `duplicate-id`. */
export function renameField(record: DatasetRecord, from: string, to: string): DatasetRecord {
  requireFree(to, record.fields);
  const fields = new Map([...record.fields].map(([name, field]) => [name === from ? to : name, field]));
  const { split } = record;
  return { ...record, fields, ...(split?.stratify === from && { split: { ...split, stratify: to } }) };
}

export function requireFree(name: string, taken: { has(name: string): boolean }): void {
  if (!NAME.test(name))
    throw new EngineError({
      code: 'bad-id',
      message: `${JSON.stringify(name)} cannot be a name`,
      hint: 'a name is a letter or _ and then letters, digits or _'
    });
  if (taken.has(name)) throw new EngineError({ code: 'duplicate-id', message: `${name} is taken`, hint: 'choose another name' });
}

/** How the rows are divided: at random, in proportion to the classes of a field, or by groups that stay together. */
export type Division = { readonly stratify: string } | { readonly groups: string } | null;

export function divide(record: DatasetRecord, division: Division): DatasetRecord {
  const { stratify: _, groups: __, ...split } = record.split ?? {};
  return { ...record, split: { ...split, ...division } };
}

export function setSplit(record: DatasetRecord, change: Partial<SplitRecord>): DatasetRecord {
  return { ...record, split: { ...record.split, ...change } };
}

/** Only classes can be stratified by. */
function consistent(record: DatasetRecord): DatasetRecord {
  const stratify = record.split?.stratify;
  return stratify === undefined || record.fields.get(stratify)?.type === 'class' ? record : divide(record, null);
}
