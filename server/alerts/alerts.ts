// Runs the rules when something may have changed, at the head of the journal only (A1); keeps, shows and tells the outcome.
import { join } from 'node:path';
import { Agenda } from '../agenda.ts';
import type { SettingsLookup } from '../config/alert-settings.ts';
import { alertSettingsOf } from '../config/alert-settings.ts';
import type {
  Actor,
  Alert,
  AlertAction,
  AlertActionName,
  Silence,
  SilenceRequest,
  Transition,
} from '../contracts/alerts.ts';
import type { AlertState } from '../contracts/names.ts';
import { alertSeverities } from '../contracts/names.ts';
import type { Reading } from '../contracts/readings.ts';
import type { StandardsFile } from '../contracts/registry.ts';
import { openOrSetAside } from '../damaged-files.ts';
import { HallwatchError } from '../errors.ts';
import type { AlertsNow } from '../hall/halls.ts';
import type { AlertsDeps } from './alerts-deps.ts';
import { Book, keptFrom } from './book.ts';
import { contextOf } from './context.ts';
import type { Decision, Judged, Memory } from './engine.ts';
import { decide, emptyMemory, isOpen, shift } from './engine.ts';
import { Forecasts } from './forecasts.ts';
import { Judges } from './judges.ts';
import type { Step, Where } from './life.ts';
import { acted, advanced, born } from './life.ts';
import { notStored } from './not-stored.ts';
import { Register } from './register.ts';
import type { HallContext } from './rule.ts';
import { Silences } from './silences.ts';
import { keyOf } from './slot.ts';
import { Uses } from './uses.ts';
import { placeOf } from './words.ts';

export const registerFile = 'register.db';
const theSystem = '';
const paceMs = 250;
/** How soon what a message may change is looked at; what hangs on counts of people has a long hold anyway. */
const lazyMs = 5_000;
const doorMs = 20_000;
const beatMs = 5_000;
/** Looked at at the latest: what no rule foresaw is seen then. */
const latestMs = 60_000;
/** A longer time between two looks at the clock is a leap of it, or we were stopped. */
const leapMs = 120_000;
const mostRounds = 4;

export class Alerts {
  readonly register: Register;
  readonly judges: Judges;
  readonly #parts: AlertsDeps;
  readonly #book = new Book();
  readonly #silences: Silences;
  readonly #uses: Uses;
  readonly #forecasts = new Forecasts();
  readonly #agenda: Agenda;
  readonly #memories = new Map<string, Memory>();
  readonly #lookedAt = new Map<string, number>();
  readonly #urgent = new Set<string>();
  readonly #pictures = new Map<string, unknown>();
  #isRunning = false;
  #trouble: string | null = null;
  #seenAt: number;
  #steadySince = 0;
  #hearingSince: number | null = null;
  #settings: { of: StandardsFile; lookup: SettingsLookup } | null = null;

  /** Opens register.db. Throws `data-newer` and what SQLite throws. */
  constructor(parts: AlertsDeps) {
    this.#parts = parts;
    const { folder, clock, log } = parts;
    this.register = openOrSetAside(join(folder, registerFile), (path) => new Register(path, log), log);
    this.judges = new Judges({ log, now: () => clock.now() });
    this.#silences = new Silences(this.register, clock.now());
    this.#uses = new Uses({ table: this.register.use, log });
    this.#agenda = new Agenda(clock, (place) => this.#look(place));
    this.#seenAt = clock.now();
    for (const alert of this.register.recent(keptFrom(clock.now()))) this.#book.put(alert);
  }

  /** From here on rules are run; the halls must be current. */
  start(): void {
    this.#isRunning = true;
    this.#agenda.set(theSystem, this.#parts.clock.now());
  }

  /** No rules are run from here on; people may still act. */
  stop(): void {
    this.#isRunning = false;
    this.#agenda.close();
  }

  close(): void {
    this.stop();
    this.#uses.keep();
    this.register.close();
  }

  /** Why alerts can't be written down; null while they can. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** How many aren't resolved, by severity. */
  get counts(): ReadonlyMap<string, number> {
    const open = this.#book.open();
    return new Map(alertSeverities.map((name) => [name, open.filter(({ severity }) => severity === name).length]));
  }

  /** A hall's alerts for its picture; null while no rules are run. */
  now(hall: string): AlertsNow | null {
    return this.#isRunning ? this.#book.now(hall) : null;
  }

  /** Alerts of a state, or all that aren't resolved: the worst first; resolved ones the latest first. */
  list(state?: AlertState): Alert[] {
    if (state === 'resolved') return this.register.list('resolved');
    return this.#book.open().filter((alert) => state === undefined || alert.state === state);
  }

