/** What the reductions over `dim` share: their parameters, and the operands that each is tried on. */
import type { Gate, Sample } from '../gate';

/** `dim` and `keepdim`; `purpose` completes `The axes to …`. */
export function axesParams(purpose: string): Gate['params'] {
  return {
    dim: { type: 'integers', optional: true, doc: `The axes to ${purpose}; all when absent.` },
    keepdim: { type: 'boolean', default: false, doc: 'Keep them with size 1.' }
  };
}

/** A scalar, a matrix, and two of three axes. */
export const AXES_SAMPLES: readonly Sample[] = [
  { inputs: { x: 3 } },
  {
    inputs: {
      x: [
        [1, -2, 3],
        [4, 0.5, 6]
      ]
    }
  },
  {
    inputs: {
      x: [
        [
          [1, 2],
          [3, 4]
        ],
        [
          [5, 6],
          [7, 8]
        ]
      ]
    },
    params: { dim: [0, -1] }
  }
];
