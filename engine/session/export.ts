/** A document with its parameters as files of another program's format. */
import { EngineError } from '../base/errors';
import type { Tensor } from '../base/tensors';
import type { Document } from '../document/types';
import { exportNumpy } from '../exporters/numpy';
import { exportOnnx } from '../exporters/onnx';
import { exportProject } from '../exporters/project/project';
import { exportPytorch } from '../exporters/pytorch';
import { writeParameters } from '../exporters/weights';
import { joinBytes } from '../formats/bytes';
import { compileProgram } from '../plan/program';
import { batchSizeOf, NO_DATA, rowsOf, type LoadedData } from '../training/feed';
import { initialParameters, seedOf } from '../training/parameters';
import { chooseRows } from './execute';
import type { ExportFile, ExportFormat } from './messages';

export interface ExportOptions {
  /** Weights in place of the initial ones. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** The data of the document's data nodes: `numpy` holds a batch of it, `pytorch-project` all. */
  readonly data?: LoadedData;
  readonly seed?: number;
  /** Name of the files, without an ending; default the document's name. */
  readonly stem?: string;
}

/** The files to write, the main one first. Throws EngineError with the document's problems, or `nothing-to-export`. */
export function exportDocument(document: Document, format: ExportFormat, options: ExportOptions = {}): readonly ExportFile[] {
  const { weights, data = NO_DATA, stem = stemOf(document, format) } = options;
  if (format === 'pytorch-project') {
    const files = exportProject(document, { data, ...(weights && { weights }), ...(options.seed !== undefined && { seed: options.seed }) });
    return files.map(({ path, chunks }) => ({ name: path, bytes: joinBytes([...chunks]) }));
  }
  const rows = chooseRows(document, data);
  const { lowered } = compileProgram(document, { mode: 'eval', batch: rows.length || batchSizeOf(document) });
  const seed = seedOf(document, options.seed);
  const parameters = initialParameters(lowered, seed, weights);
  if (format === 'numpy' || format === 'pytorch') {
    const leaves = new Map(
      lowered.leaves.map(({ id, source, params, value }): [string, Tensor] => {
        if (source === 'parameter') return [id, parameters.get(id)!];
        return [id, source === 'data' ? rowsOf(data, id, params, rows, lowered.graph.type(value)) : params['value']];
      })
    );
    for (const { id } of lowered.states) leaves.set(id, parameters.get(id)!);
    return format === 'numpy'
      ? exportNumpy(document, leaves, rows.length, { stem, seed })
      : exportPytorch(document, leaves, rows.length, { stem });
  }
  if (format === 'onnx') {
    return [{ name: `${stem}.onnx`, bytes: exportOnnx(document, parameters, batchSizeOf(document)) }];
  }
  if (parameters.size === 0)
    throw new EngineError({
      code: 'nothing-to-export',
      message: 'the document has no parameters',
      hint: 'weights are the values of parameter gates'
    });
  return [{ name: `${stem}.${format}`, bytes: writeParameters(parameters, format) }];
}

/** The document's name as a file's; that of a module is imported by its name. */
function stemOf({ name }: Document, format: ExportFormat): string {
  return (format === 'pytorch' ? name.replace(/\W+/g, '_') : name.replace(/[^\w.-]+/g, '-')) || 'untitled';
}
