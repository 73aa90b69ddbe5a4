/** Reads a node's parameters by the gate's specification: checks each, fills defaults, turns tensors into arrays. */
import { readTensor } from '../base/tensors';
import type { Gate, ParamProblem, ParamSpec, ResolvedParams } from './gate';
import { INITIALIZERS, readInit } from './initializers';

/** Values by name, and a problem for each that is missing, unknown or of the wrong kind; never throws. */
export function resolveParams(
  gate: Gate,
  given: Readonly<Record<string, unknown>> = {}
): { params: ResolvedParams; problems: readonly ParamProblem[] } {
  const params: Record<string, unknown> = Object.create(null);
  const problems: ParamProblem[] = [];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(gate.params, name)) continue;
    const names = Object.keys(gate.params);
    problems.push({ param: name, message: `unknown parameter ${name}; ${gate.name} has ${names.length ? names.join(', ') : 'none'}` });
  }
  for (const [name, spec] of Object.entries(gate.params)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null) {
      if (spec.type !== 'init' && spec.default !== undefined)
        params[name] = spec.type === 'tensor' ? readTensor(spec.default) : spec.default;
      else if (!spec.optional) problems.push({ param: name, message: `${name} is missing; expected ${expectation(spec)}` });
      continue;
    }
    const read = readParam(spec, value, given['dtype'] === 'int32');
    if ('problem' in read) problems.push({ param: name, message: `${name} is ${excerpt(value)}; ${read.problem}` });
    else params[name] = read.value;
  }
  // A gate reads its parameters together only where each is sound by itself.
  if (problems.length === 0 && gate.problems) problems.push(...gate.problems(params));
  return { params, problems };
}

/** What a parameter of this kind may be, in words. */
function expectation(spec: ParamSpec): string {
  switch (spec.type) {
    case 'number':
    case 'integer': {
      const kind = spec.type === 'number' ? 'a number' : 'a whole number';
      if (spec.min !== undefined && spec.max !== undefined) return `${kind} from ${spec.min} to ${spec.max}`;
      if (spec.min !== undefined) return `${kind} of at least ${spec.min}`;
      return spec.max !== undefined ? `${kind} of at most ${spec.max}` : kind;
    }
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
    case 'integers':
      return 'a list of whole numbers';
    case 'tensor':
      return 'a number or nested lists of numbers';
    case 'text':
    case 'code':
      return 'a text';
    case 'init':
      return `{"kind": …} with one of ${INITIALIZERS.join(', ')}`;
    default:
      throw spec satisfies never;
  }
}

function readParam(spec: ParamSpec, value: unknown, whole: boolean): { value: unknown } | { problem: string } {
  const fail = { problem: `expected ${expectation(spec)}` };
  switch (spec.type) {
    case 'number':
    case 'integer': {
      const number = readTensor(value);
      if (typeof number === 'string' || number.shape.length > 0) return fail;
      const entry = number.data[0]!;
      const fits = (spec.min === undefined || entry >= spec.min) && (spec.max === undefined || entry <= spec.max);
      return fits && (spec.type === 'number' || Number.isSafeInteger(entry)) ? { value: entry } : fail;
    }
    case 'boolean':
      return typeof value === 'boolean' ? { value } : fail;
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value) ? { value } : fail;
    case 'integers': {
      const list = Array.isArray(value) ? value : [value];
      return list.every((entry) => Number.isSafeInteger(entry)) ? { value: list } : fail;
    }
    case 'tensor': {
      const tensor = readTensor(value, whole ? 'int32' : 'float');
      return typeof tensor === 'string' ? { problem: tensor } : { value: tensor };
    }
    case 'text':
    case 'code':
      return typeof value === 'string' ? { value } : fail;
    case 'init': {
      const init = readInit(value);
      return typeof init === 'string' ? { problem: init } : { value: init };
    }
    default:
      throw spec satisfies never;
  }
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
