// L1 to L3: which devices live, which are dead, and which nobody knows about.

import type { DeviceConfig, HallConfig } from '../config/hall-config.ts';
import { hoursOf } from '../config/hall-config.ts';
import type { DeviceLive } from '../contracts/hall-live.ts';
import type { Reading } from '../contracts/readings.ts';
import { highestRead } from './intake-book.ts';
import type { Span } from './spans.ts';
import type { HallState, Presence, StatusWord } from './state.ts';

const defaultEveryS = 30;
/** Silent means nothing for this many status intervals. */
const silentAfterIntervals = 3;
const keptOutages = 200;
/** No outbox keeps messages for longer: an older time is a wrong clock's, and proves nothing of then. */
const oldestBacklogMs = 9 * 86_400_000;

/** Takes a reading as a sign of life, or of death. */
export function notePresence(state: HallState, device: DeviceConfig, reading: Reading): void {
  const presence = state.presence.get(device.id) ?? {
    kind: device.kind,
    status: null,
    lastLiveAt: null,
    firstAt: null,
    lastAt: null,
    lastWord: null,
    outages: [],
  };
  state.presence.set(device.id, presence);
  const { body, receivedAt, live } = reading;
  const isGoodbye = body.kind === 'status' && !body.online;
  if (live && !isGoodbye) noteReturn(presence, receivedAt);
  if (live && !isGoodbye) presence.lastLiveAt = Math.max(presence.lastLiveAt ?? receivedAt, receivedAt);
  if (body.kind === 'status') {
    noteStatus(presence, body, receivedAt);
    if (live && body.online) noteWord(presence, { at: reading.at, boot: body.boot, lastSeq: body.lastSeq ?? null });
  }
  if (body.kind === 'status' || body.kind === 'resent') return;
  const heardAt = reading.at < receivedAt - oldestBacklogMs ? receivedAt : reading.at;
  presence.firstAt = Math.min(presence.firstAt ?? heardAt, heardAt);
  presence.lastAt = Math.max(presence.lastAt ?? reading.at, reading.at);
}

/** A sign of life after silence or a goodbye ends an outage. */
function noteReturn(presence: Presence, receivedAt: number): void {
  const { status, lastLiveAt, outages } = presence;
  if (lastLiveAt === null) return;
  const isGone = status !== null && !status.online && status.receivedAt >= lastLiveAt;
  const goneAt = isGone ? status.receivedAt : lastLiveAt + graceMs(status);
  if (receivedAt <= goneAt) return;
  // A silent device is gone from its last sign of life on, not from when we gave it up.
  outages.push({ from: isGone ? goneAt : lastLiveAt, to: receivedAt });
  if (outages.length > keptOutages) outages.shift();
}

/** Stretches from `from` to `to` in which a device was silent, offline or not yet known, as of `now`: its numbers of then are nobody's. */
export function unheardSpans(state: HallState, device: string, { from, to, now }: Span & { now: number }): Span[] {
  const presence = state.presence.get(device);
  const firstAt = presence?.firstAt ?? null;
  if (!presence || firstAt === null) return [{ from, to }];
  const spans = presence.outages.filter((outage) => outage.from < to && outage.to > from);
  // Of so many, the first ones are forgotten: whether it was heard before isn't known.
  const oldest = presence.outages.length < keptOutages ? from : (presence.outages[0]?.from ?? from);
  if (oldest > from) spans.push({ from, to: Math.min(oldest, to) });
  if (firstAt > from) spans.push({ from, to: Math.min(firstAt, to) });
  const { status, lastLiveAt } = presence;
  const isGone = status !== null && !status.online && status.receivedAt >= (lastLiveAt ?? 0);
  const goneAt = isGone ? status.receivedAt : (lastLiveAt ?? 0);
  if ((isGone || now > goneAt + graceMs(status)) && goneAt < to) spans.push({ from: Math.max(from, goneAt), to });
  return spans;
}

/**
 * Stretches in which a device was silent before anybody could know it: those found from `from` on, as of `now`. Each ends when it was
 * found; what was said of that time took the device for heard.
 */
export function silencesFound(state: HallState, device: string, { from, now }: { from: number; now: number }): Span[] {
  const presence = state.presence.get(device);
  if (!presence || presence.lastLiveAt === null) return [];
  const { outages, lastLiveAt, status } = presence;
  return [...outages.map((outage) => outage.from), lastLiveAt]
    .map((silentFrom) => ({ from: silentFrom, to: silentFrom + graceMs(status) }))
    .filter(({ to }) => to >= from && to < now);
}

function graceMs(status: StatusWord | null): number {
  return silentAfterIntervals * (status?.everyS ?? defaultEveryS) * 1000;
}

/** L1: a will is timed by receipt, and ignored when its (boot, conn) is older than the latest seen. */
function noteStatus(presence: Presence, body: Reading['body'] & { kind: 'status' }, receivedAt: number): void {
  const word: StatusWord = {
    boot: body.boot,
    conn: body.conn,
    receivedAt,
    online: body.online,
    everyS: body.everyS ?? presence.status?.everyS ?? defaultEveryS,
    lastSeq: body.lastSeq ?? null,
    resend: body.resend ?? false,
  };
  if (presence.status === null || compareWords(word, presence.status) >= 0) presence.status = word;
}

function compareWords(a: StatusWord, b: StatusWord): number {
  return (
    a.boot - b.boot ||
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
  const { online, reason, nextChangeAt } = lifeOf(presence, config, device, now);
  const clock = state.clocks.get(device.id)?.marked ?? 'right';
  const marks: DeviceLive['marks'] = [];
  if (clock !== 'right') marks.push('clock');
  if (reason === 'silent') marks.push('silent');
  const asOf = latest(presence?.lastAt ?? null, presence?.lastWord?.at ?? null);
  return { live: { id: device.id, kind: device.kind, online, asOf, marks, reason }, nextChangeAt };
}

interface Life {
  online: boolean | null;
  reason: DeviceLive['reason'];
  nextChangeAt: number | null;
}

function lifeOf(presence: Presence | undefined, config: HallConfig, device: DeviceConfig, now: number): Life {
  const status = presence?.status ?? null;
  const lastLiveAt = presence?.lastLiveAt ?? null;
  const hours = hoursOf(config, device).state(now);
  if (status && !status.online && (lastLiveAt === null || lastLiveAt <= status.receivedAt)) {
    return { online: false, reason: 'offline', nextChangeAt: null };
  }
  if (lastLiveAt === null) return { online: null, reason: 'not-heard', nextChangeAt: hours.nextChangeAt };
  const grace = graceMs(status);
  if (now <= lastLiveAt + grace) return { online: true, reason: null, nextChangeAt: lastLiveAt + grace + 1 };
  if (!hours.open) return { online: null, reason: 'zone-off', nextChangeAt: hours.nextChangeAt };
  // A device that was switched off overnight gets the same grace from the moment its zone opens.
  const dueAt = Math.max(lastLiveAt, hours.since ?? 0) + grace;
  if (now <= dueAt) return { online: null, reason: 'zone-off', nextChangeAt: dueAt + 1 };
  return { online: false, reason: 'silent', nextChangeAt: hours.nextChangeAt };
}
