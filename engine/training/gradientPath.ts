/**
 * Where gradients vanish or explode on their way back from the loss, told from how long each gate's is. The way is made of
 * what is computed from trained parameters: tensors, since a loss says little of what comes behind it, and no losses.
 */
import type { Diagnostic } from '../base/errors';
import { splitOutput, type Document } from '../document/types';
import { registry } from '../gates/registry';

/** A gradient so much shorter than one nearer to the loss has vanished. */
export const VANISHED = 1e-6;
/** The longest gradient of a way is so many times as long as that at the loss, where gates make it explode. */
const EXPLODED = 100;

const HINTS: Readonly<Record<string, string>> = {
  sigmoid: 'where it saturates its slope is near 0: use relu or tanh, smaller initial weights, or normalize its input',
  tanh: 'where it saturates its slope is near 0: use relu, smaller initial weights, or normalize its input',
  softmax: 'where it saturates its slope is near 0: give the loss the scores themselves, as cross_entropy takes them',
  relu: 'none of its inputs is above 0: a smaller learning rate, kaiming initial weights or leaky_relu keep units alive'
};
const USUAL = 'what lies before it hardly learns: look at its values, or put a normalization or a residual connection there';

/** A gradient's Euclidean norm, and whether it is that of a single number. */
export interface Length {
  readonly norm: number;
  readonly isScalar: boolean;
}

export class GradientPath {
  /** Outputs on the way, from the loss backwards. */
  private readonly outputs: readonly string[];
  private readonly norms: ReadonlyMap<string, number>;
  /** By output, the gates that read it; by gate, its outputs on the way. */
  private readonly readers = new Map<string, string[]>();
  private readonly given = new Map<string, string[]>();
  private readonly kinds: ReadonlyMap<string, string>;

  /** `lengths` by output, in the order of computation; `trained` are ids of parameters. */
  constructor(
    private readonly document: Document,
    lengths: ReadonlyMap<string, Length>,
    trained: ReadonlySet<string>
  ) {
    this.kinds = new Map(document.nodes.map(({ id, gate }) => [id, gate]));
    for (const { from, to } of document.wires) append(this.readers, from, splitOutput(to).id);
    const learns = this.gatesBehind(trained);
    const onTheWay = (name: string, { isScalar }: Length): boolean => {
      const { id } = splitOutput(name);
      return learns.has(id) && !isScalar && !['sources', 'losses'].includes(this.familyOf(id));
    };
    const found = [...lengths].filter(([name, length]) => onTheWay(name, length)).reverse();
    this.outputs = found.map(([name]) => name);
    this.norms = new Map(found.map(([name, { norm }]) => [name, norm]));
    for (const name of this.outputs) append(this.given, splitOutput(name).id, name);
  }

  /** The first gate, from the loss backwards, that lets next to nothing of a gradient through. */
  whereVanished(): Diagnostic | undefined {
    /** By output, the longest gradient from there to the loss. */
    const longest = new Map<string, number>();
    for (const name of this.outputs) {
      const readers = this.readers.get(name) ?? [];
      const nearer = Math.max(0, ...readers.flatMap((gate) => this.given.get(gate) ?? []).map((output) => longest.get(output) ?? 0));
      const norm = this.norms.get(name)!;
      const gate = readers.find((reader) => this.familyOf(reader) === 'activations') ?? readers[0];
      if (gate === undefined || norm > VANISHED * nearer || nearer === 0) {
        longest.set(name, Math.max(norm, nearer));
        continue;
      }
      // Weights that are 0, as those of a last layer may be at first, stop a gradient for a step alone.
      if (norm === 0 && this.familyOf(gate) !== 'activations') continue;
      const kind = this.kinds.get(gate);
      return {
        code: kind === 'relu' && norm === 0 ? 'dead-units' : 'vanishing-gradient',
        severity: 'warning',
        gate,
        ...(kind && { kind }),
        message: `the gradient vanishes here: its norm is ${figure(norm)} at ${name}, and ${figure(nearer)} nearer to the loss`,
        hint: HINTS[kind ?? ''] ?? USUAL
      };
    }
    return undefined;
  }

  /** The gate behind which the gradient grows most; where none does, the one that takes `parameter`, whose gradient explodes. */
  whereExploded(parameter: string): Diagnostic | undefined {
    const steps = this.document.wires.flatMap(({ from, to }) => {
      const gate = splitOutput(to).id;
      const before = Math.max(0, ...(this.given.get(gate) ?? []).map((output) => this.norms.get(output)!));
      const behind = this.norms.get(from) ?? 0;
      return before > 0 ? [{ gate, before, behind }] : [];
    });
    const [worst] = steps.sort((a, b) => b.behind / b.before - a.behind / a.before);
    const atLoss = this.norms.get(this.outputs.find((name) => this.norms.get(name)! > 0) ?? '') ?? 0;
    const grows = worst && Math.max(...this.norms.values()) > EXPLODED * atLoss;
    const gate = grows ? worst.gate : this.readers.get(parameter)?.[0];
    if (gate === undefined) return undefined;
    const kind = this.kinds.get(gate);
    const message = grows
      ? `gradients explode: here they grow most, from a norm of ${figure(worst.before)} to ${figure(worst.behind)}`
      : `the gradient of ${parameter} explodes: it is far larger than ${parameter} itself, or than it was`;
    return {
      code: 'exploding-gradient',
      severity: 'warning',
      gate,
      ...(kind && { kind }),
      message,
      hint: 'clip the gradients (clip_norm), lower the learning rate, begin with smaller weights, or standardize the data'
    };
  }

  /** Gates that depend on a parameter of `trained`, which may be within an instance. */
  private gatesBehind(trained: ReadonlySet<string>): ReadonlySet<string> {
    const found = new Set([...trained].map((id) => id.split('.')[0]!));
    const next = new Map<string, string[]>();
    for (const { from, to } of this.document.wires) append(next, splitOutput(from).id, splitOutput(to).id);
    for (const gate of found) for (const reader of next.get(gate) ?? []) found.add(reader);
    return found;
  }

  private familyOf(gate: string): string {
    return registry.get(this.kinds.get(gate) ?? '')?.family ?? '';
  }
}

function append(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

const figure = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
