import { afterEach, expect, it } from 'vitest';
import { serializeDocument } from '../../../engine/document/serialize';
import type { DatasetRecord, Document } from '../../../engine/document/types';
import { Session } from '../../../engine/session/session';
import { text } from '../data/rows';
import { refused } from '../formats/refused';

const sessions: Session[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

async function open(record: Partial<DatasetRecord> = {}): Promise<readonly [Session, string]> {
  const session = new Session({ onTrainProgress: () => undefined });
  sessions.push(session);
  const rows = Array.from({ length: 10 }, (_, row) => `${row},${row * 100 - 7.5},${row % 2 === 0 ? 'fig' : 'pear'}`);
  await session.openData('d.csv', text(`u,v,kind\n${rows.join('\n')}\n`));
  const fields: DatasetRecord['fields'] = new Map([
    ['x', { columns: ['u', 'v'], standardize: true }],
    ['half', { columns: ['u'], divide_by: 2 }],
    ['y', { columns: ['kind'], type: 'class' }]
  ]);
  const datasets = new Map<string, DatasetRecord>([['d', { source: 'd.csv', fields, split: { validation: 0.2, test: 0.1 }, ...record }]]);
  const document: Document = { name: 'rows', nodes: [], wires: [], layout: new Map(), datasets };
  return [session, serializeDocument(document)];
}

it('rows are as the file has them, whatever is made of them, with the part that each is in', async () => {
  const [session, document] = await open();
  const { from, rows, parts, fields } = await session.datasetRows(document, 'd', 3, 6);
  expect([from, rows]).toEqual([3, 10]);
  const x = fields.get('x')!;
  expect([x.shape, x.entries]).toEqual([
    [3, 2],
    ['u', 'v']
  ]);
  for (const [at, number] of [3, 292.5, 4, 392.5, 5, 492.5].entries()) expect(x.data[at]).toBeCloseTo(number, 9);
  expect([...fields.get('half')!.data]).toEqual([3, 4, 5]);
  const y = fields.get('y')!;
  expect([[...y.data], y.classes]).toEqual([
    [1, 0, 1],
    ['fig', 'pear']
  ]);
  const all = await session.datasetRows(document, 'd', 0, 99);
  const { parts: counts } = await session.describeDataset(document, 'd');
  expect([0, 1, 2].map((part) => all.parts.filter((own) => own === part).length)).toEqual([counts.train, counts.validation, counts.test]);
  expect([...parts]).toEqual([...all.parts.slice(3, 6)]);
});

it('rows beyond the last are none', async () => {
  const [session, document] = await open();
  const { parts, fields } = await session.datasetRows(document, 'd', 50, 60);
  expect([parts.length, fields.get('x')!.shape]).toEqual([0, [0, 2]]);
});

it('a data set that is not there is named', async () => {
  const [session, document] = await open();
  expect((await refused(() => session.datasetRows(document, 'e', 0, 1))).code).toBe('unknown-dataset');
});
