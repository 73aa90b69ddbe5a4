import { Redo2, Undo2 } from '@lucide/vue';
import { useDocumentStore } from '../stores/document';
import { defineCommand } from './command';

export default [
  defineCommand({
    id: 'edit.undo',
    title: 'Undo',
    keys: ['Mod+Z'],
    icon: Undo2,
    enabled: () => useDocumentStore().canUndo,
    perform: () => useDocumentStore().undo()
  }),
  defineCommand({
    id: 'edit.redo',
    title: 'Redo',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    icon: Redo2,
    enabled: () => useDocumentStore().canRedo,
    perform: () => useDocumentStore().redo()
  })
];
