import { defineGate } from '../gate';

export default defineGate({
  kind: 'elementwise',
  name: 'softshrink',
  family: 'activations',
  ports: ['x'],
  params: {
    lambda: { type: 'number', default: 0.5, min: 0, doc: 'Half the width of the gap.' }
  },
  expression: (b, { x }, { lambda }) => {
    const low = b.select(b.compare('lt', x!, b.constant(-lambda)), b.add(x!, b.constant(lambda)), b.constant(0));
    return b.select(b.compare('gt', x!, b.constant(lambda)), b.sub(x!, b.constant(lambda)), low);
  },
  latex: '\\operatorname{sign}(x) \\max(0, |x| - \\lambda)',
  latexBackward: { x: 'g\\,[|x| > \\lambda]' },
  doc: 'Pulls everything towards 0 by λ, and what is nearer than that to 0.',
  emit: {
    numpy: {
      forward: 'np.sign({x}) * np.maximum(np.abs({x}) - {lambda}, 0.0)',
      backward: { x: 'np.where(np.abs({x}) > {lambda}, {grad}, 0.0)' }
    },
    torch: 'F.softshrink({x}, {lambda})',
    onnx: (o, { x }, { lambda }) => [o.node('Shrink', [x], { lambd: lambda, bias: lambda })]
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
