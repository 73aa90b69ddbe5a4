import { parseDocument, type Document } from '@wiregrad/engine';
import { SIMPLE } from '../summaries';

/** f = (x + y) · z. */
export function simple(): Document {
  return read({ ...(JSON.parse(SIMPLE) as object), layout: { x: [0, 0], y: [0, 120], z: [220, 200], q: [220, 0], f: [440, 0] } });
}

export function read(parts: object): Document {
  const { document } = parseDocument(JSON.stringify({ format: 'wiregrad', version: 1, name: 'test', ...parts }));
  if (!document) throw new Error('the text of a test cannot be read');
  return document;
}
