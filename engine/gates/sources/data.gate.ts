import { formatShape } from '../../base/shapes';
import { defineGate, ShapeError } from '../gate';

export default defineGate({
  kind: 'source',
  name: 'data',
  source: 'data',
  doc: 'One batch of a data set’s field; its first axis counts the rows of the batch.',
  latex: 'out_{i} = \\text{field of row } i',
  params: {
    dataset: { type: 'text', doc: 'Name of a data set of the document.' },
    field: { type: 'text', doc: 'Name of a field of that data set.' },
    shape: { type: 'integers', default: [], doc: 'Sizes of one row, without the batch axis.' },
    dtype: { type: 'choice', choices: ['float32', 'int32'], default: 'float32', doc: 'int32 for a field of classes.' }
  },
  shape: ({ shape, dtype }, { batch }) => {
    if (shape.some((length: number) => length < 0)) throw new ShapeError(`shape is ${formatShape(shape)}; expected sizes of 0 or more`);
    return { dtype: dtype === 'int32' ? 'int32' : 'float', shape: [batch, ...shape] };
  }
});
