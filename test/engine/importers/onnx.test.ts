import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { importOnnx } from '../../../engine/importers/onnx';
import { parseDocument } from '../../../engine/document/parse';
import { serializeDocument } from '../../../engine/document/serialize';
import { gateDocument, golden, networks, samples } from '../exporters/onnxCases';
import { apart, bytesOf, feedsOf, runEngine } from '../exporters/onnxRuntime';
it('x', async () => {
  const lines: string[] = [];
  for (const one of [...golden, ...samples].filter(({ gate, inputs }) => !(gate.startsWith('fractional') && !('samples' in inputs))).map((c) => ({ name: c.name, ...gateDocument(c) })).concat(networks as any)) {
    try {
      const { document: d, weights, outputs } = importOnnx(bytesOf(one), one.name);
      const document = parseDocument(serializeDocument(d)).document!;
      const feeds = feedsOf(one, 1);
      const given = new Map([...feedsOf({ document, weights }, 1), ...[...feeds].filter(([id]) => document.nodes.some((n) => n.id === id && n.gate === 'variable'))]);
      const wanted = await runEngine(one, feeds, [...outputs.keys()], 1);
      const found = await runEngine({ document, weights }, given, [...outputs.values()], 1);
      const worst = Math.max(...[...outputs].map(([name, reference]) => apart(found.get(reference), wanted.get(name)!)));
      if (!(worst < 1e-6)) lines.push(`${one.name}: ${worst} ${[...outputs]} ${document.nodes.map(({ id, gate }) => id + ':' + gate)}`);
    } catch (error) { lines.push(`${one.name}: ${String((error as Error).message).slice(0, 300)}`); }
  }
  writeFileSync('/tmp/onnxgen/rt.txt', lines.join('\n'));
}, 100000);
