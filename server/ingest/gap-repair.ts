// Asks devices again for messages that did not reach us (G1). Learns of gaps from what is applied, never by looking at
// every hall; the exception is one review after a restart.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ResendMessage } from '../contracts/messages.ts';
import type { Reading } from '../contracts/readings.ts';
import { topicOf } from '../contracts/topics.ts';
import type { Halls } from '../hall/halls.ts';
import type { Gap } from '../hall/intake.ts';
import type { Logger } from '../log.ts';
import type { Ask, Budget, RepairCase } from './repair-case.ts';
import { newCase, nextPiece } from './repair-case.ts';
import type { Source } from './source.ts';

/**
 * `asked`: requests that were sent. `answered`: those that brought something, or the word that it is gone (`gone` counts
 * these once more). `unanswered`: those that brought nothing. `over-budget`: devices that are asked no more on that day.
 */
export type ResendOutcome = 'asked' | 'answered' | 'gone' | 'unanswered' | 'over-budget';

interface Parts {
  clock: Clock;
  halls: Halls;
  source: () => Pick<Source, 'state' | 'publish'> | null;
  log: Pick<Logger, 'warn'>;
}

const graceMs = 5_000;
const longestPauseMs = 300_000;
const largestPiece = 500;
/** What a device keeps (G1). */
const outboxMs = 24 * 3_600_000;
/** Devices that are asked at the same time: a province coming back after a broker's restart must not storm. */
const asksAtOnce = 32;
/** After an answer that nothing is left: a device that answers quickly is not asked for all it ever sent in one go. */
const gonePauseMs = { first: 1_000, longest: 60_000 };
/** 20,000 messages (G1) are asked for with 40 requests, if they are missing in one piece. */
const requestsADay = 1_000;

