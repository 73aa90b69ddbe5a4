/** Gates with anything at all for a parameter or an operand: lowered or told, and nothing else. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/base/errors';
import { parseDocument } from '../../../engine/document/parse';
import { resolveParams } from '../../../engine/gates/params';
import { registry } from '../../../engine/gates/registry';
import { lower } from '../../../engine/lower/lower';
import { VALUES } from './faults';

const SHAPES: readonly unknown[] = [2, [1, 2], [[1, 2, 3]], { shape: [2, 0], data: [] }, [[[[1]]]], [[[[[1]]]]], { shape: [0], data: [] }];

/** Codes of what is wrong with one gate of `kind`, all of whose inputs are `operand`. */
function codes(kind: string, params: object, operand: unknown): readonly string[] {
  const ports = registry.get(kind)!.inputs(resolveParams(registry.get(kind)!, {}).params);
  const text = JSON.stringify({
    format: 'wiregrad',
    version: 1,
    name: 'n',
    nodes: [
      { id: 'x', gate: 'variable', params: { value: operand } },
      { id: 'g', gate: kind, params },
      { id: 'L', gate: 'sum' }
    ],
    wires: [...ports.map(({ name }) => ({ from: 'x', to: `g.${name}` })), { from: 'g', to: 'L.x' }],
    objective: 'L'
  });
  try {
    const { document, diagnostics } = parseDocument(text);
    return (document ? lower(document).diagnostics : diagnostics).map(({ code }) => code);
  } catch (error) {
    if (error instanceof EngineError) return [error.code];
    throw new Error(`${kind} ${JSON.stringify(params).slice(0, 200)} ${JSON.stringify(operand)}`, { cause: error });
  }
}

describe.each([...registry.keys()])('a gate %s', (kind) => {
  it('with anything for a parameter is lowered or told', () => {
    for (const param of Object.keys(registry.get(kind)!.params))
      for (const value of VALUES) for (const code of codes(kind, { [param]: value }, [[1, 2]])) expect(code).toBeTruthy();
  });

  it('with an operand of any shape is lowered or told', () => {
    for (const operand of [...SHAPES, ...VALUES]) for (const code of codes(kind, {}, operand)) expect(code).toBeTruthy();
  });
});
