/** Automatic layout from left to right, by ELK in a worker of its own. */
import type { Position } from '@wiregrad/engine';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { ElkNode } from 'elkjs/lib/elk-api';
import { socketOffset, type Box } from './boxes';
import type { Rectangle, Scene, Strand } from './scene';

/** Between columns; tensors have longer labels on their wires than scalars. */
const SCALAR_GAP = 116;
const TENSOR_GAP = 186;
const ROW_GAP = 34;
/** Between a wire and the nodes that it passes, with room for what stands on it. */
const EDGE_GAP = 26;

/** Positions for the whole scene, the top left one at the origin, or for the boxes `ids` of it around where they stand. */
export async function layOut(
  scene: Scene,
  shapes: ReadonlyMap<string, string>,
  ids?: ReadonlySet<string>
): Promise<ReadonlyMap<string, Position>> {
  const tensors = [...shapes.values()].some((shape) => shape !== 'scalar');
  if (!ids) return arrange([...scene.boxes.values()], scene.strands, tensors);
  const boxes = [...scene.boxes.values()].filter(({ id }) => ids.has(id));
  const strands = scene.strands.filter(({ source, target }) => ids.has(source.id) && ids.has(target.id));
  const positions = await arrange(boxes, strands, tensors);
  const moved = boxes.map((box) => ({ ...box, x: positions.get(box.id)![0], y: positions.get(box.id)![1] }));
  const [before, after] = [middleOf(scene.bounds(boxes)!), middleOf(scene.bounds(moved)!)];
  return new Map(moved.map(({ id, x, y }) => [id, [Math.round(x + before[0] - after[0]), Math.round(y + before[1] - after[1])]]));
}

function middleOf({ left, right, top, bottom }: Rectangle): Position {
  return [(left + right) / 2, (top + bottom) / 2];
}

/** `tensors`: some wires carry more than a scalar. */
async function arrange(boxes: readonly Box[], strands: readonly Strand[], tensors: boolean): Promise<Map<string, Position>> {
  const { default: ELK } = await import('elkjs/lib/elk-api');
  const elk = new ELK({ workerFactory: () => new Worker(workerUrl) });
  try {
    const result = await elk.layout(asElk(boxes, strands, tensors ? TENSOR_GAP : SCALAR_GAP));
    return new Map(result.children!.map(({ id, x, y }) => [id, [Math.round(x!), Math.round(y!)]]));
  } finally {
    elk.terminateWorker();
  }
}

function asElk(boxes: readonly Box[], strands: readonly Strand[], gap: number): ElkNode {
  const port = (id: string, side: string, name: string, x: number, place: number) => ({
    id: `${id}/${side}/${name}`,
    x,
    y: socketOffset(place),
    width: 0,
    height: 0
  });
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.padding': '[top=0,left=0,bottom=0,right=0]',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(gap),
      'elk.spacing.nodeNode': String(ROW_GAP),
      'elk.spacing.edgeNode': String(EDGE_GAP),
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.layering.strategy': 'NETWORK_SIMPLEX',
      'elk.separateConnectedComponents': 'true',
      'elk.spacing.componentComponent': String(ROW_GAP * 2)
    },
    children: boxes.map(({ id, width, height, ports }) => ({
      id,
      width,
      height,
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
      ports: [
        ...ports.inputs.map(({ name }, place) => port(id, 'input', name, 0, place)),
        ...ports.outputs.map(({ name }, place) => port(id, 'output', name, width, place))
      ]
    })),
    edges: strands.map(({ wire, source, output, target, input }) => ({
      id: `wire ${wire}`,
      sources: [`${source.id}/output/${output}`],
      targets: [`${target.id}/input/${input}`]
    }))
  };
}
