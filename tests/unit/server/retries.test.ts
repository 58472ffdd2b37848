// Retries where the journal doesn't play along, and what is heard of them again after a start.
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { Outcomes } from '../../../server/ingest/outcomes.ts';
import type { Outcome } from '../../../server/ingest/projector.ts';
import { Quarantine } from '../../../server/ingest/quarantine.ts';
import { Refusals } from '../../../server/ingest/refusals.ts';
import { Retries } from '../../../server/ingest/retries.ts';
import type { Entry, NewEntry } from '../../../server/journal/entry.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { door } from '../../support/hall-maker.ts';

const message: NewEntry = {
  kind: 'message',
  topic: 't',
  payload: Buffer.from('{}'),
  receivedAt: 1,
  live: true,
  caughtUp: true,
  shortened: false,
  retryOf: null,
};

function refusal(entry: Entry): Outcome {
  return { entry, refused: { ...entry, reason: 'unknown-device', detail: '', hall: null, device: null } };
}

const reading = (entry: Entry): Outcome => ({
  entry,
  reading: door('door-a', [1, 1], [0, 0], 1),
  notes: [],
  trace: null,
});

/** A quarantine that holds one message, with a journal that only notes down. */
async function house() {
  const quarantine = new Quarantine(join(await tempFolder(), 'quarantine.sqlite'));
  onTestFinished(() => quarantine.close());
  const refusals = new Refusals({ clock: manualClock(0), log: pino({ level: 'silent' }) });
  const outcomes = new Outcomes({ quarantine, refusals, lost: () => {} });
  const journal = {
    trouble: null as string | null,
    appended: [] as { entry: NewEntry; kept: (error: Error | null) => void }[],
    append: (entry: NewEntry, kept: (error: Error | null) => void) => {
      journal.appended.push({ entry, kept });
    },
    flush: () => {},
  };
  let starting = false;
  const retries = new Retries({ quarantine, outcomes, journal, isStarting: () => starting });
  outcomes.live(refusal({ ...message, id: 1 }));
  outcomes.flush(1, false);
  return {
    quarantine,
    outcomes,
    journal,
    retries,
    start: () => {
      starting = true;
    },
  };
}

describe('a retry', () => {
  it('is journaled once for all who ask while it runs, and answered to each', async () => {
    const { retries, journal, outcomes, quarantine } = await house();
    const asked = [retries.retry(1), retries.retry(1)];
    expect(journal.appended.map(({ entry }) => entry)).toMatchObject([{ kind: 'retry', retryOf: 1, receivedAt: 1 }]);
    outcomes.live(reading({ ...message, kind: 'retry', id: 2, retryOf: 1 }));
    outcomes.flush(2, false);
    expect(await Promise.all(asked)).toEqual([
      { read: 1, refused: 0 },
      { read: 1, refused: 0 },
    ]);
    expect(quarantine.list({ limit: 9 })).toEqual([]);
    await expect(retries.retry(1)).rejects.toMatchObject({ code: 'unknown-entry' });
  });

  it('answers where the journal can’t be written, before it is asked or while it is', async () => {
    const { retries, journal } = await house();
    journal.flush = () => {
      journal.trouble = 'the disk is full';
    };
    await expect(retries.retry(1)).rejects.toMatchObject({ code: 'not-stored', message: 'the disk is full' });
    await expect(retries.retry(1)).rejects.toMatchObject({ code: 'not-stored' });
    expect(journal.appended).toHaveLength(1);
  });

  it('answers where the journal takes no more, and can be asked again', async () => {
    const { retries, journal, outcomes } = await house();
    const asked = retries.retry(1);
    journal.appended[0]?.kept(new Error('20000 messages wait for the journal already'));
    await expect(asked).rejects.toMatchObject({ code: 'not-stored' });
    const again = retries.retry(1);
    outcomes.live(refusal({ ...message, kind: 'retry', id: 2, retryOf: 1 }));
    expect(await again).toEqual({ read: 0, refused: 1 });
  });

  it('waits for nothing while the server is starting', async () => {
    const { retries, start, journal } = await house();
    start();
    await expect(retries.retry(1)).rejects.toMatchObject({ code: 'not-stored', status: 503 });
    expect(journal.appended).toEqual([]);
  });

  it('is heard in the order of the journal when it is read again: what was read does not come back', async () => {
    const { outcomes, quarantine } = await house();
    outcomes.replayed(refusal({ ...message, id: 5 }));
    outcomes.replayed(reading({ ...message, kind: 'retry', id: 6, retryOf: 5 }));
    outcomes.flush(6, true);
    expect(quarantine.list({ limit: 9 })).toMatchObject([{ count: 1, kept: 1 }]);
    expect(outcomes.counts.refusals.get('unknown-device')).toBe(1);
  });

  it('refused again is not counted as one more', async () => {
    const { outcomes } = await house();
    outcomes.live(refusal({ ...message, kind: 'retry', id: 2, retryOf: 1 }));
    expect(outcomes.counts.refusals.get('unknown-device')).toBe(1);
  });
});
