/** What a field becomes: the sizes of one row and the kind of its entries, as a data gate needs them. */
import type { DatasetSummary, FieldRecord, Params } from '@wiregrad/engine';
import type { Column } from './columns';

export interface FieldType {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** By the columns alone; undefined where one of them is not there, or has too many names to be listed. */
export function typeByColumns(field: FieldRecord, columns: readonly Column[]): FieldType | undefined {
  if (field.type === 'class') return { shape: [], dtype: 'int32' };
  const sizes: number[] = [];
  for (const name of field.columns) {
    const column = columns.find((one) => one.name === name && one.source === field.source);
    const shape = column && rowShape(field, name, column);
    if (!shape) return undefined;
    if (field.columns.length === 1 && shape.length > 0) return { shape, dtype: 'float32' };
    sizes.push(shape.reduce((product, size) => product * size, 1));
  }
  return { shape: [sizes.reduce((sum, size) => sum + size, 0)], dtype: 'float32' };
}

function rowShape({ one_hot: names = [], size, channels }: FieldRecord, name: string, column: Column): readonly number[] | undefined {
  if (names.includes(name)) return column.classes && [column.classes.length];
  if (column.type === 'text') return undefined;
  const { shape = [] } = column;
  return column.type === 'image' && (size || channels) ? [channels ?? 1, ...(size ?? shape.slice(-2))] : shape;
}

/** By what the engine found; before that, and for what it refuses, by the columns. */
export function fieldType(
  name: string,
  field: FieldRecord,
  columns: readonly Column[],
  found: DatasetSummary | undefined
): FieldType | undefined {
  const shape = found?.fields.get(name)?.shape;
  if (shape) return { shape, dtype: field.type === 'class' ? 'int32' : 'float32' };
  return typeByColumns(field, columns);
}

/** Parameters of a data gate. Where nothing is known, its columns are taken for numbers. */
export function gateParams(dataset: string, field: string, record: FieldRecord, type: FieldType | undefined): Params {
  return { dataset, field, shape: [...(type?.shape ?? [record.columns.length])], dtype: type?.dtype ?? 'float32' };
}
