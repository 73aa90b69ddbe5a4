import { sizeOf } from '../../base/shapes';
import { defineGate } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'one_hot',
  family: 'structure',
  inputs: [{ name: 'index', dtype: 'int32' }],
  params: { num_classes: { type: 'integer', min: 1, doc: 'How many classes there are.' } },
  shape: ({ index }, { num_classes: classes }) => [{ dtype: 'float', shape: [...index!.shape, classes] }],
  lower: (b, { index }, { num_classes: classes }) => {
    const shape = b.shape(index!);
    const count = sizeOf(shape);
    // Looked up in 0, 1, 2, … a class is itself, and one out of range fails the run instead of giving a row of zeros.
    const checked = b.gather(b.iota([classes], 0), b.reshape(index!, [count]), 0);
    const hot = b.compare('eq', b.iota([count, classes], 1), b.reshape(checked, [count, 1]));
    return [b.reshape(hot, [...shape, classes])];
  },
  latex: 'out_{kj} = [index_k = j]',
  doc: 'A row of zeros with a 1 at the class. Whole numbers have no gradient.',
  emit: {
    torch: 'F.one_hot({index}, {num_classes}).to(torch.get_default_dtype())',
    onnx: (o, { index }, { num_classes: classes }, types) =>
      types['index']!.shape.length > 0 ? [o.node('OneHot', [index, o.integers([classes]), o.numbers([0, 1])])] : null
  },
  samples: [
    { inputs: { index: [2, 0, 1] }, params: { num_classes: 3 } },
    { inputs: { index: 1 }, params: { num_classes: 4 } },
    { inputs: { index: [[0], [1]] }, params: { num_classes: 2 } },
    { inputs: { index: [] }, params: { num_classes: 2 } }
  ]
});
