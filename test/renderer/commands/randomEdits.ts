/** A user who does anything: random documents, and random steps that mean something whatever the document has become. */
import {
  annotationsOf,
  EngineError,
  emptyDocument,
  fragmentOf,
  insertFragment,
  nodesInUse,
  registry,
  renameDefinition,
  renameNode,
  setAnnotationText,
  setAreas,
  setDefinition,
  setParams,
  setVia,
  type DefinitionRecord,
  type Document,
  type Params,
  type ParamValue,
  type Position
} from '@wiregrad/engine';
import fc from 'fast-check';
import { COMMANDS, type CommandId } from '../../../main/contract/commands';
import { addGate } from '../../../renderer/canvas/addGate';
import { resized } from '../../../renderer/canvas/areas';
import { selectionText } from '../../../renderer/canvas/copying';
import { movableOf, moveBy } from '../../../renderer/canvas/moving';
import { replaceBy } from '../../../renderer/canvas/replacing';
import { Scene, socketsOf } from '../../../renderer/canvas/scene';
import { useCanvasStore } from '../../../renderer/canvas/state';
import { usableGates } from '../../../renderer/canvas/usableGates';
import { beginWiring, connectTo, dropWire, endWiring, verdictOn, wireInto } from '../../../renderer/canvas/wiring';
import { pasteText } from '../../../renderer/commands/clipboard';
import { runCommand } from '../../../renderer/commands/registry';
import { examples } from '../../../renderer/examples/examples';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { documents } from '../../engine/document/documents';

/** Commands that do not edit by themselves, and why; `EDITS` does what the user would do next. */
const LEFT_OUT = new Set<CommandId>([
  // They ask the system's clipboard.
  'edit.cut',
  'edit.copy',
  'edit.paste',
  'edit.pasteConnected',
  // They open a box, a field or a menu on the canvas, or take a wire in hand there.
  'edit.add',
  'edit.insert',
  'edit.replace',
  'edit.rename',
  'edit.value',
  'edit.wire',
  'edit.addPoint',
  'edit.menu',
  // It asks the canvas's worker.
  'arrange.layout'
]);
const AREAS = ['edit', 'arrange', 'move', 'definition'];
const performed = (Object.keys(COMMANDS) as CommandId[]).filter((id) => AREAS.includes(id.split('.')[0]!) && !LEFT_OUT.has(id));

/** More nodes than this would only make the steps slower. */
const MOST_NODES = 40;
const GROWING: readonly string[] = ['edit.duplicate', 'add', 'paste'];

const VALUES: readonly ParamValue[] = [-0, 3, 2.5, 'NaN', [1, 2], [[1, 2, 3]], [], 'x * 2', true, null, { kind: 'zeros' }];
const NAMES = ['x', 'a2', '__proto__', 'constructor', 'out', 'add', 'not an id', ''];

/** Numbers that choose among what there is. */
type Picks = readonly number[];
const among = <T>(list: readonly T[], pick: number): T | undefined => list[pick % list.length];
const shown = (): Document => useDocumentStore().document;
const usable = (): string[] => [...registry.keys(), ...usableGates(useDocumentStore()).map(({ name }) => name)];

/** What a user does besides performing commands. Where that may grow with the step before, it answers its merge key. */
const EDITS: Readonly<Record<string, (picks: Picks) => string | void>> = {
  type([a = 0, b = 0, c = 0]) {
    const store = useDocumentStore();
    const node = among(shown().nodes, a);
    if (!node) return;
    const names = [...Object.keys(store.gateOf(node.gate)?.params ?? {}), 'value'];
    const merge = `param.${node.id}.${names[b % names.length]!}`;
    const params: Params = { ...node.params, [names[b % names.length]!]: among(VALUES, c)! };
    store.apply('type', (document) => setParams(document, node.id, params), { merge });
    return `${store.path} ${merge}`;
  },
  rename([a = 0, b = 0]) {
    const node = among(shown().nodes, a);
    if (node) useDocumentStore().apply('rename', (document) => renameNode(document, node.id, among(NAMES, b)!));
  },
  renameDefinition([a = 0, b = 0]) {
    const name = among([...(shown().definitions?.keys() ?? [])], a);
    if (name !== undefined) useDocumentStore().applyWhole('rename', (document) => renameDefinition(document, name, among(NAMES, b)!));
  },
  describe([a = 0, b = 0]) {
    const key = among([...annotationsOf(shown()).keys()], a);
    if (key) useDocumentStore().apply('describe', (document) => setAnnotationText(document, key, among(NAMES, b)!));
  },
  resize([a = 0, b = 0, c = 0]) {
    const found = among([...annotationsOf(shown())], a);
    if (!found) return;
    const area = resized(found[1].area, offset(b, c));
    useDocumentStore().apply('resize', (document) => setAreas(document, new Map([[found[0], area]])));
  },
  drag([a = 0, b = 0]) {
    const { nodes, annotations } = useSelectionStore();
    const movable = movableOf(shown(), sceneOf(), nodes, annotations);
    useDocumentStore().apply('drag', (document) => moveBy(document, movable, offset(a, b)));
  },
  lead([a = 0, b = 0, c = 0]) {
    const { wires } = shown();
    if (wires.length === 0) return;
    const via = [...(among(wires, a)!.via ?? []), offset(b, c)].slice(-3);
    useDocumentStore().apply('lead', (document) => setVia(document, a % wires.length, via));
  },
  draw([a = 0, b = 0, c = 0]) {
    const sockets = [...sceneOf().boxes.values()].flatMap(socketsOf);
    const [from, to] = [among(sockets, a), among(sockets, b)];
    if (!from || !to) return;
    beginWiring(from, from.side === 'input' && c % 2 === 0 ? wireInto(from) : null);
    const wiring = useCanvasStore().wiring!;
    if (verdictOn(wiring, to) === null) connectTo(wiring, to);
    else if (c % 3 === 0) dropWire(wiring);
    endWiring();
  },
  add([a = 0, b = 0, c = 0]) {
    const { wires } = shown();
    addGate(among(usable(), a)!, {
      center: offset(b, c),
      ...(wires.length > 0 && c % 2 === 0 && { wire: b % wires.length })
    });
  },
  replace([a = 0, b = 0]) {
    const node = among(shown().nodes, a);
    if (node)
      replaceBy(
        node.id,
        among(
          usable().filter((name) => name !== node.gate),
          b
        )!
      );
  },
  paste([a = 0, b = 0]) {
    const text = a % 2 === 0 ? selectionText() : among(examples, b)!.text;
    if (text !== null) pasteText(text, b % 2 === 0);
  },
  forgetDefinition([a = 0]) {
    const name = among([...(shown().definitions?.keys() ?? [])], a);
    if (name !== undefined) useDocumentStore().applyWhole('forget', (document) => setDefinition(document, name, undefined));
  }
};

