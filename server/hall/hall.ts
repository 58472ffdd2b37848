// One hall: readings in, HallLive out. No clock and no I/O: the time is handed in.
import type { HallConfig } from '../config/hall-config.ts';
import type { HallLive, OccupancyLive } from '../contracts/hall-live.ts';
import type { Completeness } from '../contracts/http.ts';
import type { Reading } from '../contracts/readings.ts';
import type { Books } from './books.ts';
import type { ClockNote } from './clocks.ts';
import { noteClock } from './clocks.ts';
import { rowOf, shareOf } from './completeness.ts';
import { desksLive } from './desks.ts';
import type { Estimate } from './inside/inside.ts';
import type { Gap } from './intake.ts';
import { keptIntakeDays } from './intake.ts';
import { IntakeBook } from './intake-book.ts';
import { Learning } from './learning.ts';
import { Ledger } from './ledger.ts';
import type { Lesson } from './lesson.ts';
import type { LiveContext } from './live-view.ts';
import { buildLiveView } from './live-view.ts';
import { deviceLive, notePresence } from './liveness.ts';
import { occupancyLive } from './occupancy.ts';
import type { Filed, QueueNote } from './queue.ts';
import { fileDesk, fileTicket, forgetQueueBefore } from './queue.ts';
import { queueLive } from './services.ts';
import type { HallState } from './state.ts';
import { emptyHallState } from './state.ts';
import { TerminalBook } from './terminal-book.ts';
import { TicketWords } from './ticket-words.ts';
import { forgetTotalsBefore, recordTotals } from './totals.ts';
import type { Trace } from './trace.ts';
import { earliest, goesOn, traceOf } from './trace.ts';
import type { Judged } from './waits/waits.ts';

export type HallNote = QueueNote | ClockNote | 'repeat' | 'late-seq' | 'gap' | 'gone' | 'unknown-device' | 'not-owned';

/** What applying a reading did: whether anything changed, what was odd about the message, and what it changed of the past. */
export interface Applied {
  changed: boolean;
  notes: HallNote[];
  /** Null for words that devices say of themselves, and for what changed nothing. */
  trace: Trace | null;
  /** Waits that it ended, beside what was foretold of them. */
  judged: readonly Judged[];
}

/** Door sums and completeness are kept for 8 local days, tickets for today and yesterday (T3, Q3). */
const keptDoorDays = keptIntakeDays;
const keptTicketDays = 2;
const none: readonly never[] = [];
const nothing: Filed = { notes: none, trace: null };

export class Hall {
  readonly state: HallState;
  #config: HallConfig;
  #ledger: Ledger;
  readonly #book: TerminalBook;
  readonly #words = new TicketWords();
  readonly #intake: IntakeBook;
  #learning: Learning | null = null;
  /** Readings offered since this object was made: tells whether a copy of the state is out of date. */
  #heard = 0;
  #oldest = { for: '', door: '', ticket: '' };

  constructor(config: HallConfig, state: HallState = emptyHallState()) {
    this.#config = config;
    this.state = state;
    this.#ledger = new Ledger(config, this.state.tickets);
    this.#book = new TerminalBook(state);
    this.#intake = new IntakeBook(state);
  }

  /** From here on waits are foretold and the people inside corrected; what entries up to the lesson's place in the journal tell is learned already. */
  learn(lesson: Lesson): void {
    this.#learning = new Learning(lesson, { config: this.#config, ledger: this.#ledger, state: this.state });
  }

  /** What was learned, which goes on changing; null while nothing is foretold or corrected. */
  get lesson(): Lesson | null {
    return this.#learning?.lesson ?? null;
  }

  /** The people inside at `now` by what was learned; null while nothing is. */
  estimate(now: number): Estimate | null {
    return this.#learning?.estimate(now) ?? null;
  }

  get config(): HallConfig {
    return this.#config;
  }

