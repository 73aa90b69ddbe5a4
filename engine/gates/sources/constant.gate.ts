import { defineGate } from '../gate';

export default defineGate({
  kind: 'source',
  name: 'constant',
  source: 'constant',
  doc: 'A value that is given and stays: no gradient flows into it.',
  latex: 'out',
  params: {
    value: { type: 'tensor', default: 0, doc: 'A number or nested lists.' },
    dtype: { type: 'choice', choices: ['float32', 'int32'], default: 'float32', doc: 'int32 for classes and indices.' }
  },
  shape: ({ value }) => ({ dtype: value.dtype, shape: value.shape })
});
