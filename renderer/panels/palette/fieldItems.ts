/** What a `data` gate needs to know for each field of the document's data sets. */
import type { DatasetRecord, DatasetSummary, Params } from '@wiregrad/engine';
import type { Column } from '../../stores/columns';
import { fieldType, gateParams } from '../../stores/fieldType';

export interface FieldItem {
  readonly dataset: string;
  readonly field: string;
  readonly params: Params;
  readonly doc: string;
}

/** `columnsFor` a data set are those known so far; `foundOf` it is what the engine made of it as it is now. */
export function fieldItems(
  datasets: ReadonlyMap<string, DatasetRecord>,
  columnsFor: (dataset: string) => readonly Column[],
  foundOf: (dataset: string) => DatasetSummary | undefined
): FieldItem[] {
  return [...datasets].flatMap(([dataset, { fields }]) =>
    [...fields].map(([field, record]) => {
      const columns = columnsFor(dataset);
      const found = foundOf(dataset);
      const classes =
        found?.fields.get(field)?.classes ??
        columns.find(({ name, source }) => name === record.columns[0] && source === record.source)?.classes;
      const type = fieldType(field, record, columns, found);
      return {
        dataset,
        field,
        params: gateParams(dataset, field, record, type),
        doc: `${record.columns.join(', ')}${record.type === 'class' && classes ? `: ${classes.join(', ')}` : ''}`
      };
    })
  );
}
