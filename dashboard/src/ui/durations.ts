// Durations as people say them ("16 minutes 20 seconds"), never like a clock time.
import type { Locale } from '../../../server/contracts/names.ts';
import { say } from '../messages/common.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A number and the word of its unit: apart, so that a screen can set the number large. */
export interface Part {
  text: string;
  unit: string;
}

/** To the second below an hour, to the minute above it: for what someone watches grow. */
export function exactParts(ms: number, locale: Locale): Part[] {
  const left = Math.max(0, ms);
  if (left >= hourMs) return coarseParts(left, locale);
  const minutes = Math.floor(left / minuteMs);
  const seconds = Math.floor((left % minuteMs) / secondMs);
  if (minutes === 0) return [part(seconds, say(locale, 'unit.second'))];
  // Two digits of seconds, so that the words beside them stand still while they count.
  return [
    part(minutes, say(locale, 'unit.minute')),
    { text: String(seconds).padStart(2, '0'), unit: say(locale, 'unit.second') },
  ];
}

/** In whole minutes, hours or days; nothing at all below a minute. */
export function coarseParts(ms: number, locale: Locale): Part[] {
  const left = Math.max(0, ms);
  const days = Math.floor(left / dayMs);
  const hours = Math.floor((left % dayMs) / hourMs);
  const minutes = Math.floor((left % hourMs) / minuteMs);
  if (days > 0) return some([part(days, say(locale, 'unit.day')), part(hours, say(locale, 'unit.hour'))]);
  if (hours > 0) return some([part(hours, say(locale, 'unit.hour')), part(minutes, say(locale, 'unit.minute'))]);
  return some([part(minutes, say(locale, 'unit.minute.alone'))]);
}

/** `coarseParts` as one text, with words for less than a minute. */
export function coarseText(ms: number, locale: Locale): string {
  const parts = coarseParts(ms, locale);
  if (parts.length === 0) return say(locale, 'duration.underMinute');
  return textOf(parts);
}

/** A limit in seconds, in whole minutes where it is that; empty for a limit of none at all. */
export function limitText(limitS: number, locale: Locale): string {
  if (limitS <= 0) return '';
  const ms = limitS * secondMs;
  const parts = ms % minuteMs === 0 ? coarseParts(ms, locale) : exactParts(ms, locale);
  return textOf(parts);
}

function textOf(parts: Part[]): string {
  return parts.map(({ text, unit }) => `${text} ${unit}`).join(' ');
}

function part(n: number, unit: string): Part {
  return { text: String(n), unit };
}

function some(parts: Part[]): Part[] {
  return parts.filter(({ text }) => text !== '0');
}
