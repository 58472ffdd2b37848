// When a device was heard: runs of signs of life, and what lies between them. What we could not hear ourselves is
// told apart.

import { boundReached } from '../bounds.ts';
import type { Reading } from '../contracts/readings.ts';
import { clockToleranceMs, deviceTime } from './effective-time.ts';
import type { Span } from './spans.ts';
import { within, without } from './spans.ts';
import type { HallState, HeardRun, Presence, StatusWord } from './state.ts';

export const defaultEveryS = 30;
/** Silent means nothing for this many status intervals. */
const silentAfterIntervals = 3;
const keptRuns = 500;
const keptDowntimes = 100;
/** No device keeps messages for longer (G1). */
const longestBridgeMs = 24 * 3_600_000;
/** A sign of life older than that is of no day that is still read. */
export const oldestSignMs = 9 * 24 * 3_600_000;

/** How long a device may say nothing before it is silent, ms. */
export function graceMs(status: StatusWord | null): number {
  return silentAfterIntervals * (status?.everyS ?? defaultEveryS) * 1000;
}

/** When a message was made by its own word, as far as that can be true; null where it doesn't say. Epoch ms. */
export function ownTime({ body, at, receivedAt }: Pick<Reading, 'body' | 'at' | 'receivedAt'>): number | null {
  if (!('ts' in body)) return null;
  if (at < receivedAt) return at;
  const { ms: ts } = deviceTime(body.ts);
  return ts !== null && ts >= receivedAt && ts <= receivedAt + clockToleranceMs ? receivedAt : null;
}

/**
 * Notes the signs of life that a live reading gives; answers the stretch of the past that it changed, null for none.
 * Received while we hear everything, it proves life now. One that waited at the broker proves it at its own time
 * only; one that waited in the device does both. `isClockRight`: the device's own times can be used.
 */
export function noteSigns(
  presence: Presence,
  reading: Reading,
  { isClockRight, downtimes }: { isClockRight: boolean; downtimes: readonly Span[] },
): Span | null {
  const { receivedAt, caughtUp, body } = reading;
  const own = isClockRight || !caughtUp ? ownTime(reading) : null;
  const isNumbered = 'seq' in body;
  if (presence.metAt === null) presence.metAt = receivedAt;
  let changed: Span | null = null;
  if (own !== null && (isNumbered || !caughtUp)) changed = noteOwnTime(presence, reading, own, downtimes);
  if (caughtUp) {
    addSign(presence, receivedAt);
    presence.lastLiveAt = Math.max(presence.lastLiveAt ?? receivedAt, receivedAt);
  }
  if (isNumbered) noteNumber(presence, body, reading.at, isLate(presence, reading.at, receivedAt));
  return changed;
}

/**
 * The device said goodbye, or the broker did in its name: it was connected until then, unless it was silent for
 * `grace` (ms) before.
 */
export function noteGoodbye({ heard }: Presence, at: number, grace: number): void {
  const last = heard.at(-1);
  if (!last || at < last.to) return;
  if (at - last.to <= grace) last.to = at;
  last.left = true;
}

function noteOwnTime(
  presence: Presence,
  { body, receivedAt, caughtUp }: Reading,
  own: number,
  downtimes: readonly Span[],
): Span | null {
  const { heard, metAt, lastNumbered } = presence;
  if (own < receivedAt - oldestSignMs) return null;
  const late = isLate(presence, own, receivedAt);
  const isNext =
    'seq' in body && lastNumbered !== null && lastNumbered.boot === body.boot && lastNumbered.seq === body.seq - 1;
  const isBridge =
    isNext &&
    (late || lastNumbered.late) &&
    own - lastNumbered.at <= longestBridgeMs &&
    (!caughtUp || downtimes.some(({ from, to }) => from < own && to > lastNumbered.at));
  // Its receipt, a moment later, says as much.
  if (!late && caughtUp && !isBridge) return null;
  presence.lastLiveAt = Math.max(presence.lastLiveAt ?? own, own);
  // Before it was first received, its own messages are all that is known: it is taken for heard since the first of
  // them.
  if (metAt !== null && own < metAt) return null;
  const before = heard.findLast((run) => run.from <= own);
  const after = heard.find((run) => run.from > own);
  const changed = { from: Math.min(before?.to ?? own, own), to: after?.from ?? own + graceMs(presence.status) };
  addSign(presence, own);
  // Between two messages in a row of one boot it ran all the time: where it was ours that it wasn't heard, it counts
  // as heard.
  if (isBridge) bridge(heard, Math.max(lastNumbered.at, metAt ?? own), own);
  return late || isBridge ? changed : null;
}

function isLate({ status }: Presence, at: number, receivedAt: number): boolean {
  return receivedAt - at > graceMs(status);
}

function noteNumber(presence: Presence, { boot, seq }: { boot: number; seq: number }, at: number, late: boolean): void {
  const { lastNumbered } = presence;
  if (lastNumbered && (lastNumbered.at - at || lastNumbered.boot - boot || lastNumbered.seq - seq) >= 0) return;
  presence.lastNumbered = { boot, seq, at, late };
}

