/** Documents in few words, as records: what a parser would refuse can be drawn too. */
import type { Document, NodeRecord, Params, WireRecord } from '../../../engine/document/types';

export type Drawn = readonly [id: string, gate: string, params?: Record<string, unknown>];

/** `draw([['x', 'variable', { value: 1 }], ['y', 'relu']], 'x>y.x', { objective: 'y' })`; wires are separated by spaces. */
export function draw(nodes: readonly Drawn[], wires = '', rest: Partial<Document> = {}): Document {
  return {
    name: 'drawn',
    nodes: nodes.map(([id, gate, params]): NodeRecord => ({ id, gate, ...(params && { params: params as Params }) })),
    wires: wires
      .split(/\s+/)
      .filter(Boolean)
      .map((wire): WireRecord => {
        const [from, to] = wire.split('>') as [string, string];
        return { from, to };
      }),
    layout: new Map(),
    ...rest
  };
}

/** A variable of this shape, all ones. */
export function ones(id: string, ...shape: number[]): Drawn {
  return [id, 'variable', { value: { shape, data: new Array<number>(shape.reduce((size, length) => size * length, 1)).fill(1) } }];
}

/** A chain of `count` gates behind the variable x: tanh, square, tanh, … the last one is the objective. */
export function chain(count: number): Document {
  const nodes: Drawn[] = [['x', 'variable', { value: 0.5 }]];
  const wires: string[] = [];
  for (let at = 0; at < count; at++) {
    nodes.push([`g${at}`, at % 2 ? 'square' : 'tanh']);
    wires.push(`${at ? `g${at - 1}` : 'x'}>g${at}.x`);
  }
  return draw(nodes, wires.join(' '), { objective: `g${count - 1}` });
}

/** A square grid of add gates: each adds the ones left of it and above it; the border is variables. */
export function grid(side: number): Document {
  const nodes: Drawn[] = [];
  const wires: string[] = [];
  const name = (row: number, column: number) => (row < 0 ? `top${column}` : column < 0 ? `left${row}` : `g${row}_${column}`);
  for (let at = 0; at < side; at++) nodes.push([`top${at}`, 'variable', { value: 1e-3 }], [`left${at}`, 'variable', { value: 1e-3 }]);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      nodes.push([name(row, column), 'add']);
      wires.push(`${name(row - 1, column)}>${name(row, column)}.a`, `${name(row, column - 1)}>${name(row, column)}.b`);
    }
  }
  return draw(nodes, wires.join(' '), { objective: name(side - 1, side - 1) });
}
