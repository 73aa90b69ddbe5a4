/**
 * A document as a PyTorch project that trains itself, in one process or under torchrun: the module, its weights, the rows of
 * its data sets and the loop, as files that a person would write.
 */
import type { Tensor } from '../../base/tensors';
import type { Document } from '../../document/types';
import { writeSafetensors } from '../../formats/safetensors';
import type { Leaf } from '../../lower/lower';
import { metricOutputs } from '../../training/evaluate';
import { epochsOf, NO_DATA, type LoadedData } from '../../training/feed';
import { initialParameters, seedOf } from '../../training/parameters';
import { optimizerOf, TrainingPrograms } from '../../training/programs';
import { writeParameters } from '../weights';
import { dataFiles } from './data';
import { DATA_PY } from './dataPy';
import { textFile, type ProjectFile } from './file';
import { projectModel } from './model';
import { PARALLEL_PY } from './parallelPy';
import { readmeText } from './readme';
import { recipePy } from './recipe';
import { trainPy } from './trainPy';
import { WEIGHTS, weightsPy } from './weightsPy';

export interface ProjectOptions {
  /** The rows of the document's data sets. */
  readonly data?: LoadedData;
  /** Weights to begin from in place of the initial ones. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** Of the initial draws and the order of rows; default the document's, else 0. */
  readonly seed?: number;
}

const CONSTANTS = 'constants.safetensors';

/**
 * The project's files, train.py among them. Throws EngineError for what is wrong with the document, `missing-data`, `no-rows`
 * or `nothing-to-train`.
 */
export function exportProject(document: Document, options: ProjectOptions = {}): readonly ProjectFile[] {
  const { data = NO_DATA, weights } = options;
  const { training = {} } = document;
  const seed = seedOf(document, options.seed);
  const { batchSize, lowered, trained } = new TrainingPrograms(document, data, false);
  const trainable = lowered.leaves.filter(({ source, params }) => source === 'parameter' && params['trainable'] !== false);
  const wanted = new Set([...lowered.objective.map(({ from }) => from), ...metricOutputs(document)]);
  const { name, text, inputs, stateNames } = projectModel(document, lowered, wanted);
  const leaves = new Map(lowered.leaves.map((leaf) => [leaf.id, leaf]));
  const constants = constantsOf(lowered.leaves, new Set(inputs));
  const recipe = {
    training,
    optimizer: optimizerOf(document),
    epochs: epochsOf(document),
    batchSize,
    seed,
    lowered,
    hasUnused: trained.size < trainable.length
  };
  return [
    textFile('model.py', text),
    textFile('recipe.py', recipePy(recipe, document.name)),
    textFile('train.py', trainPy(name)),
    textFile('parallel.py', PARALLEL_PY),
    textFile('data.py', DATA_PY),
    textFile('weights.py', weightsPy(stateNames, constants.size > 0 ? CONSTANTS : undefined)),
    { path: WEIGHTS, chunks: [writeParameters(initialParameters(lowered, seed, weights), 'safetensors')] },
    ...(constants.size > 0 ? [{ path: CONSTANTS, chunks: [writeSafetensors(constants)] }] : []),
    ...dataFiles(
      inputs.map((id) => leaves.get(id)!),
      data
    ),
    textFile('README.md', readmeText(document))
  ];
}

/** What the document fixes and the network holds. */
function constantsOf(leaves: readonly Leaf[], inputs: ReadonlySet<string>): ReadonlyMap<string, Tensor> {
  const fixed = leaves.filter(({ id, source }) => source !== 'parameter' && !inputs.has(id));
  return new Map(fixed.map(({ id, params }) => [id, params['value'] as Tensor]));
}
