/** What a command works on: a document, and the files that it or the command line names. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  EngineError,
  type Diagnostic,
  parseDocument,
  readTensor,
  refuseErrors,
  setDataset,
  type Document,
  type Tensor
} from '@wiregrad/engine';
import { openSource, parameterKeys, readSafetensors, type DataProvider, type Source } from '@wiregrad/engine/node';
import { readWhole } from '../services/files';
import { reportDiagnostics } from './failure';

export interface Input {
  readonly document: Document;
  readonly data: DataProvider;
  /** From `--weights`, else from where the document says. */
  readonly weights?: ReadonlyMap<string, Tensor>;
}

export interface InputOptions {
  /** By data set, the file to read instead of the document's source. */
  readonly data?: ReadonlyMap<string, string>;
  readonly weights?: string | undefined;
}

/** Reads the document at `file`. Warnings go to stderr; throws EngineError for what is wrong with it, and the system's errors. */
export async function loadInput(file: string, options: InputOptions = {}): Promise<Input> {
  const { document: parsed, diagnostics } = parseDocument(await readFile(file));
  refuseErrors(diagnostics);
  reportDiagnostics(diagnostics, file);
  const document = redirectData(parsed!, options.data ?? new Map());
  const folder = dirname(file);
  const path = options.weights ?? (document.weights === undefined ? undefined : resolve(folder, document.weights));
  const weights = path === undefined ? undefined : await readWeights(path);
  if (weights) reportDiagnostics(compareWeights(document, weights, path!), file);
  return { document, data: (source) => findSource(resolve(folder, source)), ...(weights && { weights }) };
}

/** Warns of parameters that the weights do not hold. Throws EngineError where they hold none of them. */
function compareWeights(document: Document, weights: ReadonlyMap<string, Tensor>, path: string): readonly Diagnostic[] {
  const parameters = parameterKeys(document);
  const missing = parameters.filter((id) => !weights.has(id));
  if (missing.length === 0) return [];
  const held = [...weights.keys()].join(', ') || 'nothing';
  if (missing.length === parameters.length) {
    throw new EngineError({
      code: 'foreign-weights',
      message: `${path} holds none of the document's parameters ${missing.join(', ')}; it holds ${held}`,
      hint: 'give the weights that were exported from this document'
    });
  }
  return [
    {
      code: 'missing-weights',
      severity: 'warning',
      message: `${path} does not hold ${missing.join(', ')}; initial draws are used for them`
    }
  ];
}

/**
 * The document with the source of each named data set replaced by an absolute path; `NAME.FIELD` replaces that of a field
 * that has one of its own.
 */
function redirectData(document: Document, paths: ReadonlyMap<string, string>): Document {
  let redirected = document;
  for (const [name, path] of paths) {
    const [whole, field] = splitName(redirected, name);
    const record = redirected.datasets?.get(whole);
    const own = field === undefined ? undefined : record?.fields.get(field);
    if (!record || (field !== undefined && !own)) {
      const known = [...(document.datasets?.keys() ?? [])];
      throw new EngineError({
        code: 'unknown-dataset',
        message: `--data names ${name}, and there is no such data set`,
        hint: known.length > 0 ? `the document has ${known.join(', ')}` : 'the document has none'
      });
    }
    const source = resolve(path);
    const { generate: _generated, ...rest } = record;
    redirected = setDataset(
      redirected,
      whole,
      own ? { ...record, fields: new Map([...record.fields, [field!, { ...own, source }]]) } : { ...rest, source }
    );
  }
  return redirected;
}

/** A data set, or a data set and one of its fields where none has the whole for its name. */
function splitName({ datasets }: Document, name: string): readonly [dataset: string, field?: string] {
  const dot = name.lastIndexOf('.');
  return datasets?.has(name) || dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

async function findSource(path: string): Promise<Source> {
  try {
    return await openSource(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new EngineError({ code: 'missing-data', message: `there is no data at ${path}`, hint: 'give its place with --data NAME=PATH' });
  }
}

async function readWeights(path: string): Promise<ReadonlyMap<string, Tensor>> {
  const bytes = await readWhole(path);
  try {
    return readSafetensors(bytes);
  } catch (error) {
    throw error instanceof EngineError ? inFile(error, path) : error;
  }
}

/** The same failure, its messages beginning with the file that they speak of. */
export function inFile({ diagnostics }: EngineError, path: string): EngineError {
  const [first, ...others] = diagnostics.map((diagnostic) => ({ ...diagnostic, message: `${path}: ${diagnostic.message}` }));
  return new EngineError(first!, ...others);
}

/** Tensors by id from a JSON file: `{"w": [1, 0]}`. */
export async function readTensors(path: string): Promise<ReadonlyMap<string, Tensor>> {
  const fail = (message: string): EngineError =>
    new EngineError({
      code: 'bad-tensors',
      message: `${path}: ${message}`,
      hint: 'write an object of tensors by id, such as {"w": [1, 0]}'
    });
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw error instanceof SyntaxError ? fail(`this is not JSON: ${error.message}`) : error;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw fail('expected an object');
  const tensors = new Map<string, Tensor>();
  for (const [id, value] of Object.entries(json)) {
    const tensor = readTensor(value);
    if (typeof tensor === 'string') throw fail(`${id}: ${tensor}`);
    tensors.set(id, tensor);
  }
  return tensors;
}
