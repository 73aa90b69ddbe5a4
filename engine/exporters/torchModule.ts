/** A net — a document's, or a definition's — as the body of a class of torch.nn.Module: what it holds, and forward a line a gate. */
import type { Type } from '../base/dtypes';
import { EngineError } from '../base/errors';
import { sizeOf } from '../base/shapes';
import type { Tensor } from '../base/tensors';
import { repeatsOf } from '../document/definitions';
import { outputName, type DefinitionRecord } from '../document/types';
import { connect, type Net, type ResolvedNode } from '../lower/connections';
import { gateOf } from '../lower/definitionGates';
import type { Lowered } from '../lower/lower';
import { PythonNames } from './pythonNames';
import { docstring, entriesText, tupleText } from './pythonText';
import { torchFunction } from './torchFunction';
import { torchCall, torchNeeds } from './torchText';

/** What the generated file calls, besides what its gates need. */
const FILE_NAMES = 'torch F nn json os self super map own attached repeated wire keep wires values'.split(' ');

/** What torch.nn.Module has of its own, in any of its versions so far: a parameter of the name would hide it. */
const MODULE_NAMES = (
  'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr ' +
  'float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers ' +
  'named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook ' +
  'register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook ' +
  'register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook ' +
  'register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule shared share_memory state_dict to to_empty train ' +
  'training type xpu zero_grad'
).split(' ');

/** A gradient can be taken only at what autograd follows. */
const ATTACHED = `def attached(x):
    return x if x.requires_grad else x.detach().requires_grad_()`;

const REPEATED = `def repeated(module, count, *inputs):
    for _ in range(count):
        outputs = module(*inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        inputs = outputs + inputs[len(outputs):]
    return outputs if len(outputs) > 1 else outputs[0]`;

const WITHIN = `def within(weights, prefix):
    return {name[len(prefix):]: value for name, value in weights.items() if name.startswith(prefix)}`;

interface Instance {
  /** Of its class. */
  readonly name: string;
  readonly module: TorchModule;
  /** Whether the class is given the modules that all share. */
  readonly shares: boolean;
  /** Whether it is one of them. */
  readonly shared: boolean;
}

/** What the modules of one file have in common. */
export class TorchFile {
  /** Functions that the lines call, by name. */
  readonly helpers = new Map<string, string>();
  /** Names of the classes of definitions, by their bodies. */
  readonly classes = new Map<string, string>();
  /** Definitions whose parameters all instances share, those that others need first. */
  readonly shared = new Map<string, Instance>();
  private readonly classNames: PythonNames;

  constructor(
    readonly definitions: ReadonlyMap<string, DefinitionRecord>,
    readonly lowered: Lowered,
    reserved: readonly string[]
  ) {
    this.classNames = new PythonNames([...FILE_NAMES, ...reserved]);
  }

  /** A class's name from one of the document: `two spirals` → `TwoSpirals`. */
  className(key: string, wish: string): string {
    const words = wish.split(/[^A-Za-z0-9]+/).filter(Boolean);
    const joined = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
    return this.classNames.name(key, /^[A-Z]/.test(joined) ? joined : `Net${joined}`);
  }

  need(name: string, code: string): void {
    this.helpers.set(name, code);
  }

  /** Those of `weights` whose names begin with `prefix`, without it. */
  within(prefix: string): string {
    this.need('within', WITHIN);
    return `within(weights, ${JSON.stringify(prefix)})`;
  }

  /** One module serves all instances, which must therefore have the same code. */
  share(definition: string, instance: Instance, path: string): void {
    const known = this.shared.get(definition);
    if (known && known.name !== instance.name) {
      throw new EngineError({
        code: 'shared-shapes',
        gate: path.slice(0, -1),
        kind: definition,
        message: 'its inputs have other shapes than those of another instance, and one PyTorch module cannot serve both',
        hint: 'give it a definition of its own'
      });
    }
    this.shared.set(definition, instance);
  }

  /** The class whose body is `lines`; instances of one definition share it unless their shapes make their code differ. */
  classOf(definition: string, lines: readonly string[]): string {
    const body = lines.join('\n');
    let name = this.classes.get(body);
    if (name === undefined) this.classes.set(body, (name = this.className(`${definition} ${this.classes.size}`, definition)));
    return name;
  }
}

