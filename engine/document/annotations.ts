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
  return withList(document, 'frames', [...(document.frames ?? []), frame]);
}

export function addNote(document: Document, note: NoteRecord): Document {
  return withList(document, 'notes', [...(document.notes ?? []), note]);
}

export function removeAnnotations(document: Document, keys: Iterable<AnnotationKey>): Document {
  const gone = new Set<string>(keys);
  const frames = document.frames?.filter((_, index) => !gone.has(`frame ${index}`));
  const notes = document.notes?.filter((_, index) => !gone.has(`note ${index}`));
  return withList(withList(document, 'frames', frames), 'notes', notes);
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

function mapAnnotations(
  document: Document,
  map: (key: AnnotationKey, annotation: FrameRecord | NoteRecord) => FrameRecord | NoteRecord
): Document {
  const frames = document.frames?.map((frame, index) => map(`frame ${index}`, frame) as FrameRecord);
  const notes = document.notes?.map((note, index) => map(`note ${index}`, note) as NoteRecord);
  return withList(withList(document, 'frames', frames), 'notes', notes);
}

/**
 * The document itself where its list holds the same. One that has become empty is none: the text of a document whose only
 * frame has been removed is as before.
 */
function withList(document: Document, key: 'frames' | 'notes', list: readonly (FrameRecord | NoteRecord)[] = []): Document {
  const { [key]: before = [], ...rest } = document;
  if (list.length === before.length && list.every((record, at) => record === before[at])) return document;
  return { ...rest, ...(list.length > 0 && { [key]: list }) } as Document;
}
