/**
 * Prints the two-spirals table: two arms of 200 points winding once and a half around each other, with noise.
 * `node renderer/examples/spirals.mjs > renderer/examples/spirals.csv`
 */
const POINTS = 200;
const TURNS = 1.5;
const NOISE = 0.03;
const SEED = 20;

/** mulberry32: numbers from 0 to 1, the same everywhere. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(SEED);
/** About normal: the sum of twelve uniform numbers has variance 1. */
const normal = () => Array.from({ length: 12 }, random).reduce((sum, number) => sum + number, -6);

const lines = ['x1,x2,arm'];
for (let point = 0; point < POINTS; point++) {
  // The square root spreads the points evenly along an arm.
  const along = Math.sqrt((point + 0.5) / POINTS);
  for (const arm of [0, 1]) {
    const angle = 2 * Math.PI * TURNS * along + Math.PI * arm;
    const coordinates = [Math.cos(angle), Math.sin(angle)].map((direction) => (along * direction + NOISE * normal()).toFixed(4));
    lines.push([...coordinates, arm === 0 ? 'first' : 'second'].join(','));
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