export class TorchModule {
  readonly nodes: ReadonlyMap<string, ResolvedNode>;
  readonly order: readonly string[];
  readonly names: PythonNames;
  readonly attributes = new PythonNames(MODULE_NAMES);
  /** Outputs that a gate takes the gradient with respect to. */
  private readonly followed: ReadonlySet<string>;
  private readonly custom = new Map<string, string>();
  private readonly instances = new Map<string, Instance>();

  /**
   * Inside a definition `path` leads there from the document, `b1/`, the names of weights begin with `prefix`, `b1.`, and
   * `inputs` are its ports.
   */
  constructor(
    private readonly file: TorchFile,
    net: Net,
    private readonly path = '',
    private readonly prefix = '',
    private readonly inputs: readonly string[] = []
  ) {
    const { nodes, order } = connect(net, (name) => gateOf(file, name));
    this.nodes = nodes;
    this.order = order;
    const needs = order.flatMap((id) => this.defineCustom(id) ?? torchNeeds({ ...nodes.get(id)!, types: this.typesOf(id) }));
    this.names = new PythonNames([...FILE_NAMES, ...needs]);
    for (const name of [...inputs, ...this.outputs()]) this.names.name(name);
    const gradients = [...nodes.values()].filter(({ gate }) => gate.family === 'differentiation');
    this.followed = new Set(gradients.map(({ incoming }) => incoming.get('x')!.source));
  }

  /** All output references, operands before their users. */
  outputs(): readonly string[] {
    return this.order.flatMap((id) => this.nodes.get(id)!.outputs.map((port) => outputName(id, port)));
  }

  typeOf(reference: string): Type {
    const { types, inner, graph } = this.file.lowered;
    return this.path === '' ? types.get(reference)! : graph.type(inner.values.get(this.path + reference)!);
  }

  /** The arguments of forward: data and variables; inside a definition its inputs. */
  given(): readonly string[] {
    return this.path === '' ? this.order.filter((id) => ['data', 'variable'].includes(this.nodes.get(id)!.gate.source ?? '')) : this.inputs;
  }

  /** Ids of nodes and states that are parameters and buffers of the module. */
  held(): readonly string[] {
    const given = new Set(this.given());
    const sources = this.order.filter((id) => this.nodes.get(id)!.gate.source && !given.has(id));
    return [...sources, ...this.order.flatMap((id) => Object.keys(this.statesOf(id)).map((state) => `${id}.${state}`))];
  }

  attribute(id: string, wish = id): string {
    // What begins with an underscore is the module's own business.
    return `self.${this.attributes.name(id, wish.startsWith('_') ? `p${wish}` : wish)}`;
  }

  /** The module of a definition whose parameters all instances share; inside definitions, one of those handed in. */
  private sharedModule(definition: string): string {
    return this.path === '' ? this.attribute(`definition ${definition}`, definition) : `self.shared[${JSON.stringify(definition)}]`;
  }

  signature(): string {
    return `def forward(${['self', ...this.given().map((id) => this.names.name(id))].join(', ')}):`;
  }

  decorated(lines: readonly string[]): readonly string[] {
    return this.followed.size > 0 ? ['@torch.enable_grad()', ...lines] : lines;
  }

  /** The lines that set parameters and buffers, each to the text that `value` has for it. */
  holding(value: (id: string) => string): readonly string[] {
    return this.held().map((id) => {
      const node = this.nodes.get(id);
      const attribute = this.attribute(id);
      if (node?.gate.source === 'parameter')
        return `${attribute} = nn.Parameter(${value(id)}${node.params['trainable'] ? '' : ', requires_grad=False'})`;
      // What training changes is saved with the weights, what the document fixes is not.
      return `self.register_buffer(${JSON.stringify(attribute.slice('self.'.length))}, ${value(id)}${node ? ', persistent=False' : ''})`;
    });
  }

  /** The modules within, made from what `value` has for the weights whose names begin so; at the top also those that all share. */
  nesting(value: (prefix: string) => string): readonly string[] {
    const own = this.order.flatMap((id) => {
      if (!this.definitionOf(id)) return [];
      const { name, shares, shared } = this.instance(id);
      return shared ? [] : [`${this.attribute(id)} = ${name}(${value(`${id}.`)}${shares ? ', shared' : ''})`];
    });
    if (this.path !== '') return own;
    const handed = this.shares();
    const common = [...this.file.shared].map(([definition, { name, shares }]) => {
      const place = handed ? ` = shared[${JSON.stringify(definition)}]` : '';
      return `${this.sharedModule(definition)}${place} = ${name}(${value(`${definition}.`)}${shares ? ', shared' : ''})`;
    });
    return [...(handed ? ['shared = {}'] : []), ...common, ...own];
  }

