import { EngineError } from '@wiregrad/engine';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setHost } from '../../../renderer/host/current';
import { memoryHost, type MemoryHost } from '../../../renderer/host/memoryHost';
import { useNoticesStore } from '../../../renderer/stores/notices';

let host: MemoryHost;
const shown = () => useNoticesStore().notices.map(({ text }) => text);
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  setHost((host = memoryHost()));
  setActivePinia(createPinia());
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('what is done goes by itself, what went wrong stays until it is dismissed', () => {
  const notices = useNoticesStore();
  notices.done('Saved');
  notices.problem('no column');
  notices.warning('not kept');
  notices.failure(new Error('no disk'));
  vi.advanceTimersByTime(5_000);
  expect(shown()).toEqual(['not kept', 'no disk']);
  notices.notices.forEach(({ id }) => notices.dismiss(id));
  expect(shown()).toEqual([]);
});

it('an error that comes again and again is shown once and logged once', () => {
  const { crash } = useNoticesStore();
  const error = new Error('a bug');
  for (let time = 0; time < 1_000; time++) crash(error);
  crash('thrown as a text');
  expect(useNoticesStore().notices).toMatchObject([
    { kind: 'error', text: 'Something went wrong: a bug', action: { command: 'help.report' } },
    { text: 'Something went wrong: thrown as a text' }
  ]);
  expect(host.log.map((entry) => entry.split('\n')[0])).toEqual(['Error: a bug', 'Error: thrown as a text']);
});

it('errors that are all different do not fill the log', () => {
  const { crash } = useNoticesStore();
  for (let time = 0; time < 1_000; time++) crash(new Error(`bug ${time}`));
  expect(host.log).toHaveLength(100);
});

it('what the user stopped is no failure', () => {
  useNoticesStore().failure(new EngineError({ code: 'cancelled', message: 'stopped' }));
  expect(shown()).toEqual([]);
});
