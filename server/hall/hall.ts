// One hall: readings in, HallLive out. No clock and no I/O: the time is handed in.
import type { DeviceConfig, HallConfig } from '../config/hall-config.ts';
import type { HallLive, OccupancyLive } from '../contracts/hall-live.ts';
import type { Completeness } from '../contracts/http.ts';
import type { Reading } from '../contracts/readings.ts';
import type { Books } from './books.ts';
import type { ClockNote } from './clocks.ts';
import { isUnsureAt, noteClock } from './clocks.ts';
import { completenessOf } from './completeness.ts';
import { noteDowntime } from './heard.ts';
import { askedAs, forgetRestartsBefore, isPlausibleName, presentBoot } from './identity.ts';
import type { Estimate } from './inside/inside.ts';
import type { Arrival, Gap } from './intake.ts';
import { keptIntakeDays } from './intake.ts';
import { IntakeBook } from './intake-book.ts';
import { Learning } from './learning.ts';
import { Ledger } from './ledger.ts';
import type { Lesson } from './lesson.ts';
import type { LiveContext } from './live-view.ts';
import { buildLiveView, buildOccupancy } from './live-view.ts';
import { deviceLive, notePresence } from './liveness.ts';
import type { NamingNote } from './naming.ts';
import { nameReading } from './naming.ts';
import type { Filed, QueueNote } from './queue.ts';
import { fileDesk, fileTicket, forgetQueueBefore } from './queue.ts';
import { isCutOtherwise } from './recut.ts';
import { retainedAs } from './retained.ts';
import type { Span } from './spans.ts';
import type { HallState } from './state.ts';
import { emptyHallState } from './state.ts';
import { TerminalBook } from './terminal-book.ts';
import { TicketWords } from './ticket-words.ts';
import { emptyTotals, forgetTotalsBefore, noteWord, recordTotals } from './totals.ts';
import type { Trace } from './trace.ts';
import { earliest, goesOn, traceOf, withHeard } from './trace.ts';
import { noteRead, noteUnread } from './unread.ts';
import type { Judged } from './waits/waits.ts';

export type HallNote =
  | QueueNote
  | ClockNote
  | NamingNote
  | 'repeat'
  | 'late-seq'
  | 'gap'
  | 'gone'
  | 'unknown-device'
  | 'not-owned'
  | 'retained';

/** What applying a reading did: whether anything changed, what was odd about the message, and what it changed of the past. */
export interface Applied {
  changed: boolean;
  notes: HallNote[];
  /** Null for what changed nothing of it. */
  trace: Trace | null;
  /** Waits that it ended, beside what was foretold of them. */
  judged: readonly Judged[];
  /** The reading under the name that the books know it by; absent where that is its own. */
  named?: Reading;
  /** By how many its seq is further ahead than messages can have been lost: it was not applied. */
  implausiblyAhead?: number;
}

/** Door sums and completeness are kept for 8 local days, tickets for today and yesterday (T3, Q3). */
const keptDoorDays = keptIntakeDays;
const keptTicketDays = 2;
const none: readonly never[] = [];
const nothing: Filed = { notes: none, trace: null };
const repeated: Applied = { changed: false, notes: ['repeat'], trace: null, judged: none };

