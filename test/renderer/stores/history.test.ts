import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyHistory, record, stepBack, stepForward, type History } from '../../../renderer/stores/history';

const step = (before: number, after: number, merge?: string) => ({ label: `${before} to ${after}`, before, after, merge });

describe('the history of a document', () => {
  it('has nothing to walk to at first', () => {
    expect(stepBack(emptyHistory())).toBeNull();
    expect(stepForward(emptyHistory())).toBeNull();
  });

  it('walks back and forth over the same states', () => {
    const history = record(record(emptyHistory<number>(), step(0, 1)), step(1, 2));
    const back = stepBack(history)!;
    expect(back.state).toBe(1);
    expect(stepBack(back.history)!.state).toBe(0);
    expect(stepForward(back.history)!.state).toBe(2);
  });

  it('forgets what was undone when something else is done', () => {
    const back = stepBack(record(emptyHistory<number>(), step(0, 1)))!;
    expect(stepForward(record(back.history, step(0, 5)))).toBeNull();
  });

  it('makes one step of consecutive ones of the same key', () => {
    let history = record(emptyHistory<number>(), step(0, 1, 'typing'));
    history = record(history, step(1, 2, 'typing'));
    expect(history.past).toHaveLength(1);
    expect(stepBack(history)!.state).toBe(0);
  });

  it('keeps steps of different keys, and those without one, apart', () => {
    let history = record(emptyHistory<number>(), step(0, 1, 'a'));
    history = record(history, step(1, 2, 'b'));
    history = record(history, step(2, 3));
    history = record(history, step(3, 4));
    expect(history.past).toHaveLength(4);
  });

  it('does not lengthen a step that was undone and redone', () => {
    const undone = stepBack(record(emptyHistory<number>(), step(0, 1, 'typing')))!;
    const redone = stepForward(undone.history)!;
    expect(record(redone.history, step(1, 2, 'typing')).past).toHaveLength(2);
  });

  it('comes back to the first state by undoing everything, whatever was done', () => {
    const actions = fc.array(
      fc.record({ kind: fc.constantFrom('do', 'undo', 'redo'), key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }) })
    );
    fc.assert(
      fc.property(actions, (list) => {
        let history: History<number> = emptyHistory();
        let state = 0;
        let next = 0;
        for (const { kind, key } of list) {
          if (kind === 'do') {
            history = record(history, step(state, ++next, key));
            state = next;
          } else {
            const walked = kind === 'undo' ? stepBack(history) : stepForward(history);
            if (walked) ({ history, state } = walked);
          }
        }
        for (let walked = stepBack(history); walked; walked = stepBack(history)) ({ history, state } = walked);
        expect(state).toBe(0);
      })
    );
  });
});
