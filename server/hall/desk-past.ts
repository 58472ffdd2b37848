// What a desk was doing over a stretch of the past: `desksLive`, told of every moment of it.
import type { HallConfig } from '../config/hall-config.ts';
import type { Turn } from './desk-line.ts';
import type { Ledger } from './ledger.ts';
import type { DeskRecord, HallState } from './state.ts';
import { ticketOf } from './visit-traits.ts';

/** `open`: ready for a customer; `unknown`: nothing was heard of it since the hall was last empty. */
export type DeskDoing = 'open' | 'serving' | 'paused' | 'closed' | 'unknown';

/** What held from `at` on; `seq` is that of the message which began it. */
export interface DeskMoment {
  at: number;
  seq: number;
  state: DeskDoing;
  service: string | null;
  ticket: string | null;
  reason: string | null;
  until: number | null;
}

interface Books {
  state: HallState;
  ledger: Ledger;
  config: HallConfig;
}

/** A turn with whom it was to and when it was over. */
interface Stay extends Turn {
  service: string | null;
  leftAt: number;
  leftSeq: number;
}

interface Change {
  at: number;
  seq: number;
  /** At one moment: the hall empties, customers leave, come, and then the desk speaks. */
  rank: 0 | 1 | 2 | 3;
  word?: DeskRecord;
  stay?: Stay;
}

/** What the desk did from `from` on, up to but without `to` (epoch ms); the first moment is at `from`. */
export function deskMoments({ state, ledger, config }: Books, desk: string, from: number, to: number): DeskMoment[] {
  const changes = emptyings(config, from, to);
  const words = state.deskEvents.get(desk) ?? [];
  for (const word of words) if (word.at < to) changes.push({ at: word.at, seq: word.seq, rank: 3, word });
  const turns = ledger.turnsAt(desk, from, to);
  turns.forEach((turn, i) => {
    const stay = stayOf({ state, ledger, config }, desk, turn, turns[i + 1]);
    changes.push({ at: turn.record.at, seq: turn.record.seq, rank: 2, stay });
    if (stay.leftAt < to) changes.push({ at: stay.leftAt, seq: stay.leftSeq, rank: 1, stay });
  });
  changes.sort((a, b) => a.at - b.at || a.rank - b.rank || a.seq - b.seq);
  return momentsOf(changes, from);
}

function momentsOf(changes: readonly Change[], from: number): DeskMoment[] {
  const moments: DeskMoment[] = [];
  let word: DeskRecord | null = null;
  let turnAt = Number.NEGATIVE_INFINITY;
  let stay: Stay | null = null;
  let [seq, isHeard] = [0, false];
  const tell = (at: number) => {
    const moment = { at, seq, ...doing({ word, stay, turnAt, isHeard }) };
    if (moments.at(-1)?.at === at) moments.pop();
    moments.push(moment);
  };
  for (const change of changes) {
    if (change.at > from && moments.length === 0) tell(from);
    seq = change.seq;
    if (change.rank === 0) [word, stay, turnAt, isHeard] = [null, null, Number.NEGATIVE_INFINITY, false];
    else if (change.word) [word, isHeard] = [change.word, true];
    else if (change.rank === 1) stay = stay === change.stay ? null : stay;
    else if (change.stay) [stay, turnAt, isHeard] = [change.stay, change.at, true];
    if (change.at >= from) tell(change.at);
  }
  if (moments.length === 0) tell(from);
  return moments;
}

function doing(now: { word: DeskRecord | null; stay: Stay | null; turnAt: number; isHeard: boolean }) {
  const { word, stay, turnAt, isHeard } = now;
  const busy = { service: stay?.service ?? null, ticket: stay ? ticketOf(stay.key) : null };
  // A desk's own word holds until it turns to a customer again.
  if (word && word.said.event !== 'desk-opened' && word.at >= turnAt) {
    const state: DeskDoing = word.said.event === 'desk-paused' ? 'paused' : 'closed';
    return { ...busy, state, reason: word.said.reason, until: word.said.until };
  }
  const state: DeskDoing = stay ? 'serving' : isHeard ? 'open' : 'unknown';
  return { ...busy, state, reason: null, until: null };
}

/** What a desk said before the hall was last empty tells nothing about later, unless the hall never closes. */
function emptyings({ days, hours }: HallConfig, from: number, to: number): Change[] {
  const changes: Change[] = [];
  const last = days.lastEmptyAt(from);
  for (let at = last; at < to; at = nextEmptying(days, at)) {
    if (!hours.isOpen(at)) changes.push({ at, seq: 0, rank: 0 });
  }
  return changes;
}

function nextEmptying(days: HallConfig['days'], at: number): number {
  return days.shift(days.of(at), 1).emptyAt;
}

function stayOf({ ledger, config }: Books, desk: string, turn: Turn, next: Turn | undefined): Stay {
  const { record, key } = turn;
  const visit = ledger.visitsOf(key, record.at).find(({ records }) => records.includes(record));
  // Sent on later, the customer came for another service then.
  const leg = visit?.legs.findLast(({ from }) => from <= record.at);
  const service = leg?.service ?? visit?.service ?? null;
  const stay = { ...turn, service, leftAt: ledger.waitOverAt(record.at), leftSeq: record.seq };
  const leave = (at: number, seq: number) => {
    if (at < stay.leftAt) [stay.leftAt, stay.leftSeq] = [at, seq];
  };
  if (next) leave(next.record.at, next.record.seq);
  const records = visit?.records ?? [];
  const i = records.indexOf(record);
  const deskBefore = records.findLast(({ said }, at) => at < i && said.desk !== undefined && said.desk !== desk)?.said
    .desk;
  let calledAt = record.said.event === 'called' ? record.at : null;
  for (const { at, seq, said } of records.slice(i + 1)) {
    // What the desk says that the customer came from is of the time there.
    if (said.desk !== undefined && said.desk === deskBefore && !turns(said.event)) continue;
    if (leaves(said.event) || (said.desk !== undefined && said.desk !== desk)) {
      leave(at, seq);
      break;
    }
    if (said.event === 'started') calledAt = null;
    if (said.event === 'recalled' && calledAt !== null) calledAt = at;
  }
  const { noShowMin } = config.standard(visit?.service ?? null, visit?.tier ?? null);
  if (calledAt !== null && typeof noShowMin === 'number') leave(calledAt + noShowMin * 60_000, record.seq);
  return stay;
}

function turns(event: string): boolean {
  return event === 'called' || event === 'started';
}

function leaves(event: string): boolean {
  return ['finished', 'no-show', 'cancelled', 'transferred'].includes(event);
}
