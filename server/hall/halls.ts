// Every hall this process owns, by id: where readings are applied and pictures are taken.
import type { HallConfig } from '../config/hall-config.ts';
import type { Config } from '../config/load.ts';
import type { HallLive } from '../contracts/hall-live.ts';
import type { Reading } from '../contracts/readings.ts';
import { bestStep } from './advice/best-step.ts';
import type { Applied } from './hall.ts';
import { Hall } from './hall.ts';
import type { Lesson, Taught } from './lesson.ts';
import { taughtBy } from './lesson.ts';
import type { UsualNow } from './live-view.ts';
import type { Span } from './spans.ts';
import type { HallState } from './state.ts';

export type HallChanged = (hall: string) => void;
/** What is usual in a hall at a moment; null while that isn't known. */
export type UsualLookup = (config: HallConfig, now: number) => UsualNow | null;

/** A hall's alerts as its picture shows them. */
export type AlertsNow = Pick<HallLive, 'alerts' | 'alertsOpen' | 'alertsExplained'>;

interface Parts {
  simulated: boolean;
  changed: HallChanged;
  /** Hears that a config was taken over: halls may be new, gone or in another region. */
  configured?: () => void;
  usual?: UsualLookup;
  /** How history is. */
  history?: () => HallLive['history'];
  /** What its alerts are; null while no rules are run. */
  alerts?: (hall: string) => AlertsNow | null;
  /** What was learned of a hall until now, or what any hall begins with; without it nothing is learned or foretold. */
  lessons?: (hall: string) => Lesson;
}

const notOwned: Applied = { changed: false, notes: ['not-owned'], trace: null, judged: [] };
const behind: Applied = { changed: false, notes: [], trace: null, judged: [] };

export class Halls {
  readonly #halls = new Map<string, Hall>();
  /** Halls that a config no longer has: a file that is away for a moment must not cost a day's counts. */
  readonly #retired = new Map<string, Hall>();
  readonly #simulated: boolean;
  readonly #changed: HallChanged;
  readonly #configured: () => void;
  readonly #usual: UsualLookup;
  readonly #history: () => HallLive['history'];
  readonly #alerts: (hall: string) => AlertsNow | null;
  readonly #lessons: ((hall: string) => Lesson) | null;
  /** How far into the journal halls were when their state was taken: what comes from before is in it already. */
  readonly #restoredAt = new Map<string, number>();
  /** The config each hall is under. */
  readonly #configs = new Map<string, Config>();
  #revs = 0;

  constructor({
    simulated,
    changed,
    configured = () => {},
    usual = () => null,
    history = () => null,
    alerts = () => null,
    lessons,
  }: Parts) {
    this.#simulated = simulated;
    this.#changed = changed;
    this.#configured = configured;
    this.#usual = usual;
    this.#history = history;
    this.#alerts = alerts;
    this.#lessons = lessons ?? null;
  }

  /** Brings back a hall as it was at `position` of the journal, under the config that it had then. */
  restore(hall: HallConfig, { config, state, position }: { config: Config; state: HallState; position: number }): void {
    this.#halls.set(hall.id, this.#make(hall, state));
    this.#configs.set(hall.id, config);
    this.#restoredAt.set(hall.id, position);
  }

