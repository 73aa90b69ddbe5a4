import { parseDocument, setParams, type RunRequest, type RunResult } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { setHost } from '../../../renderer/host/current';
import { memoryHost } from '../../../renderer/host/memoryHost';
import { useDocumentStore } from '../../../renderer/stores/document';
import { useFilesStore } from '../../../renderer/stores/files';
import { useNoticesStore } from '../../../renderer/stores/notices';
import { useRunStore } from '../../../renderer/stores/run';
import { useSettingsStore } from '../../../renderer/stores/settings';
import { SIMPLE, simpleRun } from '../summaries';

interface Call {
  readonly request: RunRequest;
  answer(result?: RunResult): void;
  fail(error: Error): void;
}

let calls: Call[];
let stopped: number;
beforeEach(() => {
  calls = [];
  stopped = 0;
  setActivePinia(createPinia());
  setHost(
    memoryHost({
      run: (request) =>
        new Promise((resolve, reject) => {
          calls.push({ request, answer: (result = simpleRun(request.revision, request.backward)) => resolve(result), fail: reject });
        }),
      stop: async () => void stopped++,
      resetWeights: async () => undefined
    })
  );
  useDocumentStore().open(parseDocument(SIMPLE).document!);
});

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await nextTick();
};
const values = () => useDocumentStore().document.wires.map((_, index) => useRunStore().wireLabel(index).value?.data[0]);
const gradients = () => useDocumentStore().document.wires.map((_, index) => useRunStore().wireLabel(index).gradient?.data[0]);
const change = (value: number) => useDocumentStore().apply('type', (document) => setParams(document, 'x', { value }));

/** Starts `action`, lets the engine answer, and waits for it. */
async function answered(action: () => Promise<void>): Promise<void> {
  const done = action();
  await settle();
  for (const call of calls) call.answer();
  await done;
}

describe('a run', () => {
  it('shows values forward, and gradients too backward', async () => {
    const run = useRunStore();
    await answered(run.forward);
    expect(values()).toEqual([-2, 5, 3, -4]);
    expect(gradients()).toEqual([undefined, undefined, undefined, undefined]);
    await answered(run.backward);
    expect(gradients()).toEqual([-4, -4, -4, 3]);
    expect(run.nodeLabel('f').gradient?.data[0]).toBe(1);
  });

  it('tells of a graph that is wrong instead of asking the engine', async () => {
    useDocumentStore().apply('type', (document) => ({ ...document, wires: document.wires.slice(1) }));
    await useRunStore().forward();
    expect(calls).toEqual([]);
    expect(useNoticesStore().notices[0]?.text).toContain('problem');
  });

  it('keeps its results and shows the reason where a later one fails', async () => {
    const run = useRunStore();
    await answered(run.forward);
    const failing = run.forward();
    await settle();
    calls.at(-1)!.fail(new Error('out of memory'));
    await failing;
    expect(run.error[0]?.message).toBe('out of memory');
    expect(values()).toEqual([-2, 5, 3, -4]);
  });
});

describe('stepping', () => {
  it('goes gate by gate forward, then backward in reverse, on one run of the engine', async () => {
    const run = useRunStore();
    await answered(run.step);
    expect(run.cursor).toEqual({ node: 'q', phase: 'forward' });
    expect(values()).toEqual([-2, 5, 3, -4]);
    expect(run.nodeLabel('f').value).toBeUndefined();
    await run.step();
    expect(run.cursor).toEqual({ node: 'f', phase: 'forward' });
    expect(run.nodeLabel('f').value?.data[0]).toBe(-12);
    expect(gradients()).toEqual([undefined, undefined, undefined, undefined]);
    await run.step();
    expect(run.cursor).toEqual({ node: 'f', phase: 'backward' });
    expect(gradients()).toEqual([undefined, undefined, -4, 3]);
    expect(run.nodeLabel('x').gradient).toBeUndefined();
    await run.step();
    expect(run.cursor).toEqual({ node: 'q', phase: 'backward' });
    expect(gradients()).toEqual([-4, -4, -4, 3]);
    expect(calls.length).toBe(1);
  });

  it('goes back, and begins again after the end', async () => {
    const run = useRunStore();
    await answered(run.step);
    for (let step = 0; step < 3; step++) await run.step();
    run.stepBack();
    expect(run.cursor).toEqual({ node: 'f', phase: 'backward' });
    await run.step();
    await run.step();
    expect(run.cursor).toEqual({ node: 'q', phase: 'forward' });
    run.stepBack();
    expect(run.cursor).toBeNull();
    expect(values()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('goes on backward where a whole forward run was shown', async () => {
    const run = useRunStore();
    await answered(run.forward);
    await answered(run.step);
    expect(run.cursor).toEqual({ node: 'f', phase: 'backward' });
  });
});

describe('an edit', () => {
  it('greys the results until the run that it starts has answered', async () => {
    const run = useRunStore();
    await answered(run.backward);
    change(1);
    expect(run.stale).toBe(true);
    expect(values()).toEqual([-2, 5, 3, -4]);
    await settle();
    expect(calls.length).toBe(2);
    expect(calls[1]!.request.backward).toBe(true);
    calls[1]!.answer();
    await settle();
    expect(run.stale).toBe(false);
  });

  it('starts none where Live is off, or where nothing was run before', async () => {
    change(1);
    await settle();
    expect(calls.length).toBe(0);
    await answered(useRunStore().forward);
    useSettingsStore().live = false;
    await settle();
    change(2);
    await settle();
    expect(calls.length).toBe(1);
    expect(useRunStore().stale).toBe(true);
  });

  it('drops the answer to what was asked before it, and asks once more after that', async () => {
    const run = useRunStore();
    await answered(run.forward);
    change(1);
    await settle();
    change(2);
    change(3);
    await settle();
    expect(calls.length).toBe(2);
    calls[1]!.answer();
    await settle();
    expect(run.stale).toBe(true);
    expect(calls.length).toBe(3);
    expect(calls[2]!.request.document).toContain('"value": 3');
    calls[2]!.answer();
    await settle();
    expect(run.stale).toBe(false);
  });

  it('keeps the step in hand', async () => {
    const run = useRunStore();
    await answered(run.step);
    change(1);
    await settle();
    calls[1]!.answer();
    await settle();
    expect(run.position).toBe(1);
  });
});

describe('opening another document', () => {
  it('cancels the run in hand, and nothing of it arrives', async () => {
    const run = useRunStore();
    const running = run.backward();
    await settle();
    await useFilesStore().openText(SIMPLE.replace('"simple"', '"other"'), 'other.wiregrad');
    expect(stopped).toBeGreaterThan(0);
    calls[0]!.answer();
    await running;
    expect(values()).toEqual([undefined, undefined, undefined, undefined]);
    expect(run.running).toBe(false);
  });
});
