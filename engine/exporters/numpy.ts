/**
 * A document as flat NumPy code, as the lecture writes it: forward a line a gate, then backward the forward reversed. The
 * file runs alone and prints the line of results that `run --backward --json` prints.
 */
import { refuseErrors } from '../base/errors';
import { sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { computingNodes } from '../document/definitions';
import type { Document } from '../document/types';
import { resolveParams } from '../gates/params';
import { registry } from '../gates/registry';
import { RANDOM_SEED } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import { connect, type ResolvedNode } from '../lower/connections';
import { gateOf } from '../lower/definitionGates';
import { lower, type Lowered } from '../lower/lower';
import { writeNpz } from '../formats/npz';
import { compileProgram, inputName } from '../plan/program';
import { NumpyFunctions } from './numpyFunctions';
import { NumpyScope, textsOf } from './numpyScope';
import { assignNumpy, HELPERS } from './numpyText';
import { PythonNames } from './pythonNames';
import { docstring, entriesText, joinLines, plainText, renamedText, tupleText } from './pythonText';

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
  refuseErrors(lowered.diagnostics);
  const beside = [...leaves.values()].reduce((sum, { data }) => sum + data.length, 0) > MOST_INLINE;
  const writer = new Writer(document, lowered, leaves, batch, seed, beside ? `${stem}.npz` : null);
  const files: NumpyFile[] = [{ name: `${stem}.py`, bytes: new TextEncoder().encode(writer.write()) }];
  if (beside) files.push({ name: `${stem}.npz`, bytes: writeNpz(leaves) });
  return files;
}

class Writer {
  private readonly nodes: ReadonlyMap<string, ResolvedNode>;
  private readonly names: PythonNames;
  private readonly functions: NumpyFunctions;
  private readonly scope: NumpyScope;
  /** What is given to the function: leaves and state by key, and the seed where anything draws. */
  private readonly given: readonly string[];

  constructor(
    private readonly document: Document,
    private readonly lowered: Lowered,
    private readonly leaves: ReadonlyMap<string, Tensor>,
    private readonly batch: number,
    private readonly seed: number,
    private readonly npz: string | null
  ) {
    const { nodes } = connect(document, (name) => gateOf(document, name));
    this.nodes = nodes;
    const needs = [...expandedGates(document)].flatMap((node) => Object.keys(textsOf(node)?.needs ?? {}));
    this.functions = new NumpyFunctions(document, lowered, batch, [...FILE_NAMES, ...Object.keys(HELPERS), ...needs]);
    this.names = new PythonNames(this.functions.reservedNames());
    for (const reference of lowered.values.keys()) this.names.name(reference);
    const draws = lowered.graph.operations.some(({ primitive }) => primitive === 'random');
    const keys = [...lowered.leaves, ...lowered.states].map(({ id }) => id);
    this.given = draws ? [...keys, RANDOM_SEED] : keys;
    for (const key of keys) this.names.name(key);
    this.names.name(RANDOM_SEED, 'random_seed');
    const { types, order } = lowered;
    const net = {
      nodes,
      order,
      wires: document.wires,
      types,
      prefix: '',
      batch,
      extras: new Set(this.given.filter((key) => !nodes.has(key)))
    };
    this.scope = new NumpyScope(net, this.names, this.functions);
  }

  write(): string {
    const { document, scope } = this;
    if (computingNodes(document).some(({ gate }) => registry.get(gate)?.family === 'differentiation')) return this.file(this.wholeLines());
    scope.writeForward();
    if (this.lowered.objective.length === 0) return this.file(scope.forward);
    const { parts, lines } = this.seedLines();
    scope.writeBackward(parts, lines);
    return this.file([...scope.forward, '', '# backward: the forward reversed', ...scope.backward]);
  }

  /**
   * Forward and backward of a graph that differentiates itself: a gate's gradient then reaches into the gates that it was
   * made from, so the lines are printed from the program as a whole.
   */
  private wholeLines(): readonly string[] {
    const { document, lowered, scope } = this;
    const before: string[] = [];
    const gradients = lowered.objective.length > 0 ? ('all' as const) : undefined;
    const program = compileProgram(document, { mode: 'eval', batch: this.batch, ...(gradients && { gradients }) });
    const names = new Map<ValueId, string>();
    for (const [name, value] of program.plan.inputs) if (this.given.includes(name)) names.set(value, this.variable(name));
    lowered.objective.forEach(({ from, upstream }, term) => {
      const value = program.plan.inputs.get(inputName.upstream(term));
      if (value === undefined || !upstream) return;
      const name = this.names.name(`seed ${from} ${term}`, `upstream_${this.variable(from)}`);
      before.push(`${name} = ${tensorText(upstream)}`);
      names.set(value, name);
    });
    const values = [...program.values]
      .filter(([name]) => !this.nodes.get(name)?.gate.source)
      .map(([name, { value }]) => [this.variable(name), value] as const);
    const backward = [...program.gradients].reverse().map(([reference, { value }]) => {
      const name = this.names.name(`gradient ${reference}`, `grad_${this.variable(reference)}`);
      scope.gradients.set(reference, name);
      return [name, value] as const;
    });
    program.wires.forEach((slot, wire) => {
      if (!slot) return;
      const { from, to } = document.wires[wire]!;
      const name = this.names.name(`wire ${wire}`, `grad_${this.variable(from)}_from_${to.replace('.', '_')}`);
      scope.wireGradients.set(wire, name);
      backward.push([name, slot.value]);
    });
    const { lines, helpers } = assignNumpy(program.plan.graph, [...values, ...backward], names, scope.temporary);
    this.functions.need(Object.fromEntries([...helpers].map((helper) => [helper, HELPERS[helper]!])));
    return [...before, ...lines];
  }

