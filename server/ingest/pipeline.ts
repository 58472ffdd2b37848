// The walk of a message from its source to its hall: journaled, acknowledged, projected. And the way back to where it
// was after a restart.

import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config } from '../config/load.ts';
import type { RetryAnswer } from '../contracts/http.ts';
import type { StandardsFile } from '../contracts/registry.ts';
import { openOrSetAside } from '../damaged-files.ts';
import { Halls } from '../hall/halls.ts';
import type { Lesson, Taught } from '../hall/lesson.ts';
import type { HallState } from '../hall/state.ts';
import { stateVersion } from '../hall/state.ts';
import type { Entry, Hole } from '../journal/entry.ts';
import { Journal } from '../journal/journal.ts';
import { LearnedStore, learnedFile } from '../journal/learned-store.ts';
import { Snapshotter } from '../journal/snapshotter.ts';
import { StateStore } from '../journal/state-store.ts';
import { noProbe } from '../probe.ts';
import { HistoryFeed } from './history-feed.ts';
import type { Accept } from './message.ts';
import { Outcomes } from './outcomes.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import type { Outcome } from './projector.ts';
import { Projector } from './projector.ts';
import { Quarantine } from './quarantine.ts';
import type { Progress } from './recovery.ts';
import { besidePace, catchUp, fullPace } from './recovery.ts';
import { Recuts } from './recuts.ts';
import { Refusals } from './refusals.ts';
import { beforeToday, configOfEntry, entryOfConfig, restoreHalls } from './restore.ts';
import { Retries } from './retries.ts';
import { entryOf } from './shorten.ts';

const finishWithinMs = 900;
/** Entries that a start reads once more for the quarantine's sake alone. */
const mostReread = 200_000;

export class Pipeline {
  readonly journal: Journal;
  readonly quarantine: Quarantine;
  readonly outcomes: Outcomes;
  readonly snapshotter: Snapshotter;
  readonly recuts: Recuts;
  /** How far the rebuild is that the walls wait for; null when they are current. */
  rebuilding: Progress | null = { done: 0, total: 0 };
  /** How far the reading of older days is, which goes on beside the running halls. */
  rereading: Progress | null = null;
  /** What the last start read of the journal, and how long the walls waited for it, ms; null before. */
  recovered: { messages: number; tookMs: number } | null = null;
  readonly #parts: PipelineDeps;
  readonly #store: StateStore<HallState>;
  readonly #learned: LearnedStore;
  readonly #retries: Retries;
  #projector: Projector;
  readonly #history: HistoryFeed;
  #config: Config | null = null;
  /** The config that was appended last, by hash: it may not be in force yet. */
  #wanted = '';
  /** Commits are projected as they come; before that, they are read from the journal. */
  #isAtHead = false;
  #isEnding = false;
  #work: Promise<void> = Promise.resolve();