  /** Takes over the halls of `other`, which were made from more of the journal, with what they have become since. */
  adopt(other: Halls): void {
    for (const hall of [...other.#halls.values(), ...other.#retired.values()]) {
      const lesson = this.known(hall.config.id)?.lesson ?? this.#lessons?.(hall.config.id);
      if (lesson) hall.learn(lesson);
    }
    for (const [ours, theirs] of [
      [this.#halls, other.#halls],
      [this.#retired, other.#retired],
    ] as const) {
      ours.clear();
      for (const [id, hall] of theirs) ours.set(id, hall);
    }
    for (const [id, config] of other.#configs) this.#configs.set(id, config);
    this.#revs++;
    for (const id of this.#halls.keys()) this.#changed(id);
  }

  /** A hall goes on with a state that was made again from the journal; undefined where there is no such hall. */
  renew(id: string, state: HallState): Hall | undefined {
    const known = this.known(id);
    if (!known) return undefined;
    // Screens never go back to an older picture.
    state.rev = Math.max(state.rev, known.state.rev) + 1;
    const renewed = this.#make(known.config, state);
    // The day under way was followed by its former cut: what is known of it begins again, what days before taught stays.
    if (known.lesson) renewed.learn({ ...known.lesson, inside: { ...known.lesson.inside, day: null } });
    (this.#halls.has(id) ? this.#halls : this.#retired).set(id, renewed);
    this.#revs++;
    this.#changed(id);
    return renewed;
  }

  /**
   * Hands a hall what a past that was told of it taught; false where it has learned more itself, and where there is no such hall. In
   * neither case is anything changed.
   */
  teach(id: string, past: Taught): boolean {
    const hall = this.#halls.get(id);
    const lesson = hall?.lesson ? taughtBy(hall.lesson, past) : null;
    if (!hall || !lesson) return false;
    hall.learn(lesson);
    this.#revs++;
    this.#changed(id);
    return true;
  }

  /** All restored halls have caught up: from here on every entry is news. */
  caughtUp(): void {
    this.#restoredAt.clear();
  }

  /**
   * Takes over a config: new halls begin empty, known ones go on, others rest. `owned`: regions, null for all (I4); `id`: its
   * entry in the journal.
   */
  configure(config: Config, owned: ReadonlySet<string> | null, id = Number.POSITIVE_INFINITY): void {
    const kept = [...config.halls.values()].filter((hall) => owned?.has(hall.region) ?? true);
    const ids = new Set(kept.map((hall) => hall.id));
    for (const [id, hall] of this.#halls) {
      if (ids.has(id)) continue;
      this.#halls.delete(id);
      this.#retired.set(id, hall);
    }
    this.#revs++;
    for (const hall of kept) {
      const rested = this.#retired.get(hall.id);
      const known = this.#halls.get(hall.id) ?? rested;
      this.#halls.set(hall.id, known ?? this.#make(hall));
      this.#retired.delete(hall.id);
      if (this.#isPast(hall.id, id) || (this.#configs.get(hall.id)?.hash === config.hash && !rested)) continue;
      known?.reconfigure(hall);
      this.#configs.set(hall.id, config);
      this.#changed(hall.id);
    }
    this.#configured();
  }

  #make(config: HallConfig, state?: HallState): Hall {
    const hall = new Hall(config, state);
    if (this.#lessons) hall.learn(this.#lessons(config.id));
    return hall;
  }

  /** Counts every change of any hall: what `pulse` tells. */
  get rev(): number {
    return this.#revs;
  }

  get ids(): string[] {
    return [...this.#halls.keys()];
  }

  get(id: string): Hall | undefined {
    return this.#halls.get(id);
  }

  /** A hall, also one at rest: of what it told before, history may not have heard yet. */
  known(id: string): Hall | undefined {
    return this.#halls.get(id) ?? this.#retired.get(id);
  }

  /** Every hall there is, those at rest included, with the config it is under. */
  *all(): Generator<{ hall: Hall; config: Config }> {
    for (const halls of [this.#halls, this.#retired]) {
      for (const [id, hall] of halls) {
        const config = this.#configs.get(id);
        if (config) yield { hall, config };
      }
    }
  }

  /** I5, for the device of a reading that stands at entry `id`. */
  isStranger({ hall, device, body }: Reading, simulated: boolean, id: number): boolean {
    const known = this.#halls.get(hall);
    if (!known) return false;
    // What a hall has behind it changes it no more.
    return this.#isPast(hall, id) ? known.state.strangers.has(device) : known.isStranger(device, body, simulated);
  }

  /** Applies the reading of entry `id` to its hall, unless that has it behind it. */
  apply(reading: Reading, id = Number.POSITIVE_INFINITY): Applied {
    const hall = this.#halls.get(reading.hall);
    if (!hall) return notOwned;
    if (this.#isPast(reading.hall, id)) return behind;
    const applied = hall.apply(reading, id);
    if (applied.changed) {
      this.#revs++;
      this.#changed(reading.hall);
    }
    return applied;
  }

  /** Notes a message that reached us at `at`, as entry `id`, and could not be read: it isn't missing (G1). */
  noteRefused(
    { hall, device }: { hall: string; device: string },
    name: { boot: number; seq: number },
    at: number,
    id = Number.POSITIVE_INFINITY,
  ): void {
    if (this.#isPast(hall, id) || !this.#halls.get(hall)?.noteRefused(device, name, at)) return;
    this.#revs++;
    this.#changed(hall);
  }

  /** Notes a message of a device, from entry `id`, that could not be read. */
  noteUnread(
    { hall, device }: { hall: string; device: string },
    unread: Parameters<Hall['noteUnread']>[1],
    id: number,
  ): void {
    if (this.#isPast(hall, id) || !this.#halls.get(hall)?.noteUnread(device, unread)) return;
    this.#revs++;
    this.#changed(hall);
  }

  /** Notes a time in which nothing could be heard, which entry `id` tells of, written at `notedAt` (epoch ms). */
  noteDowntime(downtime: Span, notedAt: number, id: number): void {
    this.#revs++;
    for (const { hall } of this.all()) {
      if (this.#isPast(hall.config.id, id)) continue;
      hall.noteDowntime(downtime, notedAt);
      this.#changed(hall.config.id);
    }
  }

  /** A hall's picture at `now`, or null when there is no such hall. */
  live(id: string, now: number): { live: HallLive; nextChangeAt: number } | null {
    const hall = this.#halls.get(id);
    if (!hall) return null;
    const { live, nextChangeAt } = hall.live(now, {
      simulated: this.#simulated,
      usual: this.#usual(hall.config, now),
      history: this.#history(),
    });
    return { live: { ...live, ...withAdvice(this.#alerts(id), live.advice) }, nextChangeAt };
  }

  #isPast(hall: string, id: number): boolean {
    return this.#restoredAt.size > 0 && id <= (this.#restoredAt.get(hall) ?? 0);
  }
}

/** An alert about a service shows what helps now; what helped when it was raised may be done. */
function withAdvice(now: AlertsNow | null, advice: HallLive['advice']): AlertsNow | null {
  if (!now?.alerts || !advice) return now;
  const alerts = now.alerts.map((alert) =>
    alert.subject.kind === 'service'
      ? { ...alert, advice: bestStep(advice, alert.subject.id, alert.rule === 'wait-forecast') }
      : alert,
  );
  return { ...now, alerts };
}
