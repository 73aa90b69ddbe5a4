/** The ONNX export of every gate and of whole networks: checked by onnx, run by onnxruntime, against the engine's own run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../../engine/document/types';
import { predictionsOf } from '../../../engine/exporters/onnx';
import { readOnnx } from '../../../engine/formats/onnxReader';
import { registry } from '../../../engine/gates/registry';
import { resolveParams } from '../../../engine/gates/params';
import { computingNodes } from '../../../engine/document/definitions';
import { parseDocument } from '../../../engine/document/parse';
import { hasPython } from '../formats/python';
import { documentOf } from '../documentOf';
import { chain, drawn, examples, net, network, penalized, statistics, workFolder } from './judged';
import { bytesOf, checkOnnx, compareOnnx, type Judged } from './onnxRuntime';

const read = (path: string) => readFileSync(new URL(path, import.meta.url));

/** The model computes in float32, the engine's reference in float64. */
const TOLERANCE = 1e-5;

interface Case {
  readonly id: string;
  readonly gate: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A gate alone, its operands typed in. */
function gateDocument({ id, gate: name, params, inputs }: Case): Document {
  const gate = registry.get(name)!;
  const ports = gate.inputs(resolveParams(gate, params).params).filter((port) => port.name in inputs);
  return documentOf({
    name: id,
    nodes: [
      ...ports.map((port) => ({
        id: `x_${port.name}`,
        gate: 'variable',
        params: { value: inputs[port.name], ...(port.dtype === 'int32' && { dtype: 'int32' }) }
      })),
      { id: 'y', gate: name, params }
    ],
    wires: ports.map((port) => ({ from: `x_${port.name}`, to: `y.${port.name}` }))
  });
}

const golden = (JSON.parse(read('../../golden/gates.json').toString()) as { cases: Case[] }).cases.filter(({ gate }) => registry.has(gate));
const samples = [...registry.values()].flatMap((gate) =>
  gate.samples.map(({ inputs, params = {} }, at): Case => ({ id: `${gate.name} #${at}`, gate: gate.name, params, inputs }))
);
const GALLERY = import.meta.glob<string>('../../../renderer/examples/*.wiregrad', { eager: true, query: '?raw', import: 'default' });
const gallery = Object.entries(GALLERY).map(([path, text]) => ({ name: path.split('/').at(-1)!, document: parseDocument(text).document! }));

interface Named extends Judged {
  readonly name: string;
}

describe('all', () => {
  it('x', async () => {
    const cases: Named[] = [
      ...golden.map((one) => ({ name: one.id, document: gateDocument(one) })),
      ...samples.map((one) => ({ name: one.id, document: gateDocument(one) })),
      ...gallery.filter(({ name }) => !name.startsWith('alexnet')),
      { name: 'network', document: documentOf(network({ kernel_size: 2, stride: 2 })), weights: statistics },
      { name: 'penalized', document: documentOf(penalized()) },
      { name: 'net', document: documentOf(net()) }
    ];
    const lines: string[] = [];
    let at = 0;
    const paths: string[] = [];
    for (const one of cases) {
      try {
        const bytes = bytesOf(one);
        const path = `/tmp/onnxgen/out/c${at++}.onnx`;
        writeFileSync(path, bytes);
        paths.push(path);
        const uses = computingNodes(one.document).some(({ gate }) => gate === 'data');
        const model = readOnnx(bytes);
        for (const rows of uses ? [4, 7] : [4]) {
          const worst = await compareOnnx(one, bytes, rows);
          if (!(worst < TOLERANCE)) lines.push(`${one.name} rows ${rows}: ${worst}`);
        }
        if (uses) lines.push(`  ${one.name} ${JSON.stringify(model.inputs)} ${JSON.stringify(model.outputs)} ${model.doc}`);
      } catch (error) {
        lines.push(`${one.name}: ${String((error as Error).stack).slice(0, 600)}`);
      }
    }
    writeFileSync('/tmp/onnxgen/report.txt', lines.join('\n') + '\n' + checkOnnx(paths).map((p, i) => (p ? `${i} ${p}` : '')).filter(Boolean).join('\n'));
  }, 100000);
});
