// What kind of day a date is for a hall. Two dates of one kind are like days: what is usual is told from them.
import { isWithin } from './hall-calendar.ts';
import type { HallConfig } from './hall-config.ts';
import type { DayKind } from './kind-words.ts';
import { groups, namedKind, springKind, weekdayKinds, workedKinds } from './kind-words.ts';
import { springFestivalDay } from './spring-festival.ts';

type Hall = Pick<HallConfig, 'calendar' | 'hours'>;

/** A kind, and the wider group that stands in for it where there are too few days of it. */
interface Layer {
  kind: DayKind;
  group: DayKind | null;
}

/** The kind of a hall's local date, `YYYY-MM-DD`. */
export function kindOfDay(hall: Hall, date: string): DayKind {
  return ownLayer(hall, date).kind;
}

/**
 * The kinds to look for like days in, the most particular first: the date's own, the wider group of it, then what the date
 * would be without it. A bill day that falls on a Monday: bill days, Mondays, weekdays.
 */
export function kindsToTry(hall: Hall, date: string): [DayKind, ...DayKind[]] {
  const [own, ...others] = layersOf(hall, date).flatMap(({ kind, group }) => (group ? [kind, group] : [kind]));
  return [own ?? groups.weekday, ...others];
}

/** Whether a date is an example of the kind `key`: by its own kind or the group of that, never by what it would be otherwise. */
export function ownKeys(hall: Hall, date: string): string[] {
  const { kind, group } = ownLayer(hall, date);
  return group ? [kind.key, group.key] : [kind.key];
}

/** Spring Festival goes before a holiday, that before a campaign, school start and the day of the month. */
function ownLayer(hall: Hall, date: string): Layer {
  return layers(hall, date).next().value ?? alone(groups.closed);
}

/** What applies to a date, the most particular first; the day of the week, or what a special day has instead of it, comes last. */
function layersOf(hall: Hall, text: string): [Layer, ...Layer[]] {
  const [first = alone(groups.closed), ...rest] = layers(hall, text);
  return [first, ...rest];
}

/** One by one, so that looking for like days makes no more than the first of each date. */
function* layers(hall: Hall, text: string): Generator<Layer> {
  const { calendar, hours } = hall;
  if (hours.isClosedOn(text)) return yield alone(groups.closed);
  const date = Temporal.PlainDate.from(text);
  const spring = springLayer(hall, date);
  if (spring) yield spring;
  const special = specialLayer(hall, text, date);
  if (special) yield special;
  const campaign = calendar.campaigns.find((span) => isWithin(text, span));
  if (campaign) yield alone(namedKind('campaign', campaign.name));
  if (calendar.schoolStart.some((span) => isWithin(text, span))) yield alone(groups.schoolStart);
  const ofMonth = calendar.monthly.find(({ day }) => day === (day === 'last' ? lastName(date) : date.day));
  if (ofMonth) yield alone(groups[ofMonth.kind]);
  if (special) yield alone(special.group === groups.holiday ? groups.weekend : groups.weekday);
  else yield plainLayer(date);
}

const alone = (kind: DayKind): Layer => ({ kind, group: null });

/** `last` on the last day of its month, so that 28 February and 31 March are of one kind. */
const lastName = (date: Temporal.PlainDate) => (date.day === date.daysInMonth ? 'last' : null);

function plainLayer({ dayOfWeek }: Temporal.PlainDate): Layer {
  return {
    kind: weekdayKinds[dayOfWeek - 1] ?? groups.weekday,
    group: dayOfWeek > 5 ? groups.weekend : groups.weekday,
  };
}

/** A holiday, or a weekend day that is worked as a weekday (调休). */
function specialLayer({ calendar }: Hall, text: string, date: Temporal.PlainDate): Layer | null {
  const day = calendar.days.get(text);
  if (!day || day.kind === 'ordinary') return null;
  if (day.kind !== 'workday') return { kind: namedKind('holiday', day.name), group: groups.holiday };
  return { kind: workedKinds[date.dayOfWeek - 1] ?? groups.worked, group: groups.worked };
}

function springLayer({ calendar }: Hall, date: Temporal.PlainDate): Layer | null {
  const offset = calendar.springFestival && springFestivalDay(date);
  if (offset === null || !calendar.springFestival) return null;
  if (offset < -calendar.springFestival.before || offset > calendar.springFestival.after) return null;
  if (offset < 0) return { kind: springKind(offset), group: groups.beforeSpring };
  return { kind: springKind(offset), group: offset <= lastFestivalDay ? groups.spring : groups.afterSpring };
}

/** 正月初七: from the eighth day on, offices work again. */
const lastFestivalDay = 6;
