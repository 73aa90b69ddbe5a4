/** Frames and notes: what is drawn beside the gates and computes nothing. */
import type { Area, Document, FrameRecord, NoteRecord } from './types';

/** A frame or a note by its place in the document's list: `frame 0`. */
export type AnnotationKey = `${'frame' | 'note'} ${number}`;

/** All of them, frames first. */
export function annotationsOf({
  frames = [],
  notes = []
}: Pick<Document, 'frames' | 'notes'>): ReadonlyMap<AnnotationKey, FrameRecord | NoteRecord> {
  return new Map<AnnotationKey, FrameRecord | NoteRecord>([
    ...frames.map((frame, index) => [`frame ${index}`, frame] as const),
    ...notes.map((note, index) => [`note ${index}`, note] as const)
  ]);
}

/** The frame's title or the note's text. */
export function annotationText(annotation: FrameRecord | NoteRecord): string {
  return 'title' in annotation ? annotation.title : annotation.text;
}

export function addFrame(document: Document, frame: FrameRecord): Document {
  return withAnnotations(document, [...(document.frames ?? []), frame], document.notes);
}

export function addNote(document: Document, note: NoteRecord): Document {
  return withAnnotations(document, document.frames, [...(document.notes ?? []), note]);
}

export function removeAnnotations(document: Document, keys: Iterable<AnnotationKey>): Document {
  const gone = new Set<string>(keys);
  if (![...annotationsOf(document).keys()].some((key) => gone.has(key))) return document;
  return withAnnotations(
    document,
    document.frames?.filter((_, index) => !gone.has(`frame ${index}`)),
    document.notes?.filter((_, index) => !gone.has(`note ${index}`))
  );
}

/** Moves or resizes those that `areas` names. */
export function setAreas(document: Document, areas: ReadonlyMap<AnnotationKey, Area>): Document {
  return mapAnnotations(document, (key, annotation) => {
    const area = areas.get(key);
    return !area || area.every((length, at) => length === annotation.area[at]) ? annotation : { ...annotation, area };
  });
}

export function setAnnotationText(document: Document, key: AnnotationKey, text: string): Document {
  return mapAnnotations(document, (other, annotation) => {
    if (other !== key || annotationText(annotation) === text) return annotation;
    return 'title' in annotation ? { ...annotation, title: text } : { ...annotation, text };
  });
}

/** The document itself where `map` gives back every annotation. */
function mapAnnotations(
  document: Document,
  map: (key: AnnotationKey, annotation: FrameRecord | NoteRecord) => FrameRecord | NoteRecord
): Document {
  const frames = document.frames?.map((frame, index) => map(`frame ${index}`, frame) as FrameRecord);
  const notes = document.notes?.map((note, index) => map(`note ${index}`, note) as NoteRecord);
  const isSame = (after: readonly unknown[] = [], before: readonly unknown[] = []) => after.every((record, at) => record === before[at]);
  return isSame(frames, document.frames) && isSame(notes, document.notes) ? document : withAnnotations(document, frames, notes);
}

/** An empty list is no list: the text of a document whose only frame has been removed is as before. */
function withAnnotations(
  document: Document,
  frames: readonly FrameRecord[] | undefined,
  notes: readonly NoteRecord[] | undefined
): Document {
  const { frames: _, notes: __, ...rest } = document;
  return { ...rest, ...(frames && frames.length > 0 && { frames }), ...(notes && notes.length > 0 && { notes }) };
}
