/** Which fields of the data a prediction is made from: those that lie upstream of what is predicted. */
import { gateOf, splitOutput, type Document, type NodeRecord } from '@wiregrad/engine';

export interface InputField {
  /** `dataset.field`, as predictions name it. */
  readonly key: string;
  readonly dataset: string;
  readonly field: string;
  /** Sizes of one row, as the gate has them. */
  readonly shape: readonly number[];
}

/** What the first metric reads, else what comes in at the loss's `input`, else the objective; null where there is none. */
export function predictedOutput(document: Document): string | null {
  const { training, objective, wires, nodes } = document;
  const [metric] = training?.metrics ?? [];
  if (metric) return metric.input;
  const first = typeof objective === 'string' ? objective : objective?.[0]?.from;
  if (first === undefined) return null;
  const { id } = splitOutput(first);
  const gate = gateOf(document, nodes.find((node) => node.id === id)?.gate ?? '');
  const scored = gate?.family === 'losses' ? wires.find(({ to }) => to === `${id}.input`) : undefined;
  return scored?.from ?? first;
}

/** What the loss or the metric compares the output with, if that is data. */
export function targetField(document: Document): InputField | null {
  const output = predictedOutput(document);
  const metric = document.training?.metrics?.find(({ input }) => input === output);
  const scored = document.wires.filter(({ from }) => from === output).map(({ to }) => to.replace(/input$/, 'target'));
  const from = metric?.target ?? document.wires.find(({ to }) => scored.includes(to))?.from;
  return asField(document.nodes.find(({ id, gate }) => id === from && gate === 'data'));
}

/** In the order of the nodes, each once. */
export function inputFields(document: Document): readonly InputField[] {
  const output = predictedOutput(document);
  if (output === null) return [];
  const sources = new Map<string, string[]>();
  for (const { from, to } of document.wires) {
    const id = splitOutput(to).id;
    sources.set(id, [...(sources.get(id) ?? []), splitOutput(from).id]);
  }
  const reached = new Set<string>();
  const waiting = [splitOutput(output).id];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    waiting.push(...(sources.get(id) ?? []));
  }
  const fields = document.nodes.flatMap((node) => (reached.has(node.id) ? (asField(node) ?? []) : []));
  return [...new Map(fields.map((field) => [field.key, field])).values()];
}

function asField(node: NodeRecord | undefined): InputField | null {
  const { dataset, field, shape } = node?.params ?? {};
  if (node?.gate !== 'data' || typeof dataset !== 'string' || typeof field !== 'string') return null;
  const sizes = Array.isArray(shape) ? shape.filter((size): size is number => typeof size === 'number') : [];
  return { key: `${dataset}.${field}`, dataset, field, shape: sizes };
}

/** Vectors at least this long whose length is a square are taken for images. */
const LEAST_PIXELS = 64;

export interface ImageSize {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

/** How a row of that shape is looked at as an image: [c, h, w], [h, w], or a vector as long as a square; null for anything else. */
export function imageSize(shape: readonly number[]): ImageSize | null {
  if (shape.length === 3) {
    const [channels, height, width] = shape as [number, number, number];
    return (channels === 1 || channels === 3) && height > 1 && width > 1 ? { channels, height, width } : null;
  }
  if (shape.length === 2) {
    const [height, width] = shape as [number, number];
    return height >= 8 && width >= 8 ? { channels: 1, height, width } : null;
  }
  const side = Math.sqrt(shape[0] ?? 0);
  return shape.length === 1 && Number.isInteger(side) && shape[0]! >= LEAST_PIXELS ? { channels: 1, height: side, width: side } : null;
}

/** Numbers [channels, height, width] as bytes [height, width, channels]: `low` is black and `high` is white. */
export function imageBytes(numbers: readonly number[], { channels, height, width }: ImageSize, low: number, high: number): Uint8Array {
  const size = height * width;
  return Uint8Array.from({ length: size * channels }, (_, at) => {
    const number = numbers[(at % channels) * size + Math.floor(at / channels)] ?? 0;
    return Math.max(0, Math.min(255, Math.round((255 * (number - low)) / (high - low || 1))));
  });
}
