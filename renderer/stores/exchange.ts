/** Weights and models that go to other programs and come from them. */
import { parseDocument, serializeDocument, type ExportFormat, type WeightsReport } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { FileFilter, OpenedFile } from '../../main/contract/host';
import { useHost } from '../host/current';
import { useDocumentStore } from './document';
import { useFilesStore } from './files';
import { useNoticesStore } from './notices';
import { useRunStore } from './run';

const WEIGHTS: FileFilter = { name: 'Weights', extensions: ['safetensors'] };
const MODEL: FileFilter = { name: 'ONNX model', extensions: ['onnx'] };

/** What came of an import, to be read. */
export type Imported =
  | { readonly kind: 'weights'; readonly file: string; readonly report: WeightsReport }
  | { readonly kind: 'model'; readonly file: string; readonly notes: readonly string[]; readonly parameters: number };

export const useExchangeStore = defineStore('exchange', () => {
  const documents = useDocumentStore();
  const files = useFilesStore();
  const notices = useNoticesStore();
  const run = useRunStore();
  const imported = shallowRef<Imported | null>(null);

  async function attempt(action: () => Promise<boolean>): Promise<boolean> {
    try {
      return await action();
    } catch (failure) {
      notices.failure(failure);
      return false;
    }
  }

  async function exportAs(format: ExportFormat): Promise<boolean> {
    return attempt(async () => {
      const written = await useHost().engine.exportWeights({ document: serializeDocument(documents.whole), format });
      const folder = format === 'pytorch-project' ? folderName(documents.whole.name) : undefined;
      if (!(await useHost().files.export(written, folder))) return false;
      notices.done(
        `Exported ${folder === undefined ? written.map(({ name }) => name).join(' and ') : `${folder}, ${written.length} files`}`
      );
      return true;
    });
  }

  /** Weights by the names of the document's parameters. */
  async function loadWeights({ name, bytes }: OpenedFile): Promise<boolean> {
    return attempt(async () => {
      const report = await useHost().engine.loadWeights(serializeDocument(documents.whole), bytes);
      imported.value = { kind: 'weights', file: name, report };
      void run.rerun();
      return true;
    });
  }

  /** A model of another program, in place of the document in hand. */
  async function openModel({ name, bytes }: OpenedFile): Promise<boolean> {
    return attempt(async () => {
      const { document, weights, notes } = await useHost().engine.importOnnx(name, bytes);
      if (!(await files.openText(unplaced(document), null))) return false;
      // A model without parameters has none to load.
      const matched = documents.whole.nodes.some(({ gate }) => gate === 'parameter')
        ? (await useHost().engine.loadWeights(document, weights)).matched.length
        : 0;
      imported.value = { kind: 'model', file: name, notes, parameters: matched };
      return true;
    });
  }

  async function choose(filter: FileFilter, open: (file: OpenedFile) => Promise<boolean>): Promise<boolean> {
    return attempt(async () => {
      const file = await useHost().files.open(filter);
      return file ? open(file) : false;
    });
  }

  return {
    imported,
    exportAs,
    loadWeights,
    openModel,
    chooseWeights: () => choose(WEIGHTS, loadWeights),
    chooseModel: () => choose(MODEL, openModel)
  };
});

/** Without positions: the canvas knows how large the gates are, and finds places for all of them. */
function unplaced(text: string): string {
  const { document } = parseDocument(text);
  return document ? serializeDocument({ ...document, layout: new Map() }) : text;
}

/** A document's name as a folder's. */
function folderName(name: string): string {
  return name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'untitled';
}
