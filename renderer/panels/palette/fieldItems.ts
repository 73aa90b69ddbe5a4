/** What a `data` gate needs to know for each field of the document's data sets. */
import type { DataSummary, DatasetRecord, Params } from '@wiregrad/engine';

export interface FieldItem {
  readonly dataset: string;
  readonly field: string;
  readonly params: Params;
  readonly doc: string;
}

export function fieldItems(
  datasets: ReadonlyMap<string, DatasetRecord>,
  summaryOf: (dataset: string) => DataSummary | undefined
): FieldItem[] {
  return [...datasets].flatMap(([dataset, { fields }]) =>
    [...fields].map(([field, { columns, type }]) => {
      const isClass = type === 'class';
      const classes = summaryOf(dataset)?.columns.find(({ name }) => name === columns[0])?.classes;
      return {
        dataset,
        field,
        params: { dataset, field, shape: isClass ? [] : [columns.length], dtype: isClass ? 'int32' : 'float32' },
        doc: `${columns.join(', ')}${isClass && classes ? `: ${classes.join(', ')}` : ''}`
      };
    })
  );
}
