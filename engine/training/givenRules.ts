/**
 * The gradients that users write: before a program that calls them runs, each is compared with central differences of the
 * formula that it is the gradient of, on random operands of the shapes at hand, in float64.
 */
import { appendVjp } from '../autodiff/vjp';
import { referenceBackend } from '../backends/reference/reference';
import type { Executable } from '../backends/backend';
import { Clock } from '../base/clock';
import { EngineError, type Diagnostic } from '../base/errors';
import { keyOf, permutation, uniformAt } from '../base/random';
import { formatShape, sizeOf, stridesOf, type Shape } from '../base/shapes';
import { Builder } from '../ir/builder';
import type { CustomRegion, GivenRule, Graph, ValueId } from '../ir/graph';
import { simplify } from '../optimize/simplify';
import { planGraph } from '../plan/planGraph';

/**
 * Where the operands are drawn from. A formula need not be finite everywhere (a logarithm, a root), so an interval that
 * gives anything else than numbers is passed over; one at least must remain.
 */
const INTERVALS: readonly (readonly [low: number, high: number])[] = [
  [-1.5, 1.5],
  [0.1, 0.9],
  [0.5, 2],
  [1.5, 8],
  [-8, -1.5]
];
/** Entries tried per operand and interval, fewer where the tensors are large. */
const MOST_ENTRIES = 24;
const LEAST_ENTRIES = 3;
const WORK = 500_000;
/** Central differences of step h err by about h²·f‴/6; functions as steep as e⁸ stay within the tolerance. */
const STEP = 1e-5;
const TOLERANCE = 1e-6;
const EPSILON = 2 ** -52;
/** Two step sizes that disagree by more stand on a kink. */
const KINK = 1e-3;

/** Verdicts by key, null for a rule that is right; the oldest go first. */
const verdicts = new Map<string, Verdict | null>();
const MOST_VERDICTS = 200;

interface Verdict {
  readonly operand: number;
  readonly message: string;
}

/**
 * Checks every rule in `graph` that a user wrote; each text and shapes once. Throws EngineError `wrong-backward` that names
 * the gate, the input and the entry.
 */
export async function checkGivenRules({ operations }: Graph, clock = new Clock()): Promise<void> {
  for (const operation of operations) {
    if (operation.primitive !== 'custom' || !operation.attributes.region.given) continue;
    const { region } = operation.attributes;
    const given = operation.attributes.region.given;
    let verdict = verdicts.get(given.key);
    if (verdict === undefined) {
      verdict = await judge(
        region,
        operation.inputs.map((input) => operations[input]!.type.shape),
        given,
        clock
      );
      if (verdicts.size >= MOST_VERDICTS) verdicts.delete(verdicts.keys().next().value!);
      verdicts.set(given.key, verdict);
    }
    if (verdict) throw new EngineError(diagnosticOf(verdict, given, region.name, operation.origin?.node));
  }
}

function diagnosticOf({ operand, message }: Verdict, { param, operands }: GivenRule, kind: string, gate: string | undefined): Diagnostic {
  const { name, line, column } = operands[operand]!;
  return {
    code: 'wrong-backward',
    ...(gate !== undefined && { gate }),
    kind,
    port: name,
    param,
    line,
    column,
    message: `${param}, line ${line}, column ${column}: ${message}`,
    hint: `correct it, or remove ${param} to have it derived`
  };
}

/** A region alone: its output, and its cotangents for an upstream gradient `u`. */
interface Trial {
  readonly operands: readonly Float64Array[];
  readonly upstream: Float64Array;
  readonly out: Float64Array;
  readonly cotangents: readonly (Float64Array | undefined)[];
  run(clock: Clock): Promise<void>;
}

function prepare(region: CustomRegion, shapes: readonly Shape[], backward: boolean): Trial {
  const b = new Builder();
  const inputs = shapes.map((shape, at) => b.input(String(at), { dtype: 'float', shape }));
  const out = b.custom(region, inputs);
  const upstream = b.input('u', b.type(out));
  const found = backward ? appendVjp(b, new Map([[out, upstream]])) : new Map<ValueId, ValueId>();
  const cotangents = inputs.map((input) => found.get(input));
  // Inputs that nothing depends on must still have a place.
  const wanted = [out, upstream, ...inputs, ...cotangents.filter((id) => id !== undefined)];
  const { graph, values } = simplify(b, wanted);
  const executable: Executable = referenceBackend().compile(
    planGraph(
      graph,
      wanted.map((id) => values.get(id)!)
    )
  );
  const view = (id: ValueId) => executable.view(values.get(id)!) as Float64Array;
  return {
    operands: inputs.map(view),
    upstream: view(upstream),
    out: view(out),
    cotangents: cotangents.map((id) => (id === undefined ? undefined : view(id))),
    run: async (clock) => {
      const pending = executable.run(clock);
      if (pending) await pending;
      if (clock.due()) await clock.pause();
    }
  };
}

