// A hall's day out of its quarters of an hour.
import { expect, it } from 'vitest';
import type { FieldValue, Point } from '../../../server/history/points.ts';
import { dayProfile } from '../../../server/history/rollup/day-profile.ts';
import { histogramOf, histogramText, parseHistogram } from '../../../server/insight/histogram.ts';
import { parseProfile } from '../../../server/insight/profile.ts';
import { LocalDays } from '../../../server/local-days.ts';

const days = new LocalDays('Asia/Shanghai', '04:00');
const date = '2026-11-20';
const at = (time: string) => days.at(date, time) * 1000;

function slotsOf(...rows: ({ at: number } & Record<string, FieldValue>)[]) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== 'at');
  const values = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
  return { tags: { hall: 'h' }, at: rows.map((row) => row.at), values };
}

const waits = (...s: number[]) => histogramText(histogramOf(s));

it('joins the halves and the waits of its own day alone', () => {
  const slots = slotsOf(
    { at: days.onDate(date).start * 1000 - 900_000_000, entered: 99, waitHistogram: waits(7_000) },
    { at: at('09:00'), entered: 3, called: 2, waited: 2, waitS: 100, waitHistogram: waits(40, 60) },
    { at: at('09:15'), entered: 4, called: 1, waited: 1, waitS: 50, waitHistogram: waits(50) },
    { at: at('17:30'), entered: 1, called: 0, waited: 0, waitS: 0, waitHistogram: '' },
  );
  const { fields } = dayProfile(slots, date, days) ?? { fields: {} as Point['fields'] };
  expect(parseProfile(String(fields.entered))?.flatMap((n, half) => (n === null ? [] : [[half, n]]))).toEqual([
    [18, 7],
    [35, 1],
  ]);
  expect(parseProfile(String(fields.waitMeanS))?.[18]).toBe(50);
  expect(parseHistogram(String(fields.waitHistogram))).toEqual(histogramOf([40, 50, 60]));
});

it('tells no waits of a day with a quarter whose waits can not be read', () => {
  const slots = slotsOf({ at: at('09:00'), entered: 3, waitHistogram: 'what' }, { at: at('09:15'), waitHistogram: '' });
  expect(dayProfile(slots, date, days)?.fields).toMatchObject({ waitHistogram: null });
});