  /** Opens the files of the data folder. Throws `data-newer` and what SQLite throws. */
  constructor(parts: PipelineDeps) {
    this.#parts = parts;
    const { folder, clock, log, limits, trial } = parts;
    const probe = trial.probe ?? noProbe;
    const open = <T>(name: string, make: (path: string) => T) => openOrSetAside(join(folder, name), make, log);
    this.#store = open('state.sqlite', (path) => new StateStore<HallState>(path, { version: stateVersion }));
    this.#learned = open(learnedFile, (path) => new LearnedStore(path, log));
    this.quarantine = open('quarantine.sqlite', (path) => new Quarantine(path));
    this.outcomes = new Outcomes({
      quarantine: this.quarantine,
      refusals: new Refusals({ clock, log }),
      lost: (hole) => this.#lost('quarantine', hole),
      refused: parts.refused,
    });
    this.journal = new Journal({
      folder: join(folder, 'journal'),
      clock,
      log,
      probe,
      knownTo: Math.max(this.#store.position, this.quarantine.position, parts.scribe.position),
      limits: { ...limits, ...(trial.fileBytes ? { fileBytes: trial.fileBytes } : {}) },
      committed: (entries) => this.#committed(entries),
      changed: parts.changed,
      lost: (consumer, hole) => this.#lost(consumer, hole),
    });
    const { quarantine, outcomes, journal } = this;
    this.#retries = new Retries({ quarantine, outcomes, journal, isStarting: () => this.rebuilding !== null });
    this.snapshotter = new Snapshotter({
      store: this.#store,
      learned: this.#learned,
      halls: parts.halls,
      position: () => (this.#isAtHead && this.rereading === null ? this.#projector.position : null),
      before: (position) => {
        this.outcomes.flush(position, true);
        if (!this.#history.settle()) throw new Error('what history was told is not put yet');
      },
      probe,
      log,
      ...(trial.snapshotAfter ? { after: trial.snapshotAfter } : {}),
    });
    this.journal.register({ name: 'hall', position: () => this.snapshotter.safePosition });
    this.journal.register({
      name: 'quarantine',
      position: () => Math.max(this.quarantine.position, this.outcomes.isIdle ? this.#projector.position : 0),
      // What it can't be told now, it will find cut when it is opened again.
      cut: ({ to }) => this.outcomes.skip(to),
    });
    this.#history = new HistoryFeed({ scribe: parts.scribe, journal, lost: (hole) => this.#lost('history', hole) });
    this.#projector = this.#makeProjector(parts.halls, { position: 0, config: null, offsets: new Map() }, this.#heard);
    this.recuts = new Recuts({
      ...parts,
      journal,
      isReady: () => this.isLive && !this.#isEnding,
      readUpTo: (id) => this.#readUpTo(id),
      hole: (hole) => this.#lost('journal', hole),
      recut: (hall) => {
        this.snapshotter.forget(hall.config.id);
        parts.recut?.(hall);
      },
    });
  }

  /** The halls are current, and whole. */
  get isLive(): boolean {
    return this.#isAtHead && this.rereading === null;
  }

  /** Everything in the journal is in the halls. */
  get isCurrent(): boolean {
    return this.#isAtHead && this.#projector.position === this.journal.head;
  }

  /** The config in force; throws before `begin`. */
  get config(): Config {
    if (!this.#config) throw new Error('no config yet');
    return this.#config;
  }

  /** The standards in force; null before any config is. */
  get standards(): StandardsFile | null {
    return this.#config?.source.standards ?? null;
  }

  /** Entries that were lost, to damage or to the cap: by consumer, `journal` for all of them. */
  get holes(): StateStore<HallState>['holes'] {
    return this.#store.holes;
  }

  /** Takes one message from a source; `kept` is called when the sender may be told that it is safe. */
  readonly accept: Accept = (message, kept) => {
    this.journal.append(entryOf(message), (error) => {
      try {
        kept(error);
      } catch (failure) {
        this.outcomes.acknowledgeFailed(failure);
      }
    });
  };

  /**
   * Brings the halls to where they were, under the config of the files; messages may come meanwhile. Resolves once the walls
   * are current.
   */
  async begin(config: Config): Promise<void> {
    const { halls, owned, log, clock } = this.#parts;
    const { journal } = this;
    const beganMs = performance.now();
    for (const hole of journal.gone) this.#lost('journal', hole);
    const journaled = configOfEntry(journal.configAt(journal.head));
    this.#config = journaled ?? config;
    const { positions, lacking, ...restored } = restoreHalls({ store: this.#store, journal, halls, owned });
    for (const [hall, at] of positions) this.snapshotter.restored(hall, at);
    let position = Math.min(restored.position, this.#quarantineFrom(restored.position));
    // Before anything that comes from now on: what a new device sends is read under the config that has it.
    this.#wanted = journaled?.hash ?? '';
    await this.#put(config);
    if (lacking) {
      log.warn({ why: lacking }, 'rebuilding from the journal');
      const today = beforeToday(journal, this.#config, clock.now());
      position = positions.size > 0 ? Math.min(position, today) : today;
    }
    const isPartial = lacking !== null && position >= journal.firstId;
    // Asked in any case, since it says what is lost.
    const isUntold = this.#history.isBehind(positions, journal.gone) || isPartial;
    this.#projector = this.#begun(halls, position, (outcome) => {
      this.outcomes.replayed(outcome);
      this.#history.tellInHaste(outcome, this.#projector);
    });
    if (!isUntold) this.#history.follow(this.#projector, halls);
    const messages = await this.#catchUp(this.#projector, fullPace, (progress) => {
      this.rebuilding = progress;
    });
    if (this.#isEnding) return;
    this.recovered = { messages, tookMs: Math.round(performance.now() - beganMs) };
    if (messages > 0) log.info(this.recovered, 'read from the journal');
    halls.caughtUp();
    this.outcomes.flush(this.#projector.position, true);
    this.#projector = this.#makeProjector(halls, this.#projector, this.#heard);
    this.#isAtHead = true;
    if (isUntold) this.rereading = { done: 0, total: journal.head - journal.firstId };
    else this.#history.follow(this.#projector, halls);
    this.rebuilding = null;
    this.#parts.changed();
    if (isUntold)
      this.#work = this.#reread(isPartial).catch((error: unknown) => this.#failed('older days not read again', error));
    this.recuts.look();
  }

  /** Hears of a message as it comes in. */
  readonly #heard = (outcome: Outcome): void => {
    this.outcomes.live(outcome);
    this.#history.tell(outcome, this.#projector);
    if ('reading' in outcome) this.#parts.applied(outcome.reading, outcome.notes);
  };

  /** Puts a new config into the journal, behind which it holds; waits where nothing can be written. */
  async reconfigure(config: Config): Promise<void> {
    // The one asked for last, which may still wait for its commit.
    if (config.hash === this.#wanted) return;
    this.#wanted = config.hash;
    await this.journal.appended(entryOfConfig(config, this.#parts.clock.now()));
    // Projected in the turn after its commit.
    await nextTurn();
  }

  /** Tries the kept messages of a quarantine entry again, under the config of now: see `Retries`. */
  retry(id: number): Promise<RetryAnswer> {
    return this.#retries.retry(id);
  }

  /** Writes down what there is time for and closes the files. */
  async close(): Promise<void> {
    this.#isEnding = true;
    await Promise.all([this.#work, this.recuts.stop()]);
    this.journal.flush();
    await nextTurn();
    this.#history.close();
    this.snapshotter.finish(finishWithinMs);
    this.journal.close();
    this.quarantine.close();
    this.#store.close();
    this.#learned.close();
  }

  /** What was learned of a hall; a journal that an older one took the place of has that before it again. */
  lesson(hall: string): Lesson {
    const lesson = this.#learned.lesson(hall);
    return { ...lesson, position: Math.min(lesson.position, this.journal.head) };
  }

  /** Hands a hall what a past taught, and writes that down at once; false where it has learned more itself. */
  teach(hall: string, past: Taught): boolean {
    if (!this.#parts.halls.teach(hall, past)) return false;
    const lesson = this.#parts.halls.get(hall)?.lesson;
    try {
      if (lesson) this.#learned.put(hall, lesson);
    } catch (error) {
      // The next snapshot tries again.
      this.#failed('what a past taught is not written down yet', error);
    }
    return true;
  }

  #committed(entries: readonly Entry[]): void {
    if (!this.#isAtHead) return;
    for (const entry of entries) {
      if (entry.id > this.#projector.position + 1) this.#readUpTo(entry.id - 1);
      if (entry.id > this.#projector.position) this.#projector.take(entry);
    }
    this.outcomes.flush(this.#projector.position, false);
  }

  /** What was not handed on stands in the journal: a file's own first entry, or a commit that is yet to be handed on. */
  #readUpTo(id: number): void {
    while (this.#projector.position < id) {
      const { entries, upTo } = this.journal.read(this.#projector.position, id - this.#projector.position);
      for (const entry of entries) this.#projector.take(entry);
      this.#projector.skipTo(Math.min(upTo, id));
    }
  }

  /** From where on the journal is to be looked at for what was refused; far back, it is said to be lost instead. */
  #quarantineFrom(position: number): number {
    const seen = this.quarantine.position;
    if (seen >= position) return position;
    if (position - seen <= mostReread) return seen;
    this.#lost('quarantine', { from: seen + 1, to: position });
    return position;
  }

  /** Appends the config of the files if it isn't in force; a full disk is waited for without holding up the halls. */
  async #put(config: Config): Promise<void> {
    const put = this.reconfigure(config);
    put.catch((error: unknown) => this.#failed('config not taken over', error));
    if (!this.journal.trouble) await put;
  }

  /** A projector that begins behind `position`, over halls under the config that was in force there. */
  #begun(halls: Halls, position: number, heard: (outcome: Outcome) => void): Projector {
    const config = configOfEntry(this.journal.configAt(position));
    if (config) halls.configure(config, this.#parts.owned, position);
    return this.#makeProjector(halls, { position, config, offsets: this.journal.offsetsAt(position) }, heard);
  }

  #makeProjector(
    halls: Halls,
    from: Pick<Projector, 'position' | 'config' | 'offsets'>,
    heard: (outcome: Outcome) => void,
  ): Projector {
    const { simulated, owned } = this.#parts;
    return new Projector(
      { halls, simulated, owned, heard, configured: (config) => this.#configured(halls, config) },
      from,
    );
  }

  #configured(halls: Halls, config: Config): void {
    if (halls !== this.#parts.halls) return;
    this.#config = config;
    this.recuts.look();
  }

  async #catchUp(projector: Projector, pace: typeof fullPace, progress: (progress: Progress) => void): Promise<number> {
    const { journal } = this;
    const hole = (one: Hole) => this.#lost('journal', one);
    let read = 0;
    // Whoever goes on after this does so in the turn in which nothing was left to read.
    while (projector.position < journal.head && !this.#isEnding) {
      read += await catchUp({ journal, projector, pace, progress, hole, isEnding: () => this.#isEnding });
    }
    return read;
  }

  /**
   * Without snapshots the walls began with today alone (`isPartial`). The whole journal is read beside them, into halls of its own
   * that take their place at the end: then the state is what it would be had nothing happened. History that fell behind is told
   * by them, too.
   */
  async #reread(isPartial: boolean): Promise<void> {
    const { log, halls, simulated } = this.#parts;
    const { journal } = this;
    const whole = new Halls({ simulated, changed: () => {} });
    const projector: Projector = this.#begun(whole, journal.firstId - 1, (outcome) =>
      this.#history.tell(outcome, projector),
    );
    this.#history.follow(projector, whole);
    await this.#catchUp(projector, besidePace, (progress) => {
      this.rereading = progress;
    });
    if (this.#isEnding) return;
    // A commit may wait to be handed on: both must stand at the same entry.
    this.#readUpTo(projector.position);
    this.outcomes.flush(projector.position, false);
    if (isPartial) {
      halls.adopt(whole);
      this.snapshotter.reset();
    }
    this.#history.follow(this.#projector, halls);
    this.rereading = null;
    log.info('older days were read again');
    this.#parts.changed();
    this.recuts.look();
  }

  #lost(consumer: string, hole: Hole): void {
    this.#parts.log.error({ consumer, ...hole }, 'journal entries lost to this consumer');
    try {
      this.#store.forgetHolesBefore(this.journal.firstId);
      this.#store.addHole({ consumer, ...hole });
    } catch (error) {
      // It is known as long as this process lives.
      this.#failed('hole not written down', error);
    }
  }

  #failed(what: string, error: unknown): void {
    this.#parts.log.error({ error: String(error) }, what);
  }
}
