// How right the people inside are: on a door's record (`--csv FILE`) by what is left before the hall is empty, and in a simulated
// hall, where the truth is known.
import { readFile } from 'node:fs/promises';
import { staffBesideDesks } from '../../firmware-sim/model/staff.ts';
import { readDoorRecord } from '../../firmware-sim/replay/door-record.ts';
import type { Reading } from '../../server/contracts/readings.ts';
import type { HallFile } from '../../server/contracts/registry.ts';
import type { Estimate } from '../../server/hall/inside/inside.ts';
import { doorHall, doorReadings } from './door-hall.ts';
import type { Bench, Figure } from './figures.ts';
import { mean } from './judged-waits.ts';
import type { Minute } from './occupancy-minutes.ts';
import { hallFile, simulatedMinutes } from './occupancy-minutes.ts';

export interface OccupancyVerdict {
  days: number;
  /** People left before the hall was empty, of days from `emptyAt` to `emptyAt`: mean of their absolute number. */
  raw_residue: number;
  corrected_residue: number;
  /** The same by what doors miss alone, without what brings the estimate back when nobody comes any more. */
  corrected_residue_no_return: number;
  /** Share of half hours that end below zero. */
  raw_below_zero: number;
  corrected_below_zero: number;
  no_return_below_zero: number;
  /** Mean absolute distance, over all half hours, from the day as it reads once its end is known. */
  raw_off_hindsight: number;
  corrected_off_hindsight: number;
  no_return_off_hindsight: number;
}

type Staff = NonNullable<HallFile['staff']>;

const simulated = { from: '2026-09-01', days: 20 };
const scenarios = ['unequal-counters', 'normal', 'quiet', 'lunch-rush', 'month-end'];
const minuteMs = 60_000;
const halfHourMs = 30 * minuteMs;

interface Moment {
  raw: number;
  crossings: number;
  estimate: Estimate;
}

/** A door's record through the hall's own code, from a cold start. Throws for a file that isn't such a record. */
export function judgeRecord(text: string, say: (line: string) => void = () => {}): OccupancyVerdict {
  const hall = doorHall();
  const { days } = hall.config;
  const readings = doorReadings(readDoorRecord(text), hall);
  const whole: Moment[][] = [];
  let before = countsOf(readings[0]);
  for (const [from, those] of Map.groupBy(readings, ({ at }) => days.lastEmptyAt(at))) {
    const to = days.shift(days.of(from), 1).emptyAt;
    const start = before;
    const moments = those.map((reading): Moment => {
      hall.apply(reading);
      before = countsOf(reading);
      const estimate = hall.estimate(reading.at);
      if (!estimate) throw new Error('nothing was learned');
      return { raw: before.net - start.net, crossings: before.crossings - start.crossings, estimate };
    });
    const last = moments.at(-1);
    // A day of which the record lacks a part has no residue.
    if (!last || (those[0]?.at ?? 0) > from + halfHourMs || (those.at(-1)?.at ?? 0) < to - minuteMs) continue;
    whole.push(moments);
    const { people, byDoorsAlone } = last.estimate;
    say(
      `${days.of(from).date}  left: raw ${last.raw}, by doors alone ${rounded(byDoorsAlone, 1)}, corrected ${rounded(people, 1)}`,
    );
  }
  return verdictOn(whole);
}

function verdictOn(days: readonly Moment[][]): OccupancyVerdict {
  const ends = days.map((moments) => moments.at(-1) as Moment);
  const slots = days.flat();
  const hindsight = days.flatMap(inHindsight);
  const residue = (of: (moment: Moment) => number) => rounded(mean(ends.map((end) => Math.abs(of(end)))));
  const belowZero = (of: (moment: Moment) => number) => rounded(mean(slots.map((slot) => Number(of(slot) < 0))), 4);
  const off = (of: (moment: Moment) => number) =>
    rounded(mean(slots.map((slot, i) => Math.abs(of(slot) - (hindsight[i] ?? 0)))));
  return {
    days: days.length,
    raw_residue: residue(raw),
    corrected_residue: residue(corrected),
    corrected_residue_no_return: residue(byDoorsAlone),
    raw_below_zero: belowZero(raw),
    corrected_below_zero: belowZero(corrected),
    no_return_below_zero: belowZero(byDoorsAlone),
    raw_off_hindsight: off(raw),
    corrected_off_hindsight: off(corrected),
    no_return_off_hindsight: off(byDoorsAlone),
  };
}

const raw = (moment: Moment) => moment.raw;
const corrected = ({ estimate }: Moment) => estimate.people;
const byDoorsAlone = ({ estimate }: Moment) => estimate.byDoorsAlone;

/** The people inside as the day reads once its end is known: what was left is taken back crossing by crossing. */
function inHindsight(moments: readonly Moment[]): number[] {
  const end = moments.at(-1);
  return moments.map((moment) =>
    Math.max(0, moment.raw - ((end?.raw ?? 0) * moment.crossings) / Math.max(1, end?.crossings ?? 0)),
  );
}

export async function judgeDoorFile(path: string, say: (line: string) => void): Promise<OccupancyVerdict> {
  return judgeRecord(await readFile(path, 'utf8'), say);
}

