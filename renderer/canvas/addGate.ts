/** Putting a new gate into the document, from the palette, a drop, the search box or a wire that was dropped. */
import {
  addNode,
  addWire,
  freshId,
  moveNodes,
  outputName,
  registry,
  VIEW_INPUT,
  VIEW_OUTPUT,
  type Document,
  type Params,
  type Position
} from '@wiregrad/engine';
import { useDocumentStore } from '../stores/document';
import { useSelectionStore } from '../stores/selection';
import { boxOf, type Socket } from './boxes';
import { freePlace } from './freePlace';
import { insertionOf } from './inserting';
import { portsOf } from './ports';
import { startingParams } from './startingParams';
import { currentView } from './view';
import { inputsFor, refusalOf } from './wiring';

/** A port's id is its name. */
const PORT_IDS: Readonly<Record<string, string>> = { [VIEW_INPUT]: 'input', [VIEW_OUTPUT]: 'output' };

interface Addition {
  /** Default what the gate starts with. */
  readonly params?: Params | undefined;
  /** Where its middle goes; default the middle of what is seen, or as near to it as there is room. */
  readonly center?: Position;
  /** The first of its ports that takes a wire from this socket gets one. */
  readonly origin?: Socket | null;
  /** Index of the wire that it is put on, if it fits there. */
  readonly wire?: number | undefined;
}

/** Adds a gate and selects it; answers its id. */
export function addGate(
  gate: string,
  { params = startingParams(gate), center = placeInView(), origin = null, wire }: Addition = {}
): string {
  const store = useDocumentStore();
  // A field of a data set is known by its own name.
  const id = freshId(store.document, typeof params?.['field'] === 'string' ? params['field'] : (PORT_IDS[gate] ?? gate));
  store.apply(`add ${gate}`, (document) => {
    const added = addNode(document, { id, gate, ...(params && { params }) });
    const node = added.nodes.at(-1)!;
    const { width, height } = boxOf(node, portsOf(added).get(id)!, [0, 0], store.gateOf(gate));
    const placed = moveNodes(added, new Map([[id, [Math.round(center[0] - width / 2), Math.round(center[1] - height / 2)] as const]]));
    if (wire !== undefined) return insertionOf(placed, wire, id).document ?? placed;
    return origin ? wireTo(placed, id, origin) : placed;
  });
  useSelectionStore().select(id);
  return id;
}

function placeInView(): Position {
  return freePlace(currentView()?.center() ?? [0, 0], [...useDocumentStore().document.layout.values()]);
}

function wireTo(document: Document, id: string, origin: Socket): Document {
  const { inputs, outputs } = portsOf(document).get(id)!;
  const wires =
    origin.side === 'output'
      ? inputsFor(outputName(origin.id, origin.port), inputs).map(({ name }) => ({
          from: outputName(origin.id, origin.port),
          to: `${id}.${name}`
        }))
      : outputs.map(({ name }) => ({ from: outputName(id, name), to: `${origin.id}.${origin.port}` }));
  // A source gets its wire in any case: what it holds is typed later.
  const isSource = registry.get(document.nodes.find((node) => node.id === id)!.gate)?.source !== undefined;
  const wire = wires.find((candidate) => refusalOf(document, candidate) === null) ?? (isSource ? wires[0] : undefined);
  return wire ? addWire(document, wire) : document;
}

/** What the palette dragged: the name of a gate, or JSON {gate, params}; null for anything else. */
export function readGateDrag(text: string): { readonly gate: string; readonly params?: Params } | null {
  if (!text.startsWith('{')) return text ? { gate: text } : null;
  try {
    const { gate, params } = JSON.parse(text) as { gate?: unknown; params?: Params };
    return typeof gate === 'string' ? { gate, ...(params && { params }) } : null;
  } catch {
    return null;
  }
}
