import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'hardshrink',
  family: 'activations',
  ports: ['x'],
  params: {
    lambda: { type: 'number', default: 0.5, min: 0, doc: 'Half the width of the gap.' }
  },
  expression: (b, { x }, { lambda }) => b.select(b.compare('le', b.abs(x!), b.constant(lambda)), b.constant(0), x!),
  latex: 'x\\,[|x| > \\lambda]',
  latexBackward: { x: 'g\\,[|x| > \\lambda]' },
  doc: 'Sets what is within λ of 0 to 0 and keeps the rest.',
  emit: {
    numpy: { forward: 'np.where(np.abs({x}) > {lambda}, {x}, 0.0)', backward: { x: 'np.where(np.abs({x}) > {lambda}, {grad}, 0.0)' } },
    torch: 'F.hardshrink({x}, {lambda})',
    onnx: (o, { x }, { lambda }) => [o.node('Shrink', [x], { lambd: lambda, bias: 0 })]
  },
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
    {
      inputs: {
        x: [
          [-3, -0.7, 0.25],
          [0.6, 2, 3]
        ]
      },
      params: { lambda: 1 }
    },
    { inputs: { x: [-100, 100, -1e4, 1e4] } },
    { inputs: { x: [0.5, -0.5] }, kink: true },
    { inputs: { x: { shape: [2, 0], data: [] } } }
  ]
});
