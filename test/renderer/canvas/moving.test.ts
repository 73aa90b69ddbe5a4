import { annotationsOf, setVia, type AnnotationKey, type Document, type Position } from '@wiregrad/engine';
import { describe, expect, it } from 'vitest';
import { annotationAt, resized, shifted } from '../../../renderer/canvas/areas';
import { isNothing, movableOf, moveBy } from '../../../renderer/canvas/moving';
import { Scene } from '../../../renderer/canvas/scene';
import { read, simple } from './documents';

const via: readonly Position[] = [[100, 60]];

/** (x + y) · z; a frame around x and y with a note in it, a frame around that, and one that only touches q. */
const framed: Document = {
  ...setVia(setVia(simple(), 0, via), 2, via),
  frames: [
    { title: 'inner', area: [-20, -40, 200, 300] },
    { title: 'outer', area: [-40, -80, 240, 400] },
    { title: 'beside', area: [230, -40, 200, 120] }
  ],
  notes: [{ text: 'why', area: [0, 210, 60, 40] }]
};

function movable(document: Document, ids: string[], keys: AnnotationKey[] = []) {
  const scene = new Scene();
  scene.update(document);
  return movableOf(document, scene, new Set(ids), new Set(keys));
}
const moved = (document: Document, ids: string[], keys: AnnotationKey[] = [], by: Position = [10, -5]): Document =>
  moveBy(document, movable(document, ids, keys), by);
const changed = (after: Document): string[] => [
  ...framed.nodes.map(({ id }) => id).filter((id) => after.layout.get(id) !== framed.layout.get(id)),
  ...[...annotationsOf(framed)].filter(([key, record]) => annotationsOf(after).get(key) !== record).map(([key]) => key)
];

describe('moving', () => {
  it('moves what is selected, and nothing else', () => {
    const after = moved(framed, ['x'], ['note 0']);
    expect(changed(after)).toEqual(['x', 'note 0']);
    expect([after.layout.get('x'), after.notes![0]!.area]).toEqual([
      [10, -5],
      [10, 205, 60, 40]
    ]);
  });

  it('takes along what lies wholly in a frame, frames and notes too', () => {
    expect(changed(moved(framed, [], ['frame 0']))).toEqual(['x', 'y', 'frame 0', 'note 0']);
    expect(changed(moved(framed, ['f'], ['frame 1']))).toEqual(['x', 'y', 'f', 'frame 0', 'frame 1', 'note 0']);
    // q begins to the left of it.
    expect(changed(moved(framed, [], ['frame 2']))).toEqual(['frame 2']);
  });

  it('moves the points of a wire when both its ends move', () => {
    expect(moved(framed, ['x', 'q']).wires[0]!.via).toEqual([[110, 55]]);
    expect(moved(framed, ['x', 'y'], ['frame 0']).wires[0]!.via).toBe(via);
    expect(moved(framed, ['x', 'q']).wires[2]!.via).toBe(via);
  });

  it('leaves whole positions, without −0', () => {
    const after = moved(framed, ['x'], ['note 0'], [-0.4, 0.6]);
    expect([after.layout.get('x'), after.notes![0]!.area]).toEqual([
      [0, 1],
      [0, 211, 60, 40]
    ]);
  });

  it('by nothing, or of nothing, leaves the document itself', () => {
    expect(moved(framed, ['x'], ['frame 0'], [0, 0])).toBe(framed);
    expect(isNothing(movable(framed, []))).toBe(true);
    expect(moved(framed, [])).toBe(framed);
  });

  it('begins at the document’s positions, wherever the boxes have been dragged to', () => {
    const what = movable(framed, ['x']);
    what.boxes[0]!.x += 500;
    expect(moveBy(framed, what, [1, 1]).layout.get('x')).toEqual([1, 1]);
  });

  it('gives a gate that had no place one', () => {
    const bare = read({ nodes: [{ id: 'n', gate: 'neg' }], wires: [] });
    expect(moved(bare, ['n'], [], [24, 0]).layout.get('n')).toEqual([24, 0]);
  });
});

describe('a frame or note under the pointer', () => {
  const document: Document = {
    ...read({ nodes: [], wires: [] }),
    frames: [{ title: '', area: [0, 0, 300, 200] }],
    notes: [{ text: '', area: [100, 100, 100, 60] }]
  };

  it('is a frame at its title and its corner, a note everywhere', () => {
    expect(annotationAt(document, [50, 10])).toEqual({ key: 'frame 0', corner: false });
    expect(annotationAt(document, [50, 100])).toBeNull();
    expect(annotationAt(document, [295, 195])).toEqual({ key: 'frame 0', corner: true });
    expect(annotationAt(document, [150, 130])).toEqual({ key: 'note 0', corner: false });
    expect(annotationAt(document, [195, 155])).toEqual({ key: 'note 0', corner: true });
    expect(annotationAt(document, [301, 10])).toBeNull();
  });

  it('is resized at its lower right corner, and stays large enough to be held', () => {
    expect(resized([10, 20, 300, 200], [5.4, -50])).toEqual([10, 20, 305, 150]);
    const [x, y, width, height] = resized([10, 20, 300, 200], [-1000, -1000]);
    expect([x, y]).toEqual([10, 20]);
    expect(Math.min(width, height)).toBeGreaterThan(30);
    expect(shifted([10, 20, 300, 200], [-10.2, 1])).toEqual([0, 21, 300, 200]);
  });
});
