import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'erf',
  family: 'arithmetic',
  ports: ['x'],
  expression: (b, { x }) => b.erf(x!),
  latex: '\\operatorname{erf}(x) = \\frac{2}{\\sqrt{\\pi}} \\int_0^x e^{-t^2}\\,dt',
  latexBackward: { x: 'g\\,\\frac{2}{\\sqrt{\\pi}}\\,e^{-x^2}' },
  doc: 'The error function: the share of a bell curve within ±x. Squashes to (−1, 1).',
  samples: [
    { inputs: { x: 0.5 } },
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
