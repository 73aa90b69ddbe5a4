/** The data sets that need no file: what each is, and what it takes. Nothing here makes rows. */

/** One thing that a kind takes, as a form asks for it. */
export interface GeneratedParameter {
  readonly name: 'rows' | 'noise' | 'seed' | 'classes' | 'fonts';
  readonly doc: string;
  readonly type: 'integer' | 'number' | 'choice';
  readonly default: number | string;
  /** Of integer and number, both included. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of choice. */
  readonly choices?: readonly string[];
}

export interface GeneratedKind {
  readonly title: string;
  readonly doc: string;
  readonly parameters: readonly GeneratedParameter[];
}

const rows = (usual: number, maximum: number): GeneratedParameter => ({
  name: 'rows',
  doc: 'How many rows',
  type: 'integer',
  default: usual,
  minimum: 1,
  maximum
});
const noise = (usual: number, doc: string): GeneratedParameter => ({
  name: 'noise',
  doc,
  type: 'number',
  default: usual,
  minimum: 0,
  maximum: 10
});
const seed: GeneratedParameter = {
  name: 'seed',
  doc: 'Another seed gives other rows of the same kind',
  type: 'integer',
  default: 0,
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER
};

const MOST_POINTS = 1_000_000;
const ON_COORDINATES = 'Standard deviation of the normal noise on x and y';

/** In the order in which they are offered. */
export const GENERATED_KINDS = {
  spirals: {
    title: 'Spirals',
    doc: 'Arms that wind around each other, one for each class, out to radius 1',
    parameters: [
      rows(300, MOST_POINTS),
      { name: 'classes', doc: 'How many arms', type: 'integer', default: 3, minimum: 2, maximum: 10 },
      noise(0.03, ON_COORDINATES),
      seed
    ]
  },
  moons: {
    title: 'Two moons',
    doc: 'Two half circles that reach into each other',
    parameters: [rows(200, MOST_POINTS), noise(0.1, ON_COORDINATES), seed]
  },
  circles: {
    title: 'Two circles',
    doc: 'A circle of radius 1 and one of half the radius within it',
    parameters: [rows(200, MOST_POINTS), noise(0.05, ON_COORDINATES), seed]
  },
  xor: {
    title: 'Exclusive or',
    doc: 'A square of side 2 whose opposite quarters are of the same class',
    parameters: [rows(200, MOST_POINTS), noise(0, ON_COORDINATES), seed]
  },
  regression: {
    title: 'Noisy curve',
    doc: 'y = sin 2x + x/3 and noise, for x from -3 to 3',
    parameters: [rows(200, MOST_POINTS), noise(0.1, 'Standard deviation of the normal noise on y'), seed]
  },
  digits: {
    title: 'Digits',
    doc: 'Images of 28 by 28 pixels of the digits 0 to 9 in many typefaces, white on black, shifted, turned and slanted at random',
    parameters: [
      rows(10_000, 100_000),
      { ...noise(0.05, 'Standard deviation of the noise on each pixel; full ink is 1'), maximum: 1 },
      seed,
      {
        name: 'fonts',
        doc: 'Typefaces to draw with: four fifths of them are for training, the rest is held out to be tested on',
        type: 'choice',
        default: 'all',
        choices: ['all', 'train', 'held_out']
      }
    ]
  }
} as const satisfies Record<string, GeneratedKind>;

export type GeneratedKindName = keyof typeof GENERATED_KINDS;
