/** Documents as the tests write them. */
import { parseDocument } from '../../engine/document/parse';
import type { Document } from '../../engine/document/types';

/** The document that `json` is, with what every file begins with where it is left out. Throws what is wrong with it. */
export function documentOf(json: object): Document {
  const { document, diagnostics } = parseDocument(JSON.stringify({ format: 'wiregrad', version: 1, name: 'test', ...json }));
  if (!document) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return document;
}