function addSign({ heard, status }: Presence, at: number): void {
  const grace = graceMs(status);
  const last = heard[heard.length - 1];
  if (last && at >= last.from && at <= last.to) return;
  if (last && at > last.to) {
    if (!last.left && at - last.to <= grace) last.to = at;
    else heard.push({ from: at, to: at, left: false });
  } else insert(heard, at, grace);
  if (heard.length <= keptRuns) return;
  boundReached('heard-runs');
  heard.shift();
}

/** A sign of life that comes after later ones. */
function insert(heard: HeardRun[], at: number, grace: number): void {
  const i = heard.findLastIndex(({ from }) => from <= at);
  const [before, after] = [heard[i], heard[i + 1]];
  if (before && at <= before.to) return;
  const joinsBefore = before !== undefined && !before.left && at - before.to <= grace;
  const joinsAfter = after !== undefined && after.from - at <= grace;
  if (joinsBefore && joinsAfter) {
    heard.splice(i, 2, { from: before.from, to: after.to, left: after.left });
  } else if (joinsBefore) before.to = at;
  else if (joinsAfter) after.from = at;
  else heard.splice(i + 1, 0, { from: at, to: at, left: false });
}

/** It was there from `from` to `to`, both of which are signs of life. */
function bridge(heard: HeardRun[], from: number, to: number): void {
  const first = heard.findLastIndex((run) => run.from <= from);
  const last = heard.findLastIndex((run) => run.from <= to);
  const [begin, end] = [heard[Math.max(0, first)], heard[last]];
  if (!begin || !end || last <= first) return;
  heard.splice(Math.max(0, first), last - Math.max(0, first) + 1, { from: begin.from, to: end.to, left: end.left });
}

/** Notes a time in which nothing could be heard. */
export function noteDowntime(state: HallState, { from, to }: Span, notedAt: number): void {
  state.downtimes.push({ from, to, notedAt });
  if (state.downtimes.length <= keptDowntimes) return;
  boundReached('downtimes');
  state.downtimes.shift();
}

/**
 * When a device was not heard. `gone`: silent or offline by itself; `missed`: we could not hear it; `unknown`: not
 * yet heard of, or forgotten.
 */
export interface Unheard {
  gone: Span[];
  missed: Span[];
  unknown: Span[];
}

/** What of `from` to `to` a device was not heard in, as of `now`; `isGoneNow` false: it isn't known to be gone now. */
export function unheardOf(
  { presence: all, downtimes }: Pick<HallState, 'presence' | 'downtimes'>,
  device: string,
  { from, to, now, isGoneNow = true }: Span & { now: number; isGoneNow?: boolean },
): Unheard {
  const presence = all.get(device);
  const firstAt = presence?.firstAt ?? null;
  const unheard: Unheard = { gone: [], missed: [], unknown: [] };
  if (!presence || firstAt === null) return { ...unheard, unknown: [{ from, to }] };
  const { heard, status } = presence;
  const [first, last] = [heard[0], heard[heard.length - 1]];
  // Of so many, the first ones are forgotten: whether it was heard before isn't known.
  const knownFrom = heard.length < keptRuns ? firstAt : Math.max(firstAt, first?.from ?? firstAt);
  if (knownFrom > from) unheard.unknown.push({ from, to: Math.min(knownFrom, to) });
  if (!last) return { ...unheard, unknown: [{ from, to }] };
  const grace = graceMs(status);
  const take = (run: HeardRun, end: number, judgedUntil = end, mayBeGone = true) => {
    if (end <= from || run.to >= to || (!run.left && judgedUntil - run.to <= grace)) return;
    const missed = within(downtimes, { from: run.to, to: end });
    const listened = without([{ from: run.to, to: judgedUntil }], missed);
    unheard.missed.push(...within(missed, { from, to }));
    // What is left of the gap beside our own downtime is no silence if it is short.
    const isGone = run.left || listened.reduce((sum, one) => sum + one.to - one.from, 0) > grace;
    if (isGone && mayBeGone) unheard.gone.push(...within(without([{ from: run.to, to: end }], missed), { from, to }));
  };
  for (let i = heard.length - 2; i >= 0; i--) {
    const [run, next] = [heard[i], heard[i + 1]];
    if (run && next) take(run, next.from);
    if (run && run.to <= from) break;
  }
  const isOffline = isGoodbye(presence) && (status?.receivedAt ?? 0) >= (presence.lastLiveAt ?? 0);
  const left = isOffline && !last.left && now - last.to <= grace;
  take(left ? { ...last, to: status?.receivedAt ?? now, left } : last, Math.max(now, to), now, isGoneNow);
  return unheard;
}

/**
 * The device's latest word is a goodbye that can be believed before silence follows: its connections have names that
 * differ (L1).
 */
export function isGoodbye({ status, conns }: Presence): boolean {
  return status !== null && !status.online && !isUncounted(conns);
}

/** Known not to count its connections: a will then may be that of a connection that has a successor. */
export function isUncounted(conns: Presence['conns']): boolean {
  return conns?.isRepeated === true && conns.lowest === conns.highest;
}
