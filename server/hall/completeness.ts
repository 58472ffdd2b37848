// How much of what devices sent on a local day is here: by device, and as the hall's one share.
import type { HallConfig } from '../config/hall-config.ts';
import type { Completeness, CompletenessRow } from '../contracts/http.ts';
import type { LocalDay } from '../local-days.ts';
import type { Gap } from './intake.ts';
import { keptIntakeDays } from './intake.ts';
import type { IntakeBook } from './intake-book.ts';

/**
 * A gap counts as missing once what told of it is this old: 5 s before it is asked for (G1) and 5 s for the answer, so that
 * what is being repaired doesn't flicker on screens.
 */
export const settledAfterMs = 10_000;

interface Missing {
  missing: number;
  /** When a gap that is too young to count begins to count. */
  nextChangeAt: number | null;
}

/**
 * The share of the day's messages that is here, over all devices that number theirs: 1 when nothing is missing and
 * everything could be read, null when nothing was sent; and when that changes by itself.
 */
export function shareOf(
  book: IntakeBook,
  config: HallConfig,
  day: LocalDay,
  now: number,
): { share: number | null; nextChangeAt: number | null } {
  let [arrived, sent] = [0, 0];
  let nextChangeAt: number | null = null;
  for (const id of config.devices.keys()) {
    if (book.isUnnumbered(id)) continue;
    const counts = book.counts(id, day.date);
    const gaps = missingOn(book.gaps(id), day, now);
    arrived += counts?.arrived ?? 0;
    sent += (counts?.arrived ?? 0) + (counts?.quarantined ?? 0) + (counts?.givenUp ?? 0) + gaps.missing;
    if (gaps.nextChangeAt !== null) nextChangeAt = Math.min(nextChangeAt ?? gaps.nextChangeAt, gaps.nextChangeAt);
  }
  return { share: sent > 0 ? arrived / sent : null, nextChangeAt };
}

/** What each device sent on a local date and what of it is here, as of `now`; null for a date that isn't kept. */
export function completenessOf(book: IntakeBook, config: HallConfig, date: string, now: number): Completeness | null {
  const { id, days, devices } = config;
  const today = days.of(now);
  const isKept = Array.from({ length: keptIntakeDays }, (_, back) => days.shift(today, -back).date).includes(date);
  if (!isKept) return null;
  const day = days.onDate(date);
  return {
    hall: id,
    day: date,
    share: shareOf(book, config, day, now).share,
    devices: [...devices.values()].map((device) => rowOf(book, device, day, now)),
  };
}

/** One device's day; nothing but nulls and the reason when nothing of that day was heard of it. */
export function rowOf(
  book: IntakeBook,
  { id, kind }: { id: string; kind: CompletenessRow['kind'] },
  day: LocalDay,
  now: number,
): CompletenessRow {
  if (book.isUnnumbered(id)) return { id, kind, ...unknown, reason: 'unnumbered' };
  const counts = book.counts(id, day.date);
  const missing = missingOn(book.gaps(id), day, now).missing + (counts?.givenUp ?? 0);
  if (!counts && missing === 0) return { id, kind, ...unknown, reason: 'not-heard' };
  const { arrived, quarantined } = counts ?? { arrived: 0, quarantined: 0 };
  const { repaired, duplicated } = book.course(id, day.date) ?? { repaired: 0, duplicated: 0 };
  const sent = arrived + missing + quarantined;
  return {
    id,
    kind,
    sent,
    arrived,
    repaired,
    missing,
    duplicated,
    quarantined,
    share: sent > 0 ? arrived / sent : null,
    reason: sent > 0 ? null : 'nothing-sent',
  };
}

const unknown = {
  sent: null,
  arrived: null,
  repaired: null,
  missing: null,
  duplicated: null,
  quarantined: null,
  share: null,
};

function missingOn(gaps: readonly Gap[], { start, end }: LocalDay, now: number): Missing {
  let missing = 0;
  let nextChangeAt: number | null = null;
  for (const { from, to, at } of gaps) {
    if (at < start || at >= end) continue;
    const countsFrom = at + settledAfterMs;
    if (countsFrom <= now) missing += to - from + 1;
    else nextChangeAt = Math.min(nextChangeAt ?? countsFrom, countsFrom);
  }
  return { missing, nextChangeAt };
}
