import { say } from '../../../dashboard/src/messages/region.ts';
import type { RegionScreen } from '../../../dashboard/src/region/screen.ts';
import type { Tongue } from '../../../dashboard/src/ui/screen.svelte.ts';
import { Screen } from '../../../dashboard/src/ui/screen.svelte.ts';
import type { Locale } from '../../../server/contracts/names.ts';

/** What puts things into words on the region's page, without the page: it is 10:00 in Shanghai. */
export function screenIn(locale: Locale): RegionScreen {
  const language: Tongue = { locale, pick: (words) => words[locale] };
  const now = Date.parse('2026-11-23T10:00:00+08:00');
  return new Screen(
    say,
    () => language,
    () => ({ timeZone: 'Asia/Shanghai', now, dataNow: now }),
  );
}
