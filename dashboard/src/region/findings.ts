// What the region's numbers say, derived from the answers alone; finding-words.ts puts it into words. docs/region.md has the rules.
import type { Peaks, RegularPeak, UnusualPeak } from '../../../server/contracts/history.ts';
import { weekdays } from '../../../server/contracts/names.ts';
import type { HallToday } from '../../../server/contracts/region.ts';
import { slotsBetween } from './heat.ts';
import { keptTarget } from './rows.ts';

interface Named {
  hall: string;
  name: HallToday['name'];
}
type Missed = Named & { share: number; target: number };
type Changed = Named & { change: number; entered: number; usual: number };
type Gap = Named & { days: number };
/** At least one. */
type Some<T> = [T, ...T[]];

export type Finding =
  | { kind: 'regular'; peaks: Some<RegularPeak> }
  | { kind: 'missed'; halls: Some<Missed>; judged: number }
  | { kind: 'kept'; halls: number; targets: Some<number> }
  | { kind: 'unusual'; peaks: Some<UnusualPeak> }
  | { kind: 'today'; halls: Some<Changed> }
  /** Halls without a single day, and halls that lack some. */
  | { kind: 'gaps'; never: Named[]; some: Gap[] }
  /** Days that are known, of those that are needed to tell peaks. */
  | { kind: 'few'; days: number; needed: number }
  | { kind: 'calm' };

const isSome = <T>(list: T[]): list is Some<T> => list.length > 0;

/** Times of a weekday that must be known before it is called regular: as many as make a usual. */
const fewestTimes = 3;
const fewestDays = 7;
/** Today is far from usual from a fifth on, where that is more than twice what chance makes of so many people. */
const [farShare, farNoises] = [0.2, 2];

/** `peaks`: of the whole region and of people entering; null while it isn't known. */
export function findingsOf({ peaks, today }: { peaks: Peaks | null; today: readonly HallToday[] }): Finding[] {
  const found = [
    ...(peaks && peaks.total.days > 0 ? [regular(peaks), standard(peaks), unusual(peaks)] : []),
    farToday(today),
    ...(peaks && peaks.total.days > 0 ? [gaps(peaks)] : []),
  ].filter((one) => one !== null);
  const news = found.filter(({ kind }) => kind !== 'kept' && kind !== 'gaps');
  const isTold = peaks !== null && peaks.total.days >= fewestDays;
  return news.length === 0 && isTold ? [{ kind: 'calm' }, ...found] : found;
}

function regular(peaks: Peaks): Finding | null {
  const known = peaks.regular.filter((peak) => timesKnown(peaks, peak) >= fewestTimes);
  if (isSome(known)) return { kind: 'regular', peaks: known };
  const days = peaks.total.days;
  const most = Math.max(0, ...peaks.heat.flat().map((cell) => cell.days));
  if (days < fewestDays || most < fewestTimes) return { kind: 'few', days, needed: fewestTimes * 7 };
  return null;
}

/** How many days of the weekday know the peak's half hours, of the one that is known least. */
function timesKnown({ heat }: Peaks, { weekday, from, to }: RegularPeak): number {
  const row = heat[weekdays.indexOf(weekday)] ?? [];
  const { first, end } = slotsBetween(from, to);
  return Math.min(...row.slice(first, end).map(({ days }) => days));
}

function standard({ halls }: Peaks): Finding | null {
  const judged = halls.filter((row) => keptTarget(row) !== null);
  const missed = judged
    .filter((row) => keptTarget(row) === false)
    .map(({ hall, name, withinLimitShare, targetShare }) => ({
      hall,
      name,
      share: withinLimitShare ?? 0,
      target: targetShare ?? 0,
    }))
    .sort((a, b) => a.share - a.target - (b.share - b.target));
  if (isSome(missed)) return { kind: 'missed', halls: missed, judged: judged.length };
  const targets = [...new Set(judged.flatMap(({ targetShare }) => targetShare ?? []))];
  return isSome(targets) ? { kind: 'kept', halls: judged.length, targets } : null;
}

function unusual({ unusual: peaks }: Peaks): Finding | null {
  return isSome(peaks) ? { kind: 'unusual', peaks } : null;
}

/** Halls with more people than 9 of 10 like days by now, or fewer than 9 of 10 had, and far enough from the usual. */
function farToday(today: readonly HallToday[]): Finding | null {
  const halls = today
    .flatMap(({ hall, name, entered, usual, change }): Changed[] => {
      if (entered === null || usual === null || change === null) return [];
      const beyond = Math.abs(entered - usual.median);
      const isOutside = entered > usual.high || entered < usual.low;
      const isFar = Math.abs(change) >= farShare && beyond > farNoises * Math.sqrt(usual.median);
      return isOutside && isFar ? [{ hall, name, change, entered, usual: usual.median }] : [];
    })
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  return isSome(halls) ? { kind: 'today', halls } : null;
}

function gaps({ halls }: Peaks): Finding | null {
  const never = halls.filter(({ days, openDays }) => days === 0 && openDays > 0);
  const some = halls
    .filter(({ days, missingDays }) => days > 0 && missingDays > 0)
    .map(({ hall, name, missingDays }) => ({ hall, name, days: missingDays }))
    .sort((a, b) => b.days - a.days);
  return never.length + some.length > 0 ? { kind: 'gaps', never, some } : null;
}
