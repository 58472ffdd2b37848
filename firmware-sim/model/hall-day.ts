import { weekdays } from '../../server/contracts/names.ts';
import type { HallFile } from '../../server/contracts/registry.ts';

/** A hall as the simulator knows it: its file, its special dates from calendar.yaml, the tiers of its customers and their items. */
export interface SimHall {
  file: HallFile;
  /** Hours by local date, where they differ from the week. */
  special: ReadonlyMap<string, string>;
  tiers: readonly string[];
  /** Business items with the minutes that the standard allows for them. */
  items: Readonly<Record<string, number>>;
}

/** Epoch ms. */
export interface Span {
  from: number;
  to: number;
}

/** One simulated day of a hall: from `emptyAt` of its local date to the next `emptyAt`, when nobody is inside. */
export interface HallDay extends Span {
  hall: SimHall;
  /** Local date at `from`, `YYYY-MM-DD`. */
  date: string;
  /** Days from 1970-01-01 to `date`: what the hall's devices have as `boot`, since they restart when it is empty. */
  boot: number;
  /** When the hall is open, in order; openings that touch are one. */
  open: Span[];
}

type Hours = HallFile['hours'];
const epoch = Temporal.PlainDate.from('1970-01-01');

/** The simulated day that the instant `at` (epoch ms) belongs to. */
export function hallDayAt(hall: SimHall, at: number): HallDay {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hall.file.timeZone).toPlainDate();
  const today = hallDay(hall, date);
  return at >= today.from ? today : hallDay(hall, date.subtract({ days: 1 }));
}

export function hallDay(hall: SimHall, date: Temporal.PlainDate): HallDay {
  const { file } = hall;
  const next = date.add({ days: 1 });
  const from = localTime(file.timeZone, date, file.emptyAt ?? '04:00');
  const to = localTime(file.timeZone, next, file.emptyAt ?? '04:00');
  const day = { hall, date: date.toString(), boot: epoch.until(date).days, from, to };
  return { ...day, open: openings(day, file.hours, hall.special) };
}

/** When a zone lets people in, in order: its own hours, or the hall's. */
export function zoneOpenings(day: HallDay, zone: string): Span[] {
  const hours = day.hall.file.zones.find(({ id }) => id === zone)?.hours;
  return hours === undefined ? day.open : openings(day, hours, new Map());
}

/** The instant at which the clock on the wall first says `time` (HH:MM) in this day. */
export function instantOf(day: HallDay, time: string): number {
  const date = Temporal.PlainDate.from(day.date);
  const first = localTime(day.hall.file.timeZone, date, time);
  return first >= day.from ? first : localTime(day.hall.file.timeZone, date.add({ days: 1 }), time);
}

export function isWithin(spans: readonly Span[], at: number): boolean {
  return spans.some((span) => at >= span.from && at < span.to);
}

/** Minutes since local midnight, 0 to 1439. */
export function minuteOfDay(timeZone: string, at: number): number {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return local.hour * 60 + local.minute;
}

function openings(
  day: Pick<HallDay, 'hall' | 'date' | 'from' | 'to'>,
  hours: Hours,
  special: SimHall['special'],
): Span[] {
  const date = Temporal.PlainDate.from(day.date);
  const spans = [date, date.add({ days: 1 })].flatMap((on) => spansOn(day.hall.file.timeZone, on, hours, special));
  const joined: Span[] = [];
  for (const { from, to } of spans) {
    const span = { from: Math.max(from, day.from), to: Math.min(to, day.to) };
    const last = joined.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else if (span.from < span.to) joined.push(span);
  }
  return joined;
}

function spansOn(timeZone: string, date: Temporal.PlainDate, hours: Hours, special: SimHall['special']): Span[] {
  const weekday = weekdays[date.dayOfWeek - 1] ?? 'mon';
  const text = special.get(date.toString()) ?? (typeof hours === 'string' ? hours : hours[weekday]);
  if (text === 'closed') return [];
  const spans = text === 'always' ? ['00:00-24:00'] : text.split(/, ?/);
  return spans.map((span) => {
    const [from = '00:00', to = '24:00'] = span.split('-');
    return { from: localTime(timeZone, date, from), to: localTime(timeZone, date, to) };
  });
}

function localTime(timeZone: string, date: Temporal.PlainDate, time: string): number {
  if (time === '24:00') return date.add({ days: 1 }).toZonedDateTime({ timeZone }).epochMilliseconds;
  return date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
}
