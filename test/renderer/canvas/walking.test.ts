import { describe, expect, it } from 'vitest';
import { Scene } from '../../../renderer/canvas/scene';
import type { Direction } from '../../../renderer/canvas/view';
import { nearestBox, nextBox } from '../../../renderer/canvas/walking';
import { read } from './documents';

/** Gates of one size at these places. */
function sceneOf(layout: Record<string, readonly [number, number]>): Scene {
  const scene = new Scene();
  scene.update(read({ nodes: Object.keys(layout).map((id) => ({ id, gate: 'neg' })), wires: [], layout }));
  return scene;
}
const walk = (scene: Scene, from: string, ...directions: Direction[]): string | undefined =>
  directions.reduce<string | undefined>((id, direction) => id && nextBox(scene, scene.boxes.get(id)!, direction)?.id, from);

const grid = sceneOf({ a: [0, 0], b: [200, 0], c: [400, 0], d: [0, 150], e: [200, 150], f: [400, 150] });

describe('walking from gate to gate', () => {
  it('goes to the neighbour in that direction, and back', () => {
    expect([walk(grid, 'a', 'right'), walk(grid, 'a', 'down'), walk(grid, 'e', 'left'), walk(grid, 'e', 'up')]).toEqual([
      'b',
      'd',
      'd',
      'b'
    ]);
    expect(walk(grid, 'a', 'right', 'right', 'down', 'left', 'left', 'up')).toBe('a');
  });

  it('ends where nothing lies in that direction', () => {
    expect([walk(grid, 'a', 'left'), walk(grid, 'a', 'up'), walk(grid, 'f', 'right'), walk(grid, 'f', 'down')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined
    ]);
    expect(walk(sceneOf({ alone: [0, 0] }), 'alone', 'right')).toBeUndefined();
  });

  it('prefers what lies ahead to what is nearer but beside the way', () => {
    const scene = sceneOf({ from: [0, 0], ahead: [300, 10], beside: [150, 220] });
    expect(walk(scene, 'from', 'right')).toBe('ahead');
    expect(walk(scene, 'from', 'down')).toBe('beside');
  });

  it('reaches every gate of a column that stands a little out of line', () => {
    const column = sceneOf({ top: [0, 0], second: [14, 90], third: [-9, 180], bottom: [3, 270] });
    expect(walk(column, 'top', 'down', 'down', 'down')).toBe('bottom');
    expect(walk(column, 'bottom', 'up', 'up', 'up')).toBe('top');
  });

  it('does not take a gate right above for one on the right', () => {
    const scene = sceneOf({ from: [0, 0], above: [10, -200] });
    expect([walk(scene, 'from', 'right'), walk(scene, 'from', 'up')]).toEqual([undefined, 'above']);
  });

  it('begins at the gate nearest to a point', () => {
    expect(nearestBox(grid, [420, 30])?.id).toBe('c');
    expect(nearestBox(grid, [-1000, 1000])?.id).toBe('d');
    expect(nearestBox(sceneOf({}), [0, 0])).toBeNull();
  });
});
