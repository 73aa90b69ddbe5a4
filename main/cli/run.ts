/** `wiregrad run`: values and gradients of documents, as one JSON line each or as a table. */
import { BACKENDS, writeTensor, type Tensor, type TensorJson } from '@wiregrad/engine';
import { execute, type Backends, type Execution } from '@wiregrad/engine/node';
import { withBackends } from './engine';
import { reportFailure, UsageError } from './failure';
import { loadInput, readTensors } from './input';
import { jsonLine } from './json';
import { readArguments, readChoice, readNames, readPairs, readRows, readWhole, requireFiles } from './options';
import { select } from './selection';
import { formatNumber, formatTable, formatTensor, shapeText } from './table';

export const RUN_HELP = `Usage: wiregrad run FILE… [options]

Computes every value of each document, and with --backward every gradient of its objective.

  --backward            compute gradients too
  --json                print one JSON line a file instead of a table
  --dtype TYPE          float32 (default) or float64
  --mode MODE           train (default) or eval
  --backend NAME        wasm (float32), scalar (graphs of single numbers, either type) or reference (float64);
                        default: reference for float64, for float32 the fastest that can
  --threads T           of the wasm backend (default: one a core)
  --weights FILE        parameters from a safetensors file
  --data NAME=PATH      read data set NAME from PATH; may be given for several
  --rows A:B            rows of the data in file order, or the rows of a part of the split: train, validation, test
  --only ID,…           print these gates or outputs only
  --seed S              seed of initial parameters (default: the document's, else 0)
  --jvp FILE            also the objective's tangent along the tensors in FILE, {"id": tensor}
  --hvp FILE            also the Hessian's product with the tensors in FILE
  --jacobian OF,WRT     also the Jacobian of output OF with respect to gate WRT, of shape [...OF, ...WRT]

A file that fails is reported on stderr and the others still run; the exit status is then 1.
`;

const OPTIONS = {
  backward: { type: 'boolean' },
  json: { type: 'boolean' },
  dtype: { type: 'string' },
  mode: { type: 'string' },
  backend: { type: 'string' },
  threads: { type: 'string' },
  weights: { type: 'string' },
  data: { type: 'string', multiple: true },
  rows: { type: 'string' },
  only: { type: 'string' },
  seed: { type: 'string' },
  jvp: { type: 'string' },
  hvp: { type: 'string' },
  jacobian: { type: 'string' }
} as const;

type RunOptions = ReturnType<typeof readRunOptions>;

/** Runs the command; `program` is the `import.meta.url` of the built one. The result is the exit status. */
export async function run(args: readonly string[], program: string): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  if (values.help) {
    process.stdout.write(RUN_HELP);
    return 0;
  }
  const files = requireFiles(positionals);
  const options = readRunOptions(values);
  return withBackends(program, readWhole('threads', values.threads, 1), async (backends) => {
    let status = 0;
    for (const file of files) {
      try {
        process.stdout.write(await runFile(file, options, backends));
      } catch (error) {
        reportFailure(error, file);
        status = 1;
      }
    }
    return status;
  });
}

function readRunOptions(values: ReturnType<typeof readArguments<typeof OPTIONS>>['values']) {
  const { backward = false, json = false, weights, jvp, hvp } = values;
  const dtype = readChoice('dtype', values.dtype, ['float32', 'float64']) ?? 'float32';
  const backend = readChoice('backend', values.backend, BACKENDS);
  if (backend === 'wasm' && dtype === 'float64')
    throw new UsageError('--backend wasm computes in float32; use --backend reference or scalar for float64');
  const pair = readNames('jacobian', values.jacobian);
  if (pair && pair.length !== 2) throw new UsageError(`--jacobian takes OF,WRT, not ${values.jacobian}`);
  return {
    backward,
    json,
    dtype,
    backend,
    weights,
    jvp,
    hvp,
    mode: readChoice('mode', values.mode, ['train', 'eval']) ?? 'train',
    data: readPairs('data', values.data),
    rows: readRows(values.rows),
    only: readNames('only', values.only),
    seed: readWhole('seed', values.seed, 0),
    jacobian: pair && { of: pair[0]!, wrt: pair[1]! }
  };
}

async function runFile(file: string, options: RunOptions, backends: Backends): Promise<string> {
  const { backward, dtype, mode, backend, rows, seed, jvp, hvp, jacobian, only, json } = options;
  const { document, data, weights } = await loadInput(file, options);
  const execution = await execute(document, {
    backends,
    precision: dtype,
    mode,
    backward,
    data,
    ...(backend && { backend }),
    ...(weights && { weights }),
    ...(rows && { rows }),
    ...(seed !== undefined && { seed }),
    ...(jvp !== undefined && { tangents: await readTensors(jvp) }),
    ...(hvp !== undefined && { vector: await readTensors(hvp) }),
    ...(jacobian && { jacobian })
  });
  const shown = only ? select(execution, only) : execution;
  return json ? jsonLine(toJson(document.name, shown)) : `${toText(document.name, shown)}\n`;
}

/** The JSON line: a contract with whoever reads it. */
function toJson(name: string, { values, gradients, wires, jvp, hvp, jacobian, metrics }: Execution): object {
  return {
    name,
    values: tensorsJson(values),
    gradients: tensorsJson(gradients),
    wires: wires.map(({ from, to, value, gradient }) => ({
      from,
      to,
      value: writeTensor(value),
      ...(gradient && { gradient: writeTensor(gradient) })
    })),
    ...(jvp && { jvp: 'shape' in jvp ? writeTensor(jvp) : jvp.map(writeTensor) }),
    ...(hvp && { hvp: tensorsJson(hvp) }),
    ...(jacobian && { jacobian: writeTensor(jacobian) }),
    ...(metrics && { metrics })
  };
}

/** Object.fromEntries makes own keys of `__proto__` too, which an id may be. */
function tensorsJson(tensors: ReadonlyMap<string, Tensor>): Record<string, TensorJson> {
  return Object.fromEntries(Array.from(tensors, ([id, tensor]) => [id, writeTensor(tensor)]));
}

function toText(name: string, { values, gradients, jvp, hvp, jacobian, metrics }: Execution): string {
  const heading = gradients.size > 0 ? ['output', 'shape', 'value', 'gradient'] : ['output', 'shape', 'value'];
  const rows = Array.from(values, ([id, value]) => [id, shapeText(value), formatTensor(value), formatTensor(gradients.get(id))]);
  const parts = [
    `${name}\n${formatTable(
      heading,
      rows.map((row) => row.slice(0, heading.length))
    )}`
  ];
  if (jvp) parts.push(`jvp: ${('shape' in jvp ? [jvp] : jvp).map(formatTensor).join(', ')}`);
  if (hvp)
    parts.push(
      formatTable(
        ['hvp', 'value'],
        Array.from(hvp, ([id, tensor]) => [id, formatTensor(tensor)])
      )
    );
  if (jacobian) parts.push(`jacobian ${shapeText(jacobian)}: ${JSON.stringify(writeTensor(jacobian))}`);
  if (metrics)
    parts.push(
      Object.entries(metrics)
        .map(([key, value]: [string, number]) => `${key} ${formatNumber(value)}`)
        .join(', ')
    );
  return `${parts.join('\n\n')}\n`;
}