export class GapRepair {
  readonly outcomes = new Map<ResendOutcome, number>();
  readonly #parts: Parts;
  /** Devices with gaps that are being seen to, by id. */
  readonly #cases = new Map<string, RepairCase>();
  /** Devices that could be asked now and wait for their turn. */
  readonly #waiting = new Set<RepairCase>();
  #asking = 0;
  /** By device of the registry. */
  readonly #budgets = new Map<string, Budget>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be told of every reading once it was applied, with what was odd about it. Nothing to do for nearly all. */
  applied(reading: Reading, notes: readonly string[]): void {
    const { body, device } = reading;
    if (body.kind === 'status') this.#hearStatus(reading);
    else if (body.kind === 'resent') this.#hearAnswer(device, body.id);
    else if (this.#cases.size > 0 || notes.length > 0) this.#hearMessage(reading, body, notes);
  }

  /** Looks at all halls for gaps: to be called once after a restart, when their state is as it was. */
  reviewAll(): void {
    const { halls } = this.#parts;
    for (const id of halls.ids) {
      for (const device of halls.get(id)?.config.devices.keys() ?? []) this.#open(id, device);
    }
  }

  close(): void {
    for (const one of this.#cases.values()) one.timer?.cancel();
    this.#cases.clear();
    this.#waiting.clear();
  }

  #hearStatus({ hall, device, body }: Reading): void {
    if (body.kind !== 'status' || !body.online) return;
    const known = this.#cases.get(device);
    const conn = `${body.boot}/${body.conn}`;
    if (!known) {
      this.#open(hall, device, conn);
      return;
    }
    const isBack = known.conn !== '' && known.conn !== conn;
    known.conn = conn;
    if (!isBack) return;
    // It came back: whatever it did not answer before, it may answer now.
    this.#release(known);
    known.pauseMs = graceMs;
    this.#wait(known, graceMs);
  }

  #hearMessage({ hall, device }: Reading, body: Reading['body'], notes: readonly string[]): void {
    const known = this.#cases.get(device);
    if (!known) {
      if (notes.includes('gap')) this.#open(hall, device);
      return;
    }
    if (!('seq' in body) || notes.includes('repeat')) return;
    known.heard = { boot: body.boot, at: this.#parts.clock.now() };
    const { ask } = known;
    // An answer that comes late is one: the device can still be asked at a good pace.
    if (!ask && notes.includes('late-seq')) known.pauseMs = graceMs;
    if (!ask || body.boot !== ask.boot || body.seq < ask.from || body.seq > ask.to) return;
    ask.left--;
    if (ask.left > 0) return;
    this.#end(known, 'answered');
    this.#goOn(known);
  }

  /** `resent` follows what it answers: whatever of the piece is not here by now will not come of it. */
  #hearAnswer(device: string, id: string): void {
    const known = this.#cases.get(device);
    const ask = known?.ask;
    if (!known || !ask || ask.id !== id) return;
    const open = openWithin(this.#openGaps(known), ask);
    // Still missing and no longer worth asking for: the device has just said so.
    if (!ask.unknown && (this.#hall(known)?.missingWithin(device, ask) ?? 0) > open) this.#count('gone');
    if (open >= ask.size) {
      this.#giveWay(known, ask);
      return;
    }
    const isAllGone = ask.left === ask.size;
    this.#end(known, 'answered');
    if (isAllGone) {
      this.#wait(known, known.gonePauseMs);
      known.gonePauseMs = Math.min(2 * known.gonePauseMs, gonePauseMs.longest);
    } else this.#goOn(known);
  }

  #open(hall: string, device: string, conn = ''): void {
    if (this.#cases.has(device)) return;
    const made = newCase(hall, device, { conn, pauseMs: graceMs, gonePauseMs: gonePauseMs.first });
    if (this.#openGaps(made).length === 0) return;
    this.#cases.set(device, made);
    this.#wait(made, graceMs);
  }

  #wait(one: RepairCase, delayMs: number): void {
    one.timer?.cancel();
    this.#waiting.delete(one);
    one.timer = this.#parts.clock.after(delayMs, () => this.#ask(one));
  }

  /** The piece came or is gone for ever: the next one at once. */
  #goOn(one: RepairCase): void {
    one.pauseMs = graceMs;
    one.gonePauseMs = gonePauseMs.first;
    this.#ask(one);
  }

  /** Nothing came: the next gap has its turn, after a pause that grows. */
  #giveWay(one: RepairCase, { boot, to }: Ask): void {
    this.#end(one, 'unanswered');
    one.after = { boot, seq: to };
    this.#wait(one, one.pauseMs);
    one.pauseMs = Math.min(one.pauseMs * 2, longestPauseMs);
  }

  #ask(one: RepairCase): void {
    one.timer?.cancel();
    one.timer = null;
    this.#waiting.delete(one);
    if (this.#cases.get(one.device) !== one) return;
    const now = this.#parts.clock.now();
    const hall = this.#hall(one);
    const piece = nextPiece(this.#openGaps(one), one.after, largestPiece);
    const isReachable = this.#parts.source()?.state === 'ok' && hall?.canResend(one.device, now);
    const asked = piece && hall?.bootOf(one.device, piece.boot);
    if (!hall || !piece || !isReachable || asked == null || this.#isSpent(one, hall.config.days.of(now).date)) {
      // There is nothing to do until the device's next word.
      this.#close(one);
      return;
    }
    const youngMs = Math.min(sinceOf(piece, one) + graceMs - now, graceMs);
    if (youngMs > 0) {
      this.#wait(one, youngMs);
      this.#wake();
    } else if (this.#asking >= asksAtOnce) this.#waiting.add(one);
    else this.#send(one, hall.config.region, { ...piece, asked });
  }

  /** True when the device was asked as often as it may be on this local date. */
  #isSpent({ device, hall }: RepairCase, date: string): boolean {
    const known = this.#budgets.get(device);
    const budget = known?.date === date ? known : { date, asked: 0 };
    this.#budgets.set(device, budget);
    if (budget.asked < requestsADay) return false;
    if (budget.asked === requestsADay) {
      budget.asked++;
      this.#count('over-budget');
      this.#parts.log.warn({ hall, device, requests: requestsADay }, 'a device is not asked again today');
    }
    return true;
  }

  /** `asked`: the number by which the device knows the boot. */
  #send(one: RepairCase, region: string, { boot, from, to, unknown, asked }: Gap & { asked: number }): void {
    const id = randomUUID();
    const size = to - from + 1;
    one.ask = { id, boot, from, to, size, left: size, unknown: unknown === true };
    this.#asking++;
    this.#count('asked');
    const budget = this.#budgets.get(one.device);
    if (budget) budget.asked++;
    const message: ResendMessage = { id, boot: asked, from, to };
    this.#parts.source()?.publish(topicOf(region, one.hall, one.device, 'resend'), JSON.stringify(message));
    this.#await(one, one.ask, size);
  }

  /** As long as something of it comes, an answer is waited for; 5 s of nothing are its end. */
  #await(one: RepairCase, ask: Ask, leftBefore: number): void {
    one.timer = this.#parts.clock.after(graceMs, () => {
      if (one.ask !== ask) return;
      if (ask.left < leftBefore) this.#await(one, ask, ask.left);
      else this.#giveWay(one, ask);
    });
  }

  #end(one: RepairCase, outcome: 'answered' | 'unanswered'): void {
    this.#count(outcome);
    this.#release(one);
  }

  /** Takes back the outstanding ask of a device, if there is one; another device has its turn. */
  #release(one: RepairCase): void {
    if (!one.ask) return;
    one.ask = null;
    this.#asking--;
    this.#wake();
  }

  #wake(): void {
    const [next] = this.#waiting;
    if (next && this.#asking < asksAtOnce) this.#wait(next, 0);
  }

  #close(one: RepairCase): void {
    this.#cases.delete(one.device);
    if (one.ask) this.#release(one);
    else this.#wake();
  }

  #hall({ hall }: RepairCase): ReturnType<Halls['get']> {
    return this.#parts.halls.get(hall);
  }

  #openGaps(one: RepairCase): readonly Gap[] {
    const gaps = this.#hall(one)?.openGaps(one.device) ?? [];
    const oldest = this.#parts.clock.now() - outboxMs;
    // What may never have been, and no outbox would still hold, isn't worth asking for.
    return gaps.some(({ unknown }) => unknown) ? gaps.filter(({ unknown, at }) => !unknown || at >= oldest) : gaps;
  }

  #count(outcome: ResendOutcome): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}

/** Since when a gap may be asked for, but for the grace: since it was seen, or since its end last came nearer by itself. */
function sinceOf({ at, boot, tail }: Gap, { heard }: RepairCase): number {
  return tail && heard?.boot === boot ? Math.max(at, heard.at) : at;
}

function openWithin(gaps: readonly Gap[], { boot, from, to }: Ask): number {
  return gaps
    .filter((gap) => gap.boot === boot)
    .reduce((sum, gap) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from) + 1), 0);
}
