import { expect, it } from 'vitest';
import { substitute, texNumber, texSymbol } from '../../../renderer/widgets/formula';

const numbers = new Map([
  ['a', '3.00'],
  ['b', '−4.00'],
  ['input', '1.50']
]);

it('numbers take the place of ports, negative ones in parentheses', () => {
  expect(substitute('a \\cdot b', numbers)).toBe('{3.00} \\cdot ({-4.00})');
});

it('commands and other symbols stay', () => {
  expect(substitute('\\tanh(a) + \\frac{1}{1 + e^{-b}}', numbers)).toBe('\\tanh({3.00}) + \\frac{1}{1 + e^{-({-4.00})}}');
  expect(substitute('\\text{input} - \\text{some input}', numbers)).toBe('{1.50} - \\text{some input}');
});

it('numbers that are none are written so that LaTeX reads them', () => {
  expect(['∞', 'NaN', '−2.50e+9'].map(texNumber)).toEqual(['{\\infty}', '{\\text{NaN}}', '{-2.50 \\cdot 10^{9}}']);
});

it('an id is a symbol with its number as an index', () => {
  expect(['f', 'w0', 'scores', 'h_1', '_x2'].map(texSymbol)).toEqual(['f', 'w_{0}', '\\text{scores}', '\\text{h\\_}1', '\\text{\\_x}_{2}']);
});
