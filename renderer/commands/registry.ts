/** All commands by id: every `*.command.ts` beside this file exports one, or a list of them, by default. */
import type { Command } from './command';

const modules = import.meta.glob<Command | readonly Command[]>('./*.command.ts', { eager: true, import: 'default' });

export const commands: ReadonlyMap<string, Command> = new Map(
  Object.values(modules)
    .flat()
    .map((command) => [command.id, command])
);

/** Performs the command of that id if there is one and it is enabled; tells whether it did. */
export function runCommand(id: string): boolean {
  const command = commands.get(id);
  if (!command?.enabled()) return false;
  void command.perform();
  return true;
}
