import type { Tongue } from '../../../dashboard/src/ui/screen.svelte.ts';
import { Screen } from '../../../dashboard/src/ui/screen.svelte.ts';
import type { Locale } from '../../../server/contracts/names.ts';

/** What puts things into words, without a page: it is 10:00 in Shanghai. */
export function screenIn(locale: Locale): Screen {
  const language: Tongue = { locale, pick: (words) => words[locale] };
  const now = Date.parse('2026-11-23T10:00:00+08:00');
  return new Screen(
    () => language,
    () => ({ timeZone: 'Asia/Shanghai', now, dataNow: now }),
  );
}
