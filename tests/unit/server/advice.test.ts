// Advice: the queue played forward, only steps that can be taken, with what each changes.
import { describe, expect, it } from 'vitest';
import type { HallConfig } from '../../../server/config/hall-config.ts';
import type { Advice } from '../../../server/contracts/hall-live.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import type { Course, ProjectedLine } from '../../../server/hall/advice/projection.ts';
import { project } from '../../../server/hall/advice/projection.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';
import { at, hallConfig, queueEvents, status, terminal } from '../../support/hall-maker.ts';

const minute = 60_000;
const open = at('2026-11-23 08:30');

const line = (since: number[], more: Partial<ProjectedLine> = {}): ProjectedLine => ({
  service: 'general',
  headStartMs: 0,
  since,
  everyMs: null,
  limitMs: 15 * minute,
  ...more,
});
const course = (more: Partial<Course>): Course => ({
  now: 0,
  lines: [],
  desks: [{ id: 'desk-1', serves: null, freeAt: 0 }],
  turnMs: () => 4 * minute,
  arrivalsUntil: Number.POSITIVE_INFINITY,
  ...more,
});
const asked = { at: 10 * minute, until: 30 * minute, probes: [] };

describe('the queue played forward', () => {
  it('calls one after the other, and says when a limit is passed', () => {
    const waiting = line([-10 * minute, -9 * minute, -8 * minute, -7 * minute]);
    const { services } = project(course({ lines: [waiting] }), asked);
    // Called at 0, 4, 8 and 12 min: the third and fourth after 16 and 19 min.
    expect(services.get('general')).toEqual({
      longestMs: 17 * minute,
      mostMs: 19 * minute,
      over: { at: 7 * minute, limitMs: 15 * minute },
    });
  });

  it('is shorter by half with a second desk', () => {
    const desks = ['desk-1', 'desk-2'].map((id) => ({ id, serves: null, freeAt: 0 }));
    const { services, probeMs } = project(
      course({ desks, lines: [line([-4, -3, -2, -1].map((min) => min * minute))] }),
      { ...asked, probes: [{ line: 0, at: 0 }] },
    );
    expect(services.get('general')).toEqual({ longestMs: 0, mostMs: 6 * minute, over: null });
    expect(probeMs).toEqual([8 * minute]);
  });

  it('lets customers come at the rate of late until the doors close, and nobody be served by a desk that does something else', () => {
    const lines = [line([], { everyMs: minute })];
    const late = project(course({ lines, arrivalsUntil: 5.5 * minute }), asked);
    // They join at 1 to 5 min and are called at 1, 5, 9, 13 and 17.
    expect(late.services.get('general')).toMatchObject({ longestMs: 6 * minute, mostMs: 12 * minute });
    const elsewhere = [{ id: 'desk-1', serves: new Set(['vip']), freeAt: 0 }];
    const unserved = project(course({ lines, desks: elsewhere }), { ...asked, probes: [{ line: 0, at: 0 }] });
    expect(unserved.services.get('general')).toMatchObject({ longestMs: 9 * minute, over: { at: 16 * minute } });
    expect(unserved.probeMs).toEqual([null]);
  });

  it('calls a class with a head start first', () => {
    const lines = [line([-5 * minute]), line([-minute], { service: 'vip', headStartMs: 10 * minute })];
    const { services } = project(course({ lines }), asked);
    expect([services.get('vip')?.mostMs, services.get('general')?.mostMs]).toEqual([minute, 9 * minute]);
  });
});

const services = [
  { id: 'general', letter: 'A', name: { 'zh-CN': '综合', en: 'General' }, atTerminals: ['pay'] },
  { id: 'vip', letter: 'V', name: { 'zh-CN': 'VIP', en: 'VIP' } },
];

const limits = { all: { itemLimitMin: 10, items: { invoice: 5 } } };

/** Desk 1 at work, nine who wait for it since 10 to 2 min ago, desk 2 as told; a terminal that is well where `isTerminalThere`. */
function crowded(
  desk2: (events: ReturnType<typeof queueEvents>, now: number) => Reading[],
  {
    config = hallConfig({ services, standards: limits }),
    isTerminalThere = false,
  }: { config?: HallConfig; isTerminalThere?: boolean } = {},
) {
  const hall = new Hall(config);
  hall.learn(firstLesson());
  const events = queueEvents();
  const now = open + 60 * minute;
  const start = now - 12 * minute;
  const told = [
    events.desk('desk-opened', 'desk-1', start),
    events.ticket('issued', 'A000', start, { service: 'general' }),
    events.ticket('called', 'A000', start + 1_000, { service: 'general', desk: 'desk-1' }),
    events.ticket('started', 'A000', start + 2_000, { service: 'general', desk: 'desk-1', item: 'invoice' }),
    ...desk2(events, now),
    ...Array.from({ length: 9 }, (_, i) =>
      events.ticket('issued', `A00${i + 1}`, start + (i + 2) * minute, { service: 'general' }),
    ),
    status('queue', [1, 1], now - 1_000, { lastSeq: 0 }),
    ...(isTerminalThere ? [terminal([1, 1], now - 2_000, { busy: false }), status('pay-1', [1, 1], now - 1_000)] : []),
  ].sort((a, b) => a.at - b.at);
  for (const one of told) hall.apply(one);
  return { hall, events, now };
}

