/** What the parameters and state of a document hold before training: loaded weights, values written in the document, or seeded draws. */
import { EngineError } from '../base/errors';
import { formatShape, sameShape, sizeOf, type Shape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import type { Document } from '../document/types';
import type { Init } from '../gates/initializers';
import { DEFAULT_INIT, initialize } from '../gates/initializers';
import { expand } from '../lower/expand';
import type { Leaf, Lowered } from '../lower/lower';

/** The seed of a run: the one asked for, else the document's, else 0. */
export function seedOf(document: Document, seed?: number): number {
  return seed ?? document.training?.seed ?? 0;
}

/** What files of weights call the parameters of `document`. */
export function parameterKeys(document: Document): readonly string[] {
  const { nodes, keys } = expand(document);
  return nodes.filter(({ gate }) => gate === 'parameter').map(({ id }) => keys.get(id) ?? id);
}

/** Shapes of what a file of weights holds, by key: parameters, and the state of gates. */
export function weightShapes({ leaves, states, graph }: Lowered): ReadonlyMap<string, Shape> {
  return new Map([...leaves.filter(({ source }) => source === 'parameter'), ...states].map(({ id, value }) => [id, graph.shape(value)]));
}

/** By key, every parameter's and state's tensor. Throws EngineError `weights-shape` where `weights` holds another shape than the document. */
export function initialParameters(lowered: Lowered, seed: number, weights?: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const parameters = new Map<string, Tensor>();
  for (const [id, shape] of weightShapes(lowered)) {
    const loaded = weights?.get(id);
    if (loaded) parameters.set(id, checked(id, shape, loaded));
  }
  for (const leaf of lowered.leaves) {
    if (leaf.source === 'parameter' && !parameters.has(leaf.id)) parameters.set(leaf.id, initialParameter(leaf, lowered, seed));
  }
  for (const { id, value, initial } of lowered.states) {
    const shape = lowered.graph.shape(value);
    if (!parameters.has(id)) parameters.set(id, { dtype: 'float', shape, data: new Float64Array(sizeOf(shape)).fill(initial) });
  }
  return parameters;
}

function checked(id: string, shape: Shape, loaded: Tensor): Tensor {
  if (sameShape(loaded.shape, shape)) return loaded;
  throw new EngineError({
    code: 'weights-shape',
    gate: id.split('.')[0]!,
    message: `the weights hold ${formatShape(loaded.shape)} for ${id} and the document says ${formatShape(shape)}`,
    hint: 'use the weights of this document, or change its shape'
  });
}

function initialParameter({ id, value, params, fans }: Leaf, { graph }: Lowered, seed: number): Tensor {
  const shape = graph.shape(value);
  const given = params['value'] as Tensor | undefined;
  return given ?? { dtype: 'float', shape, data: initialize((params['init'] as Init | undefined) ?? DEFAULT_INIT, shape, fans, seed, id) };
}
