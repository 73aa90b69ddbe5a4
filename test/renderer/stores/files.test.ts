import { addNode, parseDocument, serializeDocument } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDataStore } from '../../../renderer/stores/data';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useFilesStore } from '../../../renderer/stores/files';
import { useNoticesStore } from '../../../renderer/stores/notices';
import { SIMPLE } from '../summaries';
import { dataCalls } from './tables';

const bytes = (text: string) => new TextEncoder().encode(text);
let host: MemoryHost;
let given: string[];
let calls: ReturnType<typeof dataCalls>;
beforeEach(() => {
  calls = dataCalls();
  given = calls.given;
  host = memoryHost({
    stop: async () => undefined,
    resetWeights: async () => undefined,
    ...calls
  });
  setHost(host);
  setActivePinia(createPinia());
});
const edit = () => useDocumentStore().apply('add', (document) => addNode(document, { id: 'more', gate: 'variable' }));

describe('opening', () => {
  it('puts the document in place under its name', async () => {
    host.disk.set('simple.wiregrad', bytes(SIMPLE));
    host.pick = 'simple.wiregrad';
    expect(await useFilesStore().open()).toBe(true);
    const documents = useDocumentStore();
    expect([documents.fileName, documents.document.nodes.length, documents.unsaved]).toEqual(['simple.wiregrad', 5, false]);
  });

  it('refuses what is no UTF-8, which would be saved as something else', async () => {
    const file = {
      name: 'latin1.wiregrad',
      handle: '',
      bytes: new Uint8Array(Buffer.from(SIMPLE.replace('simple', 'sch\xf6n'), 'latin1'))
    };
    expect(await useFilesStore().openFile(file)).toBe(false);
    expect(useNoticesStore().notices.at(-1)!.text).toMatch(/UTF-8/);
    expect(useDocumentStore().fileName).toBeNull();
  });

  it('leaves the document in hand where the text cannot be read, and says why', async () => {
    edit();
    expect(await useFilesStore().openText('{ "format": ', 'broken.wiregrad')).toBe(false);
    expect(useDocumentStore().document.nodes.length).toBe(1);
    expect(useNoticesStore().notices[0]?.kind).toBe('error');
  });

  it.each([
    ['cancel', false, 1],
    ['discard', true, 5]
  ] as const)('asks where work would be lost: %s', async (answer, opened, nodes) => {
    edit();
    const files = useFilesStore();
    const opening = files.openText(SIMPLE, null);
    files.asking!(answer);
    expect(await opening).toBe(opened);
    expect(useDocumentStore().document.nodes.length).toBe(nodes);
  });

  it('saves first where that is the answer', async () => {
    edit();
    host.pick = 'mine.wiregrad';
    const files = useFilesStore();
    const opening = files.openText(SIMPLE, null);
    files.asking!('save');
    expect(await opening).toBe(true);
    expect(new TextDecoder().decode(host.disk.get('mine.wiregrad'))).toContain('"more"');
  });

  it('gives the engine the data beside the document, and names what is not there', async () => {
    const record = (source: string) => ({ source, fields: { x: { columns: ['a'] } } });
    const text = JSON.stringify({ ...JSON.parse(SIMPLE), datasets: { near: record('near.csv'), far: record('far.csv') } });
    host.disk.set('near.csv', bytes('a,kind\n1,u\n'));
    await useFilesStore().openText(text, 'net.wiregrad', 'net.wiregrad');
    expect(given).toEqual(['near.csv']);
    expect(useDataStore().absent).toEqual(['far.csv']);
    await useFilesStore().openFile({ name: 'far.csv', handle: '', bytes: bytes('a,kind\n1,u\n') });
    expect(useDataStore().absent).toEqual([]);
    expect([...useDataStore().datasets.keys()]).toEqual(['near', 'far']);
  });
});

describe('saving', () => {
  it('writes the same text that the document serializes to', async () => {
    host.pick = 'simple.wiregrad';
    useDocumentStore().open(parseDocument(SIMPLE).document!);
    edit();
    expect(useDocumentStore().unsaved).toBe(true);
    expect(await useFilesStore().save()).toBe(true);
    expect(new TextDecoder().decode(host.disk.get('simple.wiregrad'))).toBe(serializeDocument(useDocumentStore().document));
    expect(useDocumentStore().unsaved).toBe(false);
  });

  it('keeps the work unsaved where writing fails', async () => {
    edit();
    useDocumentStore().markSaved('full.wiregrad', 'full.wiregrad');
    useDocumentStore().undo();
    host.files.save = () => Promise.reject(new Error('the disk is full'));
    expect(await useFilesStore().save()).toBe(false);
    expect(useDocumentStore().unsaved).toBe(true);
    expect(useNoticesStore().notices[0]?.text).toBe('the disk is full');
  });
});

it('a table becomes a data set with fields for its numbers and its classes', async () => {
  await useFilesStore().openFile({ name: 'my flowers.csv', handle: '', bytes: bytes('a,kind\n1,u\n2,v\n') });
  const record = useDataStore().datasets.get('my_flowers')!;
  expect([...record.fields.entries()]).toEqual([
    ['x', { columns: ['a'], standardize: true }],
    ['y', { columns: ['kind'], type: 'class' }]
  ]);
  expect(record.split?.stratify).toBe('y');
});
