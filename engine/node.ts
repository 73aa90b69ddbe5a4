/** The half of the engine that runs: backends, training, sessions. For processes, not for windows. */
export { Clock } from './base/clock';
export { Backends, type BackendOptions } from './session/backends';
export { check, type CheckOptions } from './session/check';
export { execute, type Execution, type ExecuteOptions, type Rows } from './session/execute';
export { Session, type SessionOptions } from './session/session';
export { formatBytes } from './backends/capacity';
export { timeRuns, timeSteps } from './session/timing';
export { exportDocument, type ExportOptions } from './session/export';
export { loadData } from './training/feed';
export { parameterKeys } from './training/parameters';
export { readCheckpoint, writeCheckpoint, type Checkpoint } from './training/checkpoint';
export { TrainingFailure } from './training/notFinite';
export { train, type TrainOptions, type TrainResult } from './training/train';
export type { DataProvider } from './training/dataset';
export { readSafetensors, writeSafetensors } from './formats/safetensors';
export { answerCalls, type Answering } from './host/answer';
export { workersBeside } from './host/workers';
export { writeWhole } from './host/writeWhole';
