// What is looked at, in the page's address: a link shows a colleague the same.
import type { PeakMeasure } from '../../../server/contracts/names.ts';
import { peakMeasures } from '../../../server/contracts/names.ts';
import type { Period, Preset } from './period.ts';
import { presets } from './period.ts';

/** `period`: one of the presets, which move on with the days, or dates of one's own. */
export interface Choice {
  hall: string;
  measure: PeakMeasure;
  period: Preset | Period;
}

export const firstChoice: Choice = { hall: '', measure: 'entered', period: 'weeks4' };

/** What an address asks for; what it doesn't say, or says wrong, is as at first. */
export function readChoice(search: string): Choice {
  const query = new URLSearchParams(search);
  const [from, to] = [query.get('from'), query.get('to')];
  const period = presets.find((preset) => preset === query.get('period'));
  return {
    hall: query.get('hall') ?? firstChoice.hall,
    measure: peakMeasures.find((measure) => measure === query.get('measure')) ?? firstChoice.measure,
    period: from && to ? { from, to } : (period ?? firstChoice.period),
  };
}

/** The address with the choice in it, and nothing for what is as at first. */
export function withChoice(href: string, { hall, measure, period }: Choice): string {
  const address = new URL(href);
  const own = typeof period === 'string' ? null : period;
  const said = {
    hall,
    measure: measure === firstChoice.measure ? '' : measure,
    period: own || period === firstChoice.period ? '' : String(period),
    from: own?.from ?? '',
    to: own?.to ?? '',
  };
  for (const [name, value] of Object.entries(said)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  return address.href;
}
