import { addFrame, addNote, annotationsOf, moveNodes, type AnnotationKey, type Document, type Position } from '@wiregrad/engine';
import { describe, expect, it } from 'vitest';
import { align, distribute, frameAround, snapToGrid } from '../../../renderer/canvas/aligning';
import { GRID, onGrid } from '../../../renderer/canvas/grid';
import { Scene } from '../../../renderer/canvas/scene';
import { read, simple } from './documents';

const ids = (...list: string[]) => new Set(list);
const keys = (...list: AnnotationKey[]) => new Set(list);
const NONE: ReadonlySet<AnnotationKey> = new Set();

/** Three gates of different widths and heights. */
const gates = read({
  nodes: [
    { id: 'n', gate: 'neg' },
    { id: 'with_a_long_name', gate: 'custom', params: { forward: 'x * x + 1' } },
    { id: 'w', gate: 'where' }
  ],
  wires: [],
  layout: { n: [10, 5], with_a_long_name: [300, 40], w: [95, 200] }
});
const all = ids('n', 'with_a_long_name', 'w');

function boxes(document: Document) {
  const scene = new Scene();
  scene.update(document);
  return [...scene.boxes.values()].map(({ x, y, width, height }) => ({
    left: x,
    right: x + width,
    top: y,
    bottom: y + height,
    center: x + width / 2,
    middle: y + height / 2,
    at: [x, y]
  }));
}
const spread = (list: readonly number[]): number => Math.max(...list) - Math.min(...list);

describe('aligning', () => {
  it.each([
    ['left', 'left', 1, Math.min],
    ['right', 'right', 1, Math.max],
    ['top', 'top', 0, Math.min],
    ['bottom', 'bottom', 0, Math.max]
  ] as const)('puts all at the outermost %s, and moves nothing the other way', (edge, side, kept, outermost) => {
    const before = boxes(gates);
    const after = boxes(align(gates, edge, all, NONE));
    expect(new Set(after.map((box) => box[side]))).toEqual(new Set([outermost(...before.map((box) => box[side]))]));
    expect(after.map(({ at }) => at[kept])).toEqual(before.map(({ at }) => at[kept]));
  });

  it.each([
    ['centers', 'center'],
    ['middles', 'middle']
  ] as const)('puts the %s on one line', (edge, line) => {
    // Positions are whole, and sizes may be odd.
    expect(spread(boxes(align(gates, edge, all, NONE)).map((box) => box[line]))).toBeLessThanOrEqual(1);
  });

  it('leaves the document itself where nothing has to move, or less than two are chosen', () => {
    const once = align(gates, 'left', all, NONE);
    expect(align(once, 'left', all, NONE)).toBe(once);
    expect(align(gates, 'left', ids('n'), NONE)).toBe(gates);
    expect(align(gates, 'left', ids('n', 'nobody'), NONE)).toBe(gates);
  });

  it('takes frames and notes along with gates, and those that are not chosen not', () => {
    const seen = addNote(addFrame(gates, { title: '', area: [-30, 0, 99, 70] }), { text: '', area: [7, 7, 90, 60] });
    const after = align(seen, 'left', ids('w'), keys('frame 0'));
    expect([after.layout.get('w'), after.layout.get('n')]).toEqual([
      [-30, 200],
      [10, 5]
    ]);
    expect([...annotationsOf(after).values()].map(({ area }) => area)).toEqual([
      [-30, 0, 99, 70],
      [7, 7, 90, 60]
    ]);
    expect(align(seen, 'right', ids(), keys('frame 0', 'note 0')).notes![0]!.area).toEqual([7, 7, 90, 60]);
    expect(align(seen, 'right', ids(), keys('frame 0', 'note 0')).frames![0]!.area).toEqual([-2, 0, 99, 70]);
  });
});

describe('distributing', () => {
  it.each([
    ['across', 'left', 'right', 1],
    ['down', 'top', 'bottom', 0]
  ] as const)('%s leaves equal gaps, the first and the last where they are', (axis, start, end, kept) => {
    const sorted = (document: Document) => boxes(document).sort((a, b) => a[start] - b[start]);
    const [before, after] = [sorted(gates), sorted(distribute(gates, axis, all, NONE))];
    const gaps = after.slice(1).map((box, index) => box[start] - after[index]![end]);
    expect(spread(gaps)).toBeLessThanOrEqual(1);
    expect([after[0]!.at, after[2]!.at]).toEqual([before[0]!.at, before[2]!.at]);
    expect(after.map(({ at }) => at[kept])).toEqual(before.map(({ at }) => at[kept]));
  });

  it('needs three', () => {
    expect(distribute(gates, 'across', ids('n', 'w'), NONE)).toBe(gates);
  });

  it('works on those that overlap, which then overlap evenly', () => {
    const heap = moveNodes(simple(), new Map<string, Position>(['x', 'y', 'z'].map((id, at) => [id, [at * at * 4, 0]])));
    const after = boxes(distribute(heap, 'across', ids('x', 'y', 'z'), NONE)).slice(0, 3);
    expect(after.map(({ left }) => left)).toEqual([0, 8, 16]);
  });
});

describe('putting on the grid', () => {
  it('goes to the nearest point, and writes no −0', () => {
    expect([GRID * 0.4, GRID * 0.6, -GRID * 0.4, -GRID * 1.6].map(onGrid)).toEqual([0, GRID, 0, -2 * GRID]);
    const document = moveNodes(simple(), new Map([['x', [-3, 35]]]));
    const after = snapToGrid(document, ids('x', 'q'), NONE);
    expect([after.layout.get('x'), after.layout.get('q')]).toEqual([
      [0, GRID],
      [9 * GRID, 0]
    ]);
    expect(after.layout.get('y')).toBe(document.layout.get('y'));
    expect(snapToGrid(after, ids('x', 'q'), NONE)).toBe(after);
  });
});

describe('a frame around what is chosen', () => {
  it('has a rim on all sides, and room for its title', () => {
    const [x, y, width, height] = frameAround(gates, all, NONE)!;
    const inside = boxes(gates);
    const rims = [
      Math.min(...inside.map(({ left }) => left)) - x,
      x + width - Math.max(...inside.map(({ right }) => right)),
      y + height - Math.max(...inside.map(({ bottom }) => bottom))
    ];
    expect(new Set(rims).size).toBe(1);
    expect(Math.min(...inside.map(({ top }) => top)) - y).toBeGreaterThan(rims[0]!);
  });

  it('is none where nothing is', () => {
    expect(frameAround(gates, ids(), NONE)).toBeNull();
    expect(frameAround(gates, ids('nobody'), keys('note 3'))).toBeNull();
  });
});
