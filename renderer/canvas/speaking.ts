import { splitOutput } from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import { useRunStore } from '../stores/run';
import { formatFull } from '../widgets/format';
import type { Box } from './boxes';

/** A gate as a screen reader says it: what it is, what comes in, what goes out, what is wrong. */
export function spoken({ id, gate, ports }: Box): string {
  const documents = useDocumentStore();
  const { wires } = documents.document;
  const inputs = ports.inputs.map(({ name }) => {
    const index = documents.wiresByInput.get(`${id}.${name}`);
    return index === undefined ? `${name} unconnected` : `${name} from ${wires[index]!.from}`;
  });
  const targets = wires.filter(({ from }) => splitOutput(from).id === id).map(({ to }) => to);
  const { value, gradient } = useRunStore().nodeLabel(id);
  return [
    gate === id ? gate : `${gate} ${id}`,
    ...inputs,
    targets.length > 0 ? `to ${targets.join(' and ')}` : 'feeds nothing',
    value && `value ${formatFull(value)}`,
    gradient && `gradient ${formatFull(gradient)}`,
    ...documents.problemsOf(id).map(({ message }) => `problem: ${message}`)
  ]
    .filter(Boolean)
    .join(', ');
}