const adviceOf = (hall: Hall, now: number) => hall.live(now, { simulated: true }).live.advice;
const kinds = (advice: Advice[] | null) => advice?.map(({ id }) => id);

describe('advice', () => {
  it('ends a pause that nobody planned, says what that changes, and falls silent once it is done', () => {
    const { hall, events, now } = crowded((desk, at9) => [desk.desk('desk-paused', 'desk-2', at9 - 15 * minute)]);
    const advice = adviceOf(hall, now) ?? [];
    expect(kinds(advice)).toEqual(['limit:general:desk-2', 'end-pause:general:desk-2', 'back-office:general:desk-1']);
    const [limit, pause, office] = advice;
    expect(limit).toMatchObject({ at: now + 7 * minute, limitS: 900 });
    expect(limit?.text['zh-CN']).toMatch(/^09:37 将超过 15 分钟；恢复 2 号台席则最长 \d+ 分钟$/);
    expect(limit?.text.en).toMatch(/^Passes 15 min at 09:37; end the pause at desk 2: \d+ min at most$/);
    expect(pause?.with?.quoteS).toBeLessThan((pause?.without.quoteS ?? 0) - 60);
    expect(pause?.with?.longestS).toBeLessThan((pause?.without.longestS ?? 0) - 60);
    expect(pause?.text.en).toMatch(/^End the pause at desk 2: in 10 min wait \d+ → \d+, longest \d+ → \d+ min$/);
    expect(office?.text.en).toMatch(/^Take A000 at desk 1 to the back office, 11 min at it \(standard 5\)/);
    hall.apply(events.desk('desk-opened', 'desk-2', now + 1_000));
    expect(kinds(adviceOf(hall, now + 2_000))).not.toContain('end-pause:general:desk-2');
  });

  it('never advises what can’t be done: a planned pause, a desk closed long ago, one that serves something else', () => {
    const planned = crowded((desk, at9) => [
      desk.desk('desk-paused', 'desk-2', at9 - 15 * minute, { reason: 'lunch', until: at9 + 20 * minute }),
    ]);
    expect(kinds(adviceOf(planned.hall, planned.now))).toEqual(['limit:general', 'back-office:general:desk-1']);
    const gone = crowded((desk, at9) => [desk.desk('desk-closed', 'desk-2', at9 - 31 * minute)]);
    expect(kinds(adviceOf(gone.hall, gone.now))).toEqual(['limit:general', 'back-office:general:desk-1']);
    const elsewhere = crowded((desk, at9) => [desk.desk('desk-paused', 'desk-v', at9 - 5 * minute)]);
    expect(kinds(adviceOf(elsewhere.hall, elsewhere.now))).toEqual(['limit:general', 'back-office:general:desk-1']);
  });

  it('opens a desk that was closed of late, or by the roster', () => {
    const late = crowded((desk, at9) => [desk.desk('desk-closed', 'desk-2', at9 - 20 * minute)]);
    expect(kinds(adviceOf(late.hall, late.now))).toContain('open-desk:general:desk-2');
    const desks = (roster: string) =>
      hallConfig().file.desks.map((desk) => (desk.id === 'desk-2' ? { ...desk, roster } : desk));
    const config = (roster: string) => hallConfig({ services, standards: limits, desks: desks(roster) });
    const on = crowded(() => [], { config: config('09:00-12:00') });
    expect(kinds(adviceOf(on.hall, on.now))).toContain('open-desk:general:desk-2');
    const off = crowded((desk, at9) => [desk.desk('desk-paused', 'desk-2', at9 - minute)], {
      config: config('13:00-18:00'),
    });
    expect(kinds(adviceOf(off.hall, off.now))).toEqual(['limit:general', 'back-office:general:desk-1']);
  });

  it('sends customers to a terminal that is free and does what they need, and not to one that is taken or broken', () => {
    const free = crowded(() => [], { isTerminalThere: true });
    const divert = adviceOf(free.hall, free.now)?.find(({ kind }) => kind === 'divert');
    expect(divert?.terminals).toEqual(['pay-1']);
    expect(divert?.text['zh-CN']).toMatch(/^可分流到Pay/);
    free.hall.apply(terminal([1, 2], free.now, { busy: true }));
    expect(kinds(adviceOf(free.hall, free.now + 1))).not.toContain('divert:general');
    free.hall.apply(terminal([1, 3], free.now + 2, { busy: false, state: 'out-of-service' }));
    expect(kinds(adviceOf(free.hall, free.now + 3))).not.toContain('divert:general');
    free.hall.apply(terminal([1, 4], free.now + 4, { busy: false }));
    expect(kinds(adviceOf(free.hall, free.now + 5))).toContain('divert:general');
  });

  it('is empty while all is well, and null while nobody knows', () => {
    const hall = new Hall(hallConfig());
    hall.learn(firstLesson());
    expect(adviceOf(hall, open)).toBeNull();
    const { desk, ticket } = queueEvents();
    for (const one of [desk('desk-opened', 'desk-1', open), ticket('issued', 'A001', open, { service: 'general' })])
      hall.apply(one);
    hall.apply(status('queue', [1, 1], open));
    expect(adviceOf(hall, open + 1_000)).toEqual([]);
    expect(adviceOf(hall, open + 10 * minute)).toBeNull();
    const past = new Hall(hallConfig());
    past.apply(ticket('issued', 'A002', open, { service: 'general' }));
    expect(adviceOf(past, open + 1_000)).toBeNull();
  });
});

