/** What the user can do, as one object: buttons, menus, the keyboard and the list of shortcuts all read it. */
import type { Component } from 'vue';
import { COMMANDS, type CommandId, type CommandText } from '../../main/contract/commands';

export interface Command {
  /** `area.verb`, as menus and other processes name it. */
  readonly id: CommandId;
  readonly title: string;
  readonly keys: readonly string[];
  readonly icon?: Component;
  /** The keys work even while the user types into a field. */
  readonly whileTyping?: boolean;
  enabled(): boolean;
  perform(): void | Promise<void>;
}

type Description = Omit<Command, 'title' | 'keys' | 'enabled'> & Partial<Pick<Command, 'enabled'>>;

/** A command under its title and keys; without `enabled` it always is. */
export function defineCommand(description: Description): Command {
  const { title, keys = [] }: CommandText = COMMANDS[description.id];
  return { title, keys, enabled: () => true, ...description };
}
