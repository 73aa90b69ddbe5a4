/** `wiregrad import`: a model of another program as a document, its weights beside it. */
import { basename, dirname, extname, join } from 'node:path';
import { serializeDocument, setWeights } from '@wiregrad/engine';
import { importOnnx, writeSafetensors } from '@wiregrad/engine/node';
import { readWhole, writeWhole } from '../services/files';
import { reportFailure, UsageError } from './failure';
import { readArguments, requireFile } from './options';

export const IMPORT_HELP = `Usage: wiregrad import MODEL.onnx --out FILE.wiregrad

Makes an editable graph of an ONNX model. Its weights are written beside it as FILE.safetensors, which the document names;
its inputs become variables of zeros. What was renamed or set otherwise is told on stderr.

  --out PATH  document to write
`;

/** Runs the command; the result is the exit status. */
export async function importFile(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { out: { type: 'string' } });
  if (values.help) {
    process.stdout.write(IMPORT_HELP);
    return 0;
  }
  const file = requireFile(positionals);
  const { out } = values;
  if (!out) throw new UsageError('--out FILE.wiregrad says where the document goes');
  try {
    const { document, weights, notes } = importOnnx(await readWhole(file), basename(file, extname(file)));
    const beside = `${basename(out, extname(out))}.safetensors`;
    const whole = weights.size > 0 ? setWeights(document, beside) : document;
    if (weights.size > 0) await writeWhole(join(dirname(out), beside), writeSafetensors(weights));
    await writeWhole(out, new TextEncoder().encode(serializeDocument(whole)));
    for (const note of notes) process.stderr.write(`${note}\n`);
    const counted = `${whole.nodes.length} gates, ${weights.size} tensors of weights`;
    process.stdout.write(`${out}: ${counted}; wiregrad run ${out} --mode eval runs it\n`);
    return 0;
  } catch (error) {
    reportFailure(error, file);
    return 1;
  }
}
