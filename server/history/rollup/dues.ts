import type { HallConfig } from '../../config/hall-config.ts';
import type { Due } from '../workbook.ts';
import { slotMs } from './span.ts';

/** What is made of a hall's slots from `from` on, up to but without `to`: the profiles of their days and its region's slots. */
export function duesOf({ id, region, days }: HallConfig, from: number, to: number): Due[] {
  const dates = new Set<string>();
  const dues: Due[] = [];
  for (let slot = from; slot < to; slot += slotMs) {
    dates.add(days.of(slot).date);
    dues.push({ kind: 'region', subject: region, at: slot });
  }
  for (const date of dates) dues.push({ kind: 'profile', subject: id, at: Date.parse(date) });
  return dues;
}
