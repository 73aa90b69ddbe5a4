/**
 * Prints a table of the gallery: `node renderer/examples/tables.mjs NAME > renderer/examples/NAME.csv`, NAME being one of
 * `spirals`, `houses`, `exams`, `lookup` and `verse`.
 */

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

/** About normal: the sum of twelve uniform numbers has variance 1. */
const normalFrom = (random) => () => Array.from({ length: 12 }, random).reduce((sum, number) => sum + number, -6);

/** Two arms of 200 points that wind once and a half around each other. */
function spirals() {
  const [points, turns, noise] = [200, 1.5, 0.03];
  const normal = normalFrom(randomFrom(20));
  const lines = ['x1,x2,arm'];
  for (let point = 0; point < points; point++) {
    // The square root spreads the points evenly along an arm.
    const along = Math.sqrt((point + 0.5) / points);
    for (const arm of [0, 1]) {
      const angle = 2 * Math.PI * turns * along + Math.PI * arm;
      const coordinates = [Math.cos(angle), Math.sin(angle)].map((direction) => (along * direction + noise * normal()).toFixed(4));
      lines.push([...coordinates, arm === 0 ? 'first' : 'second'].join(','));
    }
  }
  return lines;
}

/** 300 made-up houses whose price, in thousands, is a sum of what they have and some luck. */
function houses() {
  const random = randomFrom(7);
  const normal = normalFrom(random);
  const lines = ['area,rooms,age,distance,price'];
  for (let house = 0; house < 300; house++) {
    const area = Math.round(40 + 160 * random());
    const rooms = Math.max(1, Math.round(area / 32 + normal()));
    const age = Math.floor(90 * random());
    const distance = (25 * random()).toFixed(1);
    const price = 40 + 2.1 * area + 11 * rooms - 0.8 * age - 4.5 * Number(distance) + 18 * normal();
    lines.push([area, rooms, age, distance, Math.max(20, price).toFixed(1)].join(','));
  }
  return lines;
}

/** 300 made-up students: hours of study, hours of sleep, and whether they passed. */
function exams() {
  const random = randomFrom(11);
  const lines = ['hours,sleep,passed'];
  for (let student = 0; student < 300; student++) {
    const [hours, sleep] = [30 * random(), 4 + 5 * random()];
    const odds = 1 / (1 + Math.exp(-(0.45 * (hours - 14) + 0.9 * (sleep - 6.5))));
    lines.push([hours.toFixed(1), sleep.toFixed(1), random() < odds ? 1 : 0].join(','));
  }
  return lines;
}

/** Four keys with a digit each, one of them asked for, and its digit. */
function lookup() {
  const random = randomFrom(3);
  const below = (count) => Math.floor(random() * count);
  const lines = ['key0,key1,key2,key3,value0,value1,value2,value3,query,answer'];
  for (let row = 0; row < 800; row++) {
    const letters = [...'abcdefgh'];
    const keys = [0, 1, 2, 3].map(() => letters.splice(below(letters.length), 1)[0]);
    const values = keys.map(() => below(10));
    const asked = below(4);
    lines.push([...keys, ...values, keys[asked], values[asked]].join(','));
  }
  return lines;
}

/** From Lewis Carroll's "Through the Looking-Glass" (1871). */
const JABBERWOCKY = `twas brillig and the slithy toves did gyre and gimble in the wabe all mimsy were the borogoves and the mome
raths outgrabe beware the jabberwock my son the jaws that bite the claws that catch beware the jubjub bird and shun the frumious
bandersnatch he took his vorpal sword in hand long time the manxome foe he sought so rested he by the tumtum tree and stood awhile
in thought and as in uffish thought he stood the jabberwock with eyes of flame came whiffling through the tulgey wood and burbled as
it came one two one two and through and through the vorpal blade went snicker snack he left it dead and with its head he went
galumphing back and hast thou slain the jabberwock come to my arms my beamish boy o frabjous day callooh callay he chortled in his joy`;

/** Every eight letters of the verse, which begins again where it ends, and the one that follows. A blank is written _. */
function verse() {
  const letters = [...JABBERWOCKY.replaceAll(/\s+/g, '_'), '_'];
  const at = (place) => letters[place % letters.length];
  const lines = ['c0,c1,c2,c3,c4,c5,c6,c7,next'];
  for (let place = 0; place < letters.length; place++) lines.push(Array.from({ length: 9 }, (_, step) => at(place + step)).join(','));
  return lines;
}

const tables = { spirals, houses, exams, lookup, verse };
process.stdout.write(`${tables[process.argv[2]]().join('\n')}\n`);
