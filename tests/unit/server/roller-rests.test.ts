// A roller that rests between two halls puts nothing that a message knew better meanwhile.
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { Outbox } from '../../../server/history/outbox.ts';
import { Roller } from '../../../server/history/roller.ts';
import { Scribe } from '../../../server/history/scribe.ts';
import { at, hallConfig, queueEvents } from '../../support/hall-maker.ts';

const log = pino({ level: 'silent' });
const began = at('2026-11-20 09:00');

it('a customer found missing by the roller and served meanwhile was served', { timeout: 60_000 }, async () => {
  const clock = manualClock(began);
  const halls = Array.from({ length: 300 }, (_, i) => new Hall(hallConfig({ id: `hall-${i}` })));
  const byId = new Map(halls.map((hall) => [hall.config.id, hall]));
  const outbox = new Outbox({ path: ':memory:', clock });
  const parts = { outbox, log, simulated: true };
  const scribe = new Scribe({ ...parts, hall: (id) => byId.get(id), now: () => clock.now(), journalDays: 7 });
  const roller = new Roller({ ...parts, halls: () => halls, clock });
  const machines = halls.map(() => queueEvents());
  let id = 0;
  const tell = (i: number, event: 'issued' | 'called' | 'started' | 'finished', minute: number) => {
    const hall = halls[i] as Hall;
    const told = machines[i]?.ticket(event, 'A001', began + minute * 60_000, { service: 'general' });
    if (!told) return;
    const reading = { ...told, hall: hall.config.id };
    const { notes, trace } = hall.apply(reading);
    scribe.take({ id: ++id, reading, notes, trace });
  };
  const tellAll = (...steps: ['issued' | 'called' | 'started' | 'finished', number][]) => {
    for (const i of halls.keys()) for (const [event, minute] of steps) tell(i, event, minute);
    scribe.flush();
  };
  tellAll(['issued', 0]);
  await roller.pass();
  tellAll(['called', 1]);
  outbox.done(outbox.take(1_000_000)?.upTo ?? 0);
  clock.moveTo(began + 10 * 60_000);
  let isPassing = true;
  let rests = 0;
  const passing = roller.pass().finally(() => {
    isPassing = false;
  });
  while (isPassing) {
    await new Promise((resolve) => setImmediate(resolve));
    // In the roller's first rest all are served after all, some of whom it has read and some not.
    if (isPassing && rests++ === 0) tellAll(['started', 2], ['finished', 8]);
  }
  await passing;
  expect(rests).toBeGreaterThan(1);
  const outcomes = new Map<string, unknown>();
  for (const { measurement, tags, fields } of outbox.take(1_000_000)?.points ?? []) {
    if (measurement === 'visit' && fields.outcome) outcomes.set(tags.hall ?? '', fields.outcome);
  }
  expect(new Set(outcomes.values())).toEqual(new Set(['served']));
  expect(outcomes.size).toBe(halls.length);
});
