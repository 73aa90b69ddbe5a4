import { parseDocument } from '@wiregrad/engine';
import { expect, it } from 'vitest';
import { imageBytes, imageSize, inputFields, predictedOutput, targetField } from '../../../renderer/stores/inputs';
import { boundsOf, gridRows } from '../../../renderer/stores/plane';
import { examples } from '../../../renderer/examples/examples';

const exampleOf = (name: string) => examples.find((example) => example.name === name)!.document;

it('a prediction is made from what lies upstream of the scores, and compared with what the loss compares', () => {
  const spirals = exampleOf('spirals');
  expect(predictedOutput(spirals)).toBe('scores');
  expect(inputFields(spirals).map(({ key, shape }) => [key, shape])).toEqual([['spirals.x', [2]]]);
  expect(targetField(spirals)?.key).toBe('spirals.y');
});

it('an objective that is no loss predicts itself; without one there is nothing to predict', () => {
  expect(predictedOutput(exampleOf('simple'))).toBe('f');
  expect(inputFields(exampleOf('simple'))).toEqual([]);
  const nothing = parseDocument('{"format":"wiregrad","version":1,"name":"n","nodes":[],"wires":[],"layout":{}}').document!;
  expect([predictedOutput(nothing), inputFields(nothing)]).toEqual([null, []]);
});

it('images are told by their shape, and vectors by a length that is a square', () => {
  const grey = (side: number) => ({ channels: 1, height: side, width: side });
  expect([[1, 28, 28], [28, 28], [784], [64]].map((shape) => imageSize(shape))).toEqual([grey(28), grey(28), grey(28), grey(8)]);
  expect(imageSize([3, 32, 16])).toEqual({ channels: 3, height: 32, width: 16 });
  expect([[2], [49], [65], [2, 2], [4, 8, 8], []].map((shape) => imageSize(shape))).toEqual(Array(6).fill(null));
});

it('channels in planes become the bytes of pixels', () => {
  const image = { channels: 3, height: 1, width: 2 } as const;
  expect([...imageBytes([0, 1, 0.5, 0, 2, -1], image, 0, 1)]).toEqual([0, 128, 255, 255, 0, 0]);
});

it('a grid covers the points with room around them, row by row from below', () => {
  const bounds = boundsOf({ x: [0, 10, NaN], y: [-1, 1, 0] });
  expect(bounds.left).toBeCloseTo(-1.2);
  expect(bounds.top).toBeCloseTo(1.24);
  const rows = gridRows({ left: 0, right: 2, bottom: 0, top: 2 }, 2);
  expect([...rows]).toEqual([0.5, 0.5, 1.5, 0.5, 0.5, 1.5, 1.5, 1.5]);
  expect(boundsOf({ x: [], y: [3] })).toMatchObject({ left: -1, right: 1 });
});
