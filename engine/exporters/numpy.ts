/**
 * A document as flat NumPy code, as the lecture writes it: forward a line a gate, then backward the forward reversed. The
 * file runs alone and prints the line of results that `run --backward --json` prints.
 */
import { appendVjp } from '../autodiff/vjp';
import { EngineError } from '../base/errors';
import { sameShape, sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { outputName, type Document } from '../document/types';
import { NodeContext } from '../gates/context';
import type { NumpyEmit } from '../gates/gate';
import { Builder, RANDOM_SEED } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import { connect, type ResolvedNode } from '../lower/connections';
import { lower, type Lowered } from '../lower/lower';
import { simplify } from '../optimize/simplify';
import { writeNpz } from '../formats/npz';
import { compileProgram, inputName } from '../plan/program';
import { assignNumpy, HELPERS, printNumpy } from './numpyText';
import { PythonNames } from './pythonNames';
import { docstring, entriesText, fill, joinLines, paramTexts, plainText, renamedText, tupleText } from './pythonText';

export interface NumpyFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the generated file calls, besides what its gates need. */
const FILE_NAMES = ['np', 'json', 'os', 'math', 'f', 'leaves', 'result', 'numbers', 'plain'];

/** More numbers than this go into an .npz beside the code. */
const MOST_INLINE = 10_000;

/** `leaves` holds the tensor of every source node and state by its key. One file, or two: the code first. `stem` names them. */
export function exportNumpy(
  document: Document,
  leaves: ReadonlyMap<string, Tensor>,
  batch: number,
  { stem, seed }: { readonly stem: string; readonly seed: number }
): readonly NumpyFile[] {
  const lowered = lower(document, { batch, mode: 'eval' });
  const [first, ...rest] = lowered.diagnostics.filter(({ severity }) => severity !== 'warning');
  if (first) throw new EngineError(first, ...rest);
  const beside = [...leaves.values()].reduce((sum, { data }) => sum + data.length, 0) > MOST_INLINE;
  const writer = new Writer(document, lowered, leaves, batch, seed, beside ? `${stem}.npz` : null);
  const files: NumpyFile[] = [{ name: `${stem}.py`, bytes: new TextEncoder().encode(writer.write()) }];
  if (beside) files.push({ name: `${stem}.npz`, bytes: writeNpz(leaves) });
  return files;
}

class Writer {
  private readonly nodes: ReadonlyMap<string, ResolvedNode>;
  private readonly names: PythonNames;
  private readonly helpers = new Map<string, string>();
  private readonly lines: string[] = [];
  /** By output reference, the variables that its gradient is the sum of. */
  private readonly parts = new Map<string, string[]>();
  private readonly wireGradients = new Map<number, string>();
  private readonly gradients = new Map<string, string>();
  private temporaries = 0;

  constructor(
    private readonly document: Document,
    private readonly lowered: Lowered,
    private readonly leaves: ReadonlyMap<string, Tensor>,
    private readonly batch: number,
    private readonly seed: number,
    private readonly npz: string | null
  ) {
    this.nodes = connect(document).nodes;
    const needs = [...this.nodes.values()].flatMap(({ gate, params }) => Object.keys(textsOf({ gate, params })?.needs ?? {}));
    this.names = new PythonNames([...FILE_NAMES, ...Object.keys(HELPERS), ...needs]);
    for (const reference of lowered.values.keys()) this.names.name(reference);
    for (const { id } of lowered.states) this.names.name(id);
    this.names.name(RANDOM_SEED, 'random_seed');
  }

  write(): string {
    const { order, objective } = this.lowered;
    const gates = order.filter((id) => !this.nodes.get(id)!.gate.source);
    if (gates.some((id) => this.nodes.get(id)!.gate.family === 'differentiation')) this.writeWhole();
    else {
      for (const id of gates) this.writeForward(id);
      if (objective.length > 0) {
        this.lines.push('', '# backward: the forward reversed');
        this.writeSeeds();
        for (const id of [...order].reverse()) this.writeBackward(id);
      }
    }
    const sources = order.filter((id) => this.nodes.get(id)!.gate.source);
    return this.file(sources);
  }

  /**
   * Forward and backward of a graph that differentiates itself: a gate's gradient then reaches into the gates that it was
   * made from, so the lines are printed from the program as a whole.
   */
  private writeWhole(): void {
    const { document, lowered } = this;
    const gradients = lowered.objective.length > 0 ? ('all' as const) : undefined;
    const program = compileProgram(document, { mode: 'eval', batch: this.batch, ...(gradients && { gradients }) });
    const names = new Map<ValueId, string>();
    for (const [name, value] of program.plan.inputs)
      if (lowered.values.has(name) || this.isExtra(name)) names.set(value, this.variable(name));
    lowered.objective.forEach(({ from, upstream }, term) => {
      const value = program.plan.inputs.get(inputName.upstream(term));
      if (value === undefined || !upstream) return;
      const name = this.names.name(`seed ${from} ${term}`, `upstream_${this.variable(from)}`);
      this.lines.push(`${name} = ${tensorText(upstream)}`);
      names.set(value, name);
    });
    const values = [...program.values]
      .filter(([name]) => !this.nodes.get(name)?.gate.source)
      .map(([name, { value }]) => [this.variable(name), value] as const);
    const backward = [...program.gradients].reverse().map(([reference, { value }]) => {
      const name = this.names.name(`gradient ${reference}`, `grad_${this.variable(reference)}`);
      this.gradients.set(reference, name);
      return [name, value] as const;
    });
    program.wires.forEach((slot, wire) => {
      if (!slot) return;
      const { from, to } = document.wires[wire]!;
      const name = this.names.name(`wire ${wire}`, `grad_${this.variable(from)}_from_${to.replace('.', '_')}`);
      this.wireGradients.set(wire, name);
      backward.push([name, slot.value]);
    });
    const { lines, helpers } = assignNumpy(program.plan.graph, [...values, ...backward], names, this.temporary);
    for (const helper of helpers) this.helpers.set(helper, HELPERS[helper]!);
    this.lines.push(...lines);
  }

  /** An input besides the leaves: a gate's state, or the seed of random numbers. */
  private isExtra(name: string): boolean {
    return name === RANDOM_SEED || this.lowered.states.some(({ id }) => id === name);
  }

  private variable(reference: string): string {
    return this.names.name(reference);
  }

  private temporary = (): string => {
    this.temporaries++;
    return this.names.name(`temporary ${this.temporaries}`, `t${this.temporaries}`);
  };

  private operands(node: ResolvedNode): Record<string, string> {
    return Object.fromEntries([...node.incoming].map(([port, { source }]) => [port, this.variable(source)]));
  }

  private writeForward(id: string): void {
    const node = this.nodes.get(id)!;
    const emit = textsOf(node);
    const outputs = node.outputs.map((port) => outputName(id, port));
    if (emit && node.outputs.length === 1 && this.allConnected(node)) {
      this.need(emit);
      this.lines.push(`${this.variable(id)} = ${fill(emit.forward, { ...this.operands(node), ...paramTexts(node.params, 'np') })}`);
      return;
    }
    const { graph, values, results } = this.gateGraph(node);
    this.print(
      graph,
      results.map((result) => values.get(result)!),
      this.operandNames(node, graph)
    ).forEach((text, at) => {
      this.lines.push(`${this.variable(outputs[at]!)} = ${text}`);
    });
  }

  private allConnected({ inputs, incoming }: ResolvedNode): boolean {
    return inputs.every(({ name }) => incoming.has(name));
  }

  private need({ needs = {} }: NumpyEmit): void {
    for (const [name, text] of Object.entries(needs)) this.helpers.set(name, text);
  }

  private print(graph: Builder, values: readonly ValueId[], names: ReadonlyMap<ValueId, string>): readonly string[] {
    const printed = printNumpy(graph, values, names, this.temporary);
    for (const helper of printed.helpers) this.helpers.set(helper, HELPERS[helper]!);
    this.lines.push(...printed.lines);
    return printed.expressions;
  }

  /** The gate alone, on operands that are inputs named by port, and where asked the cotangents of its operands. */
  private gateGraph(node: ResolvedNode, upstream?: ReadonlyMap<string, string>) {
    const { record, gate, params, inputs, outputs, incoming } = node;
    const builder = new Builder();
    const operands: Record<string, ValueId> = {};
    const ports: string[] = [];
    for (const { name, dtype = 'float' } of inputs) {
      const wire = incoming.get(name);
      if (!wire) continue;
      const input = builder.input(name, this.lowered.types.get(wire.source)!);
      ports.push(name);
      operands[name] = dtype === 'float' ? builder.convert(input, 'float') : input;
    }
    const results = gate
      .lower(builder, operands, params, new NodeContext(builder, record.id, { mode: 'eval', batch: this.batch }))
      .map((value) => builder.identity(value));
    const inputIds = new Map(
      builder.operations.flatMap((operation, id) => (operation.primitive === 'input' ? [[operation.attributes.name, id] as const] : []))
    );
    let cotangents: ReadonlyMap<ValueId, ValueId> = new Map();
    if (upstream) {
      const seeds = outputs.flatMap((port, at) => {
        const reference = outputName(record.id, port);
        return upstream.has(reference) ? [[results[at]!, builder.input(`gradient ${reference}`, builder.type(results[at]!))] as const] : [];
      });
      cotangents = appendVjp(builder, new Map(seeds));
    }
    const wanted = ports.map((port) => cotangents.get(inputIds.get(port)!));
    const { graph, values } = simplify(builder, [...results, ...wanted.filter((value) => value !== undefined)]);
    return { graph, values, results, ports, wanted };
  }

  /** Variables of a gate graph's inputs. */
  private operandNames(node: ResolvedNode, graph: Builder): Map<ValueId, string> {
    const operands = this.operands(node);
    const names = new Map<ValueId, string>();
    graph.operations.forEach((operation, id) => {
      if (operation.primitive !== 'input') return;
      const { name } = operation.attributes;
      names.set(
        id,
        name.startsWith('gradient ')
          ? this.gradients.get(name.slice('gradient '.length))!
          : this.isExtra(name)
            ? this.variable(name)
            : operands[name]!
      );
    });
    return names;
  }

  private writeSeeds(): void {
    for (const { from, upstream } of this.lowered.objective) {
      const parts = this.parts.get(from) ?? [];
      const { shape } = this.lowered.types.get(from)!;
      const text = upstream ? tensorText(upstream) : shape.length === 0 ? '1.0' : `np.ones(${tupleText(shape)})`;
      // Where nothing else flows in, the seed is the gradient itself.
      const alone =
        parts.length === 0 &&
        !this.document.wires.some((wire) => wire.from === from) &&
        this.lowered.objective.filter((term) => term.from === from).length === 1;
      const name = alone
        ? this.names.name(`gradient ${from}`, `grad_${this.variable(from)}`)
        : this.names.name(`seed ${from} ${parts.length}`, `upstream_${this.variable(from)}`);
      this.lines.push(`${name} = ${text}`);
      this.parts.set(from, [...parts, name]);
    }
  }

  private writeBackward(id: string): void {
    const node = this.nodes.get(id)!;
    const reached = new Map<string, string>();
    for (const port of node.outputs) {
      const reference = outputName(id, port);
      const parts = this.parts.get(reference);
      if (!parts) continue;
      const name = this.names.name(`gradient ${reference}`, `grad_${this.variable(reference)}`);
      if (parts.length > 1 || parts[0] !== name) this.lines.push(`${name} = ${parts.join(' + ')}`);
      this.gradients.set(reference, name);
      reached.set(reference, name);
    }
    if (node.gate.source || reached.size === 0) return;
    const { graph, values, results, ports, wanted } = this.gateGraph(node, reached);
    const receiving = ports.flatMap((port, at) => {
      const { source, wire } = node.incoming.get(port)!;
      return wanted[at] !== undefined && this.receives(source) ? [{ port, source, wire, value: values.get(wanted[at]!)! }] : [];
    });
    const names = this.operandNames(node, graph);
    results.forEach((result, at) => {
      const value = values.get(result);
      if (value !== undefined && !names.has(value)) names.set(value, this.variable(outputName(id, node.outputs[at]!)));
    });
    const byHand = textsOf(node)?.backward ?? {};
    const derived = receiving.filter(({ port, source }) => !this.writesByHand(byHand[port], source, id));
    const texts = new Map(
      this.print(
        graph,
        derived.map(({ value }) => value),
        names
      ).map((text, at) => [derived[at]!.port, text])
    );
    for (const { port, source, wire } of receiving) {
      const text =
        texts.get(port) ??
        fill(byHand[port]!, {
          ...this.operands(node),
          ...paramTexts(node.params, 'np'),
          out: this.variable(id),
          grad: this.gradients.get(id)!
        });
      const users = this.document.wires.filter(({ from }) => from === source).length;
      const alone = users === 1 && !this.parts.has(source);
      const name = alone
        ? this.names.name(`gradient ${source}`, `grad_${this.variable(source)}`)
        : this.names.name(`wire ${wire}`, `grad_${this.variable(source)}_from_${this.variable(id)}${users > 1 ? `_${port}` : ''}`);
      this.lines.push(`${name} = ${text}`);
      this.wireGradients.set(wire, name);
      this.parts.set(source, [...(this.parts.get(source) ?? []), name]);
    }
  }

  /** Texts written by hand hold where the port was not broadcast. */
  private writesByHand(text: string | undefined, source: string, id: string): boolean {
    const from = this.lowered.types.get(source)!;
    const to = this.lowered.types.get(id);
    return (
      text !== undefined &&
      to !== undefined &&
      (sameShape(from.shape, to.shape) || (!text.includes('{grad} *') && !/^-?\{grad\}( \/|$)/.test(text)))
    );
  }

  private receives(reference: string): boolean {
    return this.lowered.types.get(reference)!.dtype === 'float' && this.nodes.get(reference)?.gate.source !== 'constant';
  }

  private file(sources: readonly string[]): string {
    const { document, lowered } = this;
    const draws = lowered.graph.operations.some(({ primitive }) => primitive === 'random');
    const given = [...sources, ...lowered.states.map(({ id }) => id)];
    const args = [...given, ...(draws ? [RANDOM_SEED] : [])].map((id) => this.variable(id));
    const entries = (pairs: Iterable<readonly [string, string]>) =>
      [...pairs].map(([key, name]) => `        ${JSON.stringify(key)}: ${name},`);
    const wires = document.wires.map(({ from, to }, index) => {
      const gradient = this.wireGradients.get(index);
      return `        {"from": ${JSON.stringify(from)}, "to": ${JSON.stringify(to)}, "value": ${this.variable(from)}${gradient ? `, "gradient": ${gradient}` : ''}},`;
    });
    const gradientOrder = [...lowered.values.keys()].flatMap((reference) =>
      this.gradients.has(reference) ? [[reference, this.gradients.get(reference)!] as const] : []
    );
    const renamed = this.names.renamed([...lowered.values.keys()].filter((reference) => !reference.includes('.')));
    const text = [
      docstring(`${document.name}: forward and backward, a line a gate. Generated by Wiregrad; needs NumPy alone.`),
      'import json',
      ...(this.helpers.has('erf') ? ['import math'] : []),
      ...(this.npz ? ['import os'] : []),
      '',
      'import numpy as np',
      '',
      ...renamedText(renamed),
      ...[...this.helpers.values()].flatMap((helper) => ['', helper, '']),
      '',
      `def f(${args.join(', ')}):`,
      '    # forward',
      ...this.lines.map((line) => (line ? `    ${line}` : '')),
      '',
      '    values = {',
      ...entries([...lowered.values.keys()].map((reference) => [reference, this.variable(reference)] as const)),
      '    }',
      '    gradients = {',
      ...entries(gradientOrder),
      '    }',
      '    wires = [',
      ...wires,
      '    ]',
      `    return {"name": ${JSON.stringify(document.name)}, "values": values, "gradients": gradients, "wires": wires}`,
      '',
      '',
      ...plainText('np.asarray(x)', 'x.size'),
      '',
      '',
      ...(this.npz ? [`leaves = np.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), ${JSON.stringify(this.npz)}))`] : []),
      ...(draws ? ['# The seed, and the step of training that it is drawn for.', `${this.variable(RANDOM_SEED)} = (${this.seed}, 0)`] : []),
      ...given.map((id) => `${this.variable(id)} = ${this.npz ? `leaves[${JSON.stringify(id)}]` : tensorText(this.leaves.get(id)!)}`),
      '',
      'if __name__ == "__main__":',
      `    print(json.dumps(plain(f(${args.join(', ')})), separators=(",", ":")))`,
      ''
    ];
    return joinLines(text);
  }
}

/** The lines written by hand for a gate, if it has any. */
function textsOf({ gate, params }: Pick<ResolvedNode, 'gate' | 'params'>): NumpyEmit | undefined {
  const { numpy } = gate.emit;
  return typeof numpy === 'function' ? numpy(params) : numpy;
}

function tensorText(tensor: Tensor): string {
  const dtype = tensor.dtype === 'int32' ? 'np.int32' : 'float';
  if (sizeOf(tensor.shape) === 0) return `np.zeros(${tupleText(tensor.shape)}, dtype=${dtype})`;
  const text = entriesText(tensor, 'np');
  // A scalar of NumPy divides by zero as the engine does; one of Python raises.
  return tensor.shape.length === 0 && tensor.dtype !== 'int32' ? `np.float64(${text})` : `np.array(${text}, dtype=${dtype})`;
}
