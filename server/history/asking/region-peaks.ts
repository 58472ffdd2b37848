// Heat map, peaks and the table of halls, for halls over a period of local dates.
import type { HallRow, Peaks } from '../../contracts/history.ts';
import type { PeakMeasure } from '../../contracts/names.ts';
import { DayGrid, epochDayOf } from '../../insight/day-grid.ts';
import { DayReader } from '../../insight/day-profiles.ts';
import type { Tallied } from '../../insight/hall-tally.ts';
import { HallTally } from '../../insight/hall-tally.ts';
import { heatOf } from '../../insight/heat-map.ts';
import { fieldsFor, measures } from '../../insight/measures.ts';
import type { Opening } from '../../insight/openings.ts';
import { Openings } from '../../insight/openings.ts';
import { regularPeaks, unusualPeaks, usualOf } from '../../insight/peaks.ts';
import { rounded } from '../../insight/rounding.ts';
import { Breath } from '../breath.ts';
import type { HistoryStore } from '../port.ts';
import { inQueries } from './by-halls.ts';
import { waitsOfHalls } from './hall-waits.ts';
import { quotesOfHalls } from './quotes.ts';

export interface PeaksQuestion {
  /** Halls, each with its local dates as times and its opening times. */
  halls: readonly (Opening & { hall: string })[];
  /** Local dates, `to` excluded. */
  from: string;
  to: string;
  measure: PeakMeasure;
}

/** Of `Peaks` what history says; a row for each hall asked for, in that order. */
export type PeaksAnswer = Pick<Peaks, 'heat' | 'usual' | 'regular' | 'unusual' | 'total' | 'waitP90Reason'> & {
  rows: Row[];
  simulated: boolean;
  /** Points read: the cost. */
  read: number;
};

type Row = Tallied & Pick<HallRow, 'openDays' | 'missingDays' | 'typicalDay'>;

const dayMs = 86_400_000;
/** InfluxDB answers one with one core. */
const queriesAtOnce = 4;
/** Days of halls whose waits are read: InfluxDB takes 0.2 µs a byte, and a day's are some hundred. */
const mostHallDays = 3_000;

/** Throws `history-away`. */
export async function readPeaks(store: HistoryStore, question: PeaksQuestion): Promise<PeaksAnswer> {
  const { halls, from, to } = question;
  const measure = measures[question.measure];
  const [firstDay, endDay] = [epochDayOf(from), epochDayOf(to)];
  const period = { firstDay, dayCount: endDay - firstDay };
  const grid = new DayGrid(measure, period);
  const openings = await openingsOf(halls, period);
  const tallies = new Map(halls.map(({ hall }) => [hall, new HallTally()]));
  const { read, simulated } = await readDays(store, question, (hall, day, values) => {
    grid.add(day, values);
    if (tallies.get(hall)?.add(values)) openings.know(hall, day);
  });
  const isFew = halls.length * (endDay - firstDay) <= mostHallDays;
  const ids = halls.map(({ hall }) => hall);
  const dates = { from: firstDay * dayMs, to: endDay * dayMs };
  const waits = isFew ? await waitsOfHalls(store, ids, dates) : null;
  const quotes = await quotesOfHalls(store, ids, dates);
  for (const [hall, told] of quotes) tallies.get(hall)?.quoted(told);
  const heat = heatOf(grid);
  return {
    heat: heat.map((cells, weekday) =>
      cells.map(({ deviation, ...cell }, slot) => ({ ...cell, openDays: openings.openDays(weekday, slot) })),
    ),
    usual: rounded(usualOf(heat, openings.counts)),
    regular: regularPeaks(heat, measure, openings.counts),
    unusual: unusualPeaks(grid, heat, measure),
    rows: halls.map(({ hall }) => {
      const tally = tallies.get(hall) ?? new HallTally();
      return { ...tally.row(waits?.get(hall) ?? null), ...openings.ofHall(hall), typicalDay: tally.typicalDay() };
    }),
    total: HallTally.total([...tallies.values()], waits),
    waitP90Reason: waits ? null : 'too-many-days',
    simulated,
    read,
  };
}

async function openingsOf(
  halls: PeaksQuestion['halls'],
  period: { firstDay: number; dayCount: number },
): Promise<Openings> {
  const openings = new Openings(period);
  const breath = new Breath();
  for (const { hall, ...opening } of halls) {
    openings.add(hall, opening);
    await breath.ifDue();
  }
  return openings;
}

/** Hands on each hall's days, in no order; the values are good until `take` returns. */
async function readDays(
  store: HistoryStore,
  { halls, from, to, measure }: PeaksQuestion,
  take: (hall: string, epochDay: number, values: ReturnType<DayReader['read']>) => void,
): Promise<{ read: number; simulated: boolean }> {
  const fields = fieldsFor(measure);
  const reader = new DayReader(fields);
  const period = { from: epochDayOf(from) * dayMs, to: epochDayOf(to) * dayMs };
  const asked = { measurement: 'hall_day_profile' as const, ...period, fields: [...fields, 'simulated'] };
  const breath = new Breath();
  let read = 0;
  let simulated = false;
  const queries = inQueries(halls.map(({ hall }) => hall));
  for (let i = 0; i < queries.length; i += queriesAtOnce) {
    const some = queries.slice(i, i + queriesAtOnce);
    const answers = await Promise.all(some.map((hall) => store.columns({ ...asked, tags: { hall } })));
    for (const { tags, at, values } of answers.flat()) {
      read += at.length;
      simulated ||= values.simulated?.includes(true) ?? false;
      for (const [day, atUs] of at.entries()) {
        const told = reader.read((field) => values[field]?.[day]);
        take(tags.hall ?? '', Math.floor(atUs / 1000 / dayMs), told);
      }
      await breath.ifDue();
    }
  }
  return { read, simulated };
}
