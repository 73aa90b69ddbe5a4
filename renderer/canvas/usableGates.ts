/** Gates besides the registry's that may stand in what is shown: the document's definitions, and ports of an opened one. */
import { VIEW_INPUT, VIEW_OUTPUT, type Gate } from '@wiregrad/engine';
import type { useDocumentStore } from '../stores/document';

/** A definition that is open around would contain itself, so it is not among them. */
export function usableGates({ whole, trail, gateOf }: ReturnType<typeof useDocumentStore>): readonly Gate[] {
  const around = new Set(trail.map(({ gate }) => gate));
  const names = [...(whole.definitions?.keys() ?? [])].filter((name) => !around.has(name));
  return [...(trail.length > 0 ? [VIEW_INPUT, VIEW_OUTPUT] : []), ...names].flatMap((name) => gateOf(name) ?? []);
}
