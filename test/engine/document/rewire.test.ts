import { describe, expect, it } from 'vitest';
import { disconnectNodes, dissolveNodes, insertOnWire, replaceGate, setVia, type PortNames } from '../../../engine/document/rewire';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Document, NodeRecord } from '../../../engine/document/types';
import { documentOf } from '../documentOf';

/** `x>y.a` for a wire each. */
function net(nodes: string, wires: string, more: object = {}): Document {
  return documentOf({
    nodes: nodes.split(' ').map((id) => ({ id, gate: 'any' })),
    wires: wires.split(' ').flatMap((wire) => {
      const [from, to] = wire.split('>');
      return to === undefined ? [] : [{ from, to }];
    }),
    ...more
  });
}
const written = ({ wires }: Document): string => wires.map(({ from, to }) => `${from}>${to}`).join(' ');

/** Gates of two inputs and two outputs. */
const ports = (): PortNames => ({ inputs: ['a', 'b'], outputs: ['out', 'rest'] });
const dissolved = (document: Document, ids: string): string => written(dissolveNodes(document, ids.split(' '), ports));

describe('dissolving gates', () => {
  it('leads what came into a chain of them to all that it fed', () => {
    const chain = net('x p q r y z', 'x>p.a p>q.a q>r.a r>y.a r.rest>z.b');
    expect(dissolved(chain, 'p q r')).toBe('x>y.a x>z.b');
    expect(dissolved(chain, 'q')).toBe('x>p.a p>r.a r>y.a r.rest>z.b');
    expect(dissolved(chain, 'p r')).toBe('x>q.a q>y.a q>z.b');
    expect(dissolveNodes(chain, ['p', 'q', 'r'], ports).nodes.map(({ id }) => id)).toEqual(['x', 'y', 'z']);
  });

  it('takes the first input that is connected, and the output of it that was meant', () => {
    expect(dissolved(net('x y p z', 'x.rest>p.b y>p.a p>z.a'), 'p')).toBe('y>z.a');
    expect(dissolved(net('x p z', 'x.rest>p.b p>z.a'), 'p')).toBe('x.rest>z.a');
  });

  it('removes the wires of gates that nothing came into', () => {
    expect(dissolved(net('x p z', 'p>z.a x>z.b'), 'p')).toBe('x>z.b');
    expect(dissolved(net('x p', 'x>p.a'), 'p')).toBe('');
  });

  it('does not go round for ever where they feed each other in a circle', () => {
    expect(dissolved(net('p q z', 'p>q.a q>p.a q>z.a'), 'p q')).toBe('');
    expect(dissolved(net('p z', 'p>p.a p>z.a'), 'p')).toBe('');
    expect(dissolved(net('x p q z', 'x>p.b q>p.a p>q.a q>z.a'), 'p')).toBe('q>q.a q>z.a');
  });

  it('keeps the points and unknown keys of the wires that stay', () => {
    const document = documentOf({
      nodes: ['x', 'p', 'z'].map((id) => ({ id, gate: 'any' })),
      wires: [
        { from: 'x', to: 'p.a', via: [[1, 1]] },
        { from: 'p', to: 'z.a', via: [[2, 2]], later: true }
      ]
    });
    expect(dissolveNodes(document, ['p'], ports).wires).toEqual([{ from: 'x', to: 'z.a', via: [[2, 2]], unknowns: { later: true } }]);
  });

  it('gives an objective that named them what came in, or takes it away', () => {
    const document = net('x p z', 'x>p.a p>z.a', { objective: 'p', layout: { p: [0, 0] } });
    const left = dissolveNodes(document, ['p'], ports);
    expect([left.objective, left.layout.size]).toEqual(['x', 0]);
    expect(dissolveNodes(net('p', '', { objective: 'p' }), ['p'], ports).objective).toBeUndefined();
  });
});

describe('a gate on a wire', () => {
  const document = documentOf({
    nodes: ['x', 'y', 'n'].map((id) => ({ id, gate: 'any' })),
    wires: [
      { from: 'x.rest', to: 'y.a', via: [[5, 5]] },
      { from: 'x', to: 'y.b' }
    ]
  });

  it('gets what the wire carried and gives it on, without the points of the whole way', () => {
    expect(insertOnWire(document, 0, 'n', 'b', 'out').wires).toEqual([
      { from: 'n', to: 'y.a' },
      { from: 'x', to: 'y.b' },
      { from: 'x.rest', to: 'n.b' }
    ]);
    expect(insertOnWire(document, 1, 'n', 'a', 'rest').wires[1]).toEqual({ from: 'n.rest', to: 'y.b' });
  });
});