function offset(a: number, b: number): Position {
  return [(a % 400) - 200.5, (b % 300) - 150];
}

function sceneOf(): Scene {
  const scene = new Scene();
  scene.update(shown());
  return scene;
}

export interface Step {
  /** What is selected before; what was stays selected where it is absent. */
  readonly selection: { readonly kind: 'gates' | 'wire' | 'all'; readonly picks: Picks } | undefined;
  readonly action: string;
  readonly picks: Picks;
}

const picks = (length: number) => fc.array(fc.nat({ max: 9999 }), { minLength: length, maxLength: length });
const actions = [...performed, ...performed, ...Object.keys(EDITS), ...Object.keys(EDITS), ...Object.keys(EDITS)];

export const steps = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      selection: fc.option(
        fc.record({ kind: fc.constantFrom('gates' as const, 'gates' as const, 'wire' as const, 'all' as const), picks: picks(4) }),
        { nil: undefined, freq: 3 }
      ),
      action: fc.constantFrom(...actions),
      picks: picks(3)
    }),
    { minLength: length, maxLength: length, size: 'max' }
  );

/** Some gates of one example beside those of another. */
const drawn: fc.Arbitrary<Document> = fc
  .array(fc.tuple(fc.constantFrom(...examples), fc.nat(), fc.integer({ min: 2, max: 8 })), { minLength: 1, maxLength: 3 })
  .map((parts) =>
    parts.reduce((document, [example, first, count], at) => {
      const { nodes } = example.document;
      const ids = new Set(nodes.slice(first % nodes.length, (first % nodes.length) + count).map(({ id }) => id));
      const fragment = fragmentOf(example.document, ids);
      return insertFragment(document, fragment, { shift: [at * 300, at * 200], isGate: (name) => registry.has(name) }).document;
    }, emptyDocument('drawn'))
  );

/** Whatever a file can hold, at places within reach: where numbers are so large that 1 is nothing, no step moves anything. */
const written: fc.Arbitrary<Document> = documents.map((document) => ({
  ...withinReach(document),
  ...(document.definitions && {
    definitions: new Map([...document.definitions].map(([name, definition]) => [name, withinReach(definition)]))
  })
}));

function withinReach<T extends Document | DefinitionRecord>({ frames: _, notes: __, ...rest }: T): Omit<T, 'frames' | 'notes'> {
  return {
    ...rest,
    wires: rest.wires.map(({ via: _, ...wire }) => wire),
    layout: new Map(rest.nodes.map(({ id }, at) => [id, [at * 150, (at % 3) * 90]]))
  };
}

export const anyDocument = fc.oneof({ arbitrary: drawn, weight: 3 }, { arbitrary: written, weight: 1 });

function select({ kind, picks }: NonNullable<Step['selection']>): void {
  const { nodes, wires } = shown();
  const selection = useSelectionStore();
  const keys = [...annotationsOf(shown()).keys()];
  if (kind === 'wire' && wires.length > 0) selection.selectWire(picks[0]! % wires.length);
  else {
    const some = <T>(list: readonly T[], from: number): T[] =>
      list.length === 0 ? [] : picks.slice(from).map((pick) => among(list, pick)!);
    selection.selectAll(
      some(
        nodes.map(({ id }) => id),
        0
      ),
      kind === 'all' ? some(keys, 2) : []
    );
  }
}

/** Does a step; answers the key of edits that it may be undone together with. What the engine refuses is no failure. */
export function take({ selection, action: wish, picks }: Step): string | undefined {
  if (selection) select(selection);
  const { whole, path } = useDocumentStore();
  const size = nodesInUse(whole).length + [...(whole.definitions?.values() ?? [])].reduce((sum, { nodes }) => sum + nodes.length, 0);
  const action =
    size < MOST_NODES || !GROWING.includes(wish) ? wish : (whole.definitions?.size ?? 0) > 3 ? 'forgetDefinition' : 'edit.delete';
  try {
    if (EDITS[action]) return EDITS[action](picks) ?? undefined;
    const { nodes, annotations } = useSelectionStore();
    const merge = action.startsWith('move.') ? `${path} move ${[...nodes, ...annotations].join(' ')}` : undefined;
    runCommand(action);
    return merge;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}
