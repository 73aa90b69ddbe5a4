/** Matrix products as calls, with what a step does around them: see optimize/products.ts. */
import { invariant } from '../../base/errors';
import { sizeOf } from '../../base/shapes';
import type { Operation, ValueId } from '../../ir/graph';
import { throughReshapes } from '../../optimize/products';
import type { Plan } from '../../plan/plan';
import { at, type Call, type Factor } from './call';
import { CONVOLUTION_FLAGS, convolutionCall, windowsOf } from './convolutions';
import { Opcode } from './opcodes';
import { windowWords } from './windows';

/** Multiply-adds in a nanosecond. */
const PRODUCTS = 20;
/** Flags of assembly/gemm.ts. */
const CONTINUED = 1;
const PATCHES = 2;
/** Where the flags and the size of the result's rows stand among a product's words. */
const FLAGS = 13;
const COLUMNS = 4;
const BY_COLUMNS = 8;

/** The call on so many threads of the step that computes `members`, of which `product` is the product and the last one the result. */
export function productCall(plan: Plan, members: readonly ValueId[], product: ValueId, threads: number): Call {
  const { graph, offsets } = plan;
  const root = members.at(-1)!;
  const operation = graph.operations[product] as Operation<'dot'>;
  const { transposeA, transposeB } = operation.attributes;
  const { shape } = operation.type;
  const [m, n] = shape.slice(-2) as [number, number];
  const k = graph.operations[operation.inputs[0]!]!.type.shape.at(transposeA ? -2 : -1)!;
  const result = graph.operations[root]!;
  const summed = result.primitive === 'reduce_sum' ? shape[0]! : 1;
  const matrices = sizeOf(shape.slice(0, -2)) / (summed || 1);
  if (k === 0 || summed === 0) {
    return {
      opcode: Opcode.fill,
      units: Math.ceil(sizeOf(result.type.shape) / 4),
      cost: sizeOf(result.type.shape) * 0.4,
      words: [at(offsets[root]! * 4), 0]
    };
  }
  const [a, b] = operation.inputs.map((input) => factorOf(plan, members, input)) as [Factor, Factor];
  // The longer side is divided, since what lies along the other is packed by every thread.
  const byColumns = threads > 1 && n > m;
  const cost = (summed * matrices * m * n * k) / PRODUCTS;
  const convolution = convolutionCall({ plan, root, a, b, transposeA, transposeB, m, n, k, matrices, summed, cost });
  if (convolution) return convolution;
  const common = (out: number, divided: boolean, windows: readonly number[] | undefined) => [
    at(offsets[root]! * 4),
    a.at,
    b.at,
    m,
    n,
    k,
    Number(transposeA),
    Number(transposeB),
    Number(divided),
    a.bytes,
    b.bytes,
    out,
    summed,
    b.windows ? PATCHES : 0,
    a.bytes * matrices,
    b.bytes * matrices,
    ...(windows ?? [])
  ];
  if (result.primitive === 'fold_patches') {
    const { windows } = result.attributes;
    const spatial = result.type.shape.slice(result.type.shape.length - windows.length);
    const channels = m / sizeOf(windows.map(({ size }) => size));
    const image = channels * sizeOf(spatial) * 4;
    return { opcode: Opcode.foldProduct, units: matrices * channels, cost, words: common(image, false, windowWords(windows, spatial)) };
  }
  const units = matrices * (byColumns ? Math.ceil(n / 8) * Math.sign(m) : Math.ceil(m / 4) * Math.sign(n));
  return { opcode: Opcode.gemm, units, cost, words: common(m * n * 4, byColumns, b.windows) };
}

function factorOf({ graph, offsets }: Plan, members: readonly ValueId[], id: ValueId): Factor {
  const matrix = sizeOf(graph.operations[id]!.type.shape.slice(-2)) * 4;
  if (!members.includes(id)) return { at: at(offsets[id]! * 4), bytes: matrix };
  const source = graph.operations[throughReshapes(graph, id).at(-1)!]!;
  const [operand] = source.inputs as [ValueId];
  const start = at(offsets[operand]! * 4);
  if (source.primitive === 'broadcast') return { at: start, bytes: 0 };
  invariant(source.primitive === 'patches', `a product reads ${source.primitive} in place`);
  const { windows, value } = source.attributes;
  const { shape } = graph.operations[operand]!.type;
  const spatial = shape.slice(shape.length - windows.length);
  const rows = graph.operations[id]!.type.shape.at(-2)!;
  const channels = rows / sizeOf(windows.map(({ size }) => size));
  return { at: start, bytes: channels * sizeOf(spatial) * 4, windows: windowWords(windows, spatial, value) };
}

/** Whether an elementwise step behind the call can be carried out on each share of its rows, as far as their division goes. */
export function canContinue(call: Call): boolean {
  const { opcode, words } = call;
  if (opcode === Opcode.convolve) return windowsOf(call) % 4 === 0;
  return opcode === Opcode.gemm && words[BY_COLUMNS] === 0 && (words[COLUMNS] as number) % 4 === 0;
}

export function continued(call: Call): Call {
  const flags = call.opcode === Opcode.convolve ? CONVOLUTION_FLAGS : FLAGS;
  return { ...call, words: call.words.map((word, index) => (index === flags ? (word as number) | CONTINUED : word)) };
}
