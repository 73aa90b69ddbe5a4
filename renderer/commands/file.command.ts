import {
  BrainCircuit,
  Download,
  FileCode2,
  FilePlus2,
  Flame,
  FolderOpen,
  FolderTree,
  History,
  Images,
  PackageCheck,
  PackageOpen,
  Save,
  SaveAll,
  Table,
  Upload,
  WandSparkles
} from '@lucide/vue';
import { nodesInUse, type ExportFormat } from '@wiregrad/engine';
import { useDataFilesStore } from '../stores/dataFiles';
import { useDocumentStore } from '../stores/document';
import { useExchangeStore } from '../stores/exchange';
import { useFilesStore } from '../stores/files';
import { useWindowStore } from '../stores/window';
import { defineCommand } from './command';

const hasParameters = () => nodesInUse(useDocumentStore().whole).some(({ gate }) => gate === 'parameter');
const hasGates = () => useDocumentStore().whole.nodes.length > 0;
const exporting = (format: ExportFormat) => async () => void (await useExchangeStore().exportAs(format));

export default [
  defineCommand({
    id: 'file.new',
    icon: FilePlus2,
    perform: async () => void (await useFilesStore().newDocument())
  }),
  defineCommand({
    id: 'file.open',
    whileTyping: true,
    icon: FolderOpen,
    perform: async () => void (await useFilesStore().open())
  }),
  defineCommand({
    id: 'file.save',
    whileTyping: true,
    icon: Save,
    perform: async () => void (await useFilesStore().save())
  }),
  defineCommand({
    id: 'file.saveAs',
    whileTyping: true,
    icon: SaveAll,
    perform: async () => void (await useFilesStore().saveAs())
  }),
  defineCommand({
    id: 'file.versions',
    icon: History,
    enabled: () => useDocumentStore().fileHandle !== null,
    perform: () => void (useWindowStore().versions = true)
  }),
  defineCommand({
    id: 'file.openData',
    icon: Table,
    perform: async () => void (await useDataFilesStore().pick('files'))
  }),
  defineCommand({
    id: 'file.openFolder',
    icon: Images,
    perform: async () => void (await useDataFilesStore().pick('folder'))
  }),
  defineCommand({
    id: 'file.makeData',
    icon: WandSparkles,
    perform: () => void (useWindowStore().makeData = { dataset: null })
  }),
  defineCommand({
    id: 'file.importOnnx',
    icon: PackageOpen,
    perform: async () => void (await useExchangeStore().chooseModel())
  }),
  defineCommand({
    id: 'file.loadWeights',
    icon: Upload,
    enabled: hasParameters,
    perform: async () => void (await useExchangeStore().chooseWeights())
  }),
  defineCommand({
    id: 'file.exportSafetensors',
    icon: Download,
    enabled: hasParameters,
    perform: exporting('safetensors')
  }),
  defineCommand({
    id: 'file.exportNpz',
    icon: BrainCircuit,
    enabled: hasParameters,
    perform: exporting('npz')
  }),
  defineCommand({
    id: 'file.exportNumpy',
    icon: FileCode2,
    enabled: hasGates,
    perform: exporting('numpy')
  }),
  defineCommand({
    id: 'file.exportPytorch',
    icon: Flame,
    enabled: hasGates,
    perform: exporting('pytorch')
  }),
  defineCommand({
    id: 'file.exportProject',
    icon: FolderTree,
    enabled: hasGates,
    perform: exporting('pytorch-project')
  }),
  defineCommand({
    id: 'file.exportOnnx',
    icon: PackageCheck,
    enabled: hasGates,
    perform: exporting('onnx')
  })
];
