/**
 * Products that need not write out all they take or give: an operand that is one matrix for all, or patches of an image,
 * which is packed as it is read; a result that is only summed up, or folded.
 */
import { sizeOf, type Shape } from '../base/shapes';
import type { Graph, Operation, ValueId } from '../ir/graph';

/** What is asked of the graph around a product. */
export interface Surroundings {
  readonly graph: Graph;
  readonly users: ReadonlyMap<ValueId, readonly ValueId[]>;
  /** Must be written out. */
  readonly kept: ReadonlySet<ValueId>;
}

/** Entries of a folded product that can be on their way at once; one channel has to fit. */
const FOLD_LIMIT = 131_072;

/** The values that a step ending at `root` computes on its way, if that is a product or what becomes of one; empty where it is none. */
export function productAt(root: ValueId, around: Surroundings): ValueId[] {
  const { graph, kept, users } = around;
  const operation = graph.operations[root]!;
  const alone = (id: ValueId) => !kept.has(id) && users.get(id)!.length === 1;
  switch (operation.primitive) {
    case 'dot':
      return operandsWithin(root, around);
    case 'reduce_sum': {
      const [product] = operation.inputs as [ValueId];
      const { axes } = operation.attributes;
      const inner = graph.operations[product]!;
      const sums = inner.primitive === 'dot' && alone(product) && axes.length === 1 && axes[0] === 0 && inner.type.shape.length > 2;
      return sums ? [...operandsWithin(product, around), product] : [];
    }
    case 'fold_patches': {
      const chain = throughReshapes(graph, operation.inputs[0]!);
      const product = chain.at(-1)!;
      const inner = graph.operations[product]!;
      const channel = sizeOf([...operation.attributes.windows.map(({ size }) => size), inner.type.shape.at(-1)!]);
      if (inner.primitive !== 'dot' || !chain.every(alone) || !matchesImages(operation, inner.type.shape) || channel > FOLD_LIMIT)
        return [];
      return [...operandsWithin(product, around, ['broadcast']), ...chain.reverse()];
    }
    default:
      return [];
  }
}

/** The operands of a product that are read without being written out. */
function operandsWithin(product: ValueId, { graph, kept, users }: Surroundings, kinds = ['broadcast', 'patches']): ValueId[] {
  const operation = graph.operations[product]!;
  const [a, b] = operation.inputs as [ValueId, ValueId];
  const onlyProducts = (id: ValueId): boolean =>
    !kept.has(id) && users.get(id)!.every((user) => readsInPlace(graph, user, id) || (isReshape(graph, user) && onlyProducts(user)));
  return [...new Set([a, b])].flatMap((operand) => {
    const chain = throughReshapes(graph, operand);
    const within = kinds.includes(graph.operations[chain.at(-1)!]!.primitive) && readsInPlace(graph, product, operand);
    return within && chain.every(onlyProducts) ? chain.reverse() : [];
  });
}

/** Whether the product `user` can do without its operand `id` being written out. */
function readsInPlace(graph: Graph, user: ValueId, id: ValueId): boolean {
  const product = graph.operations[user]!;
  if (product.primitive !== 'dot' || product.inputs[0] === product.inputs[1]) return false;
  const source = graph.operations[throughReshapes(graph, id).at(-1)!]!;
  const { shape } = graph.operations[id]!.type;
  if (source.primitive === 'broadcast') return source === graph.operations[id] && isOneMatrix(graph, source);
  return source.primitive === 'patches' && id === product.inputs[1] && source.type.dtype === 'float' && matchesImages(source, shape);
}

function isReshape(graph: Graph, id: ValueId): boolean {
  return graph.operations[id]!.primitive === 'reshape';
}

/** `id` and what it is a reshape of, and so on. */
export function throughReshapes(graph: Graph, id: ValueId): ValueId[] {
  const chain = [id];
  for (let at = id; isReshape(graph, at); chain.push(at)) at = graph.operations[at]!.inputs[0]!;
  return chain;
}

/** All matrices of the broadcast are the same one, which its operand holds whole. */
function isOneMatrix(graph: Graph, { inputs, type: { shape } }: Operation): boolean {
  return shape.length > 2 && sizeOf(graph.operations[inputs[0]!]!.type.shape) === sizeOf(shape.slice(-2));
}

/** The last two axes of `shape` are whole channels by windows, so that each matrix is of one image or some of its channels. */
function matchesImages({ primitive, attributes: { windows, at }, type }: Operation<'patches' | 'fold_patches'>, shape: Shape): boolean {
  const places = sizeOf(windows.map(({ size }) => size));
  const counts = sizeOf(windows.map(({ count }) => count));
  const lead = type.shape.length - windows.length * (primitive === 'patches' ? 2 : 1);
  const [rows, columns] = shape.slice(-2) as [number, number];
  return at === lead && windows.length <= 3 && columns === counts && rows % places === 0 && sizeOf(type.shape) > 0;
}
