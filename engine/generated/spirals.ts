/** Arms of an Archimedean spiral, one a class, as in the notes of Stanford's cs231n ("Putting it together"). */
import { labelledPoints, spaced } from './points';
import type { Generated, Settings } from './table';

/** From the centre to the end of an arm, in radians: three quarters of a turn. */
const TURN = 1.5 * Math.PI;
/** Radius of the first point of an arm: at 0 all arms would begin in the same point. */
const INNER = 0.05;

/** Radius and angle grow together, to radius 1; the arms are spread evenly around the centre. */
export function spirals(settings: Settings): Generated {
  const { classes } = settings;
  return labelledPoints(settings, classes, (arm, index, count) => {
    const radius = spaced(INNER, 1, index, count);
    const angle = radius * TURN + (2 * Math.PI * arm) / classes;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}
