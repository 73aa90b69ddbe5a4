/** The rows of an exported project as .npy files, prepared as the document says, and data.json, which tells what they are. */
import { EngineError } from '../../base/errors';
import { sizeOf } from '../../base/shapes';
import type { Tensor } from '../../base/tensors';
import { bytesOf } from '../../formats/bytes';
import { writeNpyHead } from '../../formats/npy';
import type { Leaf } from '../../lower/lower';
import type { Field } from '../../training/dataset';
import { rowsOf, type LoadedData } from '../../training/feed';
import { FileNames, textFile, type ProjectFile } from './file';

/** Numbers that are gathered at once. */
const STRETCH = 2 ** 18;

/** Files for `inputs`, the data and variable nodes in the order of forward's arguments, and for the parts of the split. */
export function dataFiles(inputs: readonly Leaf[], data: LoadedData): readonly ProjectFile[] {
  const names = new FileNames();
  const files = new Map<string, ProjectFile>();
  const add = (key: string, words: readonly string[], chunks: Iterable<Uint8Array>): string => {
    if (!files.has(key)) files.set(key, { path: `data/${names.name(words)}.npy`, chunks });
    return files.get(key)!.path;
  };
  const parts = Object.entries(data.parts).map(([part, rows]) => {
    const wide = BigInt64Array.from(rows, BigInt);
    return [part, add(`part ${part}`, [part], [writeNpyHead('<i8', [rows.length]), bytesOf(wide)])] as const;
  });
  const entries = inputs.map((leaf) => {
    const { id, source, params } = leaf;
    if (source !== 'data') return { name: id, file: add(`variable ${id}`, ['variable', id], valueChunks(params['value'] as Tensor)) };
    const { dataset, field, shape } = params as { readonly dataset: string; readonly field: string; readonly shape: readonly number[] };
    const whole = params['dtype'] === 'int32';
    const read = data.datasets.get(dataset)?.fields.get(field);
    if (!read)
      throw new EngineError({ code: 'missing-data', gate: id, kind: 'data', message: `the rows of data set ${dataset} were not given` });
    const file = add(JSON.stringify([dataset, field, whole]), [dataset, field], rowChunks(data, leaf, whole));
    return { name: id, file, row: shape, dataset, field, ...describe(read) };
  });
  const about = { inputs: entries, parts: Object.fromEntries(parts) };
  return [textFile('data.json', `${JSON.stringify(about, null, 2)}\n`), ...files.values()];
}

/** What was done to a field's numbers, or what its classes are called. */
function describe(field: Field): object {
  if (field.type === 'class') return { classes: field.classes };
  const { standardization, divideBy } = field;
  if (!standardization) return divideBy === 1 ? {} : { divided_by: divideBy };
  const brief = (numbers: Float64Array) => (numbers.every((number) => number === numbers[0]) ? numbers[0]! : [...numbers]);
  return { mean: brief(standardization.mean), deviation: brief(standardization.deviation) };
}

/** As float32 or int64. */
function* valueChunks({ dtype, shape, data }: Tensor): Iterable<Uint8Array> {
  yield writeNpyHead(dtype === 'int32' ? '<i8' : '<f4', shape);
  yield encode(data, dtype === 'int32');
}

function* rowChunks(data: LoadedData, { id, params }: Leaf, whole: boolean): Iterable<Uint8Array> {
  const shape = params['shape'] as readonly number[];
  yield writeNpyHead(whole ? '<i8' : '<f4', [data.rows, ...shape]);
  const most = Math.max(1, Math.floor(STRETCH / sizeOf(shape)));
  for (let from = 0; from < data.rows; from += most) {
    const rows = Int32Array.from({ length: Math.min(most, data.rows - from) }, (_, at) => from + at);
    const type = { dtype: whole ? ('int32' as const) : ('float' as const), shape: [rows.length, ...shape] };
    yield encode(rowsOf(data, id, params, rows, type).data, whole);
  }
}

function encode(numbers: Tensor['data'], whole: boolean): Uint8Array {
  return bytesOf(whole ? BigInt64Array.from(numbers as Int32Array, BigInt) : Float32Array.from(numbers));
}
