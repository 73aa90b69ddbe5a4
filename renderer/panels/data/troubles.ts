/** Cells of the columns in use that are not what their column holds. */
import type { DatasetRecord } from '@wiregrad/engine';
import type { Column } from '../../stores/columns';
import { fieldsOf } from '../../stores/datasetEdits';
import { formatCount } from '../../widgets/format';

export interface Troubles {
  readonly name: string;
  readonly source?: string;
  readonly missing: number;
  /** Texts among numbers. */
  readonly malformed: number;
}

/** By column, those that have any. */
export function troublesIn(record: DatasetRecord, columns: readonly Column[]): Troubles[] {
  return columns.flatMap((column) => {
    const fields = fieldsOf(record, column).map((name) => record.fields.get(name)!);
    if (fields.length === 0) return [];
    // A text is a name where the column is read as names.
    const isNames = fields.every(({ type, one_hot: names }) => type === 'class' || names?.includes(column.name));
    const { name, source, missing } = column;
    const malformed = isNames ? 0 : (column.malformed ?? 0);
    return missing + malformed === 0 ? [] : [{ name, missing, malformed, ...(source !== undefined && { source }) }];
  });
}

/** `2 empty, 1 no number`. */
export function troublesText({ missing, malformed = 0 }: { readonly missing: number; readonly malformed?: number }): string {
  return [missing > 0 ? `${formatCount(missing)} empty` : '', malformed > 0 ? `${formatCount(malformed)} no number` : '']
    .filter(Boolean)
    .join(', ');
}
