/** A graph as text, one value a line: `%4 = dot{transposeB} %1 %3 : float[2,3]`. For messages, tests and the curious. */
import { formatShape } from '../base/shapes';
import type { Graph } from './graph';

export function printGraph(graph: Graph): string {
  return graph.operations
    .map(({ primitive, inputs, attributes, type, origin }, id) => {
      const details = Object.entries(attributes)
        .filter(([, value]) => value !== false)
        .map(([key, value]) =>
          value === true ? key : `${key}=${key === 'region' ? (value as { name: string }).name : JSON.stringify(value)}`
        );
      const operands = inputs.map((input) => ` %${input}`).join('');
      const from = origin ? `  # ${origin.node}${origin.port ? `.${origin.port}` : ''} ${origin.role}` : '';
      return `%${id} = ${primitive}${details.length ? `{${details.join(', ')}}` : ''}${operands} : ${type.dtype}${formatShape(type.shape)}${from}`;
    })
    .join('\n');
}
