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
  return layersOf(hall, date)[0].kind;
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
  const [{ kind, group }] = layersOf(hall, date);
  return group ? [kind.key, group.key] : [kind.key];
}

/**
 * What applies to a date, the most particular first. Spring Festival goes before a holiday, that before a campaign, school start,
 * and the day of the month; last comes the day of the week.
 */
function layersOf(hall: Hall, text: string): [Layer, ...Layer[]] {
  const { calendar, hours } = hall;
  if (hours.on(text).length === 0) return [{ kind: groups.closed, group: null }];
  const date = Temporal.PlainDate.from(text);
  const campaign = calendar.campaigns.find((span) => isWithin(text, span));
  const isSchoolStart = calendar.schoolStart.some((span) => isWithin(text, span));
  const ofMonth = calendar.monthly.find(({ day }) => day === (day === 'last' ? lastName(date) : date.day));
  const special = specialLayer(hall, date);
  const particular = [
    springLayer(hall, date),
    special,
    campaign ? alone(namedKind('campaign', campaign.name)) : null,
    isSchoolStart ? alone(groups.schoolStart) : null,
    ofMonth ? alone(groups[ofMonth.kind]) : null,
  ].filter((layer) => layer !== null);
  const last = special ? alone(special.group === groups.holiday ? groups.weekend : groups.weekday) : plainLayer(date);
  const [first = last, ...rest] = [...particular, last];
  return [first, ...rest];
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
function specialLayer({ calendar }: Hall, date: Temporal.PlainDate): Layer | null {
  const day = calendar.days.get(date.toString());
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
