/** A gate as a call of PyTorch: by the general rule, or as the gate's own file says. */
import type { Type } from '../base/dtypes';
import type { Family, Gate, Operands, ResolvedParams, TorchEmit } from '../gates/gate';
import { fill, paramTexts, valueText } from './pythonText';

/** Families whose functions are those of `torch`; the others are in torch.nn.functional. */
const IN_TORCH: ReadonlySet<Family> = new Set(['arithmetic', 'structure', 'reductions', 'linear']);

export interface TorchCall {
  /** An expression; a tuple where the gate has several outputs. */
  readonly text: string;
  /** Functions that it calls, by name. */
  readonly needs: Readonly<Record<string, string>>;
}

interface Call {
  readonly gate: Gate;
  readonly params: ResolvedParams;
  /** Of connected ports. */
  readonly types: Operands<Type>;
}

/** `operands` has a text for each connected port, and for each state of the gate by its name. */
export function torchCall({ gate, params, types }: Call, operands: Readonly<Record<string, string>>): TorchCall {
  const emit = torchEmit({ gate, params, types });
  const { forward, needs = {} } = emit;
  const ports = gate.inputs(params).map(({ name }) => name);
  if (!forward.includes('{')) {
    const listed = ports.map((port) => operands[port] ?? 'None');
    while (listed.at(-1) === 'None') listed.pop();
    return { text: `${forward}(${[...listed, ...keywords(gate, emit.params ?? params)].join(', ')})`, needs };
  }
  const absent = Object.fromEntries([...ports, ...Object.keys(gate.params)].map((name) => [name, 'None']));
  return { text: fill(forward, { ...absent, ...paramTexts(params, 'torch'), ...modeText(gate, params), ...operands }), needs };
}

/** Names of the functions that a gate's call needs defined. */
export function torchNeeds(call: Call): readonly string[] {
  return Object.keys(torchEmit(call).needs ?? {});
}

function torchEmit({ gate, params, types }: Call): TorchEmit {
  const { torch } = gate.emit;
  const emit = typeof torch === 'function' ? torch(params, types) : (torch ?? `${IN_TORCH.has(gate.family) ? 'torch' : 'F'}.${gate.name}`);
  return typeof emit === 'string' ? { forward: emit } : emit;
}

/** A gate that works otherwise in training asks its module, unless it is told. */
function modeText(gate: Gate, params: ResolvedParams): Record<string, string> {
  return 'training' in gate.params && params['training'] === undefined ? { training: 'self.training' } : {};
}

function keywords(gate: Gate, params: ResolvedParams): string[] {
  const given = Object.entries(params).flatMap(([name, value]) => {
    const spec = gate.params[name];
    const usual = spec && 'default' in spec ? spec.default : undefined;
    if (value === undefined || JSON.stringify(value) === JSON.stringify(usual)) return [];
    const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
    return [`${name}=${valueText(single, 'torch')}`];
  });
  return [...given, ...Object.entries(modeText(gate, params)).map(([name, text]) => `${name}=${text}`)];
}
