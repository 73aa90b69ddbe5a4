/** The keys of a document's text that this version reads, in the order in which they are written. */
export const KNOWN_KEYS = [
  'format',
  'version',
  'name',
  'nodes',
  'wires',
  'objective',
  'layout',
  'weights',
  'definitions',
  'datasets',
  'training',
  'frames',
  'notes'
] as const;
