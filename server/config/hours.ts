import type { Weekday } from '../contracts/names.ts';
import { weekdays } from '../contracts/names.ts';
import type { LocalDays } from '../local-days.ts';

export interface Span {
  from: number;
  to: number;
}

/** Whether a place is open, and until when nothing changes. Times are epoch ms; null when it never opens or closes. */
export interface OpenState {
  open: boolean;
  /** When the current opening began; null when closed or always open. */
  since: number | null;
  opensAt: number | null;
  closesAt: number | null;
  nextChangeAt: number | null;
}

export type Week = Record<Weekday, string>;
/** Minutes of the wall clock from 00:00, half-open. */
export interface ClockSpan {
  from: number;
  to: number;
}
const searchDays = 30;
const keptDates = 16;

const alwaysOpen: OpenState = { open: true, since: null, opensAt: null, closesAt: null, nextChangeAt: null };

/** Opening hours of a hall or a zone: a week, and the dates that differ from it. */
export class OpeningHours {
  readonly #days: LocalDays;
  readonly #week: Week;
  readonly #special: ReadonlyMap<string, string>;
  /** The answer last given and how long it holds: screens ask many times a second. */
  #known: { from: number; until: number; state: OpenState } | null = null;
  #asked = { at: Number.NaN, isOpen: false };
  /** Time zones cost microseconds, and every look at a hall asks for today's. */
  readonly #spans = new Map<string, readonly Span[]>();

  constructor(days: LocalDays, week: Week, special: ReadonlyMap<string, string>) {
    this.#days = days;
    this.#week = week;
    this.#special = special;
  }

  /** True when the week never closes; a calendar may still close a day. */
  get isAlways(): boolean {
    return Object.values(this.#week).every((hours) => hours === 'always');
  }

  /** The opening times of a local date, in order. */
  on(date: string): readonly Span[] {
    const known = this.#spans.get(date);
    if (known) return known;
    if (this.#spans.size >= keptDates) this.#spans.clear();
    const spans = this.#spansOn(date);
    this.#spans.set(date, spans);
    return spans;
  }

  #spansOn(date: string): Span[] {
    const hours = this.#textOn(date);
    if (hours === 'closed') return [];
    const day = this.#days.onDate(date);
    if (hours === 'always') return [{ from: day.start, to: day.end }];
    return hours.split(/, ?/).map((span) => {
      const [from = '', to = ''] = span.split('-');
      return { from: this.#days.at(date, from), to: this.#days.at(date, to) };
    });
  }

  /** The opening times of a local date as its clock shows them: no time zone is asked for that. */
  onClock(date: string): readonly ClockSpan[] {
    return clockSpans(this.#textOn(date));
  }

  /** True for a date on which it never opens: no time zone is asked for that. */
  isClosedOn(date: string): boolean {
    return this.#textOn(date) === 'closed';
  }

  #textOn(date: string): string {
    return this.#special.get(date) ?? this.#week[weekdayOf(date)];
  }

  isOpen(at: number): boolean {
    // A day's emptying is asked about again and again.
    if (this.#asked.at !== at) {
      const isOpen = this.on(this.#days.of(at).date).some((span) => at >= span.from && at < span.to);
      this.#asked = { at, isOpen };
    }
    return this.#asked.isOpen;
  }

  /**
   * The state at `at`. While open, `opensAt` and `closesAt` are those of the current opening; while closed, of the
   * next one. Openings that touch across midnight are one.
   */
  state(at: number): OpenState {
    const known = this.#known;
    if (known && at >= known.from && at < known.until) return known.state;
    const state = this.#stateAt(at);
    this.#known = {
      from: at,
      until: Math.min(state.nextChangeAt ?? Number.POSITIVE_INFINITY, this.#days.of(at).end),
      state,
    };
    return state;
  }

  #stateAt(at: number): OpenState {
    // Two months of days, looked at to find no end: dear where hundreds of halls have such a zone and none was asked for yet.
    if (this.isAlways && this.#special.size === 0) return alwaysOpen;
    const today = this.#days.of(at);
    const spans = this.#spansAround(today.date);
    const current = spans.find((span) => at >= span.from && at < span.to);
    // An opening that goes on as far as we look never closes, and one that long ago began never opened.
    const farMs = (searchDays - 2) * 86_400_000;
    if (current && current.to > at + farMs) return alwaysOpen;
    if (current) {
      return { open: true, since: current.from, opensAt: current.from, closesAt: current.to, nextChangeAt: current.to };
    }
    const next = spans.find((span) => span.from > at) ?? this.#firstOpeningAfter(today.date);
    return {
      open: false,
      since: null,
      opensAt: next?.from ?? null,
      closesAt: next?.to ?? null,
      nextChangeAt: next?.from ?? null,
    };
  }

  /** Openings around a date, those that touch joined: as many days either way as one opening goes on. */
  #spansAround(date: string): Span[] {
    const isWhole = (offset: number) => {
      const day = this.#days.onDate(this.#shiftDate(date, offset));
      const spans = this.on(day.date);
      return spans[0]?.from === day.start && spans.at(-1)?.to === day.end;
    };
    let first = -1;
    while (first > -searchDays && isWhole(first)) first--;
    let last = 1;
    while (last < searchDays && isWhole(last)) last++;
    const offsets = Array.from({ length: last - first + 2 }, (_, i) => first + i);
    return joined(offsets.flatMap((offset) => this.on(this.#shiftDate(date, offset))));
  }

  #firstOpeningAfter(date: string): Span | undefined {
    for (let offset = 1; offset <= searchDays; offset++) {
      const first = this.on(this.#shiftDate(date, offset))[0];
      if (first) return first;
    }
    return undefined;
  }

  #shiftDate(date: string, days: number): string {
    return this.#days.shift(this.#days.onDate(date), days).date;
  }
}

const clockSpansOf = new Map<string, readonly ClockSpan[]>([
  ['closed', []],
  ['always', [{ from: 0, to: 1_440 }]],
]);

/** A year of many halls asks for few texts many times. */
function clockSpans(text: string): readonly ClockSpan[] {
  const known = clockSpansOf.get(text);
  if (known) return known;
  const spans = text.split(/, ?/).map((span) => {
    const [from = 0, to = 0] = span.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
    return { from, to };
  });
  clockSpansOf.set(text, spans);
  return spans;
}

function joined(spans: Span[]): Span[] {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else out.push({ ...span });
  }
  return out;
}

function weekdayOf(date: string): Weekday {
  return weekdays[Temporal.PlainDate.from(date).dayOfWeek - 1] ?? 'mon';
}

/** One entry of hours for every weekday, from the short form of a config file. */
export function weekOf(hours: string | Week): Week {
  if (typeof hours !== 'string') return hours;
  return Object.fromEntries(weekdays.map((day) => [day, hours])) as Week;
}
