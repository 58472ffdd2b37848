// The period that is looked at: local dates, the last one included. Today isn't over and never part of it.

export const presets = ['week', 'weeks4', 'weeks12', 'month'] as const;
export type Preset = (typeof presets)[number];

export interface Period {
  from: string;
  to: string;
}

const dayMs = 86_400_000;
const mostDays = 400;

const stampOf = (date: string) => Date.parse(`${date}T00:00:00Z`);
const dateOf = (stamp: number) => new Date(stamp).toISOString().slice(0, 10);

export function shiftDate(date: string, days: number): string {
  return dateOf(stampOf(date) + days * dayMs);
}

export function dayCount({ from, to }: Period): number {
  return Math.round((stampOf(to) - stampOf(from)) / dayMs) + 1;
}

/** Whole weeks up to yesterday, so that each weekday counts as often as the others; or the last month. */
export function presetPeriod(preset: Preset, today: string): Period {
  if (preset === 'month') {
    const to = shiftDate(`${today.slice(0, 8)}01`, -1);
    return { from: `${to.slice(0, 8)}01`, to };
  }
  const weeks = { week: 1, weeks4: 4, weeks12: 12 }[preset];
  return { from: shiftDate(today, -7 * weeks), to: shiftDate(today, -1) };
}

/** What can be asked for: a year and a month back. */
export function periodLimits(today: string): Period {
  return { from: shiftDate(today, -mostDays), to: shiftDate(today, -1) };
}

export type PeriodFault = 'not-a-date' | 'backwards' | 'too-early' | 'not-over';

/** Why a period can't be asked for; null when it can. */
export function periodFault({ from, to }: Period, today: string): PeriodFault | null {
  if (!isDate(from) || !isDate(to)) return 'not-a-date';
  if (to >= today || from >= today) return 'not-over';
  if (from < periodLimits(today).from) return 'too-early';
  return from > to ? 'backwards' : null;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(stampOf(text)) && dateOf(stampOf(text)) === text;
}
