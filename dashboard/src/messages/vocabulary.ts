// What puts keys into sentences. The words themselves stand in JSON: those that pages share in common.ts, the others in a
// file of each page, since a page loads no words but its own.
import type { Locale } from '../../../server/contracts/names.ts';

export type Params = Record<string, string | number>;
type Dictionaries<Key extends string> = Record<Locale, Record<Key, string>>;
export type Say<Key extends string> = (locale: Locale, key: Key, params?: Params) => string;

interface Vocabulary<Key extends string> {
  dictionaries: Dictionaries<Key>;
  /**
   * The sentence of `key`, with each `{name}` in it replaced by that parameter. A key made of a word that only a newer
   * server knows reads as unknown, rather than taking the page down.
   */
  say: Say<Key>;
  /** Whether there are words for it: what a device sent may be anything. */
  isKey: (text: string) => text is Key;
}

export function vocabulary<Key extends string>(dictionaries: Dictionaries<Key | 'unknown'>): Vocabulary<Key> {
  const say: Say<Key> = (locale, key, params = {}) => {
    const words: Partial<Record<Key, string>> = dictionaries[locale];
    return (words[key] ?? dictionaries[locale].unknown).replace(/\{(\w+)\}/g, (hole, name: string) =>
      String(params[name] ?? hole),
    );
  };
  return { dictionaries, say, isKey: (text): text is Key => Object.hasOwn(dictionaries['zh-CN'], text) };
}
