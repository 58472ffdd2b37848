// Cases that a hostile reading of history brought up: each was wrong once.
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { History } from '../../../server/history/history.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { hallHistory } from '../../support/hall-history.ts';
import { at, door } from '../../support/hall-maker.ts';

const minute = 60_000;
const nine = at('2026-11-20 09:00');
const log = pino({ level: 'silent' });

describe('J7: what is put', () => {
  it('and could not be, is rolled up again where that was done meanwhile', async () => {
    const history = hallHistory({ now: nine + 10_000 });
    history.take(door('door-a', [1, 1], [0, 0], nine));
    await history.roll();
    history.take(door('door-a', [1, 2], [7, 2], nine + 5_000));
    history.fillDisk();
    expect(history.scribe.flush()).toBe(false);
    history.clock.moveTo(nine + 30 * minute);
    history.emptyDisk();
    await history.rollAlone();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 0 });
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 7, left: 2 });
  });
});

describe('what was counted', () => {
  it('is tidied up later when it can not be now, and nothing ends of it', async () => {
    const history = new History({
      settings: { influx: null, historyDays: { raw: 30, minute: 90, slot: 3_650 } },
      folder: await tempFolder(),
      clock: manualClock(nine),
      log,
      simulated: true,
      hall: () => undefined,
      halls: () => [],
      changed: () => {},
      rolled: () => {},
    });
    onTestFinished(() => history.close());
    history.outbox.put = () => {
      throw new Error('full');
    };
    expect(() => history.tidy(nine, log)).not.toThrow();
  });
});
