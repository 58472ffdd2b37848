// What the books had no room for is counted where history is put, and said with the visits.
import { expect, it } from 'vitest';
import { recordsADay } from '../../../server/hall/queue-bounds.ts';
import { visitsMissing } from '../../../server/history/asking/visits-missing.ts';
import { hallHistory } from '../../support/hall-history.ts';
import { at, queueEvents } from '../../support/hall-maker.ts';

it('tickets beyond a day’s bound that nobody ended are said to be missing', () => {
  const now = at('2026-11-23 12:00');
  const { take, scribe, outbox, hall } = hallHistory({ now });
  const { ticket } = queueEvents();
  const start = at('2026-11-23 09:00');
  const asked = { hall, from: hall.config.days.of(now).start, to: now, now };
  const history = { outbox, state: 'ok' as const, rawFrom: 0 };
  for (let n = 0; n < recordsADay; n++) take(ticket('issued', `A${n}`, start + n));
  scribe.flush();
  expect(visitsMissing({ ...asked, history })).toEqual([]);
  take(ticket('issued', 'B1', start + recordsADay));
  scribe.flush();
  expect(visitsMissing({ ...asked, history })).toEqual([{ reason: 'too-many', count: 1, until: null }]);
  // On another day nothing is missing.
  const before = { from: asked.from - 86_400_000, to: asked.from };
  expect(visitsMissing({ ...asked, ...before, history })).toEqual([]);
});
