/** Data sets that were read, until their sources change: a run after each edit does not read a file anew. */
import type { DatasetRecord } from '../document/types';
import { loadDataset, type Dataset, type DataProvider } from '../training/dataset';
import type { DatasetSummary } from './messages';

/** Data sets that are kept; the oldest go first. */
const MOST = 6;

export class Datasets {
  private readonly read = new Map<string, Promise<Dataset>>();

  constructor(private readonly provide: DataProvider) {}

  /** As `loadDataset`. */
  readonly load = (name: string, record: DatasetRecord): Promise<Dataset> => {
    const key = JSON.stringify([name, { ...record, fields: [...record.fields] }]);
    let found = this.read.get(key);
    if (!found) {
      found = loadDataset(name, record, this.provide);
      found.catch(() => this.read.delete(key));
      if (this.read.size >= MOST) this.read.delete(this.read.keys().next().value!);
      this.read.set(key, found);
    }
    return found;
  };

  forget(): void {
    this.read.clear();
  }
}

export function summarizeDataset({ rows, parts, fields, skipped }: Dataset): DatasetSummary {
  return {
    rows,
    skipped,
    parts: { train: parts.train.length, validation: parts.validation.length, test: parts.test.length },
    fields: new Map(
      [...fields].map(([name, field]) => [name, { shape: field.shape, ...(field.type === 'class' && { classes: field.classes }) }])
    )
  };
}
