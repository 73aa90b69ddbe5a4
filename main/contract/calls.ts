/** Sets of calls, each the closed list of its names: made and performed here, so that nobody casts a set on the way. */

/** A function for each of `names`, and none else: it hands `call` its name and what it is given. */
export function callsBy<Calls extends object>(
  names: readonly (keyof Calls & string)[],
  call: (name: keyof Calls & string, given: readonly unknown[]) => Promise<unknown>
): Calls {
  return Object.fromEntries(names.map((name) => [name, (...given: readonly unknown[]) => call(name, given)])) as Calls;
}

/** What the function `name` of `calls` makes of `given`; what it throws at once rejects too. */
export async function perform<Calls extends object>(calls: Calls, name: keyof Calls, given: readonly unknown[]): Promise<unknown> {
  return (calls as Record<keyof Calls, (...given: readonly unknown[]) => unknown>)[name](...given);
}