  private variable(reference: string): string {
    return this.names.name(reference);
  }

  /** Lines for what flows into the objective's outputs, and the parts of their gradients that it is. */
  private seedLines() {
    const parts = new Map<string, string[]>();
    const lines: string[] = [];
    for (const { from, upstream } of this.lowered.objective) {
      const before = parts.get(from) ?? [];
      const { shape } = this.lowered.types.get(from)!;
      const text = upstream ? tensorText(upstream) : shape.length === 0 ? '1.0' : `np.ones(${tupleText(shape)})`;
      // Where nothing else flows in, the seed is the gradient itself.
      const alone =
        before.length === 0 &&
        !this.document.wires.some((wire) => wire.from === from) &&
        this.lowered.objective.filter((term) => term.from === from).length === 1;
      const name = alone
        ? this.names.name(`gradient ${from}`, `grad_${this.variable(from)}`)
        : this.names.name(`seed ${from} ${before.length}`, `upstream_${this.variable(from)}`);
      lines.push(`${name} = ${text}`);
      parts.set(from, [...before, name]);
    }
    return { parts, lines };
  }

  private file(lines: readonly string[]): string {
    const { document, lowered, functions, given } = this;
    const { gradients, wireGradients } = this.scope;
    const args = given.map((id) => this.variable(id));
    const definitions = functions.texts();
    const entries = (pairs: Iterable<readonly [string, string]>) =>
      [...pairs].map(([key, name]) => `        ${JSON.stringify(key)}: ${name},`);
    const wires = document.wires.map(({ from, to }, index) => {
      const gradient = wireGradients.get(index);
      return `        {"from": ${JSON.stringify(from)}, "to": ${JSON.stringify(to)}, "value": ${this.variable(from)}${gradient ? `, "gradient": ${gradient}` : ''}},`;
    });
    const gradientOrder = [...lowered.values.keys()].flatMap((reference) =>
      gradients.has(reference) ? [[reference, gradients.get(reference)!] as const] : []
    );
    const renamed = this.names.renamed([...lowered.values.keys()].filter((reference) => !reference.includes('.')));
    const text = [
      docstring(`${document.name}: forward and backward, a line a gate. Generated by Wiregrad; needs NumPy alone.`),
      'import json',
      ...(functions.helpers.has('erf') ? ['import math'] : []),
      ...(this.npz ? ['import os'] : []),
      '',
      'import numpy as np',
      '',
      ...renamedText(renamed),
      ...[...functions.helpers.values()].flatMap((helper) => ['', helper, '']),
      ...definitions,
      '',
      `def f(${args.join(', ')}):`,
      '    # forward',
      ...lines.map((line) => (line ? `    ${line}` : '')),
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
      ...(given.includes(RANDOM_SEED)
        ? ['# The seed, and the step of training that it is drawn for.', `${this.variable(RANDOM_SEED)} = (${this.seed}, 0)`]
        : []),
      ...given
        .filter((id) => id !== RANDOM_SEED)
        .map((id) => `${this.variable(id)} = ${this.npz ? `leaves[${JSON.stringify(id)}]` : tensorText(this.leaves.get(id)!)}`),
      '',
      'if __name__ == "__main__":',
      `    print(json.dumps(plain(f(${args.join(', ')})), separators=(",", ":")))`,
      ''
    ];
    return joinLines(text);
  }
}

/** Gates and parameters of all nodes, those inside definitions too. */
function expandedGates(document: Document): readonly Pick<ResolvedNode, 'gate' | 'params'>[] {
  return computingNodes(document).flatMap(({ gate: name, params }) => {
    const gate = registry.get(name);
    return gate ? [{ gate, params: resolveParams(gate, params).params }] : [];
  });
}

function tensorText(tensor: Tensor): string {
  const dtype = tensor.dtype === 'int32' ? 'np.int32' : 'float';
  if (sizeOf(tensor.shape) === 0) return `np.zeros(${tupleText(tensor.shape)}, dtype=${dtype})`;
  const text = entriesText(tensor, 'np');
  // A scalar of NumPy divides by zero as the engine does; one of Python raises.
  return tensor.shape.length === 0 && tensor.dtype !== 'int32' ? `np.float64(${text})` : `np.array(${text}, dtype=${dtype})`;
}
