/** What a window runs and re-runs: the last program is kept, and used again while only numbers change. */
import type { Clock } from '../base/clock';
import { EngineError, type Diagnostic } from '../base/errors';
import { bytesOf, requireCapacity } from '../backends/capacity';
import type { Executable } from '../backends/backend';
import { nodesAlong } from '../document/definitions';
import type { Document } from '../document/types';
import { viewDefinition } from '../document/view';
import { compileProgram, type Program, type Slot } from '../plan/program';
import type { LoadedData } from '../training/feed';
import { checkGivenRules } from '../training/givenRules';
import type { Backends } from './backends';
import { chooseRows, readSlot } from './execute';
import type { BackendName, InspectRequest, RunRequest, RunResult, WholeTensor } from './messages';
import { structureOf, withNumbersOf } from './structure';
import { summarize } from './summarize';

/** The last interactive run, kept so that its tensors can be looked at and its program used again. */
interface Kept {
  readonly key: string;
  readonly program: Program;
  readonly executable: Executable;
  readonly backend: BackendName;
  readonly bytes: number;
}

/** Writes everything that a program reads. */
export type Feed = (document: Document, program: Program, executable: Executable, data: LoadedData, rows: Int32Array) => void;

export class InteractiveRuns {
  private kept: Kept | undefined;

  constructor(
    private readonly backends: Backends,
    private readonly feed: Feed
  ) {}

  /** What was compiled died with its backend. */
  forget(): void {
    this.kept = undefined;
  }

  /** Throws EngineError `not-computed` for what the last run did not compute. */
  inspect(request: InspectRequest): WholeTensor {
    const slot = this.kept && findSlot(this.kept.program, request);
    if (!slot)
      throw new EngineError({ code: 'not-computed', message: 'this tensor is not part of the last run', hint: 'run the graph again' });
    return readSlot(this.kept!.executable, slot);
  }

  async run(document: Document, data: LoadedData, request: RunRequest, clock: Clock): Promise<RunResult> {
    const started = performance.now();
    const rows = chooseRows(document, data, request.rows);
    const choice = this.backends.choice(request.backend, request.precision);
    const { mode = 'train', backward, revision, inside } = request;
    const key = JSON.stringify([request.backend, request.precision, mode, backward, rows.length, inside, structureOf(document)]);
    const program =
      this.kept?.key === key
        ? withNumbersOf(document, this.kept.program)
        : compileProgram(
            document,
            { mode, batch: rows.length, ...(backward && { gradients: 'all' as const }), ...(inside !== undefined && { inside }) },
            choice
          );
    if (this.kept?.key !== key) {
      await checkGivenRules(program.lowered.graph, clock);
      this.kept?.executable.dispose();
      this.kept = undefined;
      const { name, precision, compile } = await choice.for([program.plan]);
      requireCapacity([program.plan], precision);
      this.kept = { key, program, executable: compile(program.plan), backend: name, bytes: bytesOf([program.plan], precision) };
    }
    const { executable, backend, bytes } = this.kept;
    this.feed(document, program, executable, data, rows);
    const pending = executable.run(clock);
    if (pending) await pending;
    const summaries = (slots: ReadonlyMap<string, Slot>) =>
      new Map([...slots].map(([name, { type, value }]) => [name, summarize(type, executable.view(value))]));
    const results = ({ values, gradients, wires }: Pick<Program, 'values' | 'gradients' | 'wires'>, records: Document['wires']) => ({
      values: summaries(values),
      gradients: summaries(gradients),
      wires: records.map(({ from, to }, index) => {
        const slot = wires[index];
        return { from, to, ...(slot && { gradient: summarize(slot.type, executable.view(slot.value)) }) };
      })
    });
    const result = results(program, document.wires);
    const opened = inside === undefined ? undefined : nodesAlong(document, inside)?.at(-1);
    return {
      revision,
      ...result,
      ...(program.inside && opened && { inside: results(program.inside, viewDefinition(document, opened.gate).wires) }),
      backend,
      bytes,
      milliseconds: performance.now() - started,
      warnings: [...program.lowered.diagnostics, ...firstNonFinite(document, result.values)]
    };
  }
}

function findSlot(whole: Program, request: InspectRequest): Slot | undefined {
  const program = request.inside ? whole.inside : whole;
  if (!program) return undefined;
  switch (request.kind) {
    case 'value':
      return program.values.get(request.output);
    case 'gradient':
      return program.gradients.get(request.output);
    case 'wire':
      return program.wires[request.wire];
    default:
      throw request satisfies never;
  }
}

/** Where the first NaN or infinity was born, in topological order. */
function firstNonFinite(document: Document, values: RunResult['values']): Diagnostic[] {
  for (const [name, { nonFinite }] of values) {
    if (nonFinite === 0) continue;
    const id = name.split('.')[0]!;
    const kind = document.nodes.find((node) => node.id === id)?.gate;
    return [
      {
        code: 'not-finite',
        severity: 'warning',
        gate: id,
        ...(kind && { kind }),
        message: `${nonFinite} of its entries are NaN or infinite, the first in the graph that are`,
        hint: 'look at its inputs'
      }
    ];
  }
  return [];
}