  /** By name in the module's state_dict, what files of weights call its parameters and states. */
  stateNames(): ReadonlyMap<string, string> {
    const plain = (attribute: string) => attribute.slice('self.'.length);
    const kept = this.held().filter((id) => (this.nodes.get(id)?.gate.source ?? 'parameter') === 'parameter');
    const names = new Map(kept.map((id) => [plain(this.attribute(id)), this.prefix + id]));
    const own = this.order.filter((id) => this.definitionOf(id) && !this.instance(id).shared);
    const within: [attribute: string, module: TorchModule][] = own.map((id) => [this.attribute(id), this.instance(id).module]);
    if (this.path === '') for (const [definition, { module }] of this.file.shared) within.push([this.sharedModule(definition), module]);
    for (const [attribute, module] of within) for (const [name, key] of module.stateNames()) names.set(`${plain(attribute)}.${name}`, key);
    return names;
  }

  /** Whether a module within needs one that all share. */
  private shares(): boolean {
    return this.order.some((id) => this.definitionOf(id) && (this.instance(id).shares || (this.path !== '' && this.instance(id).shared)));
  }

  /** The body of the class of a definition. */
  classLines({ outputs }: DefinitionRecord): readonly string[] {
    const shares = this.shares();
    const held = this.holding((id) => `weights[${JSON.stringify(id)}]`);
    const nested = this.nesting((prefix) => this.file.within(prefix));
    const body = ['super().__init__()', ...(shares ? ['self.shared = shared'] : []), ...held, ...nested];
    const results = [...outputs.values()].map((reference) => reference!);
    return [`def __init__(self, weights${shares ? ', shared' : ''}):`, ...indent(body), '', ...this.forward(results, { tuple: true })];
  }

  /** forward returns `results`: one alone unless `named`, several by name or as a tuple. */
  forward(
    results: readonly string[],
    { tuple = false, named = false, doc }: { readonly tuple?: boolean; readonly named?: boolean; readonly doc?: string } = {}
  ): readonly string[] {
    const held = new Set(this.held());
    const name = (reference: string) =>
      held.has(reference) && !this.followed.has(reference) ? this.attribute(reference) : this.names.name(reference);
    const follow = (reference: string): readonly string[] => {
      if (!this.followed.has(reference)) return [];
      this.file.need('attached', ATTACHED);
      return [`${this.names.name(reference)} = attached(${held.has(reference) ? this.attribute(reference) : this.names.name(reference)})`];
    };
    const body = (this.path === '' ? [] : this.inputs).flatMap(follow);
    for (const id of this.order) {
      const { gate, outputs, incoming } = this.nodes.get(id)!;
      if (!gate.source) body.push(`${this.target(id)} = ${this.call(id, (port) => name(incoming.get(port)!.source))}`);
      body.push(...outputs.flatMap((port) => follow(outputName(id, port))));
    }
    const many = tuple
      ? tupleText(results.map(name))
      : `{${results.map((reference) => `${JSON.stringify(reference)}: ${name(reference)}`).join(', ')}}`;
    const returned = results.length === 1 && !named ? name(results[0]!) : many;
    return this.decorated([this.signature(), ...indent([...(doc ? [docstring(doc)] : []), ...body, `return ${returned}`])]);
  }

  /** What a gate's outputs are assigned to: a name, or as many as a tuple has. */
  target(id: string): string {
    const { outputs } = this.nodes.get(id)!;
    const names = outputs.map((port) => this.names.name(outputName(id, port)));
    return this.isTuple(id) ? `${names.join(', ') || '_'}${names.length === 1 ? ',' : ''}` : names[0]!;
  }

  /** Whether the gate's expression is a tuple; a definition of one output gives it bare, whatever it is called. */
  isTuple(id: string): boolean {
    const { outputs } = this.nodes.get(id)!;
    return outputs.length > 1 || (outputs[0] !== 'out' && !this.definitionOf(id));
  }

