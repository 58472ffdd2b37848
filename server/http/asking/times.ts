// Times as people write them in an address, read in a hall's time zone.
import { HallwatchError } from '../../errors.ts';
import type { LocalDays } from '../../local-days.ts';

/** Years that any store can hold in its own unit of time. */
const [earliest, latest] = [0, Date.UTC(2200, 0, 1)];
const forms = 'write a local date such as 2026-11-23, a local time such as 2026-11-23T09:00, or epoch ms';

/** `from` and `to` as epoch ms, half-open. Throws `bad-request`. */
export function readPeriod({ from, to }: { from: string; to: string }, days: LocalDays): { from: number; to: number } {
  const period = { from: readMoment('from', from, days), to: readMoment('to', to, days) };
  if (period.from < period.to) return period;
  throw new HallwatchError('bad-request', {
    what: `from (${from}) is not before to (${to})`,
    fix: 'to is excluded: for one day write from=2026-11-23&to=2026-11-24',
  });
}

/**
 * A date is its first moment. A local time that a change of clocks leaves out is the moment after the gap, one that comes twice
 * the first of the two.
 */
function readMoment(name: string, text: string, days: LocalDays): number {
  // A plus in an address is a space unless it is written %2B.
  const at = momentOf(text.replace(/(T[\d:.]+) (\d\d:?\d\d)$/, '$1+$2'), days);
  if (at !== null && at >= earliest && at < latest) return at;
  const seconds = /^\d{9,10}$/.test(text) ? '; that looks like seconds, and ms are asked for' : '';
  throw new HallwatchError('bad-request', { what: `${name} is "${text}", which is no time${seconds}`, fix: forms });
}

function momentOf(text: string, days: LocalDays): number | null {
  if (/^\d{11,15}$/.test(text)) return Number(text);
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return days.onDate(Temporal.PlainDate.from(text).toString()).start;
    if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) return null;
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(text)) return Math.floor(Temporal.Instant.from(text).epochMilliseconds);
    return Temporal.PlainDateTime.from(text).toZonedDateTime(days.timeZone).epochMilliseconds;
  } catch {
    return null;
  }
}

/** First local date and the one after the last: throws `bad-request` unless they are, and `mostDays` apart at most. */
export function checkDates({ from, to }: { from: string; to: string }, mostDays: number): void {
  const count = (dateAt('to', to) - dateAt('from', from)) / 86_400_000;
  if (count < 1) {
    throw new HallwatchError('bad-request', {
      what: `from (${from}) is not before to (${to})`,
      fix: 'to is excluded: for the month of November write from=2026-11-01&to=2026-12-01',
    });
  }
  if (count <= mostDays) return;
  throw new HallwatchError('bad-request', {
    what: `${from} to ${to} is ${count} days`,
    fix: `ask for ${mostDays} days at most`,
  });
}

function dateAt(name: string, text: string): number {
  try {
    const at = Date.parse(`${Temporal.PlainDate.from(text).toString()}T00:00:00Z`);
    if (at >= earliest && at < latest) return at;
  } catch {
    // Answered below.
  }
  throw new HallwatchError('bad-request', {
    what: `${name} is "${text}", which is no date`,
    fix: 'write a local date such as 2026-11-23',
  });
}
