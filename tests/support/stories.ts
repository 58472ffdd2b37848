// What devices of a test hall may tell, for properties: times grow with seq, as a device's do.
import fc from 'fast-check';
import { door, queueEvents, status, terminal } from './hall-maker.ts';

const jitters = (count: number) =>
  fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: count, maxLength: count })
    .map((all) => all.map((one) => Math.round(one * 100) / 100));

function constants<T extends object>(values: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.constant(value)])) as never;
}

/** Stories of `spanMs` from `start` (epoch ms) on. */
export function stories(start: number, spanMs: number) {
  const moments = (count: number) =>
    fc
      .array(fc.integer({ min: 0, max: spanMs / 1000 }), { minLength: count, maxLength: count })
      .map((seconds) => seconds.sort((a, b) => a - b).map((second) => start + second * 1000));

  /**
   * A counter that restarts, wraps, falls back to 0 within a boot, and tells a wrong total now and then; one is replaced by another, which
   * counts its boots from 1 and began long before. Times grow with seq, as a device's do.
   */
  const doorStory = fc
    .array(
      fc.record({
        in: fc.integer({ min: 0, max: 30 }),
        out: fc.integer({ min: 0, max: 30 }),
        what: fc.integer({ min: 0, max: 24 }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .chain((steps) => fc.record({ steps: fc.constant(steps), times: moments(steps.length) }))
    .map(({ steps, times }) => {
      let [boot, seq, ins, outs] = [100, 0, 65_400, 20];
      return steps.map((step, i) => {
        if (step.what === 0) [boot, seq, ins, outs] = [boot + 1, 0, 0, 0];
        if (step.what === 1) ins = 0;
        if (step.what === 2 && boot >= 100) [boot, seq, ins, outs] = [1, 0, 7_000, 6_900];
        ins = (ins + step.in) % 65_536;
        outs += step.out;
        seq += 1;
        const told: [number, number] =
          step.what === 3 ? [0, outs] : step.what === 4 ? [ins, Math.max(0, outs - 5)] : [ins, outs];
        return door(i % 7 === 6 ? 'door-b' : 'door-a', [boot, seq], told, times[i] ?? start);
      });
    });

  const events = [
    'issued',
    'called',
    'recalled',
    'started',
    'finished',
    'no-show',
    'cancelled',
    'transferred',
  ] as const;
  const ticketStory = fc
    .array(
      fc.record({
        event: fc.constantFrom(...events),
        ticket: fc.constantFrom('A001', 'A002', 'A003', 'V001'),
        service: fc.constantFrom('general', 'vip', undefined),
        desk: fc.constantFrom('desk-1', 'desk-2', undefined),
        word: fc.constantFrom('desk-opened', 'desk-paused', 'desk-closed', null, null, null),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .chain((steps) => fc.record({ steps: fc.constant(steps), times: moments(steps.length) }))
    .map(({ steps, times }) => {
      const { ticket, desk } = queueEvents();
      return steps.map((step, i) => {
        const ts = times[i] ?? start;
        if (step.word) return desk(step.word, step.desk ?? 'desk-v', ts);
        const toService = step.event === 'transferred' ? { toService: 'vip' } : {};
        return ticket(step.event, step.ticket, ts, { service: step.service, desk: step.desk, ...toService });
      });
    });

  /**
   * Two machines of one system, of which the second one's clock is slow, and few numbers that many customers have: written in many ways, of
   * two services, sent on to desks, with appointments.
   */
  const sharedStory = fc
    .record({
      steps: fc.array(
        fc.record({
          event: fc.constantFrom(...events, 'issued', 'called', 'finished'),
          ticket: fc.constantFrom('12', ' 12', '１２', 'a7', 'A7'),
          service: fc.constantFrom('general', 'vip', undefined),
          desk: fc.constantFrom('desk-1', 'desk-2', 'desk-v', undefined),
          toDesk: fc.constantFrom('desk-2', 'desk-v', undefined),
          early: fc.constantFrom(undefined, undefined, true, 20 * 60_000, 40 * 3_600_000),
          isSecond: fc.boolean(),
        }),
        { minLength: 1, maxLength: 90 },
      ),
      slowMs: fc.constantFrom(0, 90_000, 400_000),
      // Within hours every number is reused many times.
      perEventMs: fc.constantFrom(20_000, 120_000, 900_000),
    })
    .chain(({ steps, ...rest }) =>
      fc.record({ ...constants(rest), steps: fc.constant(steps), times: jitters(steps.length) }),
    )
    .map(({ steps, times, slowMs, perEventMs }) => {
      const [first, second] = [queueEvents('queue'), queueEvents('queue-2')];
      return steps.map(({ event, ticket, service, desk, toDesk, early, isSecond }, i) => {
        const ts = start + (i + (times[i] ?? 0)) * perEventMs;
        const to = toDesk ? { toDesk } : { toService: 'vip' };
        const fields = {
          service,
          desk,
          ...(event === 'transferred' ? to : {}),
          ...(event === 'issued' ? { appointment: typeof early === 'number' ? ts + early : early } : {}),
        };
        return (isSecond ? second : first).ticket(event, ticket, isSecond ? ts - slowMs : ts, fields);
      });
    });

  const statusStory = fc
    .array(
      fc.record({
        conn: fc.integer({ min: 1, max: 3 }),
        after: fc.integer({ min: 0, max: spanMs }),
        online: fc.boolean(),
      }),
      { maxLength: 8 },
    )
    // The first word says that it counts its connections: learned otherwise, that would depend on the order.
    .map((words) => [
      status('door-b', [1, 0], start),
      ...words.map(({ conn, after, online }) => status('door-b', [1, conn], start + after, { online })),
    ]);

  const terminalStory = fc
    .array(
      fc.record({
        state: fc.constantFrom('in-service', 'degraded', 'out-of-service', 'supervisor'),
        parts: fc.constantFrom<Record<string, string> | undefined>(
          undefined,
          { paper: 'out' },
          { paper: 'full' },
          { cashUnit: 'full', 'cashUnit-2': 'ok' },
        ),
        busy: fc.constantFrom(true, false, undefined),
        done: fc.integer({ min: 0, max: 3 }),
        restart: fc.integer({ min: 0, max: 12 }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .chain((steps) => fc.record({ steps: fc.constant(steps), times: moments(steps.length) }))
    .map(({ steps, times }) => {
      let [boot, seq, done] = [5, 0, 100];
      return steps.map(({ state, parts, busy, done: more, restart }, i) => {
        if (restart === 0) [boot, seq, done] = [boot + 1, 0, 0];
        seq += 1;
        done += more;
        return terminal([boot, seq], times[i] ?? start, { state, parts, busy, done, failed: 0 });
      });
    });

  return { moments, doorStory, ticketStory, sharedStory, statusStory, terminalStory };
}
