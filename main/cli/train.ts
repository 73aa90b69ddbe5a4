/** `wiregrad train`: fits the parameters of a document and writes them. */
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  Clock,
  formatBytes,
  train as trainDocument,
  TrainingFailure,
  trainWithTorch,
  writeSafetensors,
  type TorchResult
} from '@wiregrad/engine/node';
import { BACKENDS, EngineError, type TrainProgress } from '@wiregrad/engine';
import { writeWhole } from '../services/files';
import { checkpointWriter, loadCheckpoint, openJournal, type Journal } from './checkpoints';
import { withBackends } from './engine';
import { reportFailure, UsageError } from './failure';
import { loadInput } from './input';
import { readArguments, readChoice, readPairs, readWhole, requireFile } from './options';
import { formatMetrics, progressView } from './progress';

export const TRAIN_HELP = `Usage: wiregrad train FILE --out WEIGHTS.safetensors [options]

Trains the parameters of the document on its data and writes them.

  --out PATH        safetensors file to write
  --data NAME=PATH  read data set NAME from PATH; may be given for several
  --epochs N        default: the document's, else 100
  --seed S          of initial parameters and of the order of rows (default: the document's, else 0)
  --threads T       default: one a core
  --backend NAME    wasm, scalar (for graphs of single numbers) or reference (default: the fastest)
  --log PATH        write a JSON line of metrics an epoch
  --weights FILE    begin from these parameters
  --checkpoint PATH       write all that the run is to PATH while it goes on
  --checkpoint-every N    at the end of every N-th epoch (default: by the clock, within long epochs too)
  --resume CHECKPOINT     go on from there: the weights become those of a run that was never interrupted
  --engine NAME     wiregrad (default), or torchrun: PyTorch trains, in the first Python that has it, or in WIREGRAD_PYTHON
  --nproc N         with torchrun: processes that share every batch (default: 1); its checkpoints are PyTorch's own

Ctrl-C stops within a step and writes what was reached, to the checkpoint too; so do the end of the terminal and kill.
`;

