import { Search } from '@lucide/vue';
import { useCanvasStore } from '../canvas/state';
import { currentView, type Direction } from '../canvas/view';
import { useDocumentStore } from '../stores/document';
import { defineCommand } from './command';
import { goToPart } from './parts';

const hasGates = () => useDocumentStore().document.nodes.length > 0;

const walking = (direction: Direction) =>
  defineCommand({
    id: `go.${direction}`,
    enabled: () => hasGates() && (currentView()?.hasFocus() ?? false),
    perform: () => currentView()?.walk(direction)
  });

export default [
  defineCommand({
    id: 'go.find',
    icon: Search,
    whileTyping: true,
    enabled: hasGates,
    perform: () => void (useCanvasStore().finding = true)
  }),
  walking('left'),
  walking('right'),
  walking('up'),
  walking('down'),
  defineCommand({ id: 'go.nextPart', whileTyping: true, perform: () => goToPart(1) }),
  defineCommand({ id: 'go.previousPart', whileTyping: true, perform: () => goToPart(-1) })
];
