import { addWire, moveNodes, removeNodes, setParams } from '@wiregrad/engine';
import { describe, expect, it } from 'vitest';
import { HEADER, ROW, socketPosition } from '../../../renderer/canvas/boxes';
import { Scene } from '../../../renderer/canvas/scene';
import { read, simple } from './documents';

function sceneOf(document = simple()): Scene {
  const scene = new Scene();
  scene.update(document);
  return scene;
}

describe('the scene', () => {
  it('puts sockets on the edges of their boxes, a row each', () => {
    const box = sceneOf().boxes.get('q')!;
    expect(socketPosition(box, 'input', 'a')).toEqual([220, HEADER + ROW / 2]);
    expect(socketPosition(box, 'input', 'b')).toEqual([220, HEADER + ROW * 1.5]);
    expect(socketPosition(box, 'output', 'out')).toEqual([220 + box.width, HEADER + ROW / 2]);
    expect(socketPosition(box, 'input', 'out')).toBeNull();
  });

  it('finds the box, the socket and the wire at a point', () => {
    const scene = sceneOf();
    expect(scene.boxAt([250, 20])?.id).toBe('q');
    expect(scene.boxAt([250, -20])).toBeNull();
    expect(scene.socketAt([216, HEADER + ROW / 2 + 3], 11)).toEqual({ id: 'q', side: 'input', port: 'a' });
    expect(scene.socketAt([216, HEADER + ROW / 2 + 3], 11, 'output')).toBeNull();
    expect(scene.wireAt([210, HEADER + ROW / 2], 6)).toEqual({ wire: 0, piece: 0 });
    expect(scene.wireAt([210, HEADER + ROW * 1.5], 6)).toEqual({ wire: 1, piece: 0 });
    expect(scene.wireAt([210, -60], 6)).toBeNull();
  });

  it('takes the nearest of two sockets within reach', () => {
    const scene = sceneOf();
    expect(scene.socketAt([220, HEADER + ROW * 1.2], 40)?.port).toBe('b');
  });

  it('knows which outputs feed nothing', () => {
    expect(sceneOf().ends.map(({ box, output }) => [box.id, output])).toEqual([['f', 'out']]);
  });

  it('keeps the boxes of what looks as before, moved', () => {
    const document = simple();
    const scene = sceneOf(document);
    const [x, q] = [scene.boxes.get('x'), scene.boxes.get('q')];
    scene.update(moveNodes(setParams(document, 'x', { value: [1.25, 2.5, 3.75] }), new Map([['q', [500, 7]]])));
    expect(scene.boxes.get('q')).toBe(q);
    expect([q!.x, q!.y]).toEqual([500, 7]);
    expect(scene.boxes.get('x')).not.toBe(x);
  });

  it('keeps a wrong gate with its wires', () => {
    const document = read({
      nodes: [
        { id: 'x', gate: 'variable' },
        { id: 'w', gate: 'wurst' }
      ],
      wires: [
        { from: 'x', to: 'w.filling' },
        { from: 'x.second', to: 'w.skin' }
      ]
    });
    const scene = sceneOf(document);
    expect(scene.strands).toHaveLength(2);
    expect(scene.boxes.get('w')!.ports.inputs.map(({ name, missing }) => [name, missing])).toEqual([
      ['filling', true],
      ['skin', true]
    ]);
    expect(scene.boxes.get('x')!.ports.outputs.map(({ name }) => name)).toEqual(['out', 'second']);
  });

  it('shows as many outputs as a parameter says', () => {
    const document = read({ nodes: [{ id: 'c', gate: 'copy', params: { n: 3 } }], wires: [] });
    expect(
      sceneOf(document)
        .boxes.get('c')!
        .ports.outputs.map(({ name }) => name)
    ).toEqual(['out0', 'out1', 'out2']);
  });

  it('follows ids that objects treat in their own way', () => {
    const document = read({
      nodes: [
        { id: '__proto__', gate: 'variable' },
        { id: 'constructor', gate: 'exp' }
      ],
      wires: [{ from: '__proto__', to: 'constructor.x' }],
      layout: { constructor: [300, 0] }
    });
    const scene = sceneOf(addWire(document, { from: '__proto__', to: 'constructor.x' }));
    expect(scene.strands.map(({ source, target }) => [source.id, target.id])).toEqual([['__proto__', 'constructor']]);
    expect(scene.boxes.get('constructor')!.x).toBe(300);
    scene.update(removeNodes(document, ['__proto__']));
    expect([...scene.boxes.keys()]).toEqual(['constructor']);
  });
});
