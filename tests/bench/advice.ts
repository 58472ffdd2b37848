// How right the queue played forward is: each minute, the longest wait of each service in 10 minutes as it is foretold then, against what
// it became in the simulated hall; beside it, what nobody needs to foretell: that it stays as long as it is.
import { courseOf } from '../../server/hall/advice/course.ts';
import { project } from '../../server/hall/advice/projection.ts';
import { desksLive } from '../../server/hall/desks.ts';
import type { Hall } from '../../server/hall/hall.ts';
import type { Lesson } from '../../server/hall/lesson.ts';
import type { Bench, Figure } from './figures.ts';
import { mean } from './judged-waits.ts';
import { simulatedQueue } from './simulated-queue.ts';

const scenarios = ['quiet', 'lunch-rush', 'month-end'];
const simulated = { hall: 'jiefang', from: '2026-09-01', days: 20, seed: 1 };
/** The first days teach. */
const taughtDays = 3;
const minuteMs = 60_000;
const aheadMs = 10 * minuteMs;
/** Minutes at which nobody waits, nor will, are easy. */
const leastMs = minuteMs;

interface Foretold {
  at: number;
  service: string;
  limitMs: number;
  nowMs: number;
  thenMs: number;
  becameMs: number;
}

export const adviceBench: Bench = {
  about: 'how right the longest wait in 10 minutes is foretold in simulated halls',
  async run(say) {
    const figures: Figure[] = [];
    for (const scenario of scenarios) {
      say(`${scenario}: ${simulated.days} days of ${simulated.hall}`);
      const all = await foretold(scenario);
      for (const [service, those] of Map.groupBy(all, (one) => one.service)) {
        const told = those.filter(({ nowMs, becameMs }) => Math.max(nowMs, becameMs) >= leastMs);
        if (told.length === 0) continue;
        const offS = (said: (one: Foretold) => number) =>
          mean(told.map((one) => Math.abs(said(one) - one.becameMs))) / 1000;
        const [own, same] = [offS(({ thenMs }) => thenMs), offS(({ nowMs }) => nowMs)];
        const open = told.filter(({ nowMs, limitMs }) => nowMs <= limitMs);
        const count = (wanted: (one: Foretold) => boolean) => open.filter(wanted).length;
        const right = count(({ thenMs, becameMs, limitMs }) => thenMs > limitMs && becameMs > limitMs);
        const said = count(({ thenMs, limitMs }) => thenMs > limitMs);
        const was = count(({ becameMs, limitMs }) => becameMs > limitMs);
        figures.push(
          {
            what: `${scenario}, ${service}: off by`,
            unit: 's',
            values: [own],
            note: `as it is: ${same.toFixed(0)} s, n ${told.length}`,
          },
          { what: `${scenario}, ${service}: share of that`, unit: 'x', values: [own / same] },
          {
            what: `${scenario}, ${service}: over the limit then, foretold`,
            unit: 'x',
            values: [was === 0 ? Number.NaN : right / was],
            note: `${right} of ${was}; ${said} were said to be`,
          },
        );
      }
    }
    return figures;
  },
};

async function foretold(scenario: string): Promise<Foretold[]> {
  const all: Foretold[] = [];
  let open: Foretold[] = [];
  let lookAt = 0;
  let teachUntil = 0;
  const look = (hall: Hall, at: number) => {
    teachUntil ||= at + taughtDays * 24 * 60 * minuteMs;
    // Nights teach nothing.
    if (at - lookAt > 60 * minuteMs) [open, lookAt] = [[], Math.ceil(at / minuteMs) * minuteMs];
    for (; lookAt <= at; lookAt += minuteMs) {
      const now = lookAt;
      for (const one of open.filter(({ at: then }) => then <= now)) {
        all.push({ ...one, becameMs: longestMs(hall, one.service, now) });
      }
      open = open.filter(({ at: then }) => then > now);
      if (now < teachUntil) continue;
      for (const [service, thenMs] of longestThen(hall, now)) {
        const limitMs = (hall.config.standard(service, null).waitLimitMin ?? Number.POSITIVE_INFINITY) * minuteMs;
        open.push({ at: now + aheadMs, service, limitMs, nowMs: longestMs(hall, service, now), thenMs, becameMs: 0 });
      }
    }
  };
  for await (const _ of simulatedQueue(simulated, scenario, look));
  return all;
}

/** The longest wait of each service in 10 minutes, as the queue is played forward. */
function longestThen(hall: Hall, now: number): [string, number][] {
  const { config, ledger, state } = hall.books;
  const desks = desksLive(state, ledger, config, now);
  const { closesAt } = config.hours.state(now);
  const course = courseOf({ config, ledger, desks: () => desks }, lessonOf(hall).waits, { now, desks, closesAt });
  const { services } = project(course, { at: now + aheadMs, until: now + aheadMs, probes: [] });
  return config.file.services.map(({ id }) => [id, services.get(id)?.longestMs ?? 0]);
}

function lessonOf({ lesson }: Hall): Lesson {
  if (!lesson) throw new Error('the hall learns nothing');
  return lesson;
}

function longestMs(hall: Hall, service: string, now: number): number {
  const waits = [...hall.books.ledger.waiting(now)].filter((wait) => wait.service === service);
  return waits.reduce((longest, { since }) => Math.max(longest, now - since), 0);
}
