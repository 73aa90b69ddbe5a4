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
    whileTyping: true,
    icon: ArrowRightToLine,
    enabled: mayRun,
    perform: () => useRunStore().forward()
  }),
  defineCommand({
    id: 'run.backward',
    whileTyping: true,
    icon: ArrowLeftFromLine,
    enabled: mayRun,
    perform: () => useRunStore().backward()
  }),
  defineCommand({ id: 'run.step', icon: StepForward, enabled: mayRun, perform: () => useRunStore().step() }),
  defineCommand({
    id: 'run.stepBack',
    icon: StepBack,
    enabled: () => mayRun() && useRunStore().position > 0,
    perform: () => useRunStore().stepBack()
  }),
  defineCommand({
    id: 'run.check',
    icon: ClipboardCheck,
    enabled: () => mayRun() && !useCheckStore().running,
    perform: () => {
      useWindowStore().tab = 'inspector';
      return useCheckStore().perform();
    }
  }),
  defineCommand({
    id: 'run.train',
    icon: GraduationCap,
    enabled: mayRun,
    perform: () => {
      useWindowStore().tab = 'training';
      return useTrainingStore().train();
    }
  }),
  defineCommand({
    id: 'run.stop',
    icon: Square,
    enabled: () => useTrainingStore().running || useRunStore().running,
    perform: () => (useTrainingStore().running ? useTrainingStore().stop() : useRunStore().stop())
  }),
  defineCommand({
    id: 'run.live',
    icon: RefreshCw,
    isOn: () => useSettingsStore().live,
    perform: () => {
      const settings = useSettingsStore();
      settings.live = !settings.live;
    }
  })
];
