/** Finding commands by what people type: words of the title or of the menu, whole or begun. */
import { MENUS, type CommandId } from '../../main/contract/commands';

export interface CommandLine {
  readonly id: CommandId;
  /** The menu that it stands in. */
  readonly area: string;
  readonly title: string;
}

/** Every command once, in the order of menus. */
export const COMMAND_LINES: readonly CommandLine[] = MENUS.flatMap(({ title: area, lines }) =>
  lines.map(({ id, title }) => ({ id, area, title }))
);

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * Lines that have every word of the query, the likeliest first: words of the title before those of the area, beginnings
 * before middles, then what was used lately. `possible` parts them first: what cannot be done now comes last.
 */
export function rankCommands(
  query: string,
  lines: readonly CommandLine[],
  recent: readonly CommandId[],
  possible: (id: CommandId) => boolean
): readonly CommandLine[] {
  const wanted = wordsOf(query);
  const age = (id: CommandId): number => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  return lines
    .map((line) => ({ line, rank: rank(line, wanted), last: possible(line.id) ? 0 : 1 }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.last - b.last || a.rank - b.rank || age(a.line.id) - age(b.line.id))
    .map(({ line }) => line);
}

function rank({ area, title }: CommandLine, wanted: readonly string[]): number {
  const words = wordsOf(title);
  if (wanted.length > 0 && words.join(' ').startsWith(wanted.join(' '))) return 0;
  return Math.max(0, ...wanted.map((word) => rankOfWord(word, words, area.toLowerCase())));
}

function rankOfWord(wanted: string, title: readonly string[], area: string): number {
  if (title.some((word) => word.startsWith(wanted))) return 1;
  if (area.startsWith(wanted)) return 2;
  return title.some((word) => word.includes(wanted)) ? 3 : Infinity;
}
