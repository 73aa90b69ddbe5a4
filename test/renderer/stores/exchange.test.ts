import { parseDocument } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useExchangeStore } from '../../../renderer/stores/exchange';
import { useFilesStore } from '../../../renderer/stores/files';
import { SIMPLE } from '../summaries';

const MODEL = JSON.stringify({
  format: 'wiregrad',
  version: 1,
  name: 'model',
  nodes: [{ id: 'w', gate: 'parameter', params: { shape: [2] } }],
  wires: []
});

let host: MemoryHost;
let loaded: Uint8Array[];
beforeEach(() => {
  loaded = [];
  host = memoryHost({
    stop: async () => undefined,
    resetWeights: async () => undefined,
    exportWeights: async ({ format }) => [{ name: `net.${format}`, bytes: new Uint8Array([1]) }],
    loadWeights: async (_document, bytes) => {
      loaded.push(bytes);
      return { matched: ['w'], missing: ['v'], unexpected: [], reshaped: [] };
    },
    importOnnx: async () => ({ document: MODEL, weights: new Uint8Array([7]), notes: ['Conv_1 is called conv here'] })
  });
  setHost(host);
  setActivePinia(createPinia());
});

it('exported files go to where the host writes files', async () => {
  expect(await useExchangeStore().exportAs('npz')).toBe(true);
  expect(host.exported.map(({ name }) => name)).toEqual(['net.npz']);
});

it('imported weights are told name by name', async () => {
  useDocumentStore().open(parseDocument(MODEL).document!);
  host.disk.set('w.safetensors', new Uint8Array([1, 2]));
  host.pick = 'w.safetensors';
  expect(await useExchangeStore().chooseWeights()).toBe(true);
  expect(useExchangeStore().imported).toMatchObject({ kind: 'weights', file: 'w.safetensors', report: { matched: ['w'], missing: ['v'] } });
});

it('a model opens as a document of its own, with its weights and what is to be said of it', async () => {
  host.disk.set('net.onnx', new Uint8Array([1]));
  host.pick = 'net.onnx';
  expect(await useExchangeStore().chooseModel()).toBe(true);
  expect([useDocumentStore().whole.name, useDocumentStore().fileHandle]).toEqual(['model', null]);
  expect(loaded).toEqual([new Uint8Array([7])]);
  expect(useExchangeStore().imported).toEqual({ kind: 'model', file: 'net.onnx', notes: ['Conv_1 is called conv here'], parameters: 1 });
});

it('a model does not take the place of unsaved work unasked', async () => {
  useDocumentStore().open(parseDocument(SIMPLE).document!);
  useDocumentStore().apply('rename', (document) => ({ ...document, name: 'mine' }));
  const opening = useExchangeStore().openModel({ name: 'net.onnx', handle: '', bytes: new Uint8Array() });
  await Promise.resolve();
  await Promise.resolve();
  useFilesStore().asking!('cancel');
  expect(await opening).toBe(false);
  expect([useDocumentStore().whole.name, useExchangeStore().imported]).toEqual(['mine', null]);
});
