import { Redo2, Undo2 } from '@lucide/vue';
import { useDocumentStore } from '../stores/document';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'edit.undo',
    icon: Undo2,
    subject: () => useDocumentStore().undoLabel,
    enabled: () => useDocumentStore().canUndo,
    perform: () => useDocumentStore().undo()
  }),
  defineCommand({
    id: 'edit.redo',
    icon: Redo2,
    subject: () => useDocumentStore().redoLabel,
    enabled: () => useDocumentStore().canRedo,
    perform: () => useDocumentStore().redo()
  })
];
