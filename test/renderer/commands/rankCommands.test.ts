import { describe, expect, it } from 'vitest';
import { COMMANDS, type CommandId } from '../../../main/contract/commands';
import { COMMAND_LINES, rankCommands, type CommandLine } from '../../../renderer/commands/rankCommands';

const line = (id: CommandId, area: string, title: string): CommandLine => ({ id, area, title });
const LINES = [
  line('edit.undo', 'Edit', 'Undo'),
  line('edit.ungroup', 'Edit', 'Take the group apart'),
  line('view.fit', 'View', 'Show the whole graph'),
  line('view.zoomIn', 'View', 'Zoom in'),
  line('run.stepBack', 'Run', 'Step back')
];
const all = () => true;
const found = (query: string, recent: CommandId[] = [], possible: (id: CommandId) => boolean = all) =>
  rankCommands(query, LINES, recent, possible).map(({ id }) => id);

describe('the command palette', () => {
  it('knows every command', () => {
    expect(COMMAND_LINES.map(({ id }) => id).sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  it('lists all commands in the order of menus for no query, those used lately first', () => {
    expect(found('')).toEqual(LINES.map(({ id }) => id));
    expect(found(' ', ['view.zoomIn', 'edit.ungroup']).slice(0, 3)).toEqual(['view.zoomIn', 'edit.ungroup', 'edit.undo']);
  });

  it('finds beginnings of words before what stands inside them', () => {
    expect(found('st')).toEqual(['run.stepBack']);
    expect(found('gr')).toEqual(['edit.ungroup', 'view.fit']);
    expect(found('o')).toEqual(['edit.undo', 'edit.ungroup', 'view.fit', 'view.zoomIn']);
    expect(found('in')).toEqual(['view.zoomIn']);
  });

  it('finds by the menu too, after titles, and by several words', () => {
    expect(found('view')).toEqual(['view.fit', 'view.zoomIn']);
    expect(found('view: zoom')).toEqual(['view.zoomIn']);
    expect(found('back step')).toEqual(['run.stepBack']);
    expect(found('nothing like it')).toEqual([]);
  });

  it('takes what cannot be done last, however well it matches', () => {
    expect(found('gr', ['edit.ungroup'], (id) => id !== 'edit.ungroup')).toEqual(['view.fit', 'edit.ungroup']);
  });
});
