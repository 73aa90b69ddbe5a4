/** What may be an id, and how an output or an input port is referred to. */

const ID = /^[A-Za-z_][A-Za-z0-9_]*$/;
const OUTPUT = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;
const INPUT = /^[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*$/;

export const ID_HINT = 'an id is a letter or _ and then letters, digits or _';

export function isId(text: string): boolean {
  return ID.test(text);
}

/** `wish`, or it and the first number from 2 that is free. */
export function freshName(wish: string, isTaken: (name: string) => boolean): string {
  let name = wish;
  for (let number = 2; isTaken(name); number++) name = `${wish}${number}`;
  return name;
}

/** `id` or `id.port`. */
export function isOutputReference(text: string): boolean {
  return OUTPUT.test(text);
}

/** `id.port`. */
export function isInputReference(text: string): boolean {
  return INPUT.test(text);
}
