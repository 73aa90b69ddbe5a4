/** Bypassed gates in the generated code, run by Python, against the engine's own run. */
import { describe, expect, it } from 'vitest';
import { setBypass } from '../../../engine/document/edits';
import type { Document } from '../../../engine/document/types';
import { exportDocument } from '../../../engine/session/export';
import { readSafetensors } from '../../../engine/formats/safetensors';
import { documentOf } from '../documentOf';
import { hasPython } from '../formats/python';
import { chain, codeOf, drawn, expectAgreement, net, network, penalized, workFolder, type Code } from './judged';

const folder = workFolder();
const bypassedIn = (json: object, ...ids: string[]): Document => setBypass(documentOf(json), ids, true);
const pairs = (text: string) =>
  text.split(' ').map((wire) => {
    const [from, to] = wire.split('>');
    return { from, to };
  });

/** Gates of several outputs, one of which has wrong parameters; an input that is ignored; a parameter handed on. */
const forks = chain(
  'L',
  ['x', 'parameter', drawn(2, 3)],
  ['y', 'parameter', drawn(2, 3)],
  ['m', 'matmul', {}, { a: 'x', b: 'y' }],
  ['s', 'split', { dim: 7 }, { x: 'm' }],
  ['c', 'copy', { n: 2 }, { x: 's.out1' }],
  ['a', 'mul', {}, { a: 'c.out0', b: 's.out0' }],
  ['b', 'add', {}, { a: 'a', b: 'c.out1' }],
  ['r', 'add', {}, { a: 'b', b: 'y' }],
  ['L', 'norm', {}, { x: 'r' }]
);

/** Bypassed gates inside definitions: a block, one of several outputs, what is left out whole, and one that contains itself. */
const nested = (repeat: number, parameters: 'own' | 'shared') => ({
  nodes: [
    { id: 'x', gate: 'parameter', params: drawn(2, 2) },
    { id: 'b', gate: 'outer', params: { repeat } },
    { id: 'o', gate: 'outer', params: { repeat: 3 }, bypass: true },
    { id: 'L', gate: 'norm' }
  ],
  wires: pairs('x>b.x b>o.x o>L.x'),
  objective: 'L',
  definitions: {
    block: {
      inputs: ['x', 'gain'],
      outputs: { out: 'm', raw: 'h' },
      nodes: [
        { id: 'W', gate: 'parameter', params: drawn(2, 2) },
        { id: 'h', gate: 'matmul' },
        { id: 'm', gate: 'batch_norm' }
      ],
      wires: pairs('x>h.a W>h.b h>m.x gain>m.weight'),
      parameters
    },
    outer: {
      inputs: ['x'],
      outputs: { out: 's.out1' },
      nodes: [
        { id: 'V', gate: 'parameter', params: drawn(2, 2) },
        { id: 'k', gate: 'block', bypass: true },
        { id: 'i', gate: 'outer', bypass: true },
        { id: 'p', gate: 'matmul' },
        { id: 't', gate: 'tanh', bypass: true },
        { id: 'a', gate: 'add' },
        { id: 's', gate: 'split', bypass: true }
      ],
      wires: pairs('x>k.x k.raw>i.x i>p.a V>p.b p>t.x t>a.a k>a.b a>s.x'),
      parameters
    }
  }
});

const cases: readonly (readonly [name: string, document: Document])[] = [
  ['in the middle of a net', bypassedIn(net(), 'a', 'twice')],
  ['that is the loss', bypassedIn(net(), 'data', 'L')],
  ['of several outputs', bypassedIn(forks, 'm', 's', 'r')],
  ['with two outputs in a row', bypassedIn(forks, 'm', 's', 'c', 'b')],
  ['that draws or keeps state', bypassedIn(network({ kernel_size: 2 }), 'bn', 'r', 'd')],
  ['that takes a gradient', bypassedIn(penalized(), 'g')],
  ['beside one that takes a gradient', bypassedIn(penalized(), 'twice')],
  ['inside definitions', documentOf(nested(1, 'own'))],
  ['inside repeated definitions', documentOf(nested(2, 'own'))],
  ['inside shared definitions', documentOf(nested(2, 'shared'))]
];

const exporters: readonly (readonly [format: Code, module: 'numpy' | 'torch', what: string, tolerance: number])[] = [
  ['numpy', 'numpy', 'Running the NumPy export of bypassed gates', 1e-12],
  ['pytorch', 'torch', 'Running the PyTorch export of bypassed gates', 1e-9]
];

describe.each(exporters)('exported to %s, a bypassed gate', (format, module, what, tolerance) => {
  describe.skipIf(!hasPython(module, what))('run by Python', () => {
    it.each(cases)('%s agrees with the engine', async (_, document) => {
      await expectAgreement(document, format, folder, tolerance);
    });
  });

  it('is a line that hands its operand on', () => {
    const code = codeOf(bypassedIn(net(), 'a', 'twice'), format);
    expect(code).toMatch(/^ +a = h$/m);
    expect(code).toMatch(/^ +twice = a$/m);
    expect(code).not.toContain('tanh');
  });
});

describe('exported weights', () => {
  it('hold nothing of bypassed gates', () => {
    const names = (document: Document) => [...readSafetensors(exportDocument(document, 'safetensors')[0]!.bytes).keys()];
    expect(names(documentOf(nested(1, 'own')))).toEqual(['x', 'b.V']);
    expect(names(setBypass(documentOf(nested(1, 'own')), ['o'], false))).toEqual(['x', 'b.V', 'o.V']);
  });
});
