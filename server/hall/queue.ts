// Filing what queue machines say: tickets and desks, in any order of arrival (Q1, Q3).
import { boundReached } from '../bounds.ts';
import type { HallConfig } from '../config/hall-config.ts';
import type { Body, Reading } from '../contracts/readings.ts';
import type { LocalDay } from '../local-days.ts';
import type { Ledger } from './ledger.ts';
import { withOne } from './lists.ts';
import { keepWithinBounds } from './queue-bounds.ts';
import { forgetRecordsBefore, insertInOrder, isSame, placeOf } from './records.ts';
import type { HallState } from './state.ts';
import { ticketNumber } from './ticket-number.ts';
import type { TicketWords } from './ticket-words.ts';
import type { TicketRecord, TicketWord } from './tickets.ts';
import type { Trace } from './trace.ts';
import { goesOn, traceOf } from './trace.ts';

export type QueueNote = 'repeat' | 'unknown-service' | 'unknown-desk' | 'too-late' | 'too-many';

const none: readonly never[] = [];
export const keptDeskRecords = 2_000;

type TicketBody = Body & { kind: 'ticket' | 'rated' };
type DeskBody = Body & { kind: 'desk' };

interface Books {
  state: HallState;
  ledger: Ledger;
  config: HallConfig;
  words: TicketWords;
}

/** What filing an event came to: what is odd about it, and what it changed. */
export interface Filed {
  notes: readonly QueueNote[];
  trace: Trace | null;
}

/** Files one ticket event and brings the books up to date. */
export function fileTicket({ state, ledger, config, words }: Books, reading: Reading, body: TicketBody): Filed {
  const system = config.devices.get(reading.device)?.system ?? reading.device;
  const key = `${system}|${ticketNumber(body.ticket)}`;
  const records = state.tickets.get(key) ?? [];
  const record = { at: reading.at, seq: body.seq, said: words.shared(wordOf(reading.device, body)) };
  // What is seen of a device is bounded; its records are the last word on what was there already.
  if (records.some((one) => isSame(one, record))) return odd('repeat');
  if (records.length === 0 && isOfDropped(state, record)) return odd('too-many');
  const i = placeOf(records, record);
  const all = withOne(records, record, i);
  state.tickets.set(key, all);
  const { visits, ...stretch } = ledger.add(key, i, records, all);
  const isCut = visits[0] !== undefined && keepWithinBounds({ state, ledger, config }, record, visits[0]);
  return {
    notes: [...notesOn(config, record.said), ...(isCut ? (['too-many'] as const) : [])],
    trace: traceOf(stretch, { visits, desk: record.said.desk ?? null }),
  };
}

/** A late word about somebody whose records were dropped would make a visit of its own. */
function isOfDropped({ foldedUntil }: HallState, { at, said }: TicketRecord): boolean {
  if (at >= foldedUntil || said.event === 'issued') return false;
  boundReached('late-ticket-records');
  return true;
}

function odd(note: QueueNote): Filed {
  return { notes: [note], trace: null };
}

/** Files one desk event; of those before `oldest` only the latest is kept, since what holds at a desk goes on. */
export function fileDesk(
  state: HallState,
  config: HallConfig,
  { at, device }: Reading,
  { desk, event, boot, seq, reason, until }: DeskBody,
  oldest: LocalDay,
): Filed {
  // Only desks of the registry are remembered: ids come from messages and must not grow without bound.
  if (!config.deskIds.has(desk)) return odd('unknown-desk');
  const records = state.deskEvents.get(desk) ?? [];
  const record = { at, seq, said: { device, boot, event, reason: reason ?? null, until: until ?? null } };
  if (records.some((one) => isSame(one, record))) return odd('repeat');
  const next = records[insertInOrder(records, record) + 1];
  if (records.length > keptDeskRecords) {
    boundReached('desk-records');
    records.splice(0, records.length - keptDeskRecords);
  }
  forgetRecordsBefore(records, oldest.start);
  state.deskEvents.set(desk, records);
  return { notes: none, trace: traceOf({ from: at, to: next?.at ?? wordHoldsUntil(config, at) }, { desk }) };
}

/** Until when a desk's word of `at` may hold: the hall is empty then, and closed. */
function wordHoldsUntil({ days, hours }: HallConfig, at: number): number {
  const today = days.of(at);
  const emptiedAt = at < today.emptyAt ? today.emptyAt : days.shift(today, 1).emptyAt;
  return hours.isOpen(emptiedAt) ? goesOn : emptiedAt;
}

/** Q3: forgets tickets and desk events of the days before `oldest`. */
export function forgetQueueBefore(state: HallState, ledger: Ledger, oldest: LocalDay): void {
  const at = oldest.start;
  for (const [key, records] of state.tickets) {
    const kept = records.filter((record) => record.at >= at);
    if (kept.length === records.length) continue;
    const before = ledger.visitsOf(key);
    if (kept.length === 0) state.tickets.delete(key);
    else state.tickets.set(key, kept);
    ledger.shorten(key, before, records.slice(0, records.length - kept.length));
  }
  ledger.forgetBefore(oldest.date, at);
  for (const date of state.folded.keys()) if (date < oldest.date) state.folded.delete(date);
  for (const records of state.deskEvents.values()) forgetRecordsBefore(records, at);
}

function wordOf(device: string, body: TicketBody): TicketWord {
  const { boot, event } = body;
  const ticket = body.kind === 'ticket' ? body : null;
  return {
    device,
    boot,
    event,
    service: ticket?.service,
    tier: ticket?.tier,
    desk: ticket?.desk,
    item: ticket?.item,
    toService: ticket?.toService,
    toDesk: ticket?.toDesk,
    priority: ticket?.priority,
    appointment: ticket?.appointment,
    score: body.kind === 'rated' ? body.score : undefined,
  };
}

function notesOn(config: HallConfig, { service, toService, desk, toDesk }: TicketWord): QueueNote[] {
  const notes: QueueNote[] = [];
  const services = [service, toService].filter((id) => id !== undefined);
  const desks = [desk, toDesk].filter((id) => id !== undefined);
  if (services.some((id) => !config.serviceIds.has(id))) notes.push('unknown-service');
  if (desks.some((id) => !config.deskIds.has(id))) notes.push('unknown-desk');
  return notes;
}
