/** Data sets made by formula, for networks that are to learn something before there is a file. */
import { EngineError } from '../base/errors';
import { circles } from './circles';
import { GENERATED_KINDS, type GeneratedKind, type GeneratedKindName, type GeneratedParameter } from './kinds';
import { moons } from './moons';
import { regression } from './regression';
import { spirals } from './spirals';
import type { Generated, Settings } from './table';
import { xor } from './xor';

export { GENERATED_KINDS, type GeneratedKind, type GeneratedParameter } from './kinds';
export type { Generated, GeneratedColumn } from './table';

/** What a document says of a generated data set. What its kind does not take is not read; what is left out has its default. */
export interface GenerateRecord extends Partial<Settings> {
  readonly kind: GeneratedKindName;
}

const MAKERS: Readonly<Record<GeneratedKindName, (settings: Settings) => Generated | Promise<Generated>>> = {
  spirals,
  moons,
  circles,
  xor,
  regression,
  // The outlines of the digits are loaded when they are first asked for.
  digits: async (settings) => (await import('./digits')).digits(settings)
};

/**
 * The rows of a generated data set: the same for the same record, on any machine. The arrays may be shared with other
 * callers and are not to be written to. Throws EngineError `bad-generated` for a kind that there is not, or a parameter
 * beyond its limits.
 */
export async function generate(record: GenerateRecord): Promise<Generated> {
  if (!Object.hasOwn(GENERATED_KINDS, record.kind)) {
    const kinds = Object.keys(GENERATED_KINDS).join(', ');
    throw refuse(`there is no generated data set of the kind ${JSON.stringify(record.kind)}`, `choose one of ${kinds}`);
  }
  const { parameters }: GeneratedKind = GENERATED_KINDS[record.kind];
  const settings = Object.fromEntries(parameters.map((parameter) => [parameter.name, settingOf(record, parameter)]));
  return MAKERS[record.kind](settings as unknown as Settings);
}

function settingOf(record: GenerateRecord, parameter: GeneratedParameter): number | string {
  const given = record[parameter.name] ?? parameter.default;
  const { name, type, minimum = -Infinity, maximum = Infinity, choices } = parameter;
  const place = `generated data set ${record.kind}: ${name} is ${typeof given === 'number' ? given : JSON.stringify(given)}`;
  if (type === 'choice') {
    if (choices?.includes(given as string)) return given;
    throw refuse(`${place}; expected one of ${choices?.join(', ')}`, `set ${name} to one of them or leave it out`);
  }
  if (typeof given === 'number' && given >= minimum && given <= maximum && (type === 'number' || Number.isInteger(given))) return given;
  const expected = `${type === 'integer' ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}`;
  throw refuse(`${place}; expected ${expected}`, `correct ${name} or leave it out for ${parameter.default}`);
}

function refuse(message: string, hint: string): EngineError {
  return new EngineError({ code: 'bad-generated', message, hint });
}
