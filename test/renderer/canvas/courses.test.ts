import type { Position } from '@wiregrad/engine';
import { describe, expect, it } from 'vitest';
import { courseThrough, crosses, nearestPiece } from '../../../renderer/canvas/curves';
import { Scene } from '../../../renderer/canvas/scene';
import { read, simple } from './documents';

const straight = courseThrough([
  [0, 0],
  [400, 0]
]);
/** Down, back to the left and out to the right. */
const led = courseThrough([
  [0, 0],
  [300, 100],
  [0, 200],
  [300, 300]
]);

describe('the course of a wire through points', () => {
  it('has a piece from each to the next', () => {
    expect(straight.pieces).toHaveLength(1);
    expect(led.pieces.map(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2])).toEqual([
      [0, 0, 300, 100],
      [300, 100, 0, 200],
      [0, 200, 300, 300]
    ]);
  });

  it('lies within its bounds, where it bends around too', () => {
    for (const { x1, y1, c1, c2, x2, y2, level } of led.pieces) {
      // A cubic stays between its ends and control points.
      for (const x of [x1, c1, c2, level, x2]) expect(x >= led.left && x <= led.right).toBe(true);
      for (const y of [y1, y2]) expect(y >= led.top && y <= led.bottom).toBe(true);
    }
  });

  it('goes through every one of them', () => {
    for (const point of [
      [0, 0],
      [300, 100],
      [0, 200],
      [300, 300]
    ] as const)
      expect(nearestPiece(led, point, 5)!.distance).toBeCloseTo(0, 9);
  });
});

describe('the piece of a course that is meant', () => {
  it('is the one nearest to the point', () => {
    expect(nearestPiece(led, [20, 3], 10)).toEqual({ piece: 0, distance: 3 });
    expect(nearestPiece(led, [296, 303], 10)).toEqual({ piece: 2, distance: 3 });
  });

  it('is none where all are farther than asked', () => {
    expect(nearestPiece(led, [20, 30], 10)).toBeNull();
    expect(nearestPiece(led, [-500, 0], 10)).toBeNull();
    expect(nearestPiece(straight, [200, 7.01], 7)).toBeNull();
    expect(nearestPiece(straight, [200, 7], 7)).toEqual({ piece: 0, distance: 7 });
  });
});

describe('a line over a course', () => {
  const line = (...points: Position[]) => points;

  it('crosses it from one side to the other, with any of its parts', () => {
    expect(crosses(straight, line([200, -10], [210, 10]))).toBe(true);
    expect(crosses(straight, line([-50, -50], [200, -10], [210, 10]))).toBe(true);
    expect(crosses(led, line([20, 190], [40, 210]))).toBe(true);
  });

  it('does not where it ends before it, runs beside it or is a point', () => {
    expect(crosses(straight, line([200, -10], [200, -1]))).toBe(false);
    expect(crosses(straight, line([0, 5], [400, 5]))).toBe(false);
    expect(crosses(straight, line([200, 0]))).toBe(false);
    expect(crosses(straight, line([401, -10], [401, 10]))).toBe(false);
    expect(crosses(straight, line())).toBe(false);
  });
});

describe('wires in the scene', () => {
  const document = simple();
  const via: Position[] = [
    [100, 300],
    [180, 300]
  ];
  function sceneOf(shown = document): Scene {
    const scene = new Scene();
    scene.update(shown);
    return scene;
  }

  it('follow the points of the document, which are found again where they are', () => {
    const scene = sceneOf({ ...document, wires: document.wires.with(1, { ...document.wires[1]!, via }) });
    expect(scene.course(scene.strands[1]!).pieces).toHaveLength(3);
    expect(scene.viaAt([183, 301], 9)).toEqual({ wire: 1, index: 1 });
    expect(scene.viaAt([140, 300], 9)).toBeNull();
    expect(scene.wireAt([140, 300], 5)).toEqual({ wire: 1, piece: 1 });
  });

  it('keep their course while nothing moves, and follow a gate that does', () => {
    const scene = sceneOf();
    const [strand] = scene.strands;
    const course = scene.course(strand!);
    expect(scene.course(strand!)).toBe(course);
    strand!.source.x += 10;
    expect(scene.course(strand!).pieces[0]!.x1).toBe(course.pieces[0]!.x1 + 10);
  });

  it('can be led otherwise for the time being', () => {
    const scene = sceneOf();
    scene.lead(0, via);
    expect(scene.course(scene.strands[0]!).pieces).toHaveLength(3);
    scene.update(document);
    expect(scene.course(scene.strands[0]!).pieces).toHaveLength(1);
    scene.lead(99, via);
  });

  it('that end nowhere are no strands, and the others are found by their index all the same', () => {
    const scene = sceneOf(
      read({
        nodes: [
          { id: 'x', gate: 'neg' },
          { id: 'y', gate: 'neg' }
        ],
        wires: [
          { from: 'nobody', to: 'x.x' },
          { from: 'x', to: 'y.x' }
        ]
      })
    );
    expect(scene.strands.map(({ wire }) => wire)).toEqual([1]);
    expect(scene.strandAt(1)!.target.id).toBe('y');
    expect(scene.strandAt(0)).toBeUndefined();
  });
});
