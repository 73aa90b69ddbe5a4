/** What the parameters of a document hold before training: loaded weights, values written in the document, or seeded draws. */
import { EngineError } from '../base/errors';
import { formatShape, sameShape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import type { Document } from '../document/types';
import type { Init } from '../gates/initializers';
import { initialize } from '../gates/initializers';
import type { Leaf, Lowered } from '../lower/lower';

/** The seed of a run: the one asked for, else the document's, else 0. */
export function seedOf(document: Document, seed?: number): number {
  return seed ?? document.training?.seed ?? 0;
}

/** By id, every parameter's tensor. Throws EngineError `weights-shape` where `weights` holds another shape than the document. */
export function initialParameters(lowered: Lowered, seed: number, weights?: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const parameters = new Map<string, Tensor>();
  for (const leaf of lowered.leaves) if (leaf.source === 'parameter') parameters.set(leaf.id, initialParameter(leaf, lowered, seed, weights?.get(leaf.id)));
  return parameters;
}

function initialParameter({ id, value, params, fans }: Leaf, { graph }: Lowered, seed: number, loaded: Tensor | undefined): Tensor {
  const shape = graph.shape(value);
  if (loaded) {
    if (sameShape(loaded.shape, shape)) return loaded;
    throw new EngineError({
      code: 'weights-shape',
      gate: id,
      kind: 'parameter',
      message: `the weights hold ${formatShape(loaded.shape)} for it and the document says ${formatShape(shape)}`,
      hint: 'use the weights of this document, or change its shape'
    });
  }
  const given = params['value'] as Tensor | undefined;
  return given ?? { dtype: 'float', shape, data: initialize(params['init'] as Init, shape, fans, seed, id) };
}
