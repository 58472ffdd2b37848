import { HallwatchError } from '../errors.ts';
import { defaultDays, mostDays } from '../seeding/options.ts';

/** HALLWATCH_SEED: how many days gone by a demo is to have; null for none. Throws `bad-setting`. */
export function pastDays({ HALLWATCH_SEED: text }: NodeJS.ProcessEnv): number | null {
  if (text === undefined || text === '') return defaultDays;
  if (text === 'off') return null;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= mostDays) return days;
  throw new HallwatchError('bad-setting', {
    what: `HALLWATCH_SEED is "${text}"`,
    fix: `write off, or the number of days that the demo is to have behind it, from 1 to ${mostDays}`,
  });
}