describe('a gate in a gate’s place', () => {
  const replace = (document: Document, before: PortNames, after: PortNames, params?: NodeRecord['params']): Document =>
    replaceGate(document, 'g', 'other', params, before, after);
  const two: PortNames = { inputs: ['a', 'b'], outputs: ['out'] };
  const document = net('x y g z', 'x>g.a y>g.b g>z.a g>z.b');

  it('keeps the wires at ports of the same name, in whatever order they stand', () => {
    expect(written(replace(document, two, { inputs: ['b', 'a'], outputs: ['out'] }))).toBe(written(document));
  });

  it('gives the other wires to its free ports in order', () => {
    expect(written(replace(document, two, { inputs: ['x', 'b', 'y'], outputs: ['first', 'second'] }))).toBe(
      'x>g.x y>g.b g.first>z.a g.first>z.b'
    );
    expect(written(replace(document, two, { inputs: ['x', 'y'], outputs: ['out'] }))).toBe('x>g.x y>g.y g>z.a g>z.b');
  });

  it('loses the wires for which it has no port', () => {
    expect(written(replace(document, two, { inputs: ['x'], outputs: [] }))).toBe('x>g.x');
    expect(written(replace(document, two, { inputs: ['b'], outputs: ['out'] }))).toBe('y>g.b g>z.a g>z.b');
  });

  it('gives no port to what is not connected', () => {
    expect(written(replace(net('y g', 'y>g.b'), two, { inputs: ['only'], outputs: ['out'] }))).toBe('y>g.only');
  });

  it('follows with both ends of a wire from the gate to itself', () => {
    expect(written(replace(net('g', 'g>g.a'), two, { inputs: ['x'], outputs: ['y'] }))).toBe('g.y>g.x');
  });

  it('takes over the parameters that it is given, and is not bypassed', () => {
    const left = { ...document, nodes: document.nodes.map((node) => ({ ...node, bypass: true, collapsed: true, params: { k: 1 } })) };
    expect(replace(left, two, two, { n: 2 }).nodes[2]).toEqual({ id: 'g', gate: 'other', collapsed: true, params: { n: 2 } });
    expect(replace(left, two, two).nodes[2]).toEqual({ id: 'g', gate: 'other', collapsed: true });
  });

  it('is the objective and has the metrics that the other had, at the outputs that took over', () => {
    const wanted = net('x g', 'x>g.a', { objective: 'g', training: { metrics: [{ kind: 'accuracy', input: 'g', target: 'x' }] } });
    const after = replace(wanted, two, { inputs: ['a'], outputs: ['out0', 'out1'] });
    expect(after.objective).toBe('g.out0');
    expect(after.training!.metrics).toEqual([{ kind: 'accuracy', input: 'g.out0', target: 'x' }]);
    const terms = net('x g', 'x>g.a', { objective: [{ from: 'g.rest', upstream: 2 }, { from: 'x' }] });
    const split = replace(terms, { inputs: ['a'], outputs: ['out', 'rest'] }, two);
    expect(split.objective).toEqual([{ from: 'g', upstream: 2 }, { from: 'x' }]);
  });
});

describe('a wire', () => {
  const document = net('x y z', 'x>y.a y.rest>z.a x>z.b');

  it('is led through points, and has no key for none', () => {
    const led = setVia(document, 1, [
      [1, 2],
      [3, 4]
    ]);
    expect(led.wires[1]).toEqual({
      from: 'y.rest',
      to: 'z.a',
      via: [
        [1, 2],
        [3, 4]
      ]
    });
    expect(led.wires[0]).toBe(document.wires[0]);
    expect(serializeDocument(setVia(led, 1, []))).toBe(serializeDocument(document));
  });

  it('goes with all others at a gate that is disconnected', () => {
    expect(written(disconnectNodes(document, new Set(['y'])))).toBe('x>z.b');
    expect(disconnectNodes(document, new Set(['nobody']))).toBe(document);
  });
});
