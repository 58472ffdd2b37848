// A cell of the heat map in words.
import type { PeakMeasure } from '../../../server/contracts/names.ts';
import type { CellView } from './heat.ts';
import { clockOf } from './heat.ts';
import { measureText, weekdayText } from './numbers.ts';
import type { RegionScreen } from './screen.ts';

const units = {
  entered: 'people',
  occupancyMax: 'people',
  waitingMax: 'people',
  issued: 'tickets',
  called: 'tickets',
  waitMeanS: 'minutes',
  withinLimitShare: 'share',
} as const;

/** With its unit: 34 人, 4.2 分钟, 95.0 %. */
export function valueText(measure: PeakMeasure, value: number, screen: RegionScreen): string {
  return screen.t(`region.heat.value.${units[measure]}`, { n: measureText(measure, value, screen.locale) });
}

/** Monday 10:00–10:30: what is known of it. */
export function cellText(cell: CellView, measure: PeakMeasure, screen: RegionScreen): string {
  const what = screen.t('region.hours', {
    day: weekdayText(cell.weekday, screen.locale),
    from: clockOf(cell.slot),
    to: clockOf(cell.slot + 1),
  });
  return screen.t('region.colon', { what, said: cellSaid(cell, measure, screen) });
}

/** What a cell holds, without its place. */
export function cellSaid(cell: CellView, measure: PeakMeasure, screen: RegionScreen): string {
  const { state, median, p10, p90, days, openDays } = cell;
  if (state === 'closed') return screen.t('region.heat.closed');
  if (state === 'unknown' || median === null) {
    const isRatio = measure === 'waitMeanS' || measure === 'withinLimitShare';
    return screen.t(isRatio ? 'region.heat.nobody' : 'region.heat.unknown.days', { open: openDays });
  }
  return screen.t(openDays === 0 ? 'region.heat.cell.outside' : 'region.heat.cell', {
    value: valueText(measure, median, screen),
    low: measureText(measure, p10 ?? median, screen.locale),
    high: measureText(measure, p90 ?? median, screen.locale),
    known: days,
    open: Math.max(days, openDays),
  });
}
