import { BrainCircuit, Download, FileCode2, FilePlus2, Flame, FolderOpen, Save, SaveAll, Table, Upload } from '@lucide/vue';
import { nodesInUse, type ExportFormat } from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import { useFilesStore } from '../stores/files';
import { defineCommand } from './command';

const hasParameters = () => nodesInUse(useDocumentStore().whole).some(({ gate }) => gate === 'parameter');
const hasGates = () => useDocumentStore().whole.nodes.length > 0;
const exporting = (format: ExportFormat) => async () => void (await useFilesStore().exportAs(format));

export default [
  defineCommand({
    id: 'file.new',
    title: 'New',
    // A browser keeps Ctrl+N to itself.
    keys: ['Alt+N', 'Mod+N'],
    icon: FilePlus2,
    perform: async () => void (await useFilesStore().newDocument())
  }),
  defineCommand({
    id: 'file.open',
    title: 'Open…',
    keys: ['Mod+O'],
    whileTyping: true,
    icon: FolderOpen,
    perform: async () => void (await useFilesStore().open())
  }),
  defineCommand({
    id: 'file.save',
    title: 'Save',
    keys: ['Mod+S'],
    whileTyping: true,
    icon: Save,
    perform: async () => void (await useFilesStore().save())
  }),
  defineCommand({
    id: 'file.saveAs',
    title: 'Save as…',
    keys: ['Mod+Shift+S'],
    whileTyping: true,
    icon: SaveAll,
    perform: async () => void (await useFilesStore().saveAs())
  }),
  defineCommand({
    id: 'file.openData',
    title: 'Open data (CSV)…',
    icon: Table,
    perform: async () => void (await useFilesStore().openData())
  }),
  defineCommand({
    id: 'file.loadWeights',
    title: 'Load weights…',
    icon: Upload,
    enabled: hasParameters,
    perform: async () => void (await useFilesStore().loadWeights())
  }),
  defineCommand({
    id: 'file.exportSafetensors',
    title: 'Export weights as safetensors…',
    icon: Download,
    enabled: hasParameters,
    perform: exporting('safetensors')
  }),
  defineCommand({
    id: 'file.exportNpz',
    title: 'Export weights as npz…',
    icon: BrainCircuit,
    enabled: hasParameters,
    perform: exporting('npz')
  }),
  defineCommand({
    id: 'file.exportNumpy',
    title: 'Export NumPy code…',
    icon: FileCode2,
    enabled: hasGates,
    perform: exporting('numpy')
  }),
  defineCommand({
    id: 'file.exportPytorch',
    title: 'Export PyTorch…',
    icon: Flame,
    enabled: hasGates,
    perform: exporting('pytorch')
  })
];
