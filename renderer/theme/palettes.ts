/** Colours of data, which people who see colours differently can tell apart; the same in both themes. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** Okabe and Ito's colours for classes, in an order in which neighbours differ most. */
export const CLASS_COLORS: readonly Rgb[] = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [213, 94, 0],
  [240, 228, 66],
  [110, 110, 110]
];

export const classColor = (index: number): Rgb => CLASS_COLORS[index % CLASS_COLORS.length]!;

const LOW: Rgb = [33, 102, 172];
const MIDDLE: Rgb = [247, 247, 247];
const HIGH: Rgb = [179, 88, 6];

/** Blue for −1, nearly white for 0, orange for 1: Brewer's scheme for numbers about a middle. */
export function diverging(share: number): Rgb {
  const size = Math.min(1, Math.abs(share) || 0);
  return mixed(MIDDLE, share < 0 ? LOW : HIGH, size);
}

export function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((channel) => from[channel]! + (to[channel]! - from[channel]!) * share) as unknown as Rgb;
}

export const css = ([red, green, blue]: Rgb): string => `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
