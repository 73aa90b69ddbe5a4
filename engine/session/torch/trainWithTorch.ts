/** Training by PyTorch: the exported project runs in processes of its own, and its weights come back. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../base/clock';
import type { EpochReport, TrainProgress } from '../../base/report';
import type { Tensor } from '../../base/tensors';
import type { Document } from '../../document/types';
import { exportProject } from '../../exporters/project/project';
import { readSafetensors } from '../../formats/safetensors';
import { batchSizeOf, epochsOf, loadData, type Data } from '../../training/feed';
import type { TrainResult } from '../../training/train';
import { failureOf } from './failure';
import { findPython } from './findPython';
import { readNews, type TorchNeeds } from './news';
import { PythonProcess } from './pythonProcess';
import { writeProject } from './writeProject';

export interface TorchOptions {
  readonly data?: Data;
  /** Begin from these instead of fresh draws. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** Processes that share every batch; default 1. */
  readonly processes?: number;
  /** Default `findPython`'s. */
  readonly python?: string;
  /** Default the document's, else 100. */
  readonly epochs?: number;
  readonly seed?: number;
  /** Absolute paths of the project's own checkpoints: where they are written, at the end of every so many epochs, and which to go on from. */
  readonly checkpoint?: { readonly path: string; readonly every?: number };
  readonly resume?: string;
  /** Cancelling it stops within a step. */
  readonly clock?: Clock;
  /** Called once, before the first step. */
  readonly onBegin?: (needs: TorchNeeds) => void;
  /** Called some times a second, and at the end of every epoch. */
  readonly onProgress?: (progress: TrainProgress) => void;
}

export type TorchResult = Omit<TrainResult, 'backend'>;

const OUT = 'trained.safetensors';

/**
 * Trains `document` with PyTorch. Throws EngineError for what is wrong with it, `no-torch`, or `torch-failed` with what the
 * processes said last.
 */
export async function trainWithTorch(document: Document, options: TorchOptions): Promise<TorchResult> {
  const { processes = 1, clock = new Clock() } = options;
  const python = options.python ?? (await findPython());
  const data = await loadData(document, options.data);
  const project = exportProject(document, { data, ...given(options, 'weights', 'seed') });
  const folder = await mkdtemp(join(tmpdir(), 'wiregrad-torch-'));
  try {
    await writeProject(project, folder);
    const epochs = options.epochs ?? epochsOf(document);
    const stepsPerEpoch = Math.max(1, Math.ceil(data.parts.train.length / batchSizeOf(document)));
    const told = new Told({ ...options, epochs, totalSteps: epochs * stepsPerEpoch });
    const args = [...launcher(processes), 'train.py', ...trainArguments(options, epochs)];
    const child = new PythonProcess(python, args, { cwd: folder, env: environment(processes, folder), onLine: (line) => told.hear(line) });
    clock.onCancel(() => child.stop());
    const end = await child.ended;
    const stopped = clock.isCancelled;
    if (end.status !== 0 && !stopped) throw failureOf([python, ...args], end);
    const weights = await readFile(join(folder, OUT)).catch(() => {
      // Stopped before its first step it has changed nothing; later, what it reached is lost.
      if (told.steps > 0) throw failureOf([python, ...args], end);
      return readFile(join(folder, 'weights.safetensors'));
    });
    return { parameters: readSafetensors(weights), epochs: told.reports, ...told.result, stopped };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Those of `options` that are there. */
function given<K extends keyof TorchOptions>(options: TorchOptions, ...names: K[]): Pick<TorchOptions, K> {
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])) as Pick<
    TorchOptions,
    K
  >;
}

/** What stands before the script: nothing for one process, else torchrun. */
function launcher(processes: number): readonly string[] {
  if (processes === 1) return [];
  return [
    ...['-m', 'torch.distributed.run', '--nproc_per_node', String(processes)],
    // As --standalone, which has a fixed port in older versions: two runs at once would meet.
    ...['--rdzv_backend', 'c10d', '--rdzv_endpoint', 'localhost:0'],
    // Older versions look every 5 seconds whether a process has ended.
    ...['--monitor_interval', '0.2'],
    // Nothing is redirected; said so because the default fails in PyTorch 1.13 with Python 3.11.
    ...['--redirects', '9:1', '--tee', '9:1']
  ];
}

function trainArguments({ seed, checkpoint, resume }: TorchOptions, epochs: number): readonly string[] {
  return [
    ...['--out', OUT, '--progress', '--epochs', String(epochs)],
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ...(checkpoint ? ['--checkpoint', checkpoint.path] : []),
    ...(checkpoint?.every === undefined ? [] : ['--checkpoint-every', String(checkpoint.every)]),
    ...(resume === undefined ? [] : ['--resume', resume])
  ];
}

/** Processes on CPUs have the cores between them; what libraries leave behind goes with the folder. */
function environment(processes: number, folder: string): NodeJS.ProcessEnv {
  const threads = String(Math.max(1, Math.floor(availableParallelism() / processes)));
  return { OMP_NUM_THREADS: threads, ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', TMPDIR: folder };
}

/** What the processes have told so far. */
class Told {
  readonly reports: EpochReport[] = [];
  result: Pick<TrainResult, 'test' | 'best'> = {};
  steps = 0;
  private readonly began = performance.now();

  constructor(
    private readonly options: Pick<TorchOptions, 'onBegin' | 'onProgress'> & { readonly epochs: number; readonly totalSteps: number }
  ) {}

  hear(line: string): void {
    const news = readNews(line);
    switch (news?.kind) {
      case 'begin':
        return this.options.onBegin?.(news.needs);
      case 'step':
        return this.tell(news.epoch, news.step, news.loss);
      case 'epoch':
        this.reports.push(news.report);
        return this.tell(news.report.epoch, news.report.steps, news.report.train.loss, news.report);
      case 'end':
        this.result = news.result;
        return;
      case undefined:
        // A library's own.
        return;
    }
  }

  private tell(epoch: number, step: number, loss: number, report?: EpochReport): void {
    const { epochs, totalSteps, onProgress } = this.options;
    this.steps = step;
    const seconds = (performance.now() - this.began) / 1000;
    const eta = (seconds / Math.max(1, step)) * (totalSteps - step);
    onProgress?.({ epoch, epochs, step, totalSteps, loss, seconds, eta, ...(report && { report }) });
  }
}
