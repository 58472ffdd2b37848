// Which language a page is in.
import type { Locale } from '../../../server/contracts/names.ts';
import { locales } from '../../../server/contracts/names.ts';

/** A locale from anything a person or a store may hold, such as `zh`, `zh-CN` or `en-GB`; null when it is none. */
export function localeOf(text: string | null | undefined): Locale | null {
  if (!text) return null;
  const language = text.toLowerCase().split('-')[0];
  return locales.find((locale) => locale.toLowerCase().split('-')[0] === language) ?? null;
}

/** The page's language: what its address asks for, then what was chosen here before, then zh-CN. */
export function chooseLocale(asked: string | null, remembered: string | null): Locale {
  return localeOf(asked) ?? localeOf(remembered) ?? 'zh-CN';
}