function ledgerOf(config: HallConfig, state: HallState): Ledger {
  return new Ledger(config, state, (at) => isUnsureAt(state, config.file.queueMachines, at));
}

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
    this.#ledger = ledgerOf(config, this.state);
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
    if (this.state.intake.size > 0 && isCutOtherwise(this.#config, config)) this.state.isOutdated = true;
    this.#config = config;
    this.#ledger = ledgerOf(config, this.state);
    if (this.lesson) this.learn(this.lesson);
    this.state.rev++;
    this.#heard++;
  }

  /**
   * Takes in one reading of a device of this hall, from entry `id` of the journal. Any order and any repetition gives the same state;
   * what is learned on the way depends on the order.
   */
  apply(came: Reading, id = Number.POSITIVE_INFINITY): Applied {
    this.#heard++;
    const device = this.#config.devices.get(came.device);
    if (!device) return { changed: false, notes: ['unknown-device'], trace: null, judged: none };
    if ('seq' in came.body && !came.live && retainedAs(came, this.state.presence.get(device.id)) !== 'late')
      return this.#fileRetained(came, came.body);
    const named = nameReading(this.state, came);
    if (named.as === 'implausible')
      return { changed: false, notes: [], trace: null, judged: none, implausiblyAhead: named.ahead };
    if (named.as === 'copy') {
      this.#intake.repeat(device.id, came.at, this.#config.days);
      return repeated;
    }
    const { reading } = named;
    const notes: HallNote[] = [...named.notes];
    const { body } = reading;
    if ('seq' in body) {
      const arrival = this.#arrive(device.id, reading.at, body, named.goesOn);
      if (arrival === 'repeat') return repeated;
      if (arrival === 'late' || arrival === 'repaired') notes.push('late-seq');
      if (arrival === 'gap') notes.push('gap');
      if (arrival === 'gap' || arrival === 'new') noteRead(this.state, device.id);
    } else notes.push(...this.#hearOf(reading));
    notes.push(...noteClock(this.state, reading, this.#config.days));
    const heard = notePresence(this.state, device, reading);
    const filed = this.#file(reading, device, named.goesOn);
    this.state.rev++;
    const judged = (filed.trace && this.#learning?.take(reading, filed.trace, id)) ?? none;
    const trace = withHeard(filed.trace, heard);
    const applied = { changed: true, notes: [...notes, ...filed.notes], trace, judged };
    return reading === came ? applied : { ...applied, named: reading };
  }

  /** What a message without a usable number tells of what is missing is nothing. */
  #arrive(device: string, at: number, { boot, seq }: { boot: number; seq: number }, goesOn: boolean): Arrival {
    if (this.state.identities.get(device)?.unnumbered) return 'new';
    return this.#intake.arrive(device, { boot, seq, at, begins: goesOn }, this.#config.days);
  }

  /**
   * L2: a retained message of what was before anybody listened. A terminal's is shown as that, and nothing is
   * counted.
   */
  #fileRetained(reading: Reading, body: Reading['body']): Applied {
    const isShown = body.kind === 'terminal' && retainedAs(reading, undefined) === 'old';
    const changed = isShown && this.#book.fileOld(reading, body, this.#config.days.onDate(this.#oldestOf(reading)));
    if (changed) this.state.rev++;
    return { changed, notes: ['retained'], trace: null, judged: none };
  }

  /** The first day whose records are kept, as of a reading. */
  #oldestOf({ at }: Reading): string {
    return this.state.latestDate === '' ? this.#config.days.of(at).date : this.#oldestDates().ticket;
  }

  /** Notes a time in which this server could not hear anything; it went into the journal at `notedAt`. Epoch ms. */
  noteDowntime(downtime: Span, notedAt: number): void {
    this.#heard++;
    noteDowntime(this.state, downtime, notedAt);
    this.state.rev++;
  }

  /** Notes a message that reached us and could not be read, whatever it was. False when nothing changed. */
  noteUnread(device: string, unread: Parameters<typeof noteUnread>[2]): boolean {
    this.#heard++;
    if (!this.#config.devices.has(device) || this.state.strangers.has(device)) return false;
    noteUnread(this.state, device, unread);
    this.state.rev++;
    return true;
  }

  /**
   * Notes a message that reached us at `at` (epoch ms) and could not be read, so that it isn't taken for missing. A copy
   * that can be read takes its place whenever it comes. False when nothing changed.
   */
  noteRefused(device: string, name: { boot: number; seq: number }, at: number): boolean {
    this.#heard++;
    if (!this.#config.devices.has(device) || this.state.strangers.has(device)) return false;
    const identity = this.state.identities.get(device);
    if (!isPlausibleName(identity, name, at)) return false;
    const boot = presentBoot(identity, name.boot);
    if (!this.#intake.refuse(device, { boot, seq: name.seq, at }, this.#config.days)) return false;
    this.state.rev++;
    return true;
  }

  /** What of a device did not reach us and is worth asking for, by boot and seq (G1). */
  openGaps(device: string): readonly Gap[] {
    const identity = this.state.identities.get(device);
    return this.#intake.open(device).filter(({ boot }) => askedAs(identity, boot) !== null);
  }

  /** The number by which a device knows one of our boots; null where it means another boot by that now. */
  bootOf(device: string, boot: number): number | null {
    return askedAs(this.state.identities.get(device), boot);
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
    return completenessOf(this.#intake, this.#config, date, now);
  }

  /** The people inside at `now`, without the rest of the picture. */
  occupancy(now: number): OccupancyLive {
    return buildOccupancy({ ...this.books, intake: this.#intake, learning: this.#learning }, now);
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
    if (body.kind === 'resent')
      return this.#intake.gone(device, { boot: body.boot, ranges: body.gone, at }, days) ? ['gone'] : [];
    return [];
  }

  #file(reading: Reading, { kind }: DeviceConfig, goesOn: boolean): Filed {
    const { body, device, at } = reading;
    const { days } = this.#config;
    const { date } = days.of(at);
    switch (body.kind) {
      case 'door':
        return { notes: none, trace: this.#fileDoor(reading, body, goesOn) };
      case 'ticket':
      case 'rated':
        if (date < this.#oldestDates().ticket) return { notes: ['too-late'], trace: null };
        this.#forget(date, device);
        return fileTicket(
          { state: this.state, ledger: this.#ledger, config: this.#config, words: this.#words },
          reading,
          body,
        );
      case 'desk':
        this.#forget(date, device);
        return fileDesk(this.state, this.#config, reading, body, days.onDate(this.#oldestDates().ticket));
      case 'terminal': {
        this.#forget(date, device);
        const oldest = days.onDate(this.#oldestDates().ticket);
        return { notes: none, trace: this.#book.file({ device, at, goesOn }, body, days.part(at), oldest) };
      }
      case 'status':
        return kind !== 'queue' && reading.live && body.online ? this.#fileWord(reading, body, kind) : nothing;
      default:
        return nothing;
    }
  }

  /** A word of a device tells until when its counter lived, and so what the next boot can have counted since. */
  #fileWord(
    { device, at }: Reading,
    { boot, lastSeq }: { boot: number; lastSeq?: number },
    kind: 'door' | 'terminal',
  ): Filed {
    const all = kind === 'door' ? this.state.doors : this.state.transactions;
    const totals = all.get(device) ?? emptyTotals();
    all.set(device, totals);
    const steps = noteWord(totals, { boot, lastSeq, at, part: this.#config.days.part(at) });
    return steps.length === 0
      ? nothing
      : { notes: none, trace: traceOf({ from: earliest(at, steps), to: goesOn }, { steps }) };
  }

  #fileDoor({ device, at }: Reading, body: Reading['body'] & { kind: 'door' }, countsOn: boolean): Trace {
    const { days, devices } = this.#config;
    const { boot, seq } = body;
    const door = this.state.doors.get(device) ?? emptyTotals();
    this.state.doors.set(device, door);
    const totals = { boot, seq, in: body.in, out: body.out, at, part: days.part(at) };
    const counterBits = devices.get(device)?.counterBits;
    const steps = recordTotals(door, totals, { counterBits, goesOn: countsOn });
    this.#forget(days.of(at).date, device);
    // Who comes in is inside until the hall is empty again.
    return traceOf({ from: earliest(at, steps), to: goesOn }, { steps });
  }

  /** Forgets what is older than the state keeps, when a new day begins or something older than that came in. */
  #forget(date: string, device: string): void {
    const { days } = this.#config;
    const isNewDay = date > this.state.latestDate;
    if (!isNewDay && date >= this.#oldestDates().door) return;
    if (isNewDay) this.state.latestDate = date;
    const oldest = this.#oldestDates();
    const oldestPart = days.onDate(oldest.door).early;
    // Something old costs what any message costs: nothing but its own device's totals can be older than what is kept.
    const { doors, transactions, identities } = this.state;
    if (!isNewDay) {
      for (const own of [doors.get(device), transactions.get(device)]) if (own) forgetTotalsBefore(own, oldestPart);
      return;
    }
    for (const totals of [...doors.values(), ...transactions.values()]) forgetTotalsBefore(totals, oldestPart);
    for (const one of identities.values()) forgetRestartsBefore(one, days.onDate(oldest.door).start);
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
