import type { Words } from '../contracts/http.ts';
import type { CalendarFile } from '../contracts/registry.ts';

type Listed<K extends keyof CalendarFile> = NonNullable<CalendarFile[K]> extends (infer T)[] ? T : never;

/** What calendar.yaml says of one hall. */
export interface HallCalendar {
  /** Single dates, by date. */
  days: ReadonlyMap<string, Listed<'days'>>;
  springFestival: NonNullable<CalendarFile['springFestival']> | null;
  monthly: readonly Listed<'monthly'>[];
  schoolStart: readonly Listed<'schoolStart'>[];
  campaigns: readonly Listed<'campaigns'>[];
  /** Why a date is no example of its kind; null when it may be one. */
  leftOut(date: string): Words | null;
}

/** The part of a calendar that is about the hall `id`. */
export function hallCalendar(file: CalendarFile, id: string): HallCalendar {
  const ours = <T extends { halls?: string[] }>(list: T[] = []) =>
    list.filter(({ halls }) => halls?.includes(id) ?? true);
  const leaveOut = ours(file.leaveOut);
  return {
    days: new Map(ours(file.days).map((day) => [day.date, day])),
    springFestival: file.springFestival ?? null,
    monthly: ours(file.monthly),
    schoolStart: ours(file.schoolStart),
    campaigns: ours(file.campaigns),
    leftOut: (date) => leaveOut.find((span) => isWithin(date, span))?.reason ?? null,
  };
}

/** Whether a date lies in a span; one without an end is a single day. */
export function isWithin(date: string, { from, to }: { from: string; to?: string }): boolean {
  return date >= from && date <= (to ?? from);
}
