/** What a node's gate may ask for while it is lowered besides its operands: random numbers and state, both named by the node. */
import { keyOf } from '../base/random';
import { formatShape, sameShape, type Shape } from '../base/shapes';
import type { Builder } from '../ir/builder';
import type { ValueId } from '../ir/graph';
import { ShapeError, type LowerContext, type LowerMode } from './gate';

/** A tensor that a gate keeps from one training step to the next: an input of the graph, named `node.name`. */
export interface StateLeaf {
  readonly id: string;
  readonly value: ValueId;
  /** What every entry is before training. */
  readonly initial: number;
  /** What it becomes after a step of training. */
  next?: ValueId;
}

export class NodeContext implements LowerContext {
  readonly mode: LowerMode['mode'];
  readonly batch: number;
  private readonly own = new Map<ValueId, StateLeaf>();
  private draws = 0;

  constructor(
    private readonly builder: Builder,
    private readonly node: string,
    { mode, batch }: LowerMode,
    /** Names the state: several nodes have one key where they are copies that share their parameters. */
    private readonly key = node,
    /** The states of all nodes, by id, in the order in which gates asked for them. */
    private readonly states = new Map<string, StateLeaf>()
  ) {
    this.mode = mode;
    this.batch = batch;
  }

  random(shape: Shape): ValueId {
    // Ids hold no space, so that a second draw of one node is nobody's first.
    const [, , low, high] = keyOf(0, this.draws === 0 ? this.node : `${this.node} ${this.draws}`);
    this.draws++;
    return this.builder.random([low, high], shape);
  }

  state(name: string, shape: Shape, initial: number): ValueId {
    const id = `${this.key}.${name}`;
    let leaf = this.states.get(id);
    if (!leaf) {
      const value = this.builder.within(undefined, () => this.builder.input(id, { dtype: 'float', shape }));
      this.states.set(id, (leaf = { id, value, initial }));
    }
    const held = this.builder.shape(leaf.value);
    if (!sameShape(held, shape)) {
      const message = `its ${name} is ${formatShape(shape)} here and ${formatShape(held)} in another copy, and copies share it`;
      throw new ShapeError(message, undefined, 'give every copy operands of one shape');
    }
    // A later copy goes on from what an earlier one left there, as one module called twice does.
    const current = leaf.next ?? leaf.value;
    this.own.set(current, leaf);
    return current;
  }

  update(state: ValueId, next: ValueId): void {
    this.own.get(state)!.next = next;
  }
}
