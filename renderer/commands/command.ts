/** What the user can do, as one object: buttons, menus, the keyboard and the list of shortcuts all read it. */
import type { Component } from 'vue';

export interface Command {
  /** `area.verb`, as menus and other processes name it. */
  readonly id: string;
  readonly title: string;
  /** Such as `Mod+Shift+Z`; Mod is Cmd on a Mac and Ctrl elsewhere. The first is the one shown. */
  readonly keys: readonly string[];
  readonly icon?: Component;
  /** The keys work even while the user types into a field. */
  readonly whileTyping?: boolean;
  enabled(): boolean;
  perform(): void | Promise<void>;
}

type Description = Omit<Command, 'keys' | 'enabled'> & Partial<Pick<Command, 'keys' | 'enabled'>>;

/** A command; without `keys` it has none, without `enabled` it always is. */
export function defineCommand(description: Description): Command {
  return { keys: [], enabled: () => true, ...description };
}
