import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'gelu',
  family: 'activations',
  ports: ['x'],
  params: {
    approximate: { type: 'choice', choices: ['none', 'tanh'], default: 'none', doc: 'tanh stands in for the error function.' }
  },
  expression: (b, { x }, { approximate }) => {
    const half = b.mul(b.constant(0.5), x!);
    if (approximate === 'none') return b.mul(half, b.add(b.constant(1), b.erf(b.mul(x!, b.constant(Math.SQRT1_2)))));
    const cubic = b.mul(b.constant(0.044715), b.mul(x!, b.mul(x!, x!)));
    return b.mul(half, b.add(b.constant(1), b.tanh(b.mul(b.constant(Math.sqrt(2 / Math.PI)), b.add(x!, cubic)))));
  },
  latex: 'x\\,\\Phi(x) = \\frac{x}{2} \\Big(1 + \\operatorname{erf} \\frac{x}{\\sqrt{2}}\\Big)',
  latexBackward: { x: 'g\\,\\Big(\\Phi(x) + \\frac{x}{\\sqrt{2\\pi}}\\,e^{-x^2/2}\\Big)' },
  doc: 'x weighted by the share of a bell curve that lies below it; what transformers use.',
  samples: [
    { inputs: { x: 1 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      }
    },
    { inputs: { x: 0 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      },
      params: { approximate: 'tanh' }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
