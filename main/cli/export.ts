/** `wiregrad export`: parameters or code in the forms that other programs read. */
import { basename, dirname, extname, join } from 'node:path';
import { exportDocument, exportProject, loadData, writeProject } from '@wiregrad/engine/node';
import { writeWhole } from '../services/files';
import { reportFailure, UsageError } from './failure';
import { loadInput } from './input';
import { readArguments, readChoice, readPairs, readWhole, requireFile } from './options';

export const EXPORT_HELP = `Usage: wiregrad export FILE --to FORMAT --out PATH [--weights W.safetensors] [--seed S]

  --to safetensors|npz  the parameters, by id
  --to onnx             the inference graph, as an ONNX model of operator set 17
  --to numpy            a Python file that imports NumPy alone and computes values and gradients
  --to pytorch          a Python file with a torch.nn.Module that has the parameters, by id
  --to pytorch-project  a folder with the module, its weights, its data and a train.py that python and torchrun run
  --out PATH            file or folder to write; numbers too many for a Python file go into another beside it
  --weights FILE        parameters to export; without it the document's own, else their initial draws
  --data NAME=PATH      read data set NAME from PATH; a Python file holds its first batch, a project all rows
  --seed S              seed of those draws (default: the document's, else 0)
`;

/** Runs the command; the result is the exit status. */
export async function exportFile(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    to: { type: 'string' },
    out: { type: 'string' },
    weights: { type: 'string' },
    seed: { type: 'string' },
    data: { type: 'string', multiple: true }
  });
  if (values.help) {
    process.stdout.write(EXPORT_HELP);
    return 0;
  }
  const file = requireFile(positionals);
  const format = readChoice('to', values.to, ['safetensors', 'npz', 'numpy', 'pytorch', 'pytorch-project', 'onnx']);
  if (!format) throw new UsageError('--to takes safetensors, npz, onnx, numpy, pytorch or pytorch-project');
  if (!values.out) throw new UsageError('--out PATH says where to write');
  const seed = readWhole('seed', values.seed, 0);
  const paths = readPairs('data', values.data);
  try {
    const { document, data, weights } = await loadInput(file, { weights: values.weights, data: paths });
    const given = { ...(weights && { weights }), ...(seed !== undefined && { seed }) };
    if (format === 'pytorch-project') {
      // Piece by piece: its data may be larger than memory.
      await writeProject(exportProject(document, { ...given, data: await loadData(document, data) }), values.out);
      return 0;
    }
    const [first, ...others] = exportDocument(document, format, {
      stem: basename(values.out, extname(values.out)),
      ...given,
      // Code computes on a batch; files of parameters need no data.
      ...((format === 'numpy' || format === 'pytorch') && { data: await loadData(document, data) })
    });
    await writeWhole(values.out, first!.bytes);
    // The first file refers to the others by their names.
    for (const { name, bytes } of others) await writeWhole(join(dirname(values.out), basename(name)), bytes);
    return 0;
  } catch (error) {
    reportFailure(error, file);
    return 1;
  }
}
