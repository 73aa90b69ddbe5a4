import { expect, it } from 'vitest';
import { COMMANDS, MENUS } from '../../../main/contract/commands';
import { commands } from '../../../renderer/commands/registry';

it('every command of the menus is there to be performed, and no other', () => {
  expect([...commands.keys()]).toEqual(Object.keys(COMMANDS));
  expect(
    MENUS.flatMap(({ lines }) => lines)
      .map(({ id }) => id)
      .sort()
  ).toEqual([...commands.keys()].sort());
});

it('no two commands that could be meant at once have the same keys', () => {
  const [first, ...others] = [...commands.values()].flatMap(({ id, keys }) => keys.map((key) => ({ id, key })));
  const seen = new Map([[first!.key, first!.id]]);
  const shared = others.filter(({ id, key }) => seen.has(key) || !seen.set(key, id));
  // Escape clears the selection first, then leaves the opened definition.
  expect(shared.map(({ key }) => key)).toEqual(['Escape']);
});