/** Null for a rule that agrees wherever it was tried. */
async function judge(region: CustomRegion, shapes: readonly Shape[], given: GivenRule, clock: Clock): Promise<Verdict | null> {
  const forward = prepare(region, shapes, false);
  const backward = prepare(region, shapes, true);
  const total = [...shapes.map(sizeOf), forward.out.length].reduce((sum, size) => sum + size, 1);
  const most = Math.max(LEAST_ENTRIES, Math.min(MOST_ENTRIES, Math.floor(WORK / total)));
  const compared = shapes.map(() => 0);
  for (const [round, [low, high]] of INTERVALS.entries()) {
    shapes.forEach((_, operand) => {
      const key = keyOf(round, given.operands[operand]!.name);
      for (const { operands } of [forward, backward]) fill(operands[operand]!, (index) => low + (high - low) * uniformAt(key, index));
    });
    const key = keyOf(round, 'upstream:');
    fill(backward.upstream, (index) => 0.5 + uniformAt(key, index));
    await backward.run(clock);
    if (!backward.out.every(Number.isFinite)) continue;
    for (const [operand, shape] of shapes.entries()) {
      const order = permutation(keyOf(round, `order:${operand}`), sizeOf(shape)).subarray(0, most);
      for (const index of order) {
        const numeric = await difference(forward, backward.upstream, operand, index, clock);
        if (!numeric) continue;
        compared[operand]!++;
        const analytic = backward.cotangents[operand]?.[index] ?? 0;
        const allowed = TOLERANCE * Math.max(1, Math.abs(analytic), Math.abs(numeric.slope)) + numeric.error;
        if (Math.abs(analytic - numeric.slope) <= allowed) continue;
        return { operand, message: disagreement(given.operands, backward, shapes, operand, index, analytic, numeric.slope) };
      }
    }
  }
  const untried = shapes.findIndex((shape, operand) => sizeOf(shape) > 0 && forward.out.length > 0 && compared[operand] === 0);
  if (untried < 0) return null;
  const { name } = given.operands[untried]!;
  return {
    operand: untried,
    message: `the gradient of ${name} could not be checked: forward is smooth and finite at none of the operands tried, from −8 to 8`
  };
}

/** Σ u·out along one entry of one operand, by central differences; null on a kink or where forward leaves the numbers. */
async function difference(
  forward: Trial,
  upstream: Float64Array,
  operand: number,
  index: number,
  clock: Clock
): Promise<{ slope: number; error: number } | null> {
  const data = forward.operands[operand]!;
  const centre = data[index]!;
  const at = async (h: number) => {
    data[index] = centre + h;
    await forward.run(clock);
    const above = forward.out.slice();
    data[index] = centre - h;
    await forward.run(clock);
    data[index] = centre;
    let sum = 0;
    let scale = 0;
    forward.out.forEach((below, k) => {
      // Most outputs do not move: left out, they add no rounding.
      if (above[k] === below) return;
      sum += upstream[k]! * (above[k]! - below);
      scale += upstream[k]! * Math.max(Math.abs(above[k]!), Math.abs(below));
    });
    return { slope: sum / (2 * h), error: (16 * EPSILON * scale) / h };
  };
  const h = STEP * Math.max(1, Math.abs(centre));
  const coarse = await at(h);
  const fine = await at(h / 10);
  const allowed = KINK * Math.max(1, Math.abs(coarse.slope), Math.abs(fine.slope)) + fine.error;
  return Math.abs(coarse.slope - fine.slope) <= allowed ? coarse : null;
}

function disagreement(
  names: GivenRule['operands'],
  { operands, upstream }: Trial,
  shapes: readonly Shape[],
  operand: number,
  index: number,
  analytic: number,
  numeric: number
): string {
  const entry = (at: number, shape: Shape) =>
    shape.length === 0 ? '' : formatShape(stridesOf(shape).map((stride, axis) => Math.floor(at / stride) % shape[axis]!));
  const place = `${names[operand]!.name}${entry(index, shapes[operand]!)}`;
  const scalar = shapes.every((shape) => shape.length === 0) && upstream.length === 1;
  const where = scalar
    ? ` at ${names.map(({ name }, at) => `${name} = ${figure(operands[at]![0]!)}`).join(', ')}, grad = ${figure(upstream[0]!)}`
    : ` where it is ${figure(operands[operand]![index]!)}`;
  return `the gradient of ${place} is ${figure(analytic)}, and differences of forward give ${figure(numeric)}${where}`;
}

const figure = (value: number) => String(Number(value.toPrecision(6)));

function fill(data: Float64Array, value: (index: number) => number): void {
  for (let index = 0; index < data.length; index++) data[index] = value(index);
}
