// Reads the like days of a date, and only those: a handful of short ranges, however long history is.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HallConfig } from '../config/hall-config.ts';
import type { Usual } from '../contracts/usual.ts';
import type { DayCounts, SlotRow } from '../insight/day-counts.ts';
import { dayCounts } from '../insight/day-counts.ts';
import type { LikeDays } from '../insight/like-days.ts';
import { mostDays, searchLikeDays } from '../insight/like-days.ts';
import { usualOf } from '../insight/usual.ts';
import type { HistoryStore } from './port.ts';

interface Asked {
  store: Pick<HistoryStore, 'columns'>;
  hall: HallConfig;
  date: string;
  /** A day that isn't over is no example yet, of itself or of a day to come. */
  today: string;
}

const fields = ['entered', 'occupancyS', 'knownS', 'waited', 'waitS'] as const;

/**
 * The usual of a hall's date. It rests on the most particular kind that has enough days with data; where none has, it says what
 * there is of the date's own kind. Throws `history-away`.
 */
export async function readUsual({ store, hall, date, today }: Asked): Promise<Usual> {
  const { days, id } = hall;
  const tried = await foundLikeDays(hall, date);
  const told = { hall: id, day: days.onDate(date), timeZone: days.timeZone, kind: tried[0].kind };
  const known = new Map<string, DayCounts | null>();
  const usuals: Usual[] = [];
  for (const like of tried) {
    const counted: DayCounts[] = [];
    for (const earlier of like.dates.filter((one) => one < today)) {
      if (counted.length === mostDays) break;
      const counts = known.has(earlier) ? known.get(earlier) : await countsOf(store, hall, earlier);
      known.set(earlier, counts ?? null);
      if (counts) counted.push(counts);
    }
    const usual = usualOf({ ...told, like, days: counted });
    if (usual.isEnough) return usual;
    usuals.push(usual);
  }
  return usuals[0] ?? usualOf({ ...told, like: tried[0], days: [] });
}

async function foundLikeDays(hall: HallConfig, date: string): Promise<[LikeDays, ...LikeDays[]]> {
  const search = searchLikeDays(hall, date);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
    await nextTurn();
  }
}

async function countsOf(store: Asked['store'], hall: HallConfig, date: string): Promise<DayCounts | null> {
  const day = hall.days.onDate(date);
  const range = { from: day.start, to: day.end, tags: { hall: hall.id } };
  const [series] = await store.columns({ measurement: 'hall_slot', ...range, fields });
  if (!series) return null;
  const rows = series.at.map((at, i): SlotRow => {
    const read = (field: (typeof fields)[number]) => {
      const value = series.values[field]?.[i];
      return typeof value === 'number' ? value : null;
    };
    return {
      at: at / 1_000,
      entered: read('entered'),
      occupancyS: read('occupancyS'),
      knownS: read('knownS'),
      waited: read('waited'),
      waitS: read('waitS'),
    };
  });
  return dayCounts(rows, { day, timeZone: hall.days.timeZone, open: hall.hours.on(date) });
}
