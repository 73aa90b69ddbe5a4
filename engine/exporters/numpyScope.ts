/** The lines of one Python function: forward a line a gate, then backward the forward reversed. */
import { appendVjp } from '../autodiff/vjp';
import type { Type } from '../base/dtypes';
import { sameShape } from '../base/shapes';
import { outputName, type WireRecord } from '../document/types';
import { NodeContext } from '../gates/context';
import type { NumpyEmit } from '../gates/gate';
import { Builder, RANDOM_SEED } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import type { ResolvedNode } from '../lower/connections';
import { simplify } from '../optimize/simplify';
import type { NumpyFunctions } from './numpyFunctions';
import { HELPERS, printNumpy } from './numpyText';
import type { PythonNames } from './pythonNames';
import { fill, paramTexts } from './pythonText';

/** What a function computes. */
export interface Net {
  readonly nodes: ReadonlyMap<string, ResolvedNode>;
  /** Ids, operands before their users. */
  readonly order: readonly string[];
  readonly wires: readonly WireRecord[];
  /** By output reference. */
  readonly types: ReadonlyMap<string, Type>;
  /** Path of the instance that it is written from, with a slash behind it; empty for the document itself. */
  readonly prefix: string;
  readonly batch: number;
  /** Variables of what comes from outside besides operands: leaves and state inside instances, by key, and the seed. */
  readonly extras: ReadonlySet<string>;
}

export class NumpyScope {
  readonly forward: string[] = [];
  backward: string[] = [];
  /** By output reference, the variables that its gradient is the sum of. */
  parts = new Map<string, string[]>();
  /** By output reference. */
  gradients = new Map<string, string>();
  /** By index of the wires. */
  wireGradients = new Map<number, string>();
  private lines = this.forward;
  private temporaries = 0;

  constructor(
    readonly net: Net,
    readonly names: PythonNames,
    private readonly functions: NumpyFunctions
  ) {}

  writeForward(): void {
    this.lines = this.forward;
    for (const id of this.net.order) {
      const node = this.net.nodes.get(id)!;
      if (!isGiven(node)) this.writeGate(id, node);
    }
  }

  /** Backward from `parts`, which hold what comes in from outside. */
  writeBackward(parts: Map<string, string[]>, before: readonly string[] = []): void {
    this.backward = [...before];
    this.lines = this.backward;
    this.parts = parts;
    this.gradients = new Map();
    this.wireGradients = new Map();
    for (const id of [...this.net.order].reverse()) this.writeGateBackward(id, this.net.nodes.get(id)!);
    this.functions.finishExtras(this);
  }

  variable(reference: string): string {
    return this.names.name(reference);
  }

  push(line: string): void {
    this.lines.push(line);
  }

  temporary = (): string => {
    this.temporaries++;
    return this.names.name(`temporary ${this.temporaries}`, `t${this.temporaries}`);
  };

  /** The variable for the part of `source`'s gradient that flows back through a wire into `id`; notes that it is one. */
  wirePart(source: string, id: string, port: string, wire: number): string {
    const users = this.net.wires.filter(({ from }) => from === source).length;
    const alone = users === 1 && !this.parts.has(source);
    const name = alone
      ? this.names.name(`gradient ${source}`, `grad_${this.variable(source)}`)
      : this.names.name(`wire ${wire}`, `grad_${this.variable(source)}_from_${this.variable(id)}${users > 1 ? `_${port}` : ''}`);
    this.wireGradients.set(wire, name);
    this.parts.set(source, [...(this.parts.get(source) ?? []), name]);
    return name;
  }

  receives(reference: string): boolean {
    return this.net.types.get(reference)!.dtype === 'float' && this.net.nodes.get(reference)?.gate.source !== 'constant';
  }

  private operands(node: ResolvedNode): Record<string, string> {
    return Object.fromEntries([...node.incoming].map(([port, { source }]) => [port, this.variable(source)]));
  }

