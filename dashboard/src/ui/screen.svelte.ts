// What every part of a page needs to put things into words: the language, the hall's time zone and the time.
import { createContext } from 'svelte';
import type { Words } from '../../../server/contracts/http.ts';
import type { Locale } from '../../../server/contracts/names.ts';
import type { CommonKey } from '../messages/common.ts';
import type { Params, Say } from '../messages/vocabulary.ts';
import type { Part } from './durations.ts';
import { coarseText, exactParts, limitText } from './durations.ts';
import { clockText, dateText, dayText, momentText } from './times.ts';

/** `dataNow`: server time up to which the data shown reach, epoch ms; it stands still when they do. */
export interface ScreenTime {
  timeZone: string;
  now: number;
  dataNow: number;
}

/** The reader's language; language.svelte.ts is a page's. */
export interface Tongue {
  locale: Locale;
  pick(words: Words): string;
}

/** `Key`: the words it has, which are its page's. */
export class Screen<Key extends string = CommonKey> {
  readonly #say: Say<Key>;
  readonly #language: () => Tongue;
  readonly #time: () => ScreenTime;

  constructor(say: Say<Key>, language: () => Tongue, time: () => ScreenTime) {
    this.#say = say;
    this.#language = language;
    this.#time = time;
  }

  get locale(): Locale {
    return this.#language().locale;
  }

  get now(): number {
    return this.#time().now;
  }

  /** Up to when the data shown reach. */
  get dataNow(): number {
    return this.#time().dataNow;
  }

  t(key: Key, params?: Params): string {
    return this.#say(this.locale, key, params);
  }

  name(words: Words | undefined, id: string): string {
    return words ? this.#language().pick(words) : id;
  }

  clock(at: number): string {
    return clockText(at, this.#time().timeZone, this.locale);
  }

  date(at: number): string {
    return dateText(at, this.#time().timeZone, this.locale);
  }

  /** Of a local date, `YYYY-MM-DD`. */
  day(date: string): string {
    return dayText(date, this.locale);
  }

  moment(at: number): string {
    return momentText(at, this.now, this.#time().timeZone, this.locale);
  }

  /**
   * How old something was, in ms, when we last knew of it: at `dataNow`, or at `asOf` where its sensor is silent since.
   * What nobody has watched since then isn't shown growing older.
   */
  ageMs(since: number, asOf: number | null = null): number {
    const { dataNow } = this.#time();
    return Math.max(0, Math.min(dataNow, asOf ?? dataNow) - since);
  }

  age(since: number, asOf: number | null = null): string {
    return coarseText(this.ageMs(since, asOf), this.locale);
  }

  duration(ms: number): string {
    return coarseText(ms, this.locale);
  }

  limit(limitS: number): string {
    return limitText(limitS, this.locale);
  }

  /** A change in whole percent, with its sign: +18%. */
  change(of: number): string {
    const text = new Intl.NumberFormat(this.locale, { style: 'percent', signDisplay: 'exceptZero' }).format(of);
    // A hyphen is too short to be seen from afar.
    return text.replace('-', '−');
  }

  /** A share of 1 in whole percent, rounded down: what isn't finished never reads as 100 %. */
  share(of: number): string {
    return new Intl.NumberFormat(this.locale, { style: 'percent' }).format(Math.floor(of * 100) / 100);
  }

  /** Seconds as minutes with one decimal, without the unit. */
  minutes(s: number): string {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return new Intl.NumberFormat(this.locale, digits).format(s / 60);
  }

  exact(ms: number): Part[] {
    return exactParts(ms, this.locale);
  }
}

/** For the parts that pages share: it has the common words. */
export const [useScreen, provideShared] = createContext<Screen>();

/** The same for the parts of one page, with that page's words; providing it serves the shared parts too. */
export function pageScreen<Key extends string>() {
  const [use, provide] = createContext<Screen<CommonKey | Key>>();
  const provideBoth = (screen: Screen<CommonKey | Key>) => {
    provide(screen);
    provideShared(screen);
  };
  return [use, provideBoth] as const;
}
