import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../engine/document/parse';
import type { Document } from '../../../engine/document/types';
import { graphOf } from '../../../engine/training/identity';

const document = (change: (json: Record<string, any>) => void = () => undefined): Document => {
  const json = {
    ...{ format: 'wiregrad', version: 1, name: 'twice', objective: 'b' },
    nodes: [
      { id: 'w', gate: 'parameter', params: { value: [1, 2] } },
      { id: 'a', gate: 'block' },
      { id: 'b', gate: 'sum' }
    ],
    wires: [
      { from: 'w', to: 'a.x' },
      { from: 'a', to: 'b.x' }
    ],
    layout: { w: [0, 0] },
    definitions: {
      block: {
        inputs: ['x'],
        outputs: { out: 'h' },
        nodes: [{ id: 'h', gate: 'exp' }],
        wires: [{ from: 'x', to: 'h.x' }],
        layout: { h: [0, 0] }
      }
    }
  };
  change(json);
  return parseDocument(JSON.stringify(json)).document!;
};

describe('a graph', () => {
  it.each<[string, (json: Record<string, any>) => void]>([
    ['a gate is moved', (json) => (json.layout.w = [9, 9])],
    ['a gate within a definition is moved', (json) => (json.definitions.block.layout.h = [9, 9])],
    ['a note is written', (json) => (json.notes = [{ text: 'try again', at: [0, 0] }])],
    ['it is trained for longer', (json) => (json.training = { epochs: 9 })],
    ['it has another name', (json) => (json.name = 'other')]
  ])('is the same when %s', (_, change) => {
    expect(graphOf(document(change))).toBe(graphOf(document()));
  });

  it.each<[string, (json: Record<string, any>) => void]>([
    ['a number', (json) => (json.nodes[0].params.value = [1, 3])],
    ['a gate', (json) => (json.nodes[2].gate = 'mean')],
    ['a wire', (json) => (json.wires[1].from = 'w')],
    ['the objective', (json) => (json.objective = 'a')],
    ['a gate of a definition', (json) => (json.definitions.block.nodes[0].gate = 'sin')],
    ['whose parameters an instance has', (json) => (json.definitions.block.parameters = 'shared')]
  ])('is another with another %s', (_, change) => {
    expect(graphOf(document(change))).not.toBe(graphOf(document()));
  });
});