  private writeGate(id: string, node: ResolvedNode): void {
    if (this.functions.isInstance(node)) {
      this.functions.writeCalls(this, id, node);
      return;
    }
    const emit = textsOf(node);
    const outputs = node.outputs.map((port) => outputName(id, port));
    if (emit && node.outputs.length === 1 && allConnected(node)) {
      this.functions.need(emit.needs ?? {});
      this.push(`${this.variable(id)} = ${fill(emit.forward, { ...this.operands(node), ...paramTexts(node.params, 'np') })}`);
      return;
    }
    const { graph, values, results } = this.gateGraph(node);
    this.print(
      graph,
      results.map((result) => values.get(result)!),
      this.operandNames(node, graph)
    ).forEach((text, at) => this.push(`${this.variable(outputs[at]!)} = ${text}`));
  }

  private print(graph: Builder, values: readonly ValueId[], names: ReadonlyMap<ValueId, string>): readonly string[] {
    const printed = printNumpy(graph, values, names, this.temporary);
    this.functions.need(Object.fromEntries([...printed.helpers].map((helper) => [helper, HELPERS[helper]!])));
    for (const line of printed.lines) this.push(line);
    return printed.expressions;
  }

  /** The gate alone, on operands that are inputs named by port, and where asked the cotangents of its operands. */
  private gateGraph(node: ResolvedNode, upstream?: ReadonlyMap<string, string>) {
    const { record, gate, params, inputs, outputs, incoming } = node;
    const path = this.net.prefix + record.id;
    const builder = new Builder();
    const operands: Record<string, ValueId> = {};
    const ports: string[] = [];
    for (const { name, dtype = 'float' } of inputs) {
      const wire = incoming.get(name);
      if (!wire) continue;
      const input = builder.input(name, this.net.types.get(wire.source)!);
      ports.push(name);
      operands[name] = dtype === 'float' ? builder.convert(input, 'float') : input;
    }
    const context = new NodeContext(builder, path, { mode: 'eval', batch: this.net.batch }, this.functions.keyOf(path));
    const results = gate.lower(builder, operands, params, context).map((value) => builder.identity(value));
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
      if (name.startsWith('gradient ')) names.set(id, this.gradients.get(name.slice('gradient '.length))!);
      else names.set(id, name === RANDOM_SEED || this.net.extras.has(name) ? this.variable(name) : operands[name]!);
    });
    return names;
  }

  /** The gradients of a node's outputs that have one, by reference. */
  private sumParts(id: string, { outputs }: ResolvedNode): ReadonlyMap<string, string> {
    const reached = new Map<string, string>();
    for (const port of outputs) {
      const reference = outputName(id, port);
      const parts = this.parts.get(reference);
      if (!parts) continue;
      const name = this.names.name(`gradient ${reference}`, `grad_${this.variable(reference)}`);
      if (parts.length > 1 || parts[0] !== name) this.push(`${name} = ${parts.join(' + ')}`);
      this.gradients.set(reference, name);
      reached.set(reference, name);
    }
    return reached;
  }

  private writeGateBackward(id: string, node: ResolvedNode): void {
    const reached = this.sumParts(id, node);
    if (isGiven(node) || reached.size === 0) return;
    if (this.functions.isInstance(node)) {
      this.functions.writeBackwardCalls(this, id, node, reached);
      return;
    }
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
      this.push(`${this.wirePart(source, id, port, wire)} = ${text}`);
    }
  }

  /** Texts written by hand hold where the port was not broadcast. */
  private writesByHand(text: string | undefined, source: string, id: string): boolean {
    const from = this.net.types.get(source)!;
    const to = this.net.types.get(id);
    return (
      text !== undefined &&
      to !== undefined &&
      (sameShape(from.shape, to.shape) || (!text.includes('{grad} *') && !/^-?\{grad\}( \/|$)/.test(text)))
    );
  }
}

/** The lines written by hand for a gate, if it has any. */
export function textsOf({ gate, params }: Pick<ResolvedNode, 'gate' | 'params'>): NumpyEmit | undefined {
  const { numpy } = gate.emit;
  return typeof numpy === 'function' ? numpy(params) : numpy;
}

/** Whether the function is given its value instead of computing it: a source, or an input of the definition. */
function isGiven({ gate, inputs }: ResolvedNode): boolean {
  return gate.source !== undefined || (gate.family === 'definitions' && inputs.length === 0 && gate.params['port'] !== undefined);
}

function allConnected({ inputs, incoming }: ResolvedNode): boolean {
  return inputs.every(({ name }) => incoming.has(name));
}
