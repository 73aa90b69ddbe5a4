/** All commands by id, in the order of menus: every `*.command.ts` beside this file exports one, or a list of them, by default. */
import { COMMANDS, type CommandId } from '../../main/contract/commands';
import type { Command } from './command';

const modules = import.meta.glob<Command | readonly Command[]>('./*.command.ts', { eager: true, import: 'default' });
const defined = new Map<string, Command>(
  Object.values(modules)
    .flat()
    .map((command) => [command.id, command])
);

export const commands: ReadonlyMap<CommandId, Command> = new Map(
  (Object.keys(COMMANDS) as CommandId[]).map((id) => {
    const command = defined.get(id);
    if (!command) throw new Error(`no file of commands defines ${id}`);
    return [id, command];
  })
);

/** Performs the command of that id if there is one and it is enabled; tells whether it did. */
export function runCommand(id: string): boolean {
  const command = commands.get(id as CommandId);
  if (!command?.enabled()) return false;
  void command.perform();
  return true;
}
