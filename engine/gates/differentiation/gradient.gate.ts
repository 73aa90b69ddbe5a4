import { formatShape } from '../../base/shapes';
import { appendVjp } from '../../autodiff/vjp';
import { defineGate, ShapeError } from '../gate';

export default defineGate({
  kind: 'composite',
  name: 'gradient',
  family: 'differentiation',
  inputs: [{ name: 'y' }, { name: 'x' }],
  shape: ({ y, x }) => {
    if (y!.shape.length > 0)
      throw new ShapeError(`y is ${formatShape(y!.shape)}; a gradient is of a scalar`, 'y', 'reduce it with sum or mean');
    return [x!];
  },
  lower: (b, { y, x }) => {
    // The wire brings a copy of x; what y depends on is the value that it was drawn from.
    const wire = b.operation(x!);
    const source = wire.primitive === 'identity' ? wire.inputs[0]! : x!;
    const gradient = appendVjp(b, new Map([[y!, b.full(1, [])]])).get(source);
    if (gradient === undefined)
      throw new ShapeError('y does not depend on x, so it has no gradient there', 'x', 'draw x from a node upstream of y');
    return [gradient];
  },
  latex: '\\frac{\\partial y}{\\partial x}',
  doc: 'dy/dx as a tensor of the graph, differentiable again: what a gradient penalty is built from.',
  emit: { torch: 'torch.autograd.grad({y}, {x}, create_graph=True)[0]' },
  samples: []
});
