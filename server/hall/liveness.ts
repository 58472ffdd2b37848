// L1 to L3: which devices live, which are dead, and which nobody knows about.

import type { DeviceConfig, HallConfig } from '../config/hall-config.ts';
import { hoursOf } from '../config/hall-config.ts';
import type { DeviceLive } from '../contracts/hall-live.ts';
import type { Reading } from '../contracts/readings.ts';
import { compareBoots } from './boot-order.ts';
import {
  defaultEveryS,
  graceMs,
  isGoodbye,
  isUncounted,
  noteGoodbye,
  noteSigns,
  oldestSignMs,
  unheardOf,
} from './heard.ts';
import { bootSince } from './identity.ts';
import { highestRead } from './intake-book.ts';
import type { Span } from './spans.ts';
import type { HallState, Presence, StatusWord } from './state.ts';

/**
 * A will that may be an older connection's is believed once silence has followed for three status intervals, and so
 * long at most.
 */
const longestDoubtMs = 300_000;
/** A word that comes outside of these parts of the status interval after the last one begins a new connection. */
const onSchedule = { from: 0.5, to: 1.5 };

/**
 * Takes a reading as a sign of life, or of death; answers the stretch of the past in which it was heard after all,
 * null for none.
 */
export function notePresence(state: HallState, device: DeviceConfig, reading: Reading): Span | null {
  const presence = state.presence.get(device.id) ?? emptyPresence(device);
  state.presence.set(device.id, presence);
  const { body, receivedAt, live, caughtUp } = reading;
  const isOnline = body.kind !== 'status' || body.online;
  const isClockRight = (state.clocks.get(device.id)?.marked ?? 'right') === 'right';
  const changed = live && isOnline ? noteSigns(presence, reading, { isClockRight, downtimes: state.downtimes }) : null;
  if (body.kind === 'status') {
    const grace = graceMs(presence.status);
    noteStatus(presence, body, reading, (boot) => bootSince(state.identities.get(device.id), boot));
    // What waited at the broker, or is retained, doesn't say when it was.
    if (live && caughtUp && !isOnline && isGoodbye(presence)) noteGoodbye(presence, receivedAt, grace);
    if (live && body.online) noteWord(presence, { at: reading.at, boot: body.boot, lastSeq: body.lastSeq ?? null });
  }
  if (!live || body.kind === 'status' || body.kind === 'resent') return changed;
  // A wrong clock's time proves nothing of then.
  const heardAt = reading.at < receivedAt - oldestSignMs ? receivedAt : reading.at;
  presence.firstAt = Math.min(presence.firstAt ?? heardAt, heardAt);
  presence.lastAt = Math.max(presence.lastAt ?? reading.at, reading.at);
  return changed;
}

function emptyPresence({ kind }: DeviceConfig): Presence {
  return {
    kind,
    status: null,
    conns: null,
    lastLiveAt: null,
    metAt: null,
    firstAt: null,
    lastAt: null,
    lastWord: null,
    heard: [],
    lastNumbered: null,
  };
}

/**
 * Stretches from `from` to `to` in which a device was silent, offline, not yet known, or could not be heard, as of
 * `now`: its numbers of then are nobody's.
 */
export function unheardSpans(state: HallState, device: string, span: Span & { now: number }): Span[] {
  const { gone, missed, unknown } = unheardOf(state, device, span);
  return [...gone, ...missed, ...unknown];
}

/**
 * Stretches in which a device was silent before anybody could know it: those found from `from` on, as of `now`. Each ends when it was
 * found; what was said of that time took the device for heard.
 */
export function silencesFound(state: HallState, device: string, { from, now }: { from: number; now: number }): Span[] {
  const presence = state.presence.get(device);
  if (!presence || presence.lastLiveAt === null) return [];
  const { heard, lastLiveAt, status } = presence;
  return [...heard.map((run) => run.to), lastLiveAt]
    .map((silentFrom) => ({ from: silentFrom, to: silentFrom + graceMs(status) }))
    .filter(({ to }) => to >= from && to < now);
}

/**
 * Our own downtimes that became known from `from` on, as of `now`: what was said of that time took devices for gone.
 */
export function downtimesFound({ downtimes }: HallState, { from, now }: { from: number; now: number }): Span[] {
  return downtimes.filter(({ notedAt }) => notedAt >= from && notedAt < now);
}

/**
 * L1: a will is timed by receipt, and ignored when its (boot, conn) is older than the latest seen. `since`: when a boot
 * began.
 */
function noteStatus(
  presence: Presence,
  body: Reading['body'] & { kind: 'status' },
  { receivedAt, live, caughtUp }: Reading,
  since: (boot: number) => number,
): void {
  const before = presence.status;
  const word: StatusWord = {
    boot: body.boot,
    conn: body.conn,
    receivedAt,
    online: body.online,
    everyS: body.everyS ?? before?.everyS ?? defaultEveryS,
    lastSeq: body.lastSeq ?? null,
    resend: body.resend ?? false,
  };
  const { lowest, highest, isRepeated } = presence.conns ?? {
    lowest: body.conn,
    highest: body.conn,
    isRepeated: false,
  };
  presence.conns = {
    lowest: Math.min(lowest, body.conn),
    highest: Math.max(highest, body.conn),
    isRepeated: isRepeated || (live && caughtUp && before !== null && isNewConnection(before, word)),
  };
  if (before === null || compareWords(word, before, since) >= 0) presence.status = word;
}