/** What asks a process to end, and the status that it then ends with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs the command; `program` is the `import.meta.url` of the built one. The result is the exit status. */
export async function train(args: readonly string[], program: string): Promise<number> {
  const { values, positionals } = readArguments(args, {
    out: { type: 'string' },
    data: { type: 'string', multiple: true },
    epochs: { type: 'string' },
    seed: { type: 'string' },
    threads: { type: 'string' },
    backend: { type: 'string' },
    log: { type: 'string' },
    weights: { type: 'string' },
    checkpoint: { type: 'string' },
    'checkpoint-every': { type: 'string' },
    resume: { type: 'string' },
    engine: { type: 'string' },
    nproc: { type: 'string' }
  });
  if (values.help) {
    process.stdout.write(TRAIN_HELP);
    return 0;
  }
  const file = requireFile(positionals);
  const { out, log, weights, checkpoint, resume } = values;
  if (!out) throw new UsageError('--out WEIGHTS.safetensors says where the trained parameters go');
  const epochs = readWhole('epochs', values.epochs, 1);
  const seed = readWhole('seed', values.seed, 0);
  const backendName = readChoice('backend', values.backend, BACKENDS);
  const every = readWhole('checkpoint-every', values['checkpoint-every'], 1);
  if (every !== undefined && checkpoint === undefined) throw new UsageError('--checkpoint-every needs --checkpoint PATH');
  if (checkpoint !== undefined && resolve(checkpoint) === resolve(out))
    throw new UsageError('--checkpoint and --out are two files; the weights would replace the checkpoint');
  if (resume !== undefined && weights !== undefined) throw new UsageError('--resume brings its own weights; leave --weights out');
  const data = readPairs('data', values.data);
  const engine = readChoice('engine', values.engine, ['wiregrad', 'torchrun']) ?? 'wiregrad';
  const threads = readWhole('threads', values.threads, 1);
  const processes = readWhole('nproc', values.nproc, 1);
  requireEngine(engine, { nproc: processes }, 'torchrun');
  requireEngine(engine, { threads, backend: backendName }, 'wiregrad');

  try {
    await requireFolder('out', out);
    if (checkpoint !== undefined) await requireFolder('checkpoint', checkpoint);
    const reached = resume === undefined || engine === 'torchrun' ? undefined : await loadCheckpoint(resume);
    const input = await loadInput(file, { data, weights });
    const clock = new Clock();
    let status = 0;
    const stop = (signal: NodeJS.Signals): void => {
      status = SIGNALS[signal as keyof typeof SIGNALS];
      clock.cancel();
    };
    const view = progressView(process.stderr);
    const say = (line: string): void => {
      view.end();
      process.stderr.write(`${line}\n`);
    };
    let journal: Journal | undefined;
    const begin = (computing: string): void => {
      say(computing);
      // Not before: a run that is refused leaves the log of the one before.
      if (log !== undefined) journal = openJournal(log, reached?.reports ?? [], say);
    };
    const common = {
      data: input.data,
      clock,
      ...(input.weights && { weights: input.weights }),
      ...(epochs !== undefined && { epochs }),
      ...(seed !== undefined && { seed }),
      onProgress: (progress: TrainProgress) => {
        view.show(progress);
        if (progress.report) journal?.write(progress.report);
      }
    };
    const byWiregrad = (): Promise<TorchResult> =>
      withBackends(program, threads, (backends) =>
        trainDocument(input.document, {
          ...common,
          backend: backends.choice(backendName),
          ...(reached && { resume: reached }),
          ...(checkpoint !== undefined && {
            checkpoints: { ...(every !== undefined && { every }), write: checkpointWriter(checkpoint, say) }
          }),
          onBegin: ({ backend, threads, bytes }) => begin(`${backend}, ${plural(threads, 'thread')}, ${formatBytes(bytes)}`)
        })
      );
    const byTorch = (): Promise<TorchResult> =>
      trainWithTorch(input.document, {
        ...common,
        ...(processes !== undefined && { processes }),
        ...(checkpoint !== undefined && { checkpoint: { path: resolve(checkpoint), ...(every !== undefined && { every }) } }),
        ...(resume !== undefined && { resume: resolve(resume) }),
        onBegin: ({ torch, device, processes }) => begin(`PyTorch ${torch} on ${device}, ${plural(processes, 'process', 'processes')}`)
      });
    for (const signal of Object.keys(SIGNALS)) process.once(signal, stop);
    // The end of the terminal is the end of whoever reads, and no reason to lose what was trained.
    process.stderr.on('error', () => undefined);
    try {
      const result = await (engine === 'torchrun' ? byTorch() : byWiregrad());
      view.end();
      await writeWhole(out, writeSafetensors(result.parameters));
      process.stdout.write(summarize(result, file, out));
      return result.stopped ? status : 0;
    } catch (error) {
      if (!(error instanceof TrainingFailure)) throw error;
      view.end();
      reportFailure(error, file);
      await writeWhole(out, writeSafetensors(error.parameters));
      say(`${out}: the parameters from before that step`);
      return 1;
    } finally {
      view.end();
      for (const signal of Object.keys(SIGNALS)) process.off(signal, stop);
      journal?.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    reportFailure(error, file);
    return 1;
  }
}

/** Refuses `options` that only another engine has. */
function requireEngine(chosen: string, options: Readonly<Record<string, unknown>>, owner: string): void {
  const [name] = Object.keys(options).filter((option) => options[option] !== undefined);
  if (name !== undefined && chosen !== owner) throw new UsageError(`--${name} is for --engine ${owner}`);
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Before hours of work and not after: the folder that the result goes to. */
async function requireFolder(option: string, path: string): Promise<void> {
  const folder = dirname(resolve(path));
  await access(folder).catch(() => {
    throw new EngineError({ code: 'missing-folder', message: `--${option} ${path}: there is no folder ${folder}`, hint: 'make it first' });
  });
}

function summarize({ epochs, test, stopped, parameters }: TorchResult, file: string, out: string): string {
  const last = epochs.at(-1);
  const lines: string[] = [];
  if (stopped) lines.push(`stopped after epoch ${last?.epoch ?? 0}`);
  lines.push(`${out}: ${parameters.size} parameters; wiregrad run ${file} --mode eval --weights ${out} uses them`);
  if (last) lines.push(`train rows (while training): ${formatMetrics(last.train)}`);
  if (last?.validation) lines.push(`validation rows: ${formatMetrics(last.validation)}`);
  if (test) lines.push(`test rows: ${formatMetrics(test)}`);
  return `${lines.join('\n')}\n`;
}
