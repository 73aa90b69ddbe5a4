import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it } from 'vitest';
import { COMMANDS, MENUS } from '../../../main/contract/commands';
import { conflictsAmong } from '../../../renderer/commands/keys';
import { commands } from '../../../renderer/commands/registry';

beforeEach(() => setActivePinia(createPinia()));

it('every command of the menus is there to be performed, and no other', () => {
  expect([...commands.keys()]).toEqual(Object.keys(COMMANDS));
  expect(
    MENUS.flatMap(({ lines }) => lines)
      .map(({ id }) => id)
      .sort()
  ).toEqual([...commands.keys()].sort());
});

it('no two commands that could be meant at once have the same usual keys', () => {
  const conflicts = conflictsAmong([...commands].map(([id, { keys }]) => ({ id, keys })));
  // Escape clears the selection first, then leaves the opened definition.
  expect(new Set([...conflicts.values()].flatMap((shared) => [...shared.keys()]))).toEqual(new Set(['Escape']));
});