describe('a customer who probably left', () => {
  it('no longer makes the longest wait once six who joined later were called', () => {
    const hall = new Hall(hallConfig());
    const { ticket } = queueEvents();
    const general = { service: 'general' };
    hall.apply(ticket('issued', 'A000', open, general));
    const serviceAt = (now: number) => hall.live(now, { simulated: true }).live.services[0];
    for (let i = 1; i <= 6; i++) {
      const when = open + i * minute;
      hall.apply(ticket('issued', `A00${i}`, when, general));
      expect(serviceAt(when)).toMatchObject({ longestSince: open, probablyGone: 0, waiting: 2 });
      hall.apply(ticket('called', `A00${i}`, when + 1_000, { ...general, desk: 'desk-1' }));
    }
    const now = open + 7 * minute;
    expect(serviceAt(now)).toMatchObject({ longestSince: null, probablyGone: 1, waiting: 1 });
    // Books made anew tell the same.
    const again = new Hall(hallConfig(), structuredClone(hall.state));
    expect(again.live(now, { simulated: true }).live.services).toEqual(
      hall.live(now, { simulated: true }).live.services,
    );
    hall.apply(ticket('called', 'A000', now, { ...general, desk: 'desk-2' }));
    expect(serviceAt(now)).toMatchObject({ longestSince: null, probablyGone: 0, waiting: 0 });
  });

  it('is not passed over by appointments, nor by those sent on from another desk', () => {
    const hall = new Hall(hallConfig());
    const { ticket } = queueEvents();
    const general = { service: 'general' };
    hall.apply(ticket('issued', 'A000', open, general));
    for (let i = 1; i <= 7; i++) {
      const when = open + i * minute;
      const isSentOn = i > 4;
      const service = isSentOn ? 'vip' : 'general';
      hall.apply(ticket('issued', `B00${i}`, when, { service, ...(isSentOn ? {} : { appointment: true }) }));
      hall.apply(ticket('called', `B00${i}`, when + 1_000, { service, desk: 'desk-2' }));
      if (!isSentOn) continue;
      hall.apply(ticket('transferred', `B00${i}`, when + 2_000, { service, desk: 'desk-2', toService: 'general' }));
      hall.apply(ticket('called', `B00${i}`, when + 3_000, { ...general, desk: 'desk-1' }));
    }
    expect(hall.live(open + 8 * minute, { simulated: true }).live.services[0]).toMatchObject({
      longestSince: open,
      probablyGone: 0,
    });
  });

  it('is marked at the desk that calls a second time', () => {
    const hall = new Hall(hallConfig());
    const { ticket } = queueEvents();
    const fields = { service: 'general', desk: 'desk-1' };
    const deskAt = (now: number) => hall.live(now, { simulated: true }).live.desks[0];
    hall.apply(ticket('issued', 'A001', open, { service: 'general' }));
    hall.apply(ticket('called', 'A001', open + minute, fields));
    expect(deskAt(open + minute)).toMatchObject({ state: 'calling', probablyGone: false });
    hall.apply(ticket('recalled', 'A001', open + 1.5 * minute, fields));
    expect(deskAt(open + 1.5 * minute)).toMatchObject({ state: 'calling', probablyGone: true });
    hall.apply(ticket('started', 'A001', open + 2 * minute, fields));
    expect(deskAt(open + 2 * minute)).toMatchObject({ state: 'serving', probablyGone: false });
  });
});

describe('a quote for a tier', () => {
  it('is told once somebody of that tier came', () => {
    const { hall, events, now } = crowded(() => []);
    const tiers = () => hall.live(now + 1_000, { simulated: true }).live.services[0]?.tierQuotes;
    expect(tiers()).toEqual([]);
    hall.apply(events.ticket('issued', 'A900', now, { service: 'general', tier: 'gold' }));
    expect(tiers()).toEqual([
      { tier: 'gold', quote: expect.objectContaining({ s: expect.any(Number), lowS: expect.any(Number) }) },
    ]);
  });
});
