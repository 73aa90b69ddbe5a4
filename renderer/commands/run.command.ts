import { ArrowLeftFromLine, ArrowRightToLine, ClipboardCheck, GraduationCap, RefreshCw, Square, StepBack, StepForward } from '@lucide/vue';
import { useCheckStore } from '../stores/check';
import { useDocumentStore } from '../stores/document';
import { useRunStore } from '../stores/run';
import { useSettingsStore } from '../stores/settings';
import { useTrainingStore } from '../stores/training';
import { useWindowStore } from '../stores/window';
import { defineCommand } from './command';

const mayRun = () => useDocumentStore().whole.nodes.length > 0 && !useTrainingStore().running;

export default [
  defineCommand({
    id: 'run.forward',
    title: 'Forward',
    keys: ['Mod+Enter'],
    whileTyping: true,
    icon: ArrowRightToLine,
    enabled: mayRun,
    perform: () => useRunStore().forward()
  }),
  defineCommand({
    id: 'run.backward',
    title: 'Backward',
    keys: ['Mod+Shift+Enter'],
    whileTyping: true,
    icon: ArrowLeftFromLine,
    enabled: mayRun,
    perform: () => useRunStore().backward()
  }),
  defineCommand({ id: 'run.step', title: 'Step', keys: ['S'], icon: StepForward, enabled: mayRun, perform: () => useRunStore().step() }),
  defineCommand({
    id: 'run.stepBack',
    title: 'Step back',
    keys: ['Shift+S'],
    icon: StepBack,
    enabled: () => mayRun() && useRunStore().position > 0,
    perform: () => useRunStore().stepBack()
  }),
  defineCommand({
    id: 'run.check',
    title: 'Check gradients',
    keys: ['C'],
    icon: ClipboardCheck,
    enabled: () => mayRun() && !useCheckStore().running,
    perform: () => {
      useWindowStore().tab = 'inspector';
      return useCheckStore().perform();
    }
  }),
  defineCommand({
    id: 'run.train',
    title: 'Train',
    keys: ['T'],
    icon: GraduationCap,
    enabled: mayRun,
    perform: () => {
      useWindowStore().tab = 'training';
      return useTrainingStore().train();
    }
  }),
  defineCommand({
    id: 'run.stop',
    title: 'Stop',
    keys: ['Shift+T'],
    icon: Square,
    enabled: () => useTrainingStore().running || useRunStore().running,
    perform: () => (useTrainingStore().running ? useTrainingStore().stop() : useRunStore().stop())
  }),
  defineCommand({
    id: 'run.live',
    title: 'Run again after every edit',
    icon: RefreshCw,
    perform: () => {
      const settings = useSettingsStore();
      settings.live = !settings.live;
    }
  })
];
