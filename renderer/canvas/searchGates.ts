/** Finding gates by what people type: a name, a sign, a family, a word of the description. */
import type { Gate } from '@wiregrad/engine';
import { symbolOf } from './symbols';

/** Gates that match, the likeliest first; all of them, by family, for an empty query. */
export function rankGates(query: string, gates: readonly Gate[]): readonly Gate[] {
  const words = query
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ');
  if (!words) return gates;
  return gates
    .map((gate) => ({ gate, rank: rank(gate, words) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.gate.name.length - b.gate.name.length || (a.gate.name < b.gate.name ? -1 : 1))
    .map(({ gate }) => gate);
}

function rank({ name, family, doc }: Gate, words: string): number {
  const plain = name.replaceAll('_', ' ');
  const symbol = symbolOf(name).toLowerCase();
  if (plain === words || symbol === words || (words === '*' && name === 'mul') || (words === '-' && name === 'sub')) return 0;
  if (plain.startsWith(words)) return 1;
  if (plain.split(' ').some((part) => part.startsWith(words))) return 2;
  if (plain.includes(words)) return 3;
  if (family.startsWith(words)) return 4;
  return doc.toLowerCase().includes(words) ? 5 : Infinity;
}
