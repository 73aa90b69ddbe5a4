import { registry } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { fittingGates } from '../../../renderer/canvas/fitting';
import { insertionOf } from '../../../renderer/canvas/inserting';
import type { Search } from '../../../renderer/canvas/state';
import { addGate } from '../../../renderer/canvas/addGate';
import { useDocumentStore } from '../../../renderer/stores/document';
import { read, simple } from './documents';

beforeEach(() => setActivePinia(createPinia()));

const output = (id: string, port = 'out') => ({ id, side: 'output', port }) as const;
const input = (id: string, port: string) => ({ id, side: 'input', port }) as const;
function fitting(purpose: Partial<Search>): Set<string> {
  return new Set(fittingGates([...registry.values()], { x: 0, y: 0, at: [0, 0], ...purpose }).map(({ name }) => name));
}
/** Which of `names` fit, in their order. */
function among(purpose: Partial<Search>, ...names: string[]): string[] {
  const found = fitting(purpose);
  return names.filter((name) => found.has(name));
}

/** A vector, which of its entries is largest, and that as a vector again; a matrix times another. */
const typed = () =>
  read({
    nodes: [
      { id: 'v', gate: 'variable', params: { value: [1, 3, 2] } },
      { id: 'i', gate: 'argmax', params: { dim: 0 } },
      { id: 'h', gate: 'one_hot', params: { num_classes: 3 } },
      { id: 'w', gate: 'variable', params: { value: [[1, 2]] } },
      { id: 'u', gate: 'variable', params: { value: [[3], [4]] } },
      { id: 'm', gate: 'matmul' }
    ],
    wires: [
      { from: 'v', to: 'i.x' },
      { from: 'i', to: 'h.index' },
      { from: 'w', to: 'm.a' },
      { from: 'u', to: 'm.b' }
    ]
  });

describe('gates that fit', () => {
  it('are all of them where nothing is asked of them', () => {
    useDocumentStore().open(typed());
    expect(fitting({}).size).toBe(registry.size);
  });

  it('at an output take what it gives', () => {
    useDocumentStore().open(typed());
    expect(among({ origin: output('i') }, 'one_hot', 'sigmoid', 'variable')).toEqual(['one_hot', 'sigmoid']);
    expect(among({ origin: output('v') }, 'one_hot', 'sigmoid', 'variable', 'add', 'glu')).toEqual(['sigmoid', 'add']);
  });

  it('at an input give what it takes, as far as that is known before anything comes to them', () => {
    useDocumentStore().open(typed());
    // What a source holds is typed later.
    expect(among({ origin: input('h', 'index') }, 'argmax', 'sigmoid', 'variable', 'data')).toEqual([
      'argmax',
      'sigmoid',
      'variable',
      'data'
    ]);
    expect(fittingGates([...registry.values()], { x: 0, y: 0, at: [0, 0], origin: input('i', 'x') })[0]?.source).toBeDefined();
    expect(among({ origin: input('i', 'x') }, 'sigmoid', 'variable', 'matmul')).toEqual(['sigmoid', 'variable', 'matmul']);
  });

  it('on a wire take what it carries, and give what it goes to takes', () => {
    useDocumentStore().open(typed());
    expect(among({ wire: 0 }, 'sigmoid', 'add', 'variable', 'one_hot', 'copy')).toEqual(['sigmoid', 'add', 'copy']);
    // What goes to one_hot has to be int32.
    expect(among({ wire: 1 }, 'sigmoid', 'neg', 'copy', 'reshape')).toEqual(['copy', 'reshape']);
    // A sum of all is no matrix.
    expect(among({ wire: 2 }, 'relu', 'sum', 'copy')).toEqual(['relu', 'copy']);
    useDocumentStore().open(simple());
    expect(fitting({ wire: 99 }).size).toBe(registry.size);
  });

  it('in a gate’s place have a port for each of its wires, and are not the same again', () => {
    useDocumentStore().open(simple());
    expect(among({ replaces: 'q' }, 'sub', 'neg', 'add', 'where', 'variable')).toEqual(['sub', 'where']);
    expect(among({ replaces: 'x' }, 'variable', 'constant', 'neg')).toEqual(['constant', 'neg']);
  });

  it('are asked of the document as it is, and leave it so', () => {
    const store = useDocumentStore();
    store.open(typed());
    const { document } = store;
    fitting({ origin: output('v') });
    fitting({ wire: 0 });
    expect(store.document).toBe(document);
    expect(store.canUndo).toBe(false);
  });
});

describe('putting a gate on a wire', () => {
  it('takes its first input that fits, and its output of that name', () => {
    useDocumentStore().open(simple());
    addGate('tanh', { wire: 2 });
    const { document } = useDocumentStore();
    expect(document.wires.map(({ from, to }) => `${from} > ${to}`)).toEqual(['x > q.a', 'y > q.b', 'tanh > f.a', 'z > f.b', 'q > tanh.x']);
    expect(useDocumentStore().diagnostics).toEqual([]);
  });

  it('takes the next input where the first does not fit', () => {
    const store = useDocumentStore();
    store.open(typed());
    addGate('embedding');
    const wires = insertionOf(store.document, 0, 'embedding').document?.wires ?? [];
    expect(wires.at(-1)).toEqual({ from: 'v', to: 'embedding.weight' });
  });

  it('is refused where what follows does not take what the gate gives', () => {
    const store = useDocumentStore();
    store.open(typed());
    addGate('sigmoid');
    expect(insertionOf(store.document, 1, 'sigmoid')).toMatchObject({ document: null, refusal: { gate: 'h', port: 'index' } });
  });

  it('is refused for a gate without inputs or outputs, and adds it beside the wire', () => {
    const store = useDocumentStore();
    store.open(simple());
    expect(insertionOf(store.document, 0, 'z')).toMatchObject({ document: null, refusal: { code: 'no-port', gate: 'z' } });
    addGate('constant', { wire: 0 });
    expect(store.document.wires).toEqual(simple().wires);
    expect(store.document.nodes).toHaveLength(6);
  });
});
