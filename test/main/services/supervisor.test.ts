import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Supervisor } from '../../../main/services/supervisor';

class FakeProcess {
  killed = false;
  private listener = (): void => undefined;
  onExit(listener: () => void): void {
    this.listener = listener;
  }
  kill(): void {
    this.killed = true;
    this.listener();
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function supervise() {
  const processes: FakeProcess[] = [];
  const states: string[] = [];
  const supervisor = new Supervisor(
    () => {
      const started = new FakeProcess();
      processes.push(started);
      return started;
    },
    (state) => states.push(state)
  );
  return { supervisor, processes, states };
}

describe('the supervisor of the engine', () => {
  it('tells of a crash, starts another process and tells of that', () => {
    const { supervisor, processes, states } = supervise();
    processes[0]!.kill();
    expect(states).toEqual(['lost']);
    expect(supervisor.current).toBeNull();
    vi.advanceTimersByTime(1_000);
    expect(states).toEqual(['lost', 'ready']);
    expect(supervisor.current).toBe(processes[1]);
  });

  it('waits longer each time a process cannot start', () => {
    const { processes, states } = supervise();
    for (let crash = 0; crash < 5; crash++) {
      processes.at(-1)!.kill();
      vi.advanceTimersToNextTimer();
    }
    expect(processes).toHaveLength(6);
    processes.at(-1)!.kill();
    vi.advanceTimersByTime(1_000);
    expect(processes).toHaveLength(6);
    expect(states.at(-1)).toBe('lost');
  });

  it('starts nothing after it was disposed', () => {
    const { supervisor, processes, states } = supervise();
    supervisor.dispose();
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(1);
    expect(processes[0]!.killed).toBe(true);
    expect(states).toEqual([]);
  });
});
