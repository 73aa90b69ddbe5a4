import { parseDocument, type Document } from '@wiregrad/engine';

/** f = (x + y) · z. */
export function simple(): Document {
  return read({
    nodes: [
      { id: 'x', gate: 'variable', params: { value: -2 } },
      { id: 'y', gate: 'variable', params: { value: 5 } },
      { id: 'z', gate: 'variable', params: { value: -4 } },
      { id: 'q', gate: 'add' },
      { id: 'f', gate: 'mul' }
    ],
    wires: [
      { from: 'x', to: 'q.a' },
      { from: 'y', to: 'q.b' },
      { from: 'q', to: 'f.a' },
      { from: 'z', to: 'f.b' }
    ],
    objective: 'f',
    layout: { x: [0, 0], y: [0, 120], z: [220, 200], q: [220, 0], f: [440, 0] }
  });
}

export function read(parts: object): Document {
  const { document } = parseDocument(JSON.stringify({ format: 'wiregrad', version: 1, name: 'test', ...parts }));
  if (!document) throw new Error('the text of a test cannot be read');
  return document;
}
