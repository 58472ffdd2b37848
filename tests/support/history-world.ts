// Halls in Berlin and Wuhan, and a history for them that has everything a question can meet.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Point } from '../../server/history/points.ts';
import { rawAt } from '../../server/history/points.ts';
import { histogramOf, histogramText } from '../../server/insight/histogram.ts';
import { halfHours, profileText } from '../../server/insight/profile.ts';
import { LocalDays } from '../../server/local-days.ts';
import { tempFolder } from './cleanup.ts';

export const berlin = new LocalDays('Europe/Berlin', '04:00');
const minuteMs = 60_000;
export const slotMs = 15 * minuteMs;
const dayMs = 86_400_000;

/** The config that ships, with the hall `jiefang` in Berlin and everything kept for years, so that clocks change in it. */
export async function berlinConfig(): Promise<string> {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const hall = join(folder, 'halls', 'jiefang.yaml');
  await writeFile(hall, (await readFile(hall, 'utf8')).replace(/timeZone: .*/, 'timeZone: Europe/Berlin'));
  const settings = join(folder, 'hallwatch.yaml');
  const kept = 'history: { rawDays: 3650, minuteDays: 3650, slotYears: 50 }\n';
  await writeFile(settings, kept + (await readFile(settings, 'utf8')));
  return folder;
}

/** The fields of a span, all told by `n`. */
export function spanFields(n: number): Point['fields'] {
  const called = n % 5;
  const waits = Array.from({ length: called }, (_, i) => 60 * (n % 17) + 45 * i);
  return {
    issued: n % 7,
    called,
    waited: called,
    served: n % 4,
    givenUp: n % 2,
    withinLimit: Math.min(called, n % 3),
    waitS: waits.reduce((a, b) => a + b, 0),
    ...(called > 0 ? { waitMaxS: Math.max(...waits) } : {}),
    waitHistogram: histogramText(histogramOf(waits)),
    waitingMax: n % 11,
    serviceS: 30 * (n % 4),
    simulated: false,
  };
}

const hallFields = (n: number, lengthS: number): Point['fields'] => ({
  ...spanFields(n),
  entered: n % 13,
  left: n % 12,
  occupancyMax: n % 40,
  // Some spans know nobody inside.
  ...(n % 6 === 0 ? { knownS: 0 } : { knownS: lengthS, occupancyS: lengthS * (n % 23) }),
  desksOpenS: 3 * lengthS,
  desksBusyS: (n % 3) * lengthS,
});

function* spans(from: string, to: string, lengthMs: number): Generator<{ at: number; n: number }> {
  for (let at = berlin.onDate(from).start, n = 0; at < berlin.onDate(to).start; at += lengthMs, n++) yield { at, n };
}

/** Quarters of an hour around both changes of the clocks, with gaps; a day of minutes; services and terminals. */
export function spanPoints(): Point[] {
  const points: Point[] = [];
  for (const [from, to] of [
    ['2025-10-24', '2025-10-29'],
    ['2026-03-27', '2026-04-01'],
  ] as const) {
    for (const { at, n } of spans(from, to, slotMs)) {
      if (n % 20 === 19) continue;
      points.push({ measurement: 'hall_slot', tags: { hall: 'jiefang' }, at: at * 1000, fields: hallFields(n, 900) });
      points.push({
        measurement: 'hall_slot',
        tags: { hall: 'guanggu' },
        at: at * 1000,
        fields: hallFields(n + 3, 900),
      });
      for (const service of ['general', 'vip']) {
        const tags = { hall: 'jiefang', service };
        points.push({ measurement: 'service_slot', tags, at: at * 1000, fields: spanFields(n + service.length) });
      }
      points.push({
        measurement: 'terminal_slot',
        tags: { hall: 'jiefang', device: 'jf-pay-1' },
        at: at * 1000,
        fields: { inServiceS: 900 - (n % 60), faultS: n % 60, busyS: n % 300, done: n % 9, simulated: n % 50 === 0 },
      });
    }
  }
  for (const { at, n } of spans('2026-03-29', '2026-03-30', minuteMs)) {
    if (n % 7 === 3) continue;
    points.push({ measurement: 'hall_minute', tags: { hall: 'jiefang' }, at: at * 1000, fields: hallFields(n, 60) });
  }
  return points;
}

/** Days of both halls from a date on: open from 08:30 to 18:00, a Monday far above the others, a day of which nothing is known. */
export function dayPoints(from: string, days: number): Point[] {
  const first = Date.parse(`${from}T00:00:00Z`);
  return Array.from({ length: days }, (_, day) => day)
    .filter((day) => day !== 10)
    .flatMap((day) =>
      ['jiefang', 'guanggu'].map((hall, h): Point => {
        const busy = day === 35 ? 4 : 1;
        const text = (of: (slot: number) => number) =>
          profileText(
            Array.from({ length: halfHours }, (_, slot) => (slot < 17 || slot > 35 ? null : Math.round(of(slot)))),
          );
        const waitHistogram = histogramText(histogramOf(Array.from({ length: 100 }, (_, i) => (i < 80 ? 240 : 900))));
        const people = (slot: number) => busy * (10 + ((day + slot + h) % 3) + (slot === 20 ? 30 : 0));
        return {
          measurement: 'hall_day_profile',
          tags: { hall },
          at: (first + day * dayMs) * 1000,
          fields: {
            entered: text(people),
            issued: text((slot) => people(slot) / 2),
            called: text((slot) => people(slot) / 2),
            withinLimit: text((slot) => (people(slot) / 2) * (slot === 20 ? 0.5 : 0.95)),
            waitMeanS: text((slot) => (slot === 20 ? 900 : 240)),
            waitingMax: text((slot) => people(slot) / 4),
            occupancyMax: text(people),
            // As before profiles told of single waits, on one day of one hall.
            ...(hall === 'guanggu' && day === 20 ? {} : { waitHistogram }),
            simulated: false,
          },
        };
      }),
    );
}

/** Text that a device could send to do harm in a spreadsheet, or to break a file. */
export const hostileTexts = [
  '=1+2',
  '+A1',
  '-2',
  '@SUM(A1)',
  '\tx',
  '\r=1',
  'a"b',
  'a,b',
  'two\r\nlines',
  '＝1',
  '中文',
  '',
];

/** Visits of a day, a second apart; some share their microsecond, some were taken back. */
export function visitPoints(count: number, startMs: number): Point[] {
  return Array.from({ length: count }, (_, n) => {
    const at = startMs + Math.floor(n / 3) * 1000;
    return {
      measurement: 'visit',
      tags: { hall: 'jiefang', service: n % 3 === 0 ? 'general' : 'vip', device: `jf-queue${n % 3 === 2 ? '-2' : ''}` },
      at: rawAt(at, 7),
      fields: {
        ticket: hostileTexts[n % 40] ?? `A${n}`,
        outcome: n % 7 === 6 ? 'void' : n % 4 === 0 ? 'no-show' : 'served',
        issuedAt: at,
        ...(n % 4 === 0
          ? {}
          : { calledAt: at + 60_000 * (n % 20), waitS: 60 * (n % 20), desk: 'desk-1', presumed: false }),
        endedAt: at + 3_600_000,
        limitS: 900,
        simulated: false,
      },
    } satisfies Point;
  });
}
