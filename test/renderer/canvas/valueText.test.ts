import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatValue, parseValue, valueCaption } from '../../../renderer/canvas/valueText';

describe('a value typed on a node', () => {
  it.each([
    ['-2', -2],
    [' 1.5e-3 ', 0.0015],
    ['−4', -4],
    ['.5', 0.5],
    ['2.', 2],
    ['+3', 3],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    ['[1, 2]', [1, 2]],
    ['1, 2, 3', [1, 2, 3]],
    [
      '[[1, 2], [3, 4]]',
      [
        [1, 2],
        [3, 4]
      ]
    ],
    ['[NaN, 1]', ['NaN', 1]]
  ])('reads %s', (text, value) => {
    expect(parseValue(text, 'float')).toEqual({ value });
  });

  it.each([
    ['', 'empty'],
    ['five', '"five" is not a number'],
    ['[1, 2', '"[1, 2" is not a number'],
    ['[[1, 2], [3]]', 'ragged'],
    ['alert(1)', 'not a number']
  ])('says what is wrong with "%s"', (text, part) => {
    expect(parseValue(text, 'float')).toEqual({ problem: expect.stringContaining(part) });
  });

  it('wants whole numbers where the gate does', () => {
    expect(parseValue('1.5', 'int32')).toHaveProperty('problem');
    expect(parseValue('[1, 0]', 'int32')).toEqual({ value: [1, 0] });
  });

  it('reads back what it shows', () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', 'Infinity', '-Infinity'));
    const vector = fc.array(number, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.oneof(number, vector, fc.array(fc.tuple(number, number), { minLength: 1 })), (value) => {
        // JSON has no −0.
        expect(parseValue(formatValue(value), 'float')).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      })
    );
  });

  it('shows the shape of what is too long to be read there', () => {
    const value = Array.from({ length: 10 }, () => [0.123456, 0.123456]);
    expect(valueCaption(value)).toBe('[10,2]');
  });
});
