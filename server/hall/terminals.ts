// Self-service terminals: what each last said of itself, since when, and how much of today it could be used.
import { boundReached } from '../bounds.ts';
import type { DeviceConfig, HallConfig } from '../config/hall-config.ts';
import { hoursOf } from '../config/hall-config.ts';
import type { DeviceLive, TerminalLive } from '../contracts/hall-live.ts';
import type { Severity, TerminalState } from '../contracts/names.ts';
import type { LocalDay } from '../local-days.ts';
import { areTimesUnsure, isMisplaced, isUnsureAt, isUnsureNow } from './clocks.ts';
import { unheardOf } from './heard.ts';
import { knownAt } from './liveness.ts';
import { severityOfTerminal, troubles, worst } from './parts.ts';
import type { Span } from './spans.ts';
import { overlapMs, within, without } from './spans.ts';
import type { HallState, TerminalWord } from './state.ts';
import { hasTotals, increments } from './totals.ts';

/** What all messages up to one moment say together. Within a boot, a part that isn't named is unchanged. */
export interface TerminalPicture {
  boot: number;
  state: TerminalState;
  severity: Severity;
  parts: Record<string, string>;
  stock: Record<string, number>;
  busy: boolean | null;
  /** When state and severity became what they are; when the present customer began. */
  since: number;
  busySince: number | null;
}

/** A terminal read message by message: the latest picture, and the stretches in which it couldn't be used. */
export interface TerminalStory {
  picture: TerminalPicture | null;
  firstAt: number;
  /** Closed stretches out of use; one still going on begins at `downSince`. */
  downs: Span[];
  downSince: number | null;
}

export const untold: TerminalStory = { picture: null, firstAt: 0, downs: [], downSince: null };
const keptParts = 128;

/** The story with one more message, which must come after all told so far. */
export function tell(story: TerminalStory, at: number, said: TerminalWord): TerminalStory {
  const { boot, state } = said;
  const last = story.picture;
  const before = last?.boot === boot ? last : null;
  const parts = merged(before?.parts, said.parts);
  const isUnchanged = before?.state === state && before.parts === parts;
  const severity = isUnchanged ? before.severity : severityOfTerminal(state, parts);
  const busy = said.busy ?? before?.busy ?? null;
  const picture = {
    boot,
    state,
    severity,
    parts,
    stock: merged(before?.stock, said.stock),
    busy,
    since: last?.state === state && last.severity === severity ? last.since : at,
    busySince: busy === true ? (last?.busySince ?? at) : null,
  };
  const firstAt = last ? story.firstAt : at;
  const { downs, downSince } = story;
  const isDown = !isUsable(picture);
  if (isDown === (downSince !== null)) return { picture, firstAt, downs, downSince };
  if (isDown) return { picture, firstAt, downs, downSince: at };
  return { picture, firstAt, downs: [...downs, { from: downSince ?? at, to: at }], downSince: null };
}

/** Customers can use it: no fault, and no staff at its open cabinet. */
function isUsable({ state, severity }: TerminalPicture): boolean {
  return severity !== 'fault' && state !== 'supervisor';
}

/** What was named before with what is named now. Most messages name nothing new: then what was stands as it is. */
function merged<T>(before: Record<string, T> | undefined, now: Record<string, T> | null): Record<string, T> {
  if (before === undefined) return capped(now ?? {});
  if (now === null || now === before || Object.keys(now).every((key) => Object.is(before[key], now[key])))
    return before;
  return capped({ ...before, ...now });
}

function capped<T>(entries: Record<string, T>): Record<string, T> {
  const keys = Object.keys(entries);
  if (keys.length <= keptParts) return entries;
  boundReached('terminal-parts');
  return Object.fromEntries(Object.entries(entries).slice(-keptParts));
}

interface Asked {
  state: HallState;
  config: HallConfig;
  device: DeviceConfig & { terminal: NonNullable<DeviceConfig['terminal']> };
  story: TerminalStory;
  live: DeviceLive | undefined;
  now: number;
}

