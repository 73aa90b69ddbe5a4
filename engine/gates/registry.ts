/** All gates by name: every `*.gate.ts` below this folder. */
import { InvariantError } from '../base/errors';
import type { Gate } from './gate';

const modules = import.meta.glob<Gate>('./**/*.gate.ts', { eager: true, import: 'default' });

function collect(): ReadonlyMap<string, Gate> {
  const gates = new Map<string, Gate>();
  for (const gate of Object.values(modules).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (gates.has(gate.name)) throw new InvariantError(`two gates are named ${gate.name}`);
    gates.set(gate.name, gate);
  }
  return gates;
}

export const registry = collect();