/**
 * True for a word of being online that begins a connection, and has the name of the one before: it comes after a
 * goodbye, or out of turn.
 */
function isNewConnection(before: StatusWord, word: StatusWord): boolean {
  if (!word.online || word.boot !== before.boot || word.conn !== before.conn) return false;
  if (!before.online) return true;
  const intervals = (word.receivedAt - before.receivedAt) / (before.everyS * 1000);
  return intervals < onSchedule.from || intervals > onSchedule.to;
}

function compareWords(a: StatusWord, b: StatusWord, since: (boot: number) => number): number {
  return (
    (a.boot === b.boot ? 0 : compareBoots([a.boot, { since: since(a.boot) }], [b.boot, { since: since(b.boot) }])) ||
    a.conn - b.conn ||
    a.receivedAt - b.receivedAt ||
    Number(b.online) - Number(a.online) ||
    // Two in one millisecond: whichever order they came in, the one that tells more stands.
    (a.lastSeq ?? -1) - (b.lastSeq ?? -1)
  );
}

function noteWord(presence: Presence, word: NonNullable<Presence['lastWord']>): void {
  const { lastWord } = presence;
  const order =
    lastWord === null
      ? 1
      : word.at - lastWord.at || word.boot - lastWord.boot || (word.lastSeq ?? 0) - (lastWord.lastSeq ?? 0);
  if (order > 0) presence.lastWord = word;
}

/**
 * When a device's numbers were last known to be its own: its latest message's effective time, or that of a later word of
 * being online, if everything it had sent by then is here. Null before its first message.
 */
export function knownAt(state: HallState, device: string): number | null {
  const presence = state.presence.get(device);
  if (!presence || presence.lastAt === null) return null;
  const word = presence.lastWord;
  const reached = word ? highestRead(state.intake.get(device)?.boots.get(word.boot)) : 0;
  const isWhole = word !== null && reached >= (word.lastSeq ?? 0);
  return isWhole ? Math.max(presence.lastAt, word.at) : presence.lastAt;
}

export function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : Math.max(a, b ?? a);
}

/** One device as screens show it at `now`, and when that changes by itself. */
export function deviceLive(
  state: HallState,
  config: HallConfig,
  device: DeviceConfig,
  now: number,
): { live: DeviceLive; nextChangeAt: number | null } {
  const presence = state.presence.get(device.id);
  const { online, reason, nextChangeAt } = lifeOf(state, config, device, now);
  const clock = state.clocks.get(device.id);
  const offsetMs = clock?.offsetMs ?? 0;
  const marks: DeviceLive['marks'] = [];
  if (clock && (clock.marked !== 'right' || offsetMs !== 0)) marks.push('clock');
  if (clock?.isSeconds) marks.push('ts-seconds');
  if (reason === 'silent') marks.push('silent');
  const identity = state.identities.get(device.id);
  if (identity?.unnumbered) marks.push('unnumbered');
  else if (identity && identity.restartedAt !== null) marks.push('boot-not-counted');
  const asOf = latest(presence?.lastAt ?? null, presence?.lastWord?.at ?? null);
  const offset = offsetMs === 0 ? {} : { clockOffsetMs: offsetMs };
  return { live: { id: device.id, kind: device.kind, online, asOf, marks, reason, ...offset }, nextChangeAt };
}

interface Life {
  online: boolean | null;
  reason: DeviceLive['reason'];
  nextChangeAt: number | null;
}

function lifeOf({ presence: all, downtimes }: HallState, config: HallConfig, device: DeviceConfig, now: number): Life {
  const presence = all.get(device.id);
  const status = presence?.status ?? null;
  const lastLiveAt = presence?.lastLiveAt ?? null;
  const hours = hoursOf(config, device).state(now);
  const grace = graceMs(status);
  if (status && !status.online && (lastLiveAt === null || lastLiveAt <= status.receivedAt)) {
    const doubtUntil =
      lastLiveAt !== null && isUncounted(presence?.conns ?? null)
        ? Math.min(lastLiveAt + grace, status.receivedAt + longestDoubtMs)
        : 0;
    if (now > doubtUntil) return { online: false, reason: 'offline', nextChangeAt: null };
    return { online: true, reason: null, nextChangeAt: doubtUntil + 1 };
  }
  if (lastLiveAt === null) return { online: null, reason: 'not-heard', nextChangeAt: hours.nextChangeAt };
  if (now <= lastLiveAt + grace) return { online: true, reason: null, nextChangeAt: lastLiveAt + grace + 1 };
  if (!hours.open) return { online: null, reason: 'zone-off', nextChangeAt: hours.nextChangeAt };
  // A device that was switched off overnight gets the same grace from the moment its zone opens.
  const dueAt = Math.max(lastLiveAt, hours.since ?? 0) + grace;
  if (now <= dueAt) return { online: null, reason: 'zone-off', nextChangeAt: dueAt + 1 };
  // One that was there when we stopped hearing gets it from the moment we hear again.
  const downtime = downtimes.at(-1);
  if (downtime && downtime.from <= lastLiveAt + grace && now <= downtime.to + grace)
    return { online: null, reason: 'not-heard', nextChangeAt: downtime.to + grace + 1 };
  return { online: false, reason: 'silent', nextChangeAt: hours.nextChangeAt };
}
