/**
 * A plugin of Vite: importing `font.woff?digits` gives the outlines of the ten digits of that font and nothing else of it.
 * The licences of the fonts that were imported are written beside the programs.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';
import type { Plugin } from 'vite';

const SUFFIX = '.woff?digits';
/** Units of the em in which outlines are written: finer than a pixel of any picture that is drawn from them. */
const EM = 1000;

export function digitOutlines(): Plugin {
  const fonts = new Set<string>();
  return {
    name: 'wiregrad:digit-outlines',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const file = id.slice(0, -'?digits'.length);
      fonts.add(file);
      return { code: `export default ${JSON.stringify(digitsOf(file))};`, map: null };
    },
    generateBundle() {
      if (fonts.size > 0) this.emitFile({ type: 'asset', fileName: 'FONT-LICENSES.txt', source: licencesOf([...fonts].sort()) });
    }
  };
}

function digitsOf(file: string): string[] {
  const font = opentype.parse(new Uint8Array(readFileSync(file)).buffer);
  return [...'0123456789'].map((digit) => {
    const { commands } = font.charToGlyph(digit).getPath(0, 0, EM);
    if (commands.length === 0) throw new Error(`${file}: there is no ${digit} in this font`);
    return commands
      .map((command) => {
        const numbers = ['x1', 'y1', 'x2', 'y2', 'x', 'y'].map((name) => (command as unknown as Record<string, number | undefined>)[name]);
        return (
          command.type +
          numbers
            .filter((number) => number !== undefined)
            .map(Math.round)
            .join(' ')
        );
      })
      .join('');
  });
}

/** Each licence once, after the copyright notices of the packages that are under it. */
function licencesOf(files: readonly string[]): string {
  const notices = new Map<string, string[]>();
  for (const file of files) {
    const folder = join(dirname(file), '..');
    const text = readFileSync(join(folder, 'LICENSE'), 'utf8').replaceAll('\r', '');
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
    const start = Math.max(0, text.search(/^This Font Software is licensed under/m));
    const licence = text
      .slice(start)
      .replace(/[ \t]+$/gm, '')
      .trim();
    const notice = `${name}: ${text.slice(0, start).trim()}`;
    notices.set(licence, [...(notices.get(licence) ?? []), notice]);
  }
  const head = 'The images of digits are drawn from the outlines of digits of the following typefaces.';
  return [head, ...[...notices].map(([licence, given]) => `${given.join('\n')}\n\n${licence}`)].join(`\n\n${'='.repeat(78)}\n\n`);
}
