/** What is written of a graph whose number of rows is not known yet: N where a size follows it, found by lowering with two numbers. */
import type { Diagnostic } from '../base/errors';
import type { Shape } from '../base/shapes';
import { computingNodes, type InstancePath } from '../document/definitions';
import type { Document } from '../document/types';
import { namesInside } from './inside';
import { lower, SOME_ROWS, type Lowered, type LowerOptions } from './lower';

/** Rows to tell a size that follows them from one that does not. */
export const MANY = 7;

const usesData = (document: Document): boolean => computingNodes(document).some(({ gate }) => gate === 'data');

/** A size that is `a` with `few` rows and `b` with `many`. */
function sizeName(a: number, few: number, b: number, many: number): string {
  if (a === b) return String(a);
  const factor = a / few;
  return factor === 1 ? 'N' : factor === b / many ? `${factor}N` : 'N…';
}

/** A document lowered with two numbers of rows; `many` is null where it has no data to take rows from. */
export interface LoweredRows {
  readonly few: Lowered;
  readonly many: Lowered | null;
}

export function lowerRows(document: Document, options: LowerOptions = {}): LoweredRows {
  return {
    few: lower(document, { ...options, batch: SOME_ROWS }),
    many: usesData(document) ? lower(document, { ...options, batch: MANY }) : null
  };
}

/**
 * Labels of shapes by output reference: `scalar`, `[3,5]`, and `[N,4]` where the batch axis is: the sizes that follow the
 * number of rows when the document is lowered with two different ones. With `inside`, those of that instance's view.
 */
export function batchShapes(
  document: Document,
  inside?: InstancePath,
  rows: LoweredRows = lowerRows(document)
): ReadonlyMap<string, string> {
  const shapes = (lowered: Lowered): ReadonlyMap<string, Shape> => {
    const values = inside === undefined ? lowered.values : namesInside(document, lowered, inside)?.values;
    return new Map([...(values ?? [])].map(([name, value]) => [name, lowered.graph.shape(value)]));
  };
  const first = shapes(rows.few);
  const second = rows.many ? shapes(rows.many) : first;
  const labels = new Map<string, string>();
  for (const [name, shape] of first) {
    const other = second.get(name) ?? shape;
    const sizes = shape.map((length, axis) => sizeName(length, SOME_ROWS, other[axis]!, MANY));
    labels.set(name, sizes.length ? `[${sizes.join(',')}]` : 'scalar');
  }
  return labels;
}

/** Diagnostics of a lowered document, without the number of rows that it happened to be lowered with. */
export function diagnose({ few, many }: LoweredRows): readonly Diagnostic[] {
  const { diagnostics } = few;
  return many && diagnostics.length > 0 ? diagnostics.map((diagnostic) => nameRows(diagnostic, many.diagnostics)) : diagnostics;
}

/** A diagnostic, and the same one among `others`, of a lowering with many rows, as one. */
export function nameRows(diagnostic: Diagnostic, others: readonly Diagnostic[]): Diagnostic {
  const { code, gate, port, message, hint } = diagnostic;
  const alike = others.filter((one) => one.code === code && one.gate === gate && one.port === port);
  // A gate's port can have several, of different wires: what says the same with any number of rows is not about rows.
  const other = alike.find((one) => one.message === message) ?? alike[0];
  if (!other) return diagnostic;
  return {
    ...diagnostic,
    message: mergeTexts(message, other.message),
    ...(hint !== undefined && other.hint !== undefined && { hint: mergeTexts(hint, other.hint) })
  };
}

/** Two texts that differ in numbers alone, as one. */
function mergeTexts(few: string, many: string): string {
  const numbers = [...many.matchAll(/\d+/g)];
  if (few.replaceAll(/\d+/g, '#') !== many.replaceAll(/\d+/g, '#')) return few;
  let at = 0;
  return few.replaceAll(/\d+/g, (number) => sizeName(Number(number), SOME_ROWS, Number(numbers[at++]![0]), MANY));
}
