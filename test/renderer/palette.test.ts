import { expect, it } from 'vitest';
import { lower, parseDocument, registry } from '@wiregrad/engine';
import { freePlace } from '../../renderer/canvas/freePlace';
import { fieldItems } from '../../renderer/panels/palette/fieldItems';
import { startingParams } from '../../renderer/canvas/startingParams';

it('fields become data gates: columns as an axis, classes as whole numbers', () => {
  const fields = new Map([
    ['x', { columns: ['a', 'b'] }],
    ['y', { columns: ['kind'], type: 'class' as const }]
  ]);
  const items = fieldItems(
    new Map([['iris', { source: 'iris.csv', fields }]]),
    () => [],
    () => undefined
  );
  expect(items.map(({ params }) => params)).toEqual([
    { dataset: 'iris', field: 'x', shape: [2], dtype: 'float32' },
    { dataset: 'iris', field: 'y', shape: [], dtype: 'int32' }
  ]);
});

it('a new parameter can be run as it comes', () => {
  const text = JSON.stringify({
    format: 'wiregrad',
    version: 1,
    nodes: [{ id: 'p', gate: 'parameter', params: startingParams('parameter') }],
    wires: []
  });
  expect(lower(parseDocument(text).document!).diagnostics).toEqual([]);
});

it('what gates begin with are parameters that they know', () => {
  for (const gate of registry.values()) {
    for (const name of Object.keys(startingParams(gate.name) ?? {})) expect(Object.keys(gate.params)).toContain(name);
  }
});

it('gates added one after the other keep off each other', () => {
  const corners: [number, number][] = [];
  for (let count = 0; count < 12; count++) {
    const [x, y] = freePlace([0, 0], corners);
    const corner: [number, number] = [x - 60, y - 45];
    for (const [otherX, otherY] of corners) expect(Math.abs(corner[0] - otherX) >= 150 || Math.abs(corner[1] - otherY) >= 100).toBe(true);
    corners.push(corner);
  }
});
