/** What the user can do, as one object: buttons, menus, the keyboard and the list of shortcuts all read it. */
import type { Component } from 'vue';
import { COMMANDS, type CommandId } from '../../main/contract/commands';
import { useSettingsStore } from '../stores/settings';

export interface Command {
  /** `area.verb`, as menus and other processes name it. */
  readonly id: CommandId;
  readonly title: string;
  /** As the user set them; read where they are needed, not kept. */
  readonly keys: readonly string[];
  readonly icon?: Component;
  /** The keys work even while the user types into a field. */
  readonly whileTyping?: boolean;
  /**
   * Set where the browser has an event of its own for this: the platform's own keys (Mod+C, Mod+X, Mod+V) are left to it,
   * and the listener of that event does the work.
   */
  readonly clipboard?: 'copy' | 'cut' | 'paste';
  /** What it would be done to now, such as the step that is undone; buttons tell it. */
  subject?(): string | null;
  /** Set where the command switches something: whether it is on. Menus tick it. */
  isOn?(): boolean;
  enabled(): boolean;
  perform(): void | Promise<void>;
}

type Description = Omit<Command, 'title' | 'keys' | 'enabled'> & Partial<Pick<Command, 'enabled'>>;

/** A command under its title and keys; without `enabled` it always is. */
export function defineCommand(description: Description): Command {
  const { id } = description;
  return {
    title: COMMANDS[id].title,
    get keys() {
      return useSettingsStore().keysOf(id);
    },
    enabled: () => true,
    ...description
  };
}