  /** One alert and its life. Throws `unknown-alert`. */
  get(id: string): Alert & { transitions: Transition[] } {
    return { ...this.#known(id), transitions: this.register.transitions(id) };
  }

  /** Does what a person asks for. Throws `unknown-alert`, `alert-resolved`, `bad-request`, `not-stored`. */
  act(id: string, action: AlertActionName, said: AlertAction, actor: Actor): Alert {
    const alert = this.#known(id);
    const step = acted(alert, action, said, actor, this.#parts.clock.now());
    if (step.transition === null) return alert;
    this.#keep([step], true);
    if (alert.hall !== null) this.#touch(alert.hall);
    return this.#known(id);
  }

  /** Silences that aren't over, or all. */
  silences(all: boolean): Silence[] {
    return this.register.silences(all ? null : this.#parts.clock.now());
  }

  /** Throws `bad-request`, `not-stored`. */
  silence(request: SilenceRequest, actor: Actor): Silence {
    const silence = this.#stored(() => this.#silences.add(request, actor, this.#parts.clock.now()));
    this.touchAll();
    return silence;
  }

  /** Throws `unknown-silence`, `not-stored`. */
  endSilence(id: string): Silence {
    const silence = this.#stored(() => this.#silences.end(id, this.#parts.clock.now()));
    this.touchAll();
    return silence;
  }

  /** Hears of a reading that was applied: what a device says of itself is looked at at once, all else within seconds. */
  heard({ hall, device, body }: Reading): void {
    if (!this.#isRunning) return;
    if (body.kind === 'status') {
      if (!body.online || this.#isAbout(hall, device)) this.#touch(hall);
      return;
    }
    if (body.kind === 'terminal' && this.#isNews(hall, device)) this.#touch(hall);
    else this.#agenda.bringForward(hall, this.#parts.clock.now() + (body.kind === 'door' ? doorMs : lazyMs));
  }

  /** Hears that a message of a hall could not be read. */
  refused(hall: string): void {
    if (this.#isRunning) this.#agenda.bringForward(hall, this.#parts.clock.now() + lazyMs);
  }

  /** A terminal's story says something else than before. */
  #isNews(hall: string, device: string): boolean {
    const picture = this.#parts.halls.get(hall)?.books.terminals.storyOf(device).picture;
    const said = picture && `${picture.state} ${picture.severity}`;
    if (this.#pictures.get(device) === said) return false;
    this.#pictures.set(device, said);
    return true;
  }

  #isAbout(hall: string, device: string): boolean {
    const isIts = (slot: string) => slot.endsWith(`|device|${device}`);
    if (this.#memories.get(hall)?.holds.keys().some(isIts)) return true;
    return this.#book.of(hall).some((one) => isOpen(one) && (one.subject.id === device || one.subject.kind === 'hall'));
  }

  /** Looks at a hall once all that came with this message is applied; urgently at most four times a second. */
  #touch(hall: string): void {
    const now = this.#parts.clock.now();
    const dueAt = (this.#lookedAt.get(hall) ?? 0) + paceMs;
    if (now < dueAt && now >= dueAt - paceMs) {
      this.#agenda.bringForward(hall, dueAt);
      return;
    }
    if (this.#urgent.size === 0) queueMicrotask(() => this.#lookAtUrgent());
    this.#urgent.add(hall);
  }

  #lookAtUrgent(): void {
    const halls = [...this.#urgent];
    this.#urgent.clear();
    for (const hall of halls) {
      this.#lookedAt.set(hall, this.#parts.clock.now());
      this.#look(hall);
    }
  }

  /** Looks at every hall that has alerts, as after a new config: what it no longer has isn't left open. */
  touchAll(): void {
    for (const hall of this.#book.halls) this.#touch(hall);
  }

  /** Never throws: one hall whose rules fail stops no other. */
  #look(place: string): void {
    if (!this.#isRunning) return;
    const now = this.#parts.clock.now();
    try {
      this.#noteTime(now);
      if (place === theSystem) this.#beat(now);
      const nextAt = this.#lookAt(place, now);
      const latest = now + (place === theSystem ? beatMs : latestMs);
      this.#agenda.set(place, Math.max(now + 1, Math.min(nextAt ?? latest, latest)));
    } catch (error) {
      this.judges.noteFailure(place === theSystem ? 'the system' : `hall ${place}`, error);
      this.#agenda.set(place, now + beatMs);
    }
  }

  /** Runs the rules of a place until nothing more follows; answers when to look again. */
  #lookAt(place: string, now: number): number | null {
    const judged = place === theSystem ? this.#judgedSystem(now) : this.#judgedHall(place, now);
    if (judged === null) return now + beatMs;
    const hall = place === theSystem ? null : place;
    const where: Where = (subject) => placeOf(judged.context?.config ?? null, subject);
    for (let round = 0; ; round++) {
      const { decisions, nextAt } = decide({
        now,
        judged: judged.all,
        alerts: this.#book.of(hall),
        memory: this.#memories.getOrInsertComputed(place, emptyMemory),
        kindOf: (device) => judged.context?.config.devices.get(device)?.kind ?? null,
        isHeard: (device) =>
          judged.context?.config.devices.has(device) === true && judged.context.device(device).live.online === true,
        where,
        silence: (one) => this.#silences.idFor(hall, one, now),
      });
      if (decisions.length === 0 || round === mostRounds) {
        const silenceEnds = this.#silences.nextChangeAt(now);
        return silenceEnds === null ? nextAt : Math.min(nextAt ?? silenceEnds, silenceEnds);
      }
      if (
        !this.#keep(
          decisions.map((decision) => this.#stepOf(decision, { hall, now, where })),
          false,
        )
      )
        return now + beatMs;
    }
  }

  /** What the rules say of a hall; null while nobody can say. */
  #judgedHall(id: string, now: number): { all: Judged[]; context: HallContext | null } | null {
    const { halls, isAtHead } = this.#parts;
    if (!isAtHead()) return null;
    const hall = halls.get(id);
    // A hall that the config no longer has: nothing holds there.
    if (!hall) return { all: this.judges.nothing(this.#systemSettings()), context: null };
    if (this.#hearingSince === null) return null;
    const context = contextOf({
      hall,
      now,
      live: () => {
        const picture = halls.live(id, now);
        if (!picture) throw new Error(`no hall "${id}"`);
        return picture.live;
      },
      use: (terminal) => this.#uses.of(hall, terminal, now),
      limitsAhead: (desks, until, margin) => this.#forecasts.of(hall, desks, { now, until, margin }),
      systemUpSince: this.#book.endOf(id, 'system-down', now),
      hearingSince: this.#hearingSince,
      steadySince: this.#steadySince,
    });
    this.#uses.note(hall, now);
    return { all: this.judges.judgeHall(context), context };
  }

  #judgedSystem(now: number): { all: Judged[]; context: null } {
    return {
      all: this.judges.judgeSystem({ now, system: this.#parts.system() }, this.#systemSettings()),
      context: null,
    };
  }

  #systemSettings(): SettingsLookup {
    const standards = this.#parts.standards() ?? { defaults: {} };
    if (this.#settings?.of !== standards) this.#settings = { of: standards, lookup: alertSettingsOf(standards) };
    return this.#settings.lookup;
  }

  #stepOf(decision: Decision, { hall, now, where }: { hall: string | null; now: number; where: Where }): Step {
    if (decision.what !== 'raise') return advanced(decision, now, where);
    // A1: an episode that was told of is the same alert, however long ago it was resolved.
    const known = this.register.byKey(keyOf(hall, decision.rule, decision.finding.subject, decision.since));
    if (!known) return born(decision, hall, now, where);
    return advanced({ ...decision, what: 'reopen', alert: known, flapping: known.flapping }, now, where);
  }

  /** Writes steps down, then tells of them. False when they can't be written: the next look decides them again. */
  #keep(steps: readonly Step[], isAsked: boolean): boolean {
    const { clock, log, notices } = this.#parts;
    try {
      const done = this.register.keep(steps, notices, clock.now());
      this.#trouble = null;
      for (const { alert } of done) this.#book.put(alert);
      this.#tell(done.map(({ alert }) => alert));
      return true;
    } catch (error) {
      if (this.#trouble === null) log.error({ error: String(error) }, 'alerts can not be written down');
      this.#trouble = error instanceof Error ? error.message : String(error);
      if (isAsked) throw notStored(error);
      return false;
    }
  }

  /** Never throws: what is written down is so, whoever can't hear of it. */
  #tell(alerts: readonly Alert[]): void {
    const { halls, emit, changed, kept } = this.#parts;
    try {
      for (const alert of alerts) {
        emit(alert);
        if (alert.hall !== null && halls.get(alert.hall)) changed(alert.hall);
      }
      kept();
    } catch (error) {
      this.judges.noteFailure('telling', error);
    }
  }

  #stored<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      throw error instanceof HallwatchError ? error : notStored(error);
    }
  }

  /** Our clock, and whether messages reach us. */
  #noteTime(now: number): void {
    const wentMs = now - this.#seenAt;
    if (Math.abs(wentMs) > leapMs * Math.max(1, this.#parts.clock.speed)) {
      for (const memory of this.#memories.values()) shift(memory, wentMs);
      this.#steadySince = now;
      this.#hearingSince = null;
    }
    this.#seenAt = now;
    this.#hearingSince = this.#parts.ingest() === 'ok' ? (this.#hearingSince ?? now) : null;
  }

  /** Every few seconds: halls that are new get their place, those that went are looked at a last time. */
  #beat(now: number): void {
    const { halls } = this.#parts;
    for (const id of [...halls.ids, ...this.#book.halls]) if (!this.#agenda.has(id)) this.#agenda.set(id, now + 1);
    this.#book.forget(now);
    this.#uses.keepSome();
    this.#parts.kept();
  }

  #known(id: string): Alert {
    const alert = this.#book.get(id) ?? this.register.get(id);
    if (alert) return alert;
    throw new HallwatchError('unknown-alert', { what: `there is no alert "${id}"`, fix: 'GET /api/alerts lists them' });
  }
}
