// The page's state: what is looked at, and everything that is known of it.
import type { Peaks } from '../../../server/contracts/history.ts';
import type { Weekday } from '../../../server/contracts/names.ts';
import { PeaksReader } from '../live/peaks.svelte.ts';
import { RegionFeed } from '../live/region-feed.svelte.ts';
import { RegionDay } from '../live/region-today.svelte.ts';
import type { Choice } from './address.ts';
import { readChoice, withChoice } from './address.ts';
import { shownSlots, slotsBetween } from './heat.ts';
import type { Period } from './period.ts';
import { periodFault, presetPeriod, shiftDate } from './period.ts';
import type { Sort, SortKey } from './rows.ts';
import { firstDown, knownSum, rowsOf } from './rows.ts';

/** Half hours of a weekday that a finding speaks of: `end` excluded. */
export interface Marked {
  weekday: Weekday;
  first: number;
  end: number;
}

export class RegionDesk {
  readonly region: string;
  readonly feed: RegionFeed;
  readonly day: RegionDay;
  /** The whole region by people entering: findings and the table come from it, whatever the heat map shows. */
  readonly overview = new PeaksReader();
  readonly #detail = new PeaksReader();
  choice = $state.raw<Choice>(readChoice(location.search));
  sort = $state.raw<Sort>({ by: 'entered', down: true });
  marked = $state.raw<Marked | null>(null);

  readonly rows = $derived.by(() => {
    const today = this.day.answer?.halls ?? [];
    const { summaries: live, gone } = this.feed;
    return rowsOf({ today, live, past: this.overview.answer?.halls ?? [], gone });
  });

  /** The half hours in which halls are open or anything happens: what heat map and typical days are drawn over. */
  readonly slots = $derived(this.overview.answer ? shownSlots(this.overview.answer.heat) : []);

  constructor(region: string) {
    this.region = region;
    this.feed = new RegionFeed(region, () => {
      this.day.refresh();
      this.overview.again();
      this.#detail.again();
    });
    this.day = new RegionDay(region);
  }

  /** The region's date; null until the server told it. */
  get today(): string | null {
    return this.day.answer?.date ?? null;
  }

  /** The chosen dates, the last one included; null while they can't be known, or asked for. */
  get period(): Period | null {
    const { today } = this;
    if (today === null) return null;
    const { period } = this.choice;
    if (typeof period === 'string') return presetPeriod(period, today);
    return periodFault(period, today) === null ? period : presetPeriod('weeks4', today);
  }

  /** What the heat map shows; another reader's answer while its own is still being read. */
  get shown(): Peaks | null {
    return this.#shownReader.answer ?? this.overview.answer;
  }

  /** What is shown isn't what was chosen last. */
  get isBehind(): boolean {
    const { shown, period } = this;
    const { hall, measure } = this.choice;
    return shown !== null && ((shown.hall ?? '') !== hall || shown.measure !== measure || shown.from !== period?.from);
  }

  /** People entering the region through the day: the sum of its halls' typical days; null where none of them tells. */
  get typicalDay(): (number | null)[] {
    const days = this.overview.answer?.halls.map(({ typicalDay }) => typicalDay) ?? [];
    return Array.from({ length: 48 }, (_, slot) => knownSum(days.map((day) => day[slot] ?? null)).sum);
  }

  get shownReader(): PeaksReader {
    return this.#shownReader;
  }

  get #shownReader(): PeaksReader {
    return this.choice.hall === '' && this.choice.measure === 'entered' ? this.overview : this.#detail;
  }

  /** Reads, and keeps reading until the returned function is called. */
  start(): () => void {
    const stops = [this.feed.start(), this.day.start()];
    return () => {
      for (const stop of stops) stop();
      this.overview.stop();
      this.#detail.stop();
    };
  }

  /** Asks history what is chosen now. */
  askHistory(): void {
    const { period, region } = this;
    if (period === null) return;
    const dates = { region, from: period.from, to: shiftDate(period.to, 1) };
    const { hall, measure } = this.choice;
    this.overview.ask({ ...dates, hall: '', measure: 'entered' });
    this.#detail.ask(this.#shownReader === this.overview ? null : { ...dates, hall, measure });
  }

  choose(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    this.marked = null;
    history.replaceState(history.state, '', withChoice(location.href, this.choice));
  }

  /** By a heading: the same again turns the order round. */
  sortBy(by: SortKey): void {
    this.sort = { by, down: this.sort.by === by ? !this.sort.down : firstDown(by) };
  }

  mark(weekday: Weekday, from: string, to: string): void {
    this.marked = { weekday, ...slotsBetween(from, to) };
  }
}
