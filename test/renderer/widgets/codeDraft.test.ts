import { describe, expect, it } from 'vitest';
import { ref } from 'vue';
import { leavesEditor, markPlace, useCodeDraft } from '../../../renderer/widgets/codeDraft';

function draftOf(initial: string) {
  const committed = ref(initial);
  const saved: string[] = [];
  const draft = useCodeDraft(
    () => committed.value,
    (text) => {
      saved.push(text);
      committed.value = text;
    }
  );
  return { draft, committed, saved };
}

describe('a draft', () => {
  it('keeps what is typed, right or wrong, until it is committed', () => {
    const { draft, committed, saved } = draftOf('x * x');
    draft.text.value = 'x * (';
    expect(draft.changed.value).toBe(true);
    expect(committed.value).toBe('x * x');
    draft.commit();
    expect(committed.value).toBe('x * (');
    expect(draft.changed.value).toBe(false);
    draft.commit();
    expect(saved).toEqual(['x * (']);
  });

  it('commits nothing where nothing changed', () => {
    const { draft, saved } = draftOf('x');
    draft.commit();
    draft.text.value = 'y';
    draft.text.value = 'x';
    draft.commit();
    expect(saved).toEqual([]);
  });

  it('takes what an undo brings back', () => {
    const { draft, committed } = draftOf('x');
    draft.text.value = 'x + 1';
    draft.commit();
    committed.value = 'x';
    expect(draft.text.value).toBe('x');
    expect(draft.changed.value).toBe(false);
  });
});

describe('the mark of a problem', () => {
  const text = 'let s = 1;\n  foo * s\n';
  it.each([
    ['a word', 2, 3, ['let s = 1;\n  ', 'foo', ' * s\n']],
    ['a sign', 2, 7, ['let s = 1;\n  foo ', '*', ' s\n']],
    ['the end of a line', 1, 11, ['let s = 1;', '', '\n  foo * s\n']],
    ['the end of the text', 3, 1, [text, '', '']]
  ])('covers %s', (_, line, column, [before, at, after]) => {
    expect(markPlace(text, { line, column })).toEqual({ before, at, after });
  });
  it('covers both halves of a character', () => {
    expect(markPlace('x + \u{1d465}', { line: 1, column: 5 })!.at).toBe('\u{1d465}');
  });
  it.each([
    [4, 1],
    [1, 12],
    [undefined, undefined]
  ])('is nowhere for line %s, column %s', (line, column) => {
    expect(markPlace(text, { line, column })).toBeNull();
  });
});

it('keys that are commands leave the editor, those that edit do not', () => {
  const press = (key: string, ctrlKey = true) => leavesEditor({ key, ctrlKey, metaKey: false });
  expect([press('Enter'), press('s'), press('S')]).toEqual([true, true, true]);
  expect([press('z'), press('v'), press('Control'), press('s', false)]).toEqual([false, false, false, false]);
});
