import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { addGate, readGateDrag } from '../../../renderer/canvas/addGate';
import { copySelection } from '../../../renderer/canvas/copying';
import { Scene } from '../../../renderer/canvas/scene';
import { rankGates } from '../../../renderer/canvas/searchGates';
import { useCanvasStore } from '../../../renderer/canvas/state';
import { beginWiring, bestSocket, connectTo, dropWire, judge, verdictOn, wireInto } from '../../../renderer/canvas/wiring';
import { registry } from '@wiregrad/engine';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { simple } from './documents';

beforeEach(() => {
  setActivePinia(createPinia());
  useDocumentStore().open(simple());
});

const output = (id: string, port = 'out') => ({ id, side: 'output', port }) as const;
const input = (id: string, port: string) => ({ id, side: 'input', port }) as const;
const wires = () => useDocumentStore().document.wires.map(({ from, to }) => `${from} > ${to}`);
const inHand = () => useCanvasStore().wiring!;

describe('drawing a wire', () => {
  it('replaces what an input had, in either direction', () => {
    beginWiring(output('z'), null);
    connectTo(inHand(), input('q', 'a'));
    expect(wires()).toEqual(['z > q.a', 'y > q.b', 'q > f.a', 'z > f.b']);
    beginWiring(input('q', 'a'), null);
    connectTo(inHand(), output('x'));
    expect(wires()[0]).toBe('x > q.a');
  });

  it('is refused with the reason where it would close a cycle', () => {
    beginWiring(output('f'), null);
    expect(verdictOn(inHand(), input('q', 'a'))).toMatchObject({ code: 'cycle' });
    expect(verdictOn(inHand(), input('f', 'b'))).toMatchObject({ code: 'cycle' });
  });

  it('is refused between two outputs', () => {
    beginWiring(output('x'), null);
    expect(verdictOn(inHand(), output('y'))).toMatchObject({ code: 'same-side' });
  });

  it('moves a wire that was picked up as one step to undo', () => {
    const store = useDocumentStore();
    beginWiring(input('q', 'a'), wireInto(input('q', 'a')));
    expect(inHand().origin).toEqual(output('x'));
    connectTo(inHand(), input('f', 'b'));
    expect(wires()).toEqual(['y > q.b', 'q > f.a', 'x > f.b']);
    store.undo();
    expect(wires()).toHaveLength(4);
  });

  it('does nothing when a wire comes back to where it was', () => {
    beginWiring(input('q', 'a'), 0);
    connectTo(inHand(), input('q', 'a'));
    expect(useDocumentStore().canUndo).toBe(false);
  });

  it('removes a wire that was picked up and dropped on nothing', () => {
    beginWiring(input('q', 'a'), 0);
    dropWire(inHand());
    expect(wires()).toEqual(['y > q.b', 'q > f.a', 'z > f.b']);
  });

  it('judges all sockets of the other side, and prefers a free one of a gate', () => {
    const scene = new Scene();
    const id = addGate('add', { center: [600, 300] });
    beginWiring(output('x'), null);
    connectTo(inHand(), input(id, 'a'));
    scene.update(useDocumentStore().document);
    beginWiring(output('y'), null);
    expect(judge(inHand(), scene.boxes.values(), Infinity)).toBe(true);
    expect(useCanvasStore().verdicts.size).toBe(6);
    expect(bestSocket(inHand(), scene.boxes.get(id)!, scene)).toEqual(input(id, 'b'));
  });
});

describe('adding a gate', () => {
  it('puts its middle where it was dropped and selects it', () => {
    const id = addGate('sigmoid', { center: [700, 300] });
    const scene = new Scene();
    scene.update(useDocumentStore().document);
    const { x, y, width, height } = scene.boxes.get(id)!;
    // Positions are whole.
    expect(Math.abs(x + width / 2 - 700)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y + height / 2 - 300)).toBeLessThanOrEqual(0.5);
    expect(useSelectionStore().primary).toBe(id);
  });

  it('wires it to the socket that it was looked for from, as one step', () => {
    addGate('tanh', { center: [700, 300], origin: output('f') });
    expect(wires().at(-1)).toBe('f > tanh.x');
    useDocumentStore().undo();
    expect(useDocumentStore().document.nodes).toHaveLength(5);
  });

  it('names a data gate after its field', () => {
    expect(addGate('data', { params: { dataset: 'iris', field: 'species' } })).toBe('species');
  });

  it('starts a parameter with what it needs to be run, wherever it comes from', () => {
    const [palette, dropped] = [addGate('parameter'), addGate('parameter', { center: [0, 0], origin: input('f', 'b') })];
    const { nodesById } = useDocumentStore();
    expect(nodesById.get(dropped)!.params).toEqual(nodesById.get(palette)!.params);
    expect(nodesById.get(dropped)!.params).toHaveProperty('init');
  });

  it('reads what the palette drags', () => {
    expect(readGateDrag('add')).toEqual({ gate: 'add' });
    expect(readGateDrag('{"gate":"data","params":{"field":"x"}}')).toEqual({ gate: 'data', params: { field: 'x' } });
    expect(readGateDrag('{broken')).toBeNull();
    expect(readGateDrag('')).toBeNull();
  });

  it('is found by name, sign, family and description', () => {
    const first = (query: string) => rankGates(query, [...registry.values()])[0]?.name;
    expect([first('sigm'), first('+'), first('*'), first('mat mul'), first('log soft')]).toEqual([
      'sigmoid',
      'add',
      'mul',
      undefined,
      'log_softmax'
    ]);
    expect(rankGates('losses', [...registry.values()]).every(({ family }) => family === 'losses')).toBe(true);
  });
});

describe('duplicating gates', () => {
  it('copies wires among them and from outside, under new ids, and selects the copies', () => {
    useSelectionStore().select(['q', 'f']);
    copySelection({ label: 'duplicate', shift: [40, 40] });
    const { document } = useDocumentStore();
    expect([...useSelectionStore().nodes]).toEqual(['q2', 'f2']);
    expect(document.wires.slice(4).map(({ from, to }) => `${from} > ${to}`)).toEqual(['x > q2.a', 'y > q2.b', 'q2 > f2.a', 'z > f2.b']);
    expect(document.layout.get('f2')).toEqual([480, 40]);
  });
});
