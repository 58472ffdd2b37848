// What the page says of an entry, decided here and put into words there.
import type { HallInfo, QuarantineEntry, RetryAnswer } from '../../../server/contracts/http.ts';
import { finalRefusals } from '../../../server/contracts/names.ts';
import type { QuarantineKey } from '../messages/quarantine.ts';
import { isKey } from '../messages/quarantine.ts';

/** What became of a retry: an answer, or the code of why there was none. */
export type Outcome = RetryAnswer | { code: string };

export interface Place {
  /** The hall that the topic names. */
  hall: HallInfo | null;
  device: HallInfo['devices'][number] | null;
  /** The hall in which the registry has the device. */
  home: HallInfo | null;
}

/** Hall and device as the registry has them. The device may stand in another hall than its topic says. */
export function placeOf(entry: QuarantineEntry, halls: readonly HallInfo[]): Place {
  const hall = halls.find(({ id }) => id === entry.hall) ?? null;
  const home = halls.find(({ devices }) => devices.some(({ id }) => id === entry.device)) ?? null;
  return { hall, home, device: home?.devices.find(({ id }) => id === entry.device) ?? null };
}

/** Why an entry can't be tried again; null when it can. */
export function whyNotRetried({ retryable, kept, reason }: QuarantineEntry): QuarantineKey | null {
  if (retryable) return null;
  if (kept > 0 && reason !== 'too-large' && finalRefusals.includes(reason)) return 'quarantine.not.ever';
  return kept > 0 ? 'quarantine.not.shortened' : 'quarantine.not.kept';
}

/** The sentence for an outcome; its holes are `read`, `refused` and `code`. */
export function outcomeKey(outcome: Outcome): QuarantineKey {
  if ('code' in outcome) {
    const key = `quarantine.outcome.${outcome.code}`;
    return isKey(key) ? key : 'quarantine.outcome.failed';
  }
  if (outcome.refused === 0) return 'quarantine.outcome.read';
  return outcome.read === 0 ? 'quarantine.outcome.refused' : 'quarantine.outcome.partly';
}

/** What is shown: the server's entries, and in their places those that a retry took away, until the reader has seen it. */
export function withGone(entries: readonly QuarantineEntry[], gone: Iterable<QuarantineEntry>): QuarantineEntry[] {
  const present = new Set(entries.map(({ id }) => id));
  const left = [...gone].filter(({ id }) => !present.has(id));
  return [...entries, ...left].sort((a, b) => b.lastSeen - a.lastSeen || b.id - a.id);
}

/** Halls to filter by: those of the registry that own entries, then the ids that it doesn't have. */
export function hallChoices(
  entries: readonly QuarantineEntry[],
  halls: readonly HallInfo[],
  chosen: string,
): { id: string; info: HallInfo | null }[] {
  const ids = new Set(entries.flatMap(({ hall }) => (hall === null ? [] : [hall])));
  if (chosen) ids.add(chosen);
  const known = halls.filter(({ id }) => ids.has(id)).map((info) => ({ id: info.id, info }));
  const unknown = [...ids].filter((id) => !halls.some((hall) => hall.id === id)).sort();
  return [...known, ...unknown.map((id) => ({ id, info: null }))];
}
