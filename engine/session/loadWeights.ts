/** What a file of weights has to do with a document, by name and shape. */
import { EngineError } from '../base/errors';
import { sameShape, type Shape } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import type { WeightsReport } from './messages';

export function compareWeights(shapes: ReadonlyMap<string, Shape>, weights: ReadonlyMap<string, Tensor>): WeightsReport {
  const held = [...shapes].flatMap(([id, expected]) => {
    const found = weights.get(id)?.shape;
    return found ? [{ id, expected, found }] : [];
  });
  return {
    matched: held.filter(({ expected, found }) => sameShape(expected, found)).map(({ id }) => id),
    reshaped: held.filter(({ expected, found }) => !sameShape(expected, found)),
    missing: [...shapes.keys()].filter((id) => !weights.has(id)),
    unexpected: [...weights.keys()].filter((id) => !shapes.has(id))
  };
}

/** Names that a message lists. */
const MOST_NAMES = 8;

/** What to say of a file that fits nothing. */
export function foreignWeights({ reshaped, missing, unexpected }: WeightsReport): EngineError {
  const [first] = reshaped;
  const listed = (names: readonly string[]): string =>
    names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '');
  const message = first
    ? `nothing in the file has the shape that the document wants: ${first.id} is [${first.found.join(', ')}] there and [${first.expected.join(', ')}] here`
    : `the file holds none of the document's parameters ${listed(missing)}; it holds ${listed(unexpected) || 'nothing'}`;
  return new EngineError({ code: 'foreign-weights', message, hint: 'choose the weights of this document, or change its shapes to theirs' });
}
