// Finding texts in a file as it stands, whatever its shape: so that what is wrong in one place doesn't hide the others.
import type { Path } from './schema-faults.ts';

export type Place = { path: Path; text: string };

/** Stands for every entry of a list or a mapping. */
export const each = Symbol('each');
export type Step = string | typeof each;

/** All texts at a path; what has another shape is skipped. */
export function textsAt(value: unknown, steps: Step[], path: Path = []): Place[] {
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === 'string' ? [{ path, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (step !== each) return textsAt((value as Record<string, unknown>)[step], rest, [...path, step]);
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, entry]) => textsAt(entry, rest, [...path, key]));
}

/** HH:MM sorts as text, so each time must only be greater than the one before. */
export function inOrder(hours: string): boolean {
  if (!/^\d\d:/.test(hours)) return true;
  const times = hours.split(/, ?|-/);
  return times.every((time, i) => i === 0 || time > (times[i - 1] ?? ''));
}

/** What to write for hours that aren't in order. */
export function hoursFix(hours: string): string {
  const spans = hours.split(/, ?/).map((span) => span.split('-'));
  const [from = '', to = ''] = spans.find(([start = '', end = '']) => end <= start) ?? [];
  if (from === '') return 'write openings in order, each beginning after the one before has ended';
  if (from === to) return `write openings that end after they start, or always for the whole day`;
  const parts = to === '00:00' ? `${from}-24:00` : `00:00-${to}, ${from}-24:00`;
  return `hours over midnight are two openings: write ${parts} (by weekday: ${from}-24:00 on the one day, 00:00-${to} on the next)`;
}

/** `YYYY-MM-DD` of a day that there is. */
export function isDate(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}
