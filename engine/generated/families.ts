/** The typefaces that digits are drawn in, by their names in the collection of Google Fonts. Their order is part of what a seed means. */

const TRAIN = [
  // Printed: sans serif, serif, slab serif, of one width.
  'Lato',
  'Varela Round',
  'Comfortaa',
  'Oswald',
  'Bebas Neue',
  'Righteous',
  'Fredoka',
  'Libre Baskerville',
  'Crimson Pro',
  'PT Serif',
  'Arvo',
  'Zilla Slab',
  'Cutive Mono',
  'Inconsolata',
  // Written by hand.
  'Caveat',
  'Schoolbell',
  'Architects Daughter',
  'Kalam',
  'Gochi Hand',
  'Indie Flower',
  'Permanent Marker',
  'Crafty Girls',
  'The Girl Next Door',
  'Gloria Hallelujah'
] as const;

/** A fifth of all, of the same sorts as the others. */
const HELD_OUT = ['PT Sans', 'Lora', 'Kreon', 'Courier Prime', 'Handlee', 'Patrick Hand'] as const;

export const FAMILIES = { train: TRAIN, held_out: HELD_OUT, all: [...TRAIN, ...HELD_OUT] } as const satisfies Record<
  string,
  readonly string[]
>;
