/**
 * The outlines of the digits of all typefaces. The build takes them out of the fonts (main/build/digitOutlines.ts), so that
 * neither fonts nor a reader of them are part of the program; this module is to be imported where it is needed, not before.
 */
import { invariant } from '../base/errors';

/** By path: of the digits 0 to 9, each a path in the syntax of SVG, y downwards, in thousandths of the em. */
const FILES = import.meta.glob<readonly string[]>('../../node_modules/@fontsource/*/files/*-latin-400-normal.woff', {
  query: '?digits',
  import: 'default',
  eager: true
});

/** The ten paths of a typeface, by its name. */
export function digitPaths(family: string): readonly string[] {
  const name = family.toLowerCase().replaceAll(' ', '-');
  const paths = FILES[`../../node_modules/@fontsource/${name}/files/${name}-latin-400-normal.woff`];
  invariant(paths?.length === 10, `the outlines of ${family} are not there`);
  return paths;
}
