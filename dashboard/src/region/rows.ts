// The table of halls: what is live, today against its usual, and the chosen period, a row each.
import type { HallRow } from '../../../server/contracts/history.ts';
import type { Summary } from '../../../server/contracts/live.ts';
import type { Locale } from '../../../server/contracts/names.ts';
import type { HallToday } from '../../../server/contracts/region.ts';

export interface Row {
  id: string;
  /** Names and the usual; null until they were read. */
  today: HallToday | null;
  live: Summary | null;
  /** The chosen period; null until it was read. */
  past: HallRow | null;
}

/** Fewer people, or tickets, say little of a hall. */
export const fewest = 30;

export const sortKeys = [
  'name',
  'enteredToday',
  'change',
  'waiting',
  'longest',
  'down',
  'entered',
  'share',
  'waitMean',
  'waitP90',
  'quoteOff',
] as const;
export type SortKey = (typeof sortKeys)[number];
export interface Sort {
  by: SortKey;
  down: boolean;
}

/** What is looked for is mostly at the large end; names begin at A, and shares at what is missed most. */
export const firstDown = (by: SortKey): boolean => by !== 'name' && by !== 'share';

interface Told {
  today: readonly HallToday[];
  live: ReadonlyMap<string, Summary> | null;
  past: readonly HallRow[];
  gone?: ReadonlySet<string>;
}

/** A row for each hall that any of the three knows, without those that are gone from the region. */
export function rowsOf({ today, live, past, gone }: Told): Map<string, Row> {
  const todayOf = new Map(today.map((row) => [row.hall, row]));
  const pastOf = new Map(past.map((row) => [row.hall, row]));
  const ids = new Set([...todayOf.keys(), ...(live?.keys() ?? []), ...pastOf.keys()]);
  return new Map(
    [...ids]
      .filter((id) => !gone?.has(id))
      .map((id) => [
        id,
        { id, today: todayOf.get(id) ?? null, live: live?.get(id) ?? null, past: pastOf.get(id) ?? null },
      ]),
  );
}

/** Today's people: the live number, or while there is none the one that was read. */
export function enteredToday({ live, today }: Row): number | null {
  return live ? live.enteredToday : (today?.entered ?? null);
}

/** Too few people in the period to judge the hall by. */
export const isSmall = ({ past }: Row): boolean => past !== null && past.days > 0 && (past.entered ?? 0) < fewest;

/** Whether the hall kept its target in the period; null where too few were called to tell. */
export function keptTarget(past: Pick<HallRow, 'called' | 'withinLimitShare' | 'targetShare'> | null): boolean | null {
  if (!past || past.withinLimitShare === null || past.targetShare === null) return null;
  return (past.called ?? 0) < fewest ? null : past.withinLimitShare >= past.targetShare;
}

/** The sum of what is known; `isAll`: of every hall. Null where nothing is. */
export function knownSum(values: readonly (number | null)[]): { sum: number | null; isAll: boolean } {
  const known = values.filter((value) => value !== null);
  const sum = known.length > 0 ? known.reduce((total, value) => total + value, 0) : null;
  return { sum, isAll: known.length === values.length };
}

const numbers: Record<Exclude<SortKey, 'name'>, (row: Row) => number | null> = {
  enteredToday,
  change: ({ today }) => today?.change ?? null,
  waiting: ({ live }) => live?.waiting ?? null,
  // The earliest began to wait longest ago.
  longest: ({ live }) => (live?.longestSince ? -live.longestSince : null),
  down: ({ live }) => live?.devicesDown ?? null,
  entered: ({ past }) => past?.entered ?? null,
  share: ({ past }) => past?.withinLimitShare ?? null,
  waitMean: ({ past }) => past?.waitMeanS ?? null,
  waitP90: ({ past }) => past?.waitP90S ?? null,
  quoteOff: ({ past }) => past?.quoteOffS ?? null,
};

/** Ids in order; what isn't known comes last either way, equals by name. */
export function sortedIds(
  rows: Iterable<Row>,
  { by, down }: Sort,
  { nameOf, locale }: { nameOf: (row: Row) => string; locale: Locale },
): string[] {
  const names = new Intl.Collator(locale, { numeric: true });
  const numberOf = by === 'name' ? () => 0 : numbers[by];
  const sign = down ? -1 : 1;
  return [...rows]
    .map((row) => ({ id: row.id, name: nameOf(row), value: numberOf(row) }))
    .sort((a, b) => {
      if (a.value !== null && b.value !== null && a.value !== b.value) return sign * (a.value - b.value);
      if ((a.value === null) !== (b.value === null)) return a.value === null ? 1 : -1;
      return (by === 'name' ? sign : 1) * names.compare(a.name, b.name);
    })
    .map(({ id }) => id);
}
