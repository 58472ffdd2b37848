// The to-do column: the server's order, those that somebody looks after last, and nothing left out unsaid.
import { describe, expect, it } from 'vitest';
import { placeWithin, todoMarks, todoOf } from '../../../dashboard/src/wall/todo.ts';
import type { Alert } from '../../../server/contracts/alerts.ts';
import { alertOf } from './alert-of.ts';
import { hallLive } from './hall-live.ts';

const seen = { state: 'acknowledged', acknowledged: { at: 1, actor: { name: 'x', via: 'loopback' } } } as const;
const shown = (alerts: Alert[] | null, alertsOpen: number | null) => {
  const todo = todoOf(hallLive({ alerts, alertsOpen }));
  return todo && { ids: todo.shown.map(({ id }) => id), more: todo.more };
};

describe('the to-do column', () => {
  it('keeps the order of the server, and puts those seen to or silenced last', () => {
    const alerts = [alertOf('1', seen), alertOf('2'), alertOf('3', { silenced: '7' }), alertOf('4')];
    expect(shown(alerts, 4)).toEqual({ ids: ['2', '4', '1', '3'], more: 0 });
  });

  it('says how many it doesn’t show, those that another explains included', () => {
    const alerts = Array.from({ length: 9 }, (_, i) => alertOf(String(i)));
    expect(shown(alerts, 31)).toEqual({ ids: ['0', '1', '2', '3', '4', '5'], more: 25 });
  });

  it('tells nothing to do from not knowing', () => {
    expect(shown([], 0)).toEqual({ ids: [], more: 0 });
    expect(shown(null, null)).toBeNull();
  });

  it('marks what comes and goes, is silenced or is seen to', () => {
    expect(todoMarks(alertOf('1'))).toEqual([]);
    expect(todoMarks(alertOf('1', { ...seen, flapping: true, silenced: '7' }))).toEqual([
      'todo.flapping',
      'todo.silenced',
      'todo.acknowledged',
    ]);
  });

  it('leaves the hall out of a place on its own wall', () => {
    expect(placeWithin('Hall · VIP', 'Hall')).toBe('VIP');
    expect(placeWithin('Hall', 'Hall')).toBe('Hall');
    expect(placeWithin('Hall 2 · VIP', 'Hall')).toBe('Hall 2 · VIP');
  });
});
