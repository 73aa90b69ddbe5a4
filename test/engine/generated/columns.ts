/** Looking at generated data sets. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Generated, GeneratedColumn } from '../../../engine/generated/generate';

export function column(generated: Generated, name: string): GeneratedColumn {
  const found = generated.columns.find((each) => each.name === name);
  expect(found, name).toBeDefined();
  return found!;
}

/** x, y and class of each row. */
export function points(generated: Generated): (readonly [x: number, y: number, label: number])[] {
  const [x, y, label] = ['x', 'y', 'class'].map((name) => column(generated, name).data);
  return Array.from({ length: generated.rows }, (_, row) => [x![row]!, y![row]!, label![row]!]);
}

/** How often each class of a column occurs. */
export function counts({ data, classes = [] }: GeneratedColumn): number[] {
  const found = classes.map(() => 0);
  for (const label of data) found[label]!++;
  return found;
}

/** The first 16 hexadecimal digits of the SHA-256 of all columns' bytes, one after the other. */
export function digest({ columns }: Generated): string {
  const hash = createHash('sha256');
  for (const { data } of columns) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex').slice(0, 16);
}