  /** The gate's expression, the text of each connected port made by `operand`. */
  call(id: string, operand: (port: string) => string): string {
    const node = this.nodes.get(id)!;
    const texts: Record<string, string> = {};
    for (const { name, dtype = 'float' } of node.inputs) {
      if (!node.incoming.has(name)) continue;
      const promoted = dtype === 'float' && this.typesOf(id)[name]!.dtype === 'int32';
      texts[name] = promoted ? `${operand(name)}.to(torch.get_default_dtype())` : operand(name);
    }
    const listed = node.inputs.map(({ name }) => texts[name]!).join(', ');
    const custom = this.custom.get(id);
    if (custom) return `${custom}(${listed})`;
    if (this.definitionOf(id)) return this.callInstance(node, listed);
    const { text, needs } = torchCall({ ...node, types: this.typesOf(id) }, { ...texts, ...this.statesOf(id) });
    for (const [name, code] of Object.entries(needs)) this.file.need(name, code);
    return text;
  }

  private callInstance({ record, gate }: ResolvedNode, operands: string): string {
    const module = this.instance(record.id).shared ? this.sharedModule(gate.name) : this.attribute(record.id);
    const repeats = repeatsOf(record);
    if (repeats === 1) return `${module}(${operands})`;
    this.file.need('repeated', REPEATED);
    return `repeated(${module}, ${repeats}, ${operands})`;
  }

  private definitionOf(id: string): DefinitionRecord | undefined {
    const { gate } = this.nodes.get(id)!;
    return gate.family === 'definitions' ? this.file.definitions.get(gate.name) : undefined;
  }

  private instance(id: string): Instance {
    let instance = this.instances.get(id);
    if (!instance) this.instances.set(id, (instance = this.makeInstance(id)));
    return instance;
  }

  private makeInstance(id: string): Instance {
    const { record, gate } = this.nodes.get(id)!;
    const definition = this.definitionOf(id)!;
    const shared = definition.parameters === 'shared';
    const path = `${this.path}${id}${repeatsOf(record) > 1 ? '@1' : ''}/`;
    const module = new TorchModule(
      this.file,
      definition,
      path,
      `${shared ? '' : this.prefix}${shared ? gate.name : id}.`,
      definition.inputs
    );
    const data = module.order.find((inner) => module.nodes.get(inner)!.gate.source === 'data');
    if (data !== undefined) {
      throw new EngineError({
        code: 'data-inside',
        gate: path + data,
        kind: 'data',
        message: `it is inside the definition ${gate.name}, and PyTorch code takes data as arguments of the whole module`,
        hint: 'move it out, and wire it to an input of the definition'
      });
    }
    const name = this.file.classOf(gate.name, module.classLines(definition));
    const made = { name, module, shares: module.shares(), shared };
    if (shared) this.file.share(gate.name, made, path);
    return made;
  }

  private typesOf(id: string): Readonly<Record<string, Type>> {
    return Object.fromEntries([...this.nodes.get(id)!.incoming].map(([port, { source }]) => [port, this.typeOf(source)]));
  }

  /** Attributes of the gate's states, by name. */
  private statesOf(id: string): Readonly<Record<string, string>> {
    const prefix = `${this.prefix}${id}.`;
    const states = this.file.lowered.states.filter((state) => state.id.startsWith(prefix)).map((state) => state.id.slice(prefix.length));
    // Of a definition's instance come those of the gates inside too, which are theirs.
    return Object.fromEntries(states.filter((state) => !state.includes('.')).map((state) => [state, this.attribute(`${id}.${state}`)]));
  }

  /** Defines the function of a custom gate, under another name where that of its id is taken. */
  private defineCustom(id: string): readonly string[] | undefined {
    const { gate, params } = this.nodes.get(id)!;
    if (gate.family !== 'custom') return undefined;
    for (let wish = id; ; wish += '_') {
      const { name, call, code } = torchFunction(wish, params);
      const known = this.file.helpers.get(name);
      if (known !== undefined && known !== code) continue;
      this.file.need(name, code);
      this.custom.set(id, call);
      return [name];
    }
  }
}

export function indent(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => (line ? `    ${line}` : ''));
}

export function tensorText(tensor: Tensor): string {
  const whole = tensor.dtype === 'int32';
  if (sizeOf(tensor.shape) === 0) return `torch.zeros(${tupleText(tensor.shape)}${whole ? ', dtype=torch.int64' : ''})`;
  return `torch.tensor(${entriesText(tensor, 'torch')})`;
}
