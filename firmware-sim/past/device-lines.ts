// What one device has on the wire over a stretch of the past: its messages when they got through, and its words about itself.
import type { StatusMessage } from '../../server/contracts/messages.ts';
import type { DeviceEntry } from '../devices/plan.ts';
import { topicFor } from '../devices/plan.ts';
import type { DeviceMessage } from '../devices/sequenced.ts';
import type { Spell } from '../devices/spells.ts';
import type { Span } from '../model/hall-day.ts';

/** A message as the broker had it: `time` (epoch ms) is when it got there. A line of a dump, too (docs/simulator.md). */
export interface PastLine {
  topic: string;
  payload: string;
  time: number;
}

interface Told {
  device: DeviceEntry;
  boot: number;
  span: Span;
  messages: readonly DeviceMessage[];
  spells?: readonly Spell[];
  aheadMs?: number;
  /** Whether it answers requests to send again. */
  resend: boolean;
}

const everyS = 30;
const everyMs = everyS * 1000;
/** A server calls silence what is longer than three intervals: a word that ends no such silence says nothing new and is left out. */
const silenceMs = 3 * everyMs;

/** The lines of one boot, in order of time: every message, and so many status words that no silence is told that wasn't. */
export function deviceLines({ device, boot, span, messages, spells = [], aheadMs = 0, resend }: Told): PastLine[] {
  const arrivals = messages.map((message) => ({ message, time: arrivalOf(message.at, spells) }));
  const topic = topicFor(device, 'status');
  let lastSeq = 0;
  // Words come in order of time.
  const status = (time: number, conn: number): PastLine => {
    while ((messages[lastSeq]?.at ?? Number.POSITIVE_INFINITY) <= time) lastSeq++;
    const word = { ts: time + aheadMs, boot, conn, online: true, lastSeq, everyS, resend, simulated: true };
    return { topic, payload: JSON.stringify(word satisfies StatusMessage), time };
  };
  const lines: PastLine[] = [];
  const cuts = joined(spells.filter(({ hindrance }) => hindrance === 'cut'));
  for (const { from } of cuts) {
    const will = { boot, conn: connAt(from - 1, span, cuts), online: false, simulated: true };
    lines.push({ topic, payload: JSON.stringify(will), time: from });
  }
  const quiet = joined(spells.filter(({ hindrance }) => hindrance !== 'lossy'));
  for (const talking of without(span, quiet)) {
    const signs = arrivals.map(({ time }) => time).filter((time) => time >= talking.from && time < talking.to);
    for (const time of wordsNeeded(talking, signs, talking.to < span.to))
      lines.push(status(time, connAt(time, span, cuts)));
  }
  for (const { message, time } of arrivals) {
    lines.push({ topic: topicFor(device, message.channel), payload: message.payload, time });
  }
  return lines.sort((a, b) => a.time - b.time);
}

/** When a message of `at` got through: what holds it up may be followed by something else that does. */
function arrivalOf(at: number, spells: readonly Spell[]): number {
  let time = at;
  for (const { from, to } of spells) if (time >= from && time < to) time = to;
  return time;
}

/** One connection from the beginning, and another after each cut. */
function connAt(time: number, span: Span, cuts: readonly Span[]): number {
  return 1 + cuts.filter(({ from, to }) => from > span.from && to <= time).length;
}

/** Moments of a stretch in which the device could talk: its first, those that break a silence, and the last before it fell silent. */
function* wordsNeeded({ from, to }: Span, signs: readonly number[], fallsSilent: boolean): Generator<number> {
  const beat = (until: number) => from + Math.floor((until - from) / everyMs) * everyMs;
  yield from;
  let last = from;
  for (const sign of [...signs, to]) {
    while (sign - last > silenceMs) {
      last = beat(last + silenceMs);
      yield last;
    }
    if (sign < to) last = sign;
  }
  const latest = beat(to - 1);
  if (fallsSilent && latest > last) yield latest;
}

/** Spans in order, those that touch made one. */
function joined(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

function without(span: Span, holes: readonly Span[]): Span[] {
  const left: Span[] = [];
  let { from } = span;
  for (const hole of holes) {
    if (hole.from > from) left.push({ from, to: Math.min(hole.from, span.to) });
    from = Math.max(from, hole.to);
  }
  if (from < span.to) left.push({ from, to: span.to });
  return left;
}