export const occupancyBench: Bench = {
  about:
    'how right the people inside are in a simulated hall (PARTs: its id; staff, to compare what it may say of them, or a number, for so many times the customers, or a scenario; --seed N for other chance); with --csv FILE, what is left of a door record’s days',
  takesSeeds: true,
  async run(say, [hall = 'jiefang', part], seeds = [1]) {
    const scenario = scenarios.find((name) => name === part) ?? 'unequal-counters';
    const runs = async (staff?: Staff | 'none'): Promise<Minute[][]> => {
      const told = staff === undefined ? '' : `, staff ${JSON.stringify(staff)}`;
      const all: Minute[][] = [];
      for (const seed of seeds) {
        say(`${scenario}: ${simulated.days} days of ${hall}, seed ${seed}${told}`);
        all.push(await simulatedMinutes({ ...simulated, scenario, hall, seed, staff, demand: Number(part) || 1 }));
      }
      return all;
    };
    return part === 'staff' ? byStaff(hall, runs) : figuresOf(await runs(), seeds);
  },
};

function figuresOf(runs: readonly Minute[][], seeds: readonly number[]): Figure[] {
  const open = runs.map((minutes) => minutes.filter(({ isOpen }) => isOpen));
  const each = (of: (minute: Minute) => number) => open.map((minutes) => rounded(mean(minutes.map(of))));
  const off = (of: (minute: Minute) => number) => open.map((minutes) => offBy(minutes, of));
  return [
    {
      what: 'people inside, on average',
      unit: '',
      values: each(({ truth }) => truth),
      note: `${open[0]?.length} minutes${seeds.length > 1 ? `; seeds ${seeds.join(', ')}` : ''}`,
    },
    { what: 'RMSE of the raw count', unit: 'people', values: off(({ raw }) => raw) },
    { what: 'RMSE by one ratio of past days', unit: 'people', values: off(({ byRatio }) => byRatio) },
    { what: 'RMSE by what doors miss alone', unit: 'people', values: off(({ estimate }) => estimate.byDoorsAlone) },
    { what: 'RMSE corrected', unit: 'people', values: off(shown), note: 'goal: 2.5, bar: 3.0' },
    {
      what: 'RMSE that it gives itself',
      unit: 'people',
      values: each(({ estimate }) => (estimate.deviation ?? 0) ** 2).map((square) => rounded(Math.sqrt(square))),
    },
    { what: 'off by, on average', unit: 'people', values: each((one) => Math.abs(shown(one) - one.truth)) },
    afterClosing('RMSE corrected', runs),
    ...rangeFigures(open),
  ];
}

/** Customers without a ticket, as a range. */
function rangeFigures(open: readonly Minute[][]): Figure[] {
  const ranges = open.map((minutes) =>
    minutes.flatMap(({ withoutTicket: { truth, told } }) => (told ? [{ truth, ...told }] : [])),
  );
  const each = (of: (range: { truth: number; low: number; high: number }) => number) =>
    ranges.map((those) => rounded(mean(those.map(of)), 3));
  return [
    { what: 'inside without a ticket, on average', unit: '', values: each(({ truth }) => truth) },
    {
      what: 'of these within their range of 80 %',
      unit: 'x',
      values: each(({ truth, low, high }) => Number(truth >= low && truth <= high)),
    },
    { what: 'its mean width', unit: 'people', values: each(({ low, high }) => high - low) },
    {
      what: 'minutes that have a range',
      unit: 'x',
      values: ranges.map((those, i) => those.length / (open[i]?.length ?? 1)),
    },
  ];
}

/** What it does to say nothing of the staff, the right thing, or something wrong. */
async function byStaff(hall: string, runs: (staff: Staff | 'none') => Promise<Minute[][]>): Promise<Figure[]> {
  const right = (await hallFile(hall)).desks.length + staffBesideDesks;
  const figures: Figure[] = [];
  for (const [name, staff] of [
    ['none', 'none'],
    [`${right}, as it is`, { inside: right }],
    ['half as many', { inside: Math.round(right / 2) }],
    ['half as many again', { inside: Math.round(right * 1.5) }],
    ['twice as many', { inside: right * 2 }],
  ] as const) {
    const minutes = await runs(staff);
    const open = minutes.map((all) => all.filter(({ isOpen }) => isOpen));
    const what = `RMSE, staff said: ${name}`;
    figures.push({ what, unit: 'people', values: open.map((one) => offBy(one, shown)) }, afterClosing(what, minutes));
  }
  return figures;
}

function afterClosing(what: string, runs: readonly Minute[][]): Figure {
  const values = runs.map((minutes) =>
    offBy(
      minutes.filter(({ isOpen }) => !isOpen),
      shown,
    ),
  );
  return { what: `${what}, 2 h after closing`, unit: 'people', values };
}

const shown = (minute: Minute) => minute.shown;

function offBy(minutes: readonly Minute[], of: (minute: Minute) => number): number {
  return rounded(rmse(minutes.map((one) => of(one) - one.truth)));
}

function countsOf(reading: Reading | undefined): { net: number; crossings: number } {
  const body = reading?.body;
  return body?.kind === 'door' ? { net: body.in - body.out, crossings: body.in + body.out } : { net: 0, crossings: 0 };
}

function rmse(errors: readonly number[]): number {
  return Math.sqrt(mean(errors.map((error) => error ** 2)));
}

function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
