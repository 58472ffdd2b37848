// One message that makes our own code fail stops nothing.
import { expect, it } from 'vitest';
import { loadConfigOrThrow } from '../../../server/config/load.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { topicOf } from '../../../server/contracts/topics.ts';
import { Halls } from '../../../server/hall/halls.ts';
import type { Outcome } from '../../../server/ingest/projector.ts';
import { Projector } from '../../../server/ingest/projector.ts';
import { message } from '../../support/journal.ts';

/** Halls with a fault in them that one message brings out. */
class FaultyHalls extends Halls {
  override apply(reading: Reading, id?: number) {
    if ('seq' in reading.body && reading.body.seq === 2) throw new TypeError('a fault of ours');
    return super.apply(reading, id);
  }
}

it('a poisoned message goes to quarantine as failed, with where it belongs, and the others go on', async () => {
  const config = await loadConfigOrThrow('config');
  const halls = new FaultyHalls({ simulated: false, changed: () => {} });
  halls.configure(config, null);
  const outcomes: Outcome[] = [];
  const parts = {
    halls,
    simulated: false,
    owned: null,
    configured: () => {},
    heard: (one: Outcome) => outcomes.push(one),
  };
  const projector = new Projector(parts, { position: 0, config });
  const topic = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');
  const now = Date.parse('2026-11-23T12:00:00+08:00');
  for (const seq of [1, 2, 3]) {
    const body = JSON.stringify({ ts: now, boot: 1, seq, in: seq * 5, out: 0 });
    projector.take({ ...message(body, { topic, receivedAt: now }), id: seq });
  }
  expect(outcomes.map((outcome) => ('refused' in outcome ? outcome.refused.reason : 'read'))).toEqual([
    'read',
    'failed',
    'read',
  ]);
  expect(outcomes[1]).toMatchObject({
    refused: { id: 2, hall: 'jiefang', device: 'jf-door-main', detail: 'a fault of ours' },
  });
  expect(halls.live('jiefang', now)?.live.occupancy.enteredToday).toBe(10);
  expect(projector.position).toBe(3);
});
