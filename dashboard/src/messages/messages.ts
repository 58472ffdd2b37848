// The two dictionaries. zh-CN is the one that decides which keys there are; en must have every one of them.
import type { Locale } from '../../../server/contracts/names.ts';
import { locales } from '../../../server/contracts/names.ts';
import en from './en.json' with { type: 'json' };
import zhCN from './zh-CN.json' with { type: 'json' };

export type Key = keyof typeof zhCN;
export type Params = Record<string, string | number>;

export const dictionaries: Record<Locale, Record<Key, string>> = { 'zh-CN': zhCN, en };

/**
 * The sentence of `key`, with each `{name}` in it replaced by that parameter. A key made of a word that only a newer
 * server knows reads as unknown, rather than taking the page down.
 */
export function say(locale: Locale, key: Key, params: Params = {}): string {
  const words: Partial<Record<Key, string>> = dictionaries[locale];
  return (words[key] ?? dictionaries[locale].unknown).replace(/\{(\w+)\}/g, (hole, name: string) =>
    String(params[name] ?? hole),
  );
}

/** Whether there are words for it: what a device sent may be anything. */
export function isKey(text: string): text is Key {
  return Object.hasOwn(zhCN, text);
}

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