/** All terminals of a hall, in the order of its file. */
export function terminalsLive({
  state,
  config,
  book,
  devices,
  now,
}: Pick<Asked, 'state' | 'config' | 'now'> & {
  book: { storyOf: (device: string) => TerminalStory };
  devices: ReadonlyMap<string, DeviceLive>;
}): TerminalLive[] {
  return [...config.devices.values()].flatMap(({ terminal, ...device }) => {
    if (!terminal) return [];
    const live = devices.get(device.id);
    return terminalLive({ state, config, device: { ...device, terminal }, story: book.storyOf(device.id), live, now });
  });
}

/** One terminal as screens show it. What it last said stays; but a machine nobody hears of is never shown as well. */
export function terminalLive(asked: Asked): TerminalLive {
  const { state, config, device, story, live, now } = asked;
  const { id, type, zone } = device.terminal;
  const { picture } = story;
  const today = config.days.of(now);
  const sinceStart = { days: config.days, from: today.start };
  const counts = isMisplaced(state, id, sinceStart) ? null : transactionsOn(state, id, today);
  // What it said last may count as of before what it said then.
  const isInOrder = live?.online === true && !isUnsureNow(state, id, sinceStart);
  const known = (at: number | null | undefined) => (at == null || isUnsureAt(state, [device], at) ? null : at);
  const isTimed = !areTimesUnsure(state, id, sinceStart);
  const { share, unknownS } = availability(asked, today);
  return {
    id,
    type,
    zone,
    state: picture?.state ?? null,
    severity: picture ? worst([picture.severity, isInOrder ? 'ok' : 'unknown']) : 'unknown',
    parts: picture?.parts ?? null,
    troubles: picture ? troubles(picture.parts) : [],
    stock: picture?.stock ?? null,
    // Of a machine that isn't heard nobody knows whether somebody stands at it now.
    busy: live?.online ? (picture?.busy ?? null) : null,
    busySince: live?.online ? known(picture?.busySince) : null,
    since: known(picture?.since),
    // A retained message tells what was, when it was.
    asOf: knownAt(state, id) ?? state.terminals.get(id)?.at.at(-1) ?? null,
    doneToday: counts?.done ?? null,
    failedToday: counts?.failed ?? null,
    availabilityToday: isTimed ? share : null,
    unknownTodayS: isTimed ? unknownS : null,
  };
}

/** Transactions of a local day, by the rules of door totals; null before the terminal told any. */
export function transactionsOn(state: HallState, id: string, day: LocalDay): { done: number; failed: number } | null {
  const totals = state.transactions.get(id);
  if (!hasTotals(totals) || state.isOutdated) return null;
  const sums = increments(totals);
  const counts = { done: 0, failed: 0 };
  for (const { part, in: done, out: failed } of sums) {
    if (part !== day.early && part !== day.late) continue;
    counts.done += done;
    counts.failed += failed;
  }
  return counts;
}

/**
 * Share of today's service time, so far and since it was first heard, in which the terminal could be used: its zone was on,
 * it was heard, without a fault and without staff at its cabinet. What we could not hear ourselves is left out:
 * `unknownS` of it. Both null while there was no such time.
 */
function availability(
  { state, config, device, story, live, now }: Asked,
  today: LocalDay,
): { share: number | null; unknownS: number | null } {
  const firstAt = state.presence.get(device.id)?.firstAt ?? null;
  if (!story.picture || firstAt === null) return { share: null, unknownS: null };
  const from = Math.max(today.start, story.firstAt, firstAt);
  const whole = { from, to: now };
  const wanted = within(hoursOf(config, device).on(today.date), whole);
  const wantedMs = overlapMs(wanted, [whole]);
  if (wantedMs <= 0) return { share: null, unknownS: null };
  const unheard = unheardOf(state, device.id, { ...whole, now, isGoneNow: live?.online === false });
  const known = without(wanted, [...unheard.missed, ...unheard.unknown]);
  const knownMs = overlapMs(known, [whole]);
  const downs = [...story.downs, ...unheard.gone];
  if (story.downSince !== null) downs.push({ from: story.downSince, to: now });
  return {
    share: knownMs > 0 ? 1 - overlapMs(known, downs) / knownMs : null,
    unknownS: Math.round((wantedMs - knownMs) / 1000),
  };
}
