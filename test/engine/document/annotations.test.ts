import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addFrame,
  addNote,
  annotationsOf,
  annotationText,
  removeAnnotations,
  setAnnotationText,
  setAreas,
  type AnnotationKey
} from '../../../engine/document/annotations';
import { serializeDocument } from '../../../engine/document/serialize';
import type { Area } from '../../../engine/document/types';
import { documentOf } from '../documentOf';
import { documents } from './documents';

const area: Area = [0, 10, 200, 100];
const plain = documentOf({ nodes: [{ id: 'x', gate: 'neg' }], wires: [] });
const seen = addNote(addFrame(addFrame(plain, { title: 'one', area }), { title: 'two', area }), { text: 'why', area });
const keysOf = (document: typeof plain) => [...annotationsOf(document).keys()];

describe('frames and notes', () => {
  it('are known by their places, frames first', () => {
    expect(keysOf(plain)).toEqual([]);
    expect([...annotationsOf(seen)].map(([key, annotation]) => [key, annotationText(annotation)])).toEqual([
      ['frame 0', 'one'],
      ['frame 1', 'two'],
      ['note 0', 'why']
    ]);
  });

  it('leave no trace in the text of a document when the last of them is removed', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { frames: _, notes: __, ...without } = document;
        const text = serializeDocument(without);
        const frame = addFrame(without, { title: 'frame', area });
        expect(serializeDocument(removeAnnotations(frame, ['frame 0']))).toBe(text);
        const both = addNote(frame, { text: 'note', area });
        expect(serializeDocument(removeAnnotations(both, keysOf(both)))).toBe(text);
      })
    );
  });

  it('leave an empty list of the others as it is', () => {
    const empty = documentOf({ nodes: [], wires: [], notes: [] });
    expect(removeAnnotations(addFrame(empty, { title: 'frame', area }), ['frame 0'])).toEqual(empty);
  });

  it('move up in their list when one before them is removed', () => {
    const left = removeAnnotations(seen, ['frame 0']);
    expect([...annotationsOf(left).values()].map(annotationText)).toEqual(['two', 'why']);
    expect(left.notes).toEqual(seen.notes);
  });

  it('are moved and resized by their keys, each list for itself', () => {
    const moved = setAreas(seen, new Map<AnnotationKey, Area>([['note 0', [1, 2, 3, 4]]]));
    expect([...annotationsOf(moved).values()].map((annotation) => annotation.area)).toEqual([area, area, [1, 2, 3, 4]]);
    expect(moved.frames![0]).toBe(seen.frames![0]);
  });

  it('take another title or text, and keep what this version does not know', () => {
    const later = documentOf({ nodes: [], wires: [], frames: [{ title: 'old', area, colour: 'red' }], notes: [{ text: 'a', area }] });
    const document = setAnnotationText(setAnnotationText(later, 'frame 0', 'new'), 'note 0', 'line\nline');
    expect(document.frames).toEqual([{ title: 'new', area, unknowns: { colour: 'red' } }]);
    expect(document.notes).toEqual([{ text: 'line\nline', area }]);
  });

  it('that stay as they are leave the document itself, so that there is nothing to undo', () => {
    expect(setAnnotationText(seen, 'frame 1', 'two')).toBe(seen);
    expect(setAnnotationText(seen, 'frame 7', 'x')).toBe(seen);
    expect(setAreas(seen, new Map([['note 0', [...area]]]))).toBe(seen);
    expect(setAreas(seen, new Map())).toBe(seen);
    expect(removeAnnotations(seen, ['note 1'])).toBe(seen);
    expect(removeAnnotations(seen, [])).toBe(seen);
  });
});
