import { formatShape, sameShape } from '../../base/shapes';
import { defineGate, ShapeError } from '../gate';

export default defineGate({
  kind: 'source',
  name: 'parameter',
  source: 'parameter',
  doc: 'A weight that training updates: the optimizer steps against its gradient.',
  latex: '\\theta',
  params: {
    shape: { type: 'integers', optional: true, doc: 'Sizes of its axes; [] for a scalar. Not needed beside a value.' },
    init: {
      type: 'init',
      optional: true,
      doc: 'How its first value is drawn, as torch.nn.init does; absent: as torch.nn.Linear draws, uniform within ±1/√fan_in.'
    },
    value: { type: 'tensor', optional: true, doc: 'Its first value; shape and init need not be given then.' },
    trainable: { type: 'boolean', default: true, doc: 'false freezes it: it is saved and exported, but not updated.' }
  },
  shape: ({ shape, value }) => {
    if (shape?.some((length: number) => length < 0)) throw new ShapeError(`shape is ${formatShape(shape)}; expected sizes of 0 or more`);
    if (value) {
      if (shape && !sameShape(shape, value.shape)) {
        throw new ShapeError(
          `shape is ${formatShape(shape)} and value is ${formatShape(value.shape)}; they must agree`,
          undefined,
          'remove the shape'
        );
      }
      return { dtype: 'float', shape: value.shape };
    }
    if (!shape) throw new ShapeError('it has neither a shape nor a value', undefined, 'give it a shape such as [2, 3], or a value');
    return { dtype: 'float', shape };
  }
});
