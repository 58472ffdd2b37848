// What a hall told just before a config took it out is history all the same.
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { loadConfigOrThrow } from '../../../server/config/load.ts';
import { topicOf } from '../../../server/contracts/topics.ts';
import { Halls } from '../../../server/hall/halls.ts';
import { Outbox } from '../../../server/history/outbox.ts';
import { Scribe } from '../../../server/history/scribe.ts';
import { HistoryFeed } from '../../../server/ingest/history-feed.ts';
import type { Outcome } from '../../../server/ingest/projector.ts';
import { Projector } from '../../../server/ingest/projector.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { at } from '../../support/hall-maker.ts';
import { message, openJournal } from '../../support/journal.ts';

it('a visit that ended before its hall was taken out of the registry', async () => {
  const config = await loadConfigOrThrow('config');
  const now = at('2026-11-20 09:00');
  const clock = manualClock(now);
  const { journal } = openJournal(join(await tempFolder(), 'journal'), { clock });
  const halls = new Halls({ simulated: true, changed: () => {} });
  halls.configure(config, null);
  const outbox = new Outbox({ path: ':memory:', clock });
  const log = pino({ level: 'silent' });
  const scribe = new Scribe({ outbox, hall: () => undefined, log, now: clock.now, simulated: true, journalDays: 7 });
  const feed = new HistoryFeed({ scribe, journal, lost: () => {} });
  onTestFinished(() => feed.close());
  const heard = (outcome: Outcome) => feed.tell(outcome, projector);
  const projector: Projector = new Projector(
    { halls, simulated: true, owned: null, configured: () => {}, heard },
    { position: 0, config },
  );
  feed.follow(projector, halls);
  for (const [i, event] of ['issued', 'called', 'finished'].entries()) {
    const body = { ts: now + i * 60_000, boot: 1, seq: i + 1, event, ticket: 'A1', service: 'general', desk: 'desk-1' };
    const topic = topicOf('wuhan', 'guanggu', 'gg-queue', 'queue');
    projector.take({ ...message(JSON.stringify(body), { topic, receivedAt: body.ts }), id: i + 1 });
  }
  const others = new Map([...config.halls].filter(([id]) => id !== 'guanggu'));
  halls.configure({ ...config, halls: others, hash: 'without' }, null);
  feed.put();
  const visits = outbox.take(100)?.points.filter(({ measurement }) => measurement === 'visit');
  expect(visits).toMatchObject([{ tags: { hall: 'guanggu' }, fields: { ticket: 'A1', outcome: 'served' } }]);
});
