/** Definitions in the window: grouped, opened, edited inside, run. */
import { addNode, addWire, removeNodes, renameNode, setParams, type RunRequest, type RunResult } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { addGate } from '../../../renderer/canvas/addGate';
import { Scene } from '../../../renderer/canvas/scene';
import { usableGates } from '../../../renderer/canvas/usableGates';
import { runCommand } from '../../../renderer/commands/registry';
import { setHost } from '../../../renderer/host/current';
import { memoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { splitPath } from '../../../renderer/stores/instances';
import { useRunStore } from '../../../renderer/stores/run';
import { useSelectionStore } from '../../../renderer/stores/selection';
import { useTrainingStore } from '../../../renderer/stores/training';
import { simple } from '../canvas/documents';
import { scalar } from '../summaries';

const requests: RunRequest[] = [];
beforeEach(() => {
  setActivePinia(createPinia());
  requests.length = 0;
  setHost(
    memoryHost({
      run: async (request): Promise<RunResult> => {
        requests.push(request);
        const part = { values: new Map([['q', scalar(3)]]), gradients: new Map([['q', scalar(-4)]]), wires: [] };
        return {
          revision: request.revision,
          ...part,
          ...(request.inside && { inside: part }),
          bytes: 0,
          backend: 'wasm',
          milliseconds: 1,
          warnings: []
        };
      },
      stop: async () => undefined
    })
  );
  useDocumentStore().open(simple());
});

const ids = () => useDocumentStore().document.nodes.map(({ id }) => id);

/** (x + y) · z with q and f in a definition, its instance selected. */
function group(): void {
  useSelectionStore().select(['q', 'f']);
  expect(runCommand('edit.group')).toBe(true);
}
function open(): ReturnType<typeof useDocumentStore> {
  group();
  expect(useDocumentStore().enter('block')).toBe(true);
  return useDocumentStore();
}

describe('grouping', () => {
  it('puts one gate in the place of the selected ones, selects it, and can be undone', () => {
    group();
    expect(ids()).toEqual(['x', 'y', 'z', 'block']);
    expect(useSelectionStore().primary).toBe('block');
    expect(useDocumentStore().diagnostics).toEqual([]);
    expect(runCommand('edit.ungroup')).toBe(true);
    expect(ids().sort()).toEqual(['f', 'q', 'x', 'y', 'z']);
    expect([...useSelectionStore().nodes].sort()).toEqual(['f', 'q']);
    runCommand('edit.undo');
    runCommand('edit.undo');
    expect(useDocumentStore().document).toEqual(simple());
  });

  it('gives the instance a box with its ports', () => {
    group();
    const scene = new Scene();
    scene.update(setParams(useDocumentStore().document, 'block', { repeat: 3 }));
    expect(scene.boxes.get('block')).toMatchObject({
      family: 'definitions',
      symbol: 'block ×3',
      ports: { inputs: [{ name: 'x' }, { name: 'y' }, { name: 'z' }] }
    });
  });
});

describe('an opened definition', () => {
  it('is shown in place of the document, and closed on the way back', () => {
    const store = open();
    expect(store.path).toBe('block');
    expect(ids()).toEqual(['x', 'y', 'z', 'q', 'f', 'out']);
    expect(useSelectionStore().nodes.size).toBe(0);
    expect(runCommand('definition.leave')).toBe(true);
    expect(ids()).toEqual(['x', 'y', 'z', 'block']);
    expect(useSelectionStore().primary).toBe('block');
  });

  it('is edited by ordinary edits of the document, undone from anywhere', () => {
    const store = open();
    store.apply('add', (document) => addNode(document, { id: 'n', gate: 'neg' }));
    store.apply('rename', (document) => renameNode(document, 'x', 'left'));
    expect(store.whole.definitions!.get('block')!.nodes.map(({ id }) => id)).toEqual(['q', 'f', 'n']);
    store.leave();
    expect(store.document.wires).toContainEqual({ from: 'x', to: 'block.left' });
    store.undo();
    store.undo();
    expect(store.whole.definitions!.get('block')!.nodes.map(({ id }) => id)).toEqual(['q', 'f']);
  });

  it('knows shapes and refuses wires as the whole document does', () => {
    const store = open();
    expect(store.shapes.get('q')).toBe('scalar');
    expect(store.refusalOf(store.document, { from: 'f', to: 'q.a' })).toMatchObject({ code: 'cycle' });
    expect(store.refusalOf(store.document, { from: 'z', to: 'q.a' })).toBeNull();
  });

  it('shows what is wrong inside on its gates, and outside on the instance', () => {
    const store = open();
    store.apply('cut', (document) => removeNodes(document, ['x']));
    expect(store.problemsOf('q')).toMatchObject([{ code: 'unconnected-input', port: 'a' }]);
    store.leave();
    expect(store.problemsOf('block').map(({ message }) => message)).toContain('q inside: nothing is connected');
    expect(splitPath(store.whole, 'block/q')).toEqual({ path: 'block', id: 'q' });
    expect(splitPath(store.whole, 'block/nothing')).toBeNull();
  });

  it('takes new ports and other definitions, but none that it is in', () => {
    const store = open();
    expect(usableGates(store).map(({ name }) => name)).toEqual(['definition_input', 'definition_output']);
    expect(addGate('definition_input')).toBe('input');
    expect(store.whole.definitions!.get('block')!.inputs).toEqual(['x', 'y', 'z', 'input']);
    store.leave();
    expect(usableGates(store).map(({ name }) => name)).toEqual(['block']);
  });

  it('can be grouped further, to any depth', () => {
    const store = open();
    useSelectionStore().select(['x', 'q']);
    runCommand('edit.group');
    expect(store.whole.definitions!.get('block2')!.nodes.map(({ id }) => id)).toEqual(['q']);
    expect(store.diagnostics).toEqual([]);
    store.enter('block2');
    expect(store.trail.map(({ gate }) => gate)).toEqual(['block', 'block2']);
    store.leave(0);
    expect(store.path).toBe('');
  });

  it('closes when its instance is undone away', () => {
    const store = open();
    store.undo();
    expect([store.path, ids().includes('q')]).toEqual(['', true]);
  });

  it('has no objective, and leaves the training of the document as it is', () => {
    const store = open();
    useSelectionStore().select('f');
    expect(runCommand('edit.objective')).toBe(false);
    useTrainingStore().configure('epochs', { epochs: 7 });
    expect(store.whole.training).toEqual({ epochs: 7 });
    expect(store.whole.objective).toBe('block');
  });
});

describe('a run with an opened definition', () => {
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await nextTick();
  };

  it('shows what is inside, asked for when it is opened and again when it is left', async () => {
    const store = open();
    const run = useRunStore();
    await run.backward();
    expect(requests.at(-1)).toMatchObject({ inside: 'block', backward: true });
    expect(run.outputLabel('q').value?.data[0]).toBe(3);
    store.leave();
    await settle();
    expect(requests.at(-1)!.inside).toBeUndefined();
    expect(requests).toHaveLength(2);
  });

  it('asks for the copy of what is repeated', async () => {
    const store = useDocumentStore();
    store.apply('add', (document) => addWire(addNode(document, { id: 'n', gate: 'neg' }), { from: 'f', to: 'n.x' }));
    useSelectionStore().select(['n']);
    runCommand('edit.group');
    store.apply('repeat', (document) => setParams(document, 'block', { repeat: 2 }));
    store.enter('block');
    await useRunStore().forward();
    expect(requests.at(-1)!.inside).toBe('block@1');
    store.goTo('block@2');
    await settle();
    expect(requests.at(-1)!.inside).toBe('block@2');
    expect(store.goTo('block@3')).toBeUndefined();
    expect(store.path).toBe('');
  });
});
