/** The rules of drawing a wire: which wire two sockets mean, whether it may be, and what dropping it does. */
import { addWire, outputName, removeWires, splitOutput, type Diagnostic, type Document, type WireRecord } from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import type { Box, Socket } from './boxes';
import type { Port } from './ports';
import { socketsOf, type Scene } from './scene';
import { socketKey, useCanvasStore, type Wiring } from './state';

/** The wire between two sockets; null where both are of one side. */
function wireBetween(a: Socket, b: Socket): Pick<WireRecord, 'from' | 'to'> | null {
  if (a.side === b.side) return null;
  const [output, input] = a.side === 'output' ? [a, b] : [b, a];
  return { from: outputName(output.id, output.port), to: `${input.id}.${input.port}` };
}

export function refusalOf(document: Document, wire: WireRecord, fed: readonly WireRecord[] = []): Diagnostic | null {
  return useDocumentStore().refusalOf(document, wire, fed);
}

/** Takes a socket in hand; with `picked` the wire that ends there, whose other end then stands. */
export function beginWiring(socket: Socket, picked: number | null): void {
  const { document } = useDocumentStore();
  const canvas = useCanvasStore();
  canvas.refusal = null;
  canvas.verdicts.clear();
  if (picked === null) canvas.wiring = { origin: socket, picked, base: document };
  else {
    const source = splitOutput(document.wires[picked]!.from);
    canvas.wiring = { origin: { ...source, side: 'output' }, picked, base: removeWires(document, [picked]) };
  }
}

export function endWiring(): void {
  const canvas = useCanvasStore();
  canvas.wiring = null;
  canvas.verdicts.clear();
}

/** Whether the wire in hand may end at a socket: null, or why not. Asked once a socket. */
export function verdictOn(wiring: Wiring, socket: Socket): Diagnostic | null {
  const { verdicts } = useCanvasStore();
  const key = socketKey(socket);
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const wire = wireBetween(wiring.origin, socket);
  const verdict = wire ? refusalOf(wiring.base, wire) : SAME_SIDE[socket.side];
  verdicts.set(key, verdict);
  return verdict;
}

const SAME_SIDE = {
  input: { code: 'same-side', message: 'both ends are inputs; a wire goes from an output to an input' },
  output: { code: 'same-side', message: 'both ends are outputs; a wire goes from an output to an input' }
} as const;

/** Judges the sockets of `boxes` until `deadline`; false where there is more to do. */
export function judge(wiring: Wiring, boxes: Iterable<Box>, deadline: number): boolean {
  const { verdicts } = useCanvasStore();
  for (const box of boxes) {
    for (const socket of socketsOf(box)) {
      if (socket.side === wiring.origin.side || verdicts.has(socketKey(socket))) continue;
      if (performance.now() > deadline) return false;
      verdictOn(wiring, socket);
    }
  }
  return true;
}

/** The inputs of a gate in the order in which an output tries them: class indices go to a port that is made for them first. */
export function inputsFor(output: string, inputs: readonly Port[]): readonly Port[] {
  if (useDocumentStore().typeOf(output)?.dtype !== 'int32') return inputs;
  const isMade = ({ dtype }: Port): number => Number(dtype === 'int32');
  return [...inputs].sort((a, b) => isMade(b) - isMade(a));
}

/** The socket of a box that the wire in hand goes to when dropped on its body: a free one that takes it, else any that does. */
export function bestSocket(wiring: Wiring, box: Box, scene: Scene): Socket | null {
  const { origin } = wiring;
  const inputs = inputsFor(outputName(origin.id, origin.port), box.ports.inputs);
  const opposite: readonly Socket[] =
    origin.side === 'output'
      ? inputs.map(({ name }) => ({ id: box.id, side: 'input', port: name }))
      : socketsOf(box).filter(({ side }) => side === 'output');
  const fitting = opposite.filter((socket) => verdictOn(wiring, socket) === null);
  return fitting.find((socket) => socket.side === 'output' || !scene.isConnected(socket)) ?? fitting[0] ?? null;
}

/** The output of a box that a wire drawn from the box itself begins at: the first that feeds nothing yet. */
export function bestOutput(box: Box, scene: Scene): Socket | null {
  const outputs = socketsOf(box).filter(({ side }) => side === 'output');
  return outputs.find((socket) => !scene.isConnected(socket)) ?? outputs[0] ?? null;
}

/** Makes the wire in hand end at `socket`; one that was picked up moves. */
export function connectTo({ origin, picked }: Wiring, socket: Socket): void {
  const store = useDocumentStore();
  const wire = wireBetween(origin, socket)!;
  const old = picked === null ? null : store.document.wires[picked]!;
  if (store.document.wires.some(({ from, to }) => from === wire.from && to === wire.to)) return;
  store.apply(old ? 'move wire' : 'connect', (document) =>
    addWire(old ? removeWires(document, [picked!]) : document, old ? { ...old, ...wire } : wire)
  );
}

/** Dropped on nothing, a wire that was picked up is gone. */
export function dropWire({ picked }: Wiring): void {
  if (picked !== null) useDocumentStore().apply('remove wire', (document) => removeWires(document, [picked]));
}

/** Index of the wire that ends at an input; null where none does. */
export function wireInto({ id, port }: Pick<Socket, 'id' | 'port'>): number | null {
  return useDocumentStore().wiresByInput.get(`${id}.${port}`) ?? null;
}
