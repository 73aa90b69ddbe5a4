import type { ParamSpec, ParamValue } from '@wiregrad/engine';
import { describe, expect, it } from 'vitest';
import { formatParam, readParam } from '../../../renderer/widgets/paramText';

const spec = (type: ParamSpec['type']) => ({ type, doc: '', choices: [] }) as unknown as ParamSpec;

describe.each<[ParamSpec['type'], string, ParamValue]>([
  ['number', '0.5', 0.5],
  ['integers', '2, 3', [2, 3]],
  ['integers', '[]', []],
  [
    'tensor',
    '[[1, 2], [3, 4]]',
    [
      [1, 2],
      [3, 4]
    ]
  ],
  ['init', 'normal mean=0 std=0.1', { kind: 'normal', mean: 0, std: 0.1 }],
  ['init', 'kaiming_normal mode=fan_out', { kind: 'kaiming_normal', mode: 'fan_out' }],
  ['text', 'iris', 'iris']
])('a parameter of type %s', (type, text, value) => {
  it(`reads ${text} and writes it back`, () => {
    expect(readParam(spec(type), text, 'float32')).toEqual({ value });
    expect(formatParam(spec(type), value)).toBe(text);
  });
});

it('sizes may be written in brackets or with crosses', () => {
  for (const text of ['[2,3]', '2 3', '2x3', '2×3']) expect(readParam(spec('integers'), text, undefined)).toEqual({ value: [2, 3] });
});

it.each<[ParamSpec['type'], string]>([
  ['number', 'half'],
  ['number', ''],
  ['integers', '2, 1.5'],
  ['tensor', '[[1, 2], [3]]'],
  ['init', 'normal std']
])('a parameter of type %s refuses "%s" with a sentence', (type, text) => {
  expect(readParam(spec(type), text, undefined)).toHaveProperty('problem');
});