  /** The books, for whoever reads the hall's past out of them. */
  get books(): Books {
    return { state: this.state, config: this.#config, ledger: this.#ledger, terminals: this.#book };
  }

  /** The books hold all tickets and terminals of the time since, epoch ms; before the first message, of no time. */
  get keptFrom(): number {
    const { latestDate } = this.state;
    return latestDate === '' ? Number.POSITIVE_INFINITY : this.#config.days.onDate(this.#oldestDates().ticket).start;
  }

  /** The earliest moment that a device's message told of, epoch ms; null before the first. */
  get heardFrom(): number | null {
    const moments = [...this.state.presence.values()].map(({ firstAt }) => firstAt).filter((at) => at !== null);
    return moments.length > 0 ? Math.min(...moments) : null;
  }

  get heard(): number {
    return this.#heard;
  }

  /** I5: the latest status decides whether a device is of the folder's sort; a will, and one without a word, belong to it. */
  isStranger(device: string, body: Reading['body'], simulated: boolean): boolean {
    const { strangers } = this.state;
    if (body.kind === 'status' && !body.online) return false;
    if (body.kind === 'status' && body.simulated !== undefined) {
      this.#heard++;
      if (body.simulated === simulated) strangers.delete(device);
      else strangers.add(device);
    }
    return strangers.has(device);
  }

  /** Goes on under a new config with everything remembered; the books are made again by its standards. */
  reconfigure(config: HallConfig): void {
    const { timeZone, emptyAt } = this.#config.days;
    if (config.days.emptyAt !== emptyAt || config.days.timeZone !== timeZone)
      this.state.recutOn = this.state.latestDate;
    this.#config = config;
    this.#ledger = new Ledger(config, this.state.tickets);
    if (this.lesson) this.learn(this.lesson);
    this.state.rev++;
    this.#heard++;
  }

  /**
   * Takes in one reading of a device of this hall, from entry `id` of the journal. Any order and any repetition gives the same state;
   * what is learned on the way depends on the order.
   */
  apply(reading: Reading, id = Number.POSITIVE_INFINITY): Applied {
    this.#heard++;
    const device = this.#config.devices.get(reading.device);
    if (!device) return { changed: false, notes: ['unknown-device'], trace: null, judged: none };
    const notes: HallNote[] = [];
    const { body } = reading;
    if ('seq' in body) {
      const { boot, seq } = body;
      const arrival = this.#intake.arrive(reading.device, { boot, seq, at: reading.at }, this.#config.days);
      if (arrival === 'repeat') return { changed: false, notes: ['repeat'], trace: null, judged: none };
      if (arrival === 'late' || arrival === 'repaired') notes.push('late-seq');
      if (arrival === 'gap') notes.push('gap');
    } else notes.push(...this.#hearOf(reading));
    notes.push(...noteClock(this.state, reading, this.#config.days));
    notePresence(this.state, device, reading);
    const filed = this.#file(reading);
    this.state.rev++;
    const judged = (filed.trace && this.#learning?.take(reading, filed.trace, id)) ?? none;
    return { changed: true, notes: [...notes, ...filed.notes], trace: filed.trace, judged };
  }

  /**
   * Notes a message that reached us at `at` (epoch ms) and could not be read, so that it isn't taken for missing. A copy
   * that can be read takes its place whenever it comes. False when nothing changed.
   */
  noteRefused(device: string, name: { boot: number; seq: number }, at: number): boolean {
    this.#heard++;
    if (!this.#config.devices.has(device) || this.state.strangers.has(device)) return false;
    if (!this.#intake.refuse(device, { ...name, at }, this.#config.days)) return false;
    this.state.rev++;
    return true;
  }

  /** What of a device did not reach us and is worth asking for, by boot and seq (G1). */
  openGaps(device: string): readonly Gap[] {
    return this.#intake.open(device);
  }

  /** How many of a boot's messages `from` to `to` did not reach us, those that are gone included. */
  missingWithin(device: string, { boot, from, to }: { boot: number; from: number; to: number }): number {
    return this.#intake.missingWithin(device, boot, from, to);
  }

  /** True while a device of the folder's sort (I5) is known to live and says that it can send messages again. */
  canResend(device: string, now: number): boolean {
    const known = this.#config.devices.get(device);
    if (!known || this.state.strangers.has(device)) return false;
    if (this.state.presence.get(device)?.status?.resend !== true) return false;
    return deviceLive(this.state, this.#config, known, now).live.online === true;
  }

  /** What each device sent on a local date and what of it is here, as of `now`; null for a date that isn't kept. */
  completeness(date: string, now: number): Completeness | null {
    const { id, days, devices } = this.#config;
    const today = days.of(now);
    const isKept = Array.from({ length: keptIntakeDays }, (_, back) => days.shift(today, -back).date).includes(date);
    if (!isKept) return null;
    const day = days.onDate(date);
    return {
      hall: id,
      day: date,
      share: shareOf(this.#intake, this.#config, day, now).share,
      devices: [...devices.values()].map((device) => rowOf(this.#intake, device, day, now)),
    };
  }

  /** The people inside at `now`, without the rest of the picture. */
  occupancy(now: number): OccupancyLive {
    const config = this.#config;
    const lives = [...config.devices.values()].map((device) => deviceLive(this.state, config, device, now).live);
    const devices = new Map(lives.map((live) => [live.id, live]));
    const desks = desksLive(this.state, this.#ledger, config, now);
    const { queue } = queueLive(this.state, this.#ledger, config, now, { desks, devices, waits: null });
    const corrected = this.#learning?.corrected(now, desks) ?? null;
    return occupancyLive(this.state, config, now, { devices, desks, queue, corrected });
  }

  /** The whole live view at `now` (epoch ms), and when it next changes without a message (P1). */
  live(now: number, given: LiveContext): { live: HallLive; nextChangeAt: number } {
    const { books } = this;
    return buildLiveView({ ...books, intake: this.#intake, learning: this.#learning }, now, given);
  }

  /** A device's words about its own numbering: how far it is, and what it no longer has. */
  #hearOf({ device, body, at, live }: Reading): HallNote[] {
    const { days } = this.#config;
    if (body.kind === 'status' && body.lastSeq !== undefined) {
      const { boot, lastSeq } = body;
      return this.#intake.tell(device, { boot, lastSeq, at, live }, days) ? ['gap'] : [];
    }
    if (body.kind === 'resent') return this.#intake.gone(device, body.boot, body.gone, days) ? ['gone'] : [];
    return [];
  }

  #file(reading: Reading): Filed {
    const { body, device, at } = reading;
    const { days } = this.#config;
    const { date } = days.of(at);
    switch (body.kind) {
      case 'door':
        return { notes: none, trace: this.#fileDoor(reading, body) };
      case 'ticket':
      case 'rated':
        if (date < this.#oldestDates().ticket) return { notes: ['too-late'], trace: null };
        this.#forget(date);
        return fileTicket(
          { state: this.state, ledger: this.#ledger, config: this.#config, words: this.#words },
          reading,
          body,
        );
      case 'desk':
        this.#forget(date);
        return fileDesk(this.state, this.#config, reading, body, days.onDate(this.#oldestDates().ticket));
      case 'terminal': {
        this.#forget(date);
        const oldest = days.onDate(this.#oldestDates().ticket);
        return { notes: none, trace: this.#book.file({ device, at }, body, days.part(at), oldest) };
      }
      default:
        return nothing;
    }
  }

  #fileDoor({ device, at }: Reading, body: Reading['body'] & { kind: 'door' }): Trace {
    const { days, devices } = this.#config;
    const { boot, seq } = body;
    const door = this.state.doors.get(device) ?? { firstBoot: boot, boots: new Map() };
    this.state.doors.set(device, door);
    const totals = { boot, seq, in: body.in, out: body.out, at, part: days.part(at) };
    const steps = recordTotals(door, totals, devices.get(device)?.counterBits);
    this.#forget(days.of(at).date);
    // Who comes in is inside until the hall is empty again.
    return traceOf({ from: earliest(at, steps), to: goesOn }, { steps });
  }

  /** Forgets what is older than the state keeps, when a new day begins or something older than that came in. */
  #forget(date: string): void {
    const { days } = this.#config;
    const isNewDay = date > this.state.latestDate;
    if (!isNewDay && date >= this.#oldestDates().door) return;
    if (isNewDay) this.state.latestDate = date;
    const oldest = this.#oldestDates();
    const oldestPart = days.onDate(oldest.door).early;
    for (const [id, door] of this.state.doors) {
      forgetTotalsBefore(door, oldestPart, this.#config.devices.get(id)?.counterBits);
    }
    for (const totals of this.state.transactions.values()) forgetTotalsBefore(totals, oldestPart, undefined);
    if (!isNewDay) return;
    this.#intake.forgetBefore(days.onDate(oldest.door));
    forgetQueueBefore(this.state, this.#ledger, days.onDate(oldest.ticket));
    this.#book.forgetBefore(days.onDate(oldest.ticket));
  }

  /** The first local dates that are still kept, counted back from the latest one heard of. */
  #oldestDates(): { door: string; ticket: string } {
    const latest = this.state.latestDate;
    if (this.#oldest.for !== latest && latest !== '') {
      const { days } = this.#config;
      const back = (count: number) => days.shift(days.onDate(latest), -count).date;
      this.#oldest = { for: latest, door: back(keptDoorDays - 1), ticket: back(keptTicketDays - 1) };
    }
    return this.#oldest;
  }
}
