import {
  ArrowLeftFromLine,
  ArrowRightToLine,
  ClipboardCheck,
  Dices,
  FastForward,
  GraduationCap,
  Pause,
  RefreshCw,
  Square,
  StepBack,
  StepForward
} from '@lucide/vue';
import { useCheckStore } from '../stores/check';
import { useDocumentStore } from '../stores/document';
import { useRunStore } from '../stores/run';
import { useSettingsStore } from '../stores/settings';
import { useTrainingStore } from '../stores/training';
import { useWindowStore } from '../stores/window';
import { defineCommand } from './command';

const mayTrain = () => useDocumentStore().whole.nodes.length > 0 && !useTrainingStore().running;
/** Training that stands still leaves the engine to the user. */
const mayRun = () => useDocumentStore().whole.nodes.length > 0 && (!useTrainingStore().running || useTrainingStore().paused);

/** PyTorch trains in one go. */
const mayHold = () => useSettingsStore().trainer === 'wiregrad';

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
    enabled: mayTrain,
    perform: () => {
      useWindowStore().tab = 'training';
      return useTrainingStore().train();
    }
  }),
  defineCommand({
    id: 'run.pause',
    icon: Pause,
    enabled: () => useTrainingStore().running && mayHold(),
    isOn: () => useTrainingStore().paused,
    perform: () => useTrainingStore().pauseOrGo()
  }),
  defineCommand({
    id: 'run.trainStep',
    icon: StepForward,
    enabled: () => mayRun() && mayHold(),
    perform: () => {
      useWindowStore().tab = 'training';
      return useTrainingStore().step();
    }
  }),
  defineCommand({
    id: 'run.trainOn',
    icon: FastForward,
    enabled: () => mayTrain() && useTrainingStore().epochs.length > 0,
    perform: () => useTrainingStore().train('weights')
  }),
  defineCommand({
    id: 'run.resetWeights',
    icon: Dices,
    enabled: () => !useTrainingStore().running && useTrainingStore().hasParameters,
    perform: () => useTrainingStore().resetWeights()
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
