import { defineGate } from '../gate';

export default defineGate({
  kind: 'source',
  name: 'variable',
  source: 'variable',
  doc: 'A leaf whose value you type in; its gradient is shown.',
  latex: 'out',
  params: {
    value: { type: 'tensor', default: 0, doc: 'A number or nested lists.' },
    dtype: {
      type: 'choice',
      choices: ['float32', 'int32'],
      default: 'float32',
      doc: 'int32 for classes and indices; it receives no gradient.'
    }
  },
  shape: ({ value }) => ({ dtype: value.dtype, shape: value.shape })
});
