/** Gates that are no files: the definitions of a document, and the ports of an opened one. */
import { InvariantError } from '../base/errors';
import type { DefinitionRecord, Document } from '../document/types';
import { VIEW_INPUT, VIEW_OUTPUT, VIEW_PORT } from '../document/view';
import { defineGate, type Gate, type InputPort } from '../gates/gate';
import { registry } from '../gates/registry';

interface Faces {
  /** As its instances show it. */
  readonly instance: Gate;
  /** The border that values leave an instance through: every output port is an input of it too. */
  readonly border: Gate;
}

const faces = new WeakMap<DefinitionRecord, { readonly name: string; readonly faces: Faces }>();

function describe(name: string, inputs: readonly string[], outputs: readonly string[], pass: boolean): Gate {
  const port = (input: string): InputPort => ({ name: input, dtype: 'any' });
  return defineGate({
    name,
    kind: 'composite',
    family: 'definitions',
    doc: 'A definition of this document. Double-click to open it.',
    latex: `\\text{${name.replaceAll('_', '\\_')}}(${inputs.map((input) => `\\text{${input.replaceAll('_', '\\_')}}`).join(', ')})`,
    params: {
      repeat: {
        type: 'integer',
        default: 1,
        min: 1,
        doc: 'Copies in a row with the same parameters: output i feeds input i of the next, the other inputs go to every copy'
      }
    },
    inputs: inputs.map(port),
    outputs: () => outputs,
    shape: (types) => {
      if (!pass) throw new InvariantError(`${name} is expanded before shapes are asked for`);
      return outputs.map((output) => types[output]!);
    },
    lower: (_, operands) => {
      if (!pass) throw new InvariantError(`${name} is expanded before it is lowered`);
      return outputs.map((output) => operands[output]!);
    },
    samples: []
  });
}

/** The gates that stand for a definition; the same objects for the same record. */
export function facesOf(name: string, record: DefinitionRecord): Faces {
  const known = faces.get(record);
  if (known?.name === name) return known.faces;
  const outputs = [...record.outputs.keys()];
  const made = { instance: describe(name, record.inputs, outputs, false), border: describe(name, outputs, outputs, true) };
  faces.set(record, { name, faces: made });
  return made;
}

const port = { port: { type: 'text', optional: true, doc: 'The port that it is' } } as const;

/** A port of an opened definition, inside which nothing is computed by its own name. */
function viewGate(name: string, doc: string, inputs: readonly InputPort[], outputs: readonly string[]): Gate {
  const refuse = () => {
    throw new InvariantError(`${name} is a port of an opened definition and is never lowered`);
  };
  return defineGate({
    name,
    kind: 'composite',
    family: 'definitions',
    doc,
    latex: '',
    params: port,
    inputs,
    outputs: () => outputs,
    shape: refuse,
    lower: refuse,
    samples: []
  });
}

const VIEW_GATES: ReadonlyMap<string, Gate> = new Map([
  [VIEW_INPUT, viewGate(VIEW_INPUT, 'An input of the definition: rename it to rename the port.', [], ['out'])],
  [
    VIEW_OUTPUT,
    viewGate(VIEW_OUTPUT, 'An output of the definition: rename it to rename the port.', [{ name: VIEW_PORT, dtype: 'any' }], [])
  ]
]);

/** The gate called `name` in `document`: one of the registry's, of its definitions, or a port of an opened definition. */
export function gateOf({ definitions }: Pick<Document, 'definitions'>, name: string): Gate | undefined {
  const known = registry.get(name);
  if (known) return known;
  const record = definitions?.get(name);
  return record ? facesOf(name, record).instance : VIEW_GATES.get(name);
}
