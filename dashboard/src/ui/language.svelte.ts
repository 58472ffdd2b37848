import type { Words } from '../../../server/contracts/http.ts';
import type { Locale } from '../../../server/contracts/names.ts';
import { chooseLocale } from '../messages/locales.ts';

const storeKey = 'hallwatch.language';

/** The language of this screen: from `?lang=`, else as last chosen here, else zh-CN. */
export class Language {
  locale = $state<Locale>('zh-CN');

  constructor() {
    const asked = new URLSearchParams(location.search).get('lang');
    this.locale = chooseLocale(asked, recall());
    if (asked) remember(this.locale);
  }

  get other(): Locale {
    return this.locale === 'en' ? 'zh-CN' : 'en';
  }

  /** Also writes the choice into the address, or an older `?lang=` there would win at the next load. */
  choose(locale: Locale): void {
    this.locale = locale;
    remember(locale);
    const address = new URL(location.href);
    address.searchParams.set('lang', locale);
    history.replaceState(history.state, '', address);
  }

  pick(words: Words): string {
    return words[this.locale];
  }
}

// A browser may forbid storage; the choice then lasts as long as the address does.
function recall(): string | null {
  try {
    return localStorage.getItem(storeKey);
  } catch {
    return null;
  }
}

function remember(locale: Locale): void {
  try {
    localStorage.setItem(storeKey, locale);
  } catch {
    // Kept in the address only, then.
  }
}
