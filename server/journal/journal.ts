// The only truth: every message as it came, on disk before its sender hears that it arrived (J1 to J4).
import type { Clock } from '../clock.ts';
import { LocalDays } from '../local-days.ts';
import type { Logger } from '../log.ts';
import type { Probe } from '../probe.ts';
import { faultOf } from '../sqlite.ts';
import type { Entry, Hole, NewEntry } from './entry.ts';
import { GroupCommit } from './group-commit.ts';
import type { Reading } from './journal-file.ts';
import { JournalFiles } from './journal-files.ts';
import { applyOffsets, offsetsEntry } from './offsets.ts';
import type { Consumer } from './retention.ts';
import { capWithin, retain } from './retention.ts';

export interface JournalParts {
  folder: string;
  clock: Clock;
  log: Logger;
  probe: Probe;
  limits: { keepDays: number; capBytes: number; fileBytes?: number };
  /** The last id that another file of the data folder remembers. */
  knownTo?: number;
  /** Called with the entries of each commit, after their senders were told. */
  committed: (entries: readonly Entry[]) => void;
  /** Called when `trouble` changed. */
  changed: () => void;
  /** Called for entries that a consumer will never see. */
  lost: (consumer: string, hole: Hole) => void;
}

const retainEveryMs = 600_000;

export class Journal {
  readonly #parts: JournalParts;
  readonly #files: JournalFiles;
  readonly #commits: GroupCommit<Entry>;
  readonly #days = new LocalDays(Temporal.Now.timeZoneId(), '00:00');
  readonly #consumers: Consumer[] = [];
  readonly #retaining: NodeJS.Timeout;
  #config: Entry | null = null;
  #trouble: string | null = null;
  #overCap = false;

  /** Opens the journal of a folder. Throws `data-newer`, or what SQLite throws when the folder can't be written. */
  constructor(parts: JournalParts) {
    this.#parts = parts;
    const { folder, limits, knownTo = 0 } = parts;
    this.#files = new JournalFiles(folder, { knownTo, ...(limits.fileBytes ? { fileBytes: limits.fileBytes } : {}) });
    this.#commits = new GroupCommit<Entry>({
      write: (batch) => this.#write(batch),
      // In a turn of its own, so that the acknowledgements of the whole batch leave together and first.
      written: (batch) =>
        setImmediate(() => {
          parts.probe('acknowledged');
          parts.committed(batch);
        }),
      trouble: (error) => this.#troubled(error),
    });
    this.#retaining = setInterval(() => this.#retain(), retainEveryMs).unref();
  }

  get head(): number {
    return this.#files.head;
  }

  get firstId(): number {
    return this.#files.firstId;
  }

  /** What is known to have been written and was gone at the start. */
  get gone(): readonly Hole[] {
    return this.#files.gone;
  }

  get bytes(): number {
    return this.#files.bytes;
  }

  get fileCount(): number {
    return this.#files.count;
  }

  /** Why nothing can be written, in words; null while all is well. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** True while the files are over their cap and hall still needs the oldest of them. */
  get isOverCap(): boolean {
    return this.#overCap;
  }

  /** What waits for its commit: how many, since when (epoch ms), and for how long in real ms. */
  get waiting(): { count: number; since: number | null; waitsMs: number } {
    const { waiting: count, oldest, waitsMs } = this.#commits;
    return { count, since: oldest?.receivedAt ?? null, waitsMs };
  }

  get commitMs(): readonly number[] {
    return this.#commits.tookMs;
  }

  /** How durable a commit is, as SQLite names it: 2 is FULL. Null before the first one. */
  get synchronous(): number | null {
    return this.#files.current?.synchronous ?? null;
  }

  /** Whoever reads behind the head says where it stands, or its part may be dropped. */
  register(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  /** Takes an entry; `kept` is called after the commit, or with the reason why there will be none. */
  append(entry: NewEntry, kept: (error: Error | null) => void): void {
    this.#commits.add({ ...entry, receivedAt: Math.floor(entry.receivedAt), id: 0 }, kept);
  }

  /** The same for one that waits for it; while nothing can be written, so does it. */
  appended(entry: NewEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.append(entry, (error) => (error ? reject(error) : resolve()));
      this.flush();
    });
  }

  /** Writes what waits, now, if that can be. */
  flush(): void {
    this.#commits.flush();
  }

  read(after: number, limit: number): Reading {
    return this.#files.read(after, limit);
  }

  /** The latest config at or before an id; null when none is kept. */
  configAt(id: number): Entry | null {
    const found = this.#files.configAt(id);
    return found === null ? null : (this.#files.read(found - 1, 1).entries[0] ?? null);
  }

  /** Offsets of devices' clocks in force at an id, ms. */
  offsetsAt(id: number): Map<string, number> {
    const offsets = new Map<string, number>();
    for (const entry of this.#files.clocksAt(id)) applyOffsets(offsets, entry);
    return offsets;
  }

  firstIdSince(at: number): number {
    return this.#files.firstIdSince(at);
  }

  /** Closes the files; what waits is not acknowledged, and comes again. */
  close(): void {
    clearInterval(this.#retaining);
    this.#commits.close();
    this.#files.close();
  }

  #write(batch: readonly Entry[]): void {
    this.#parts.probe('before-commit');
    try {
      this.#writeInto(batch);
    } catch (error) {
      if (faultOf(error) !== 'corrupt') throw error;
      // The damaged file stays for reading; what comes goes into a new one.
      this.#parts.log.error({ error: String(error) }, 'journal file damaged, going on in a new one');
      this.#roll();
      this.#writeInto(batch);
    }
    this.#parts.probe('committed');
  }

  #writeInto(batch: readonly Entry[]): void {
    if (this.#files.isRollDue(this.#today())) this.#roll();
    const all = [...this.#lead(batch), ...batch];
    let id = this.#files.head;
    for (const entry of all) entry.id = ++id;
    this.#files.append(all);
    for (const entry of batch) if (entry.kind === 'config') this.#config = entry;
  }

  #roll(): void {
    this.#files.roll(this.#today());
    setImmediate(() => this.#retain());
  }

  /** Each file begins with what is in force, in one commit with what follows, so that it can be read without the ones before. */
  #lead([first]: readonly Entry[]): Entry[] {
    if (!this.#files.isAtBeginning || !first) return [];
    this.#config ??= this.configAt(this.head);
    const lead = this.#config && first.kind !== 'config' ? [{ ...this.#config }] : [];
    const offsets = this.offsetsAt(this.head);
    if (offsets.size > 0) lead.push({ ...offsetsEntry(offsets, first.receivedAt, true), id: 0 });
    return lead;
  }

  #today(): string {
    return this.#days.of(this.#parts.clock.now()).date;
  }

  #retain(): void {
    const { folder, limits, log, lost } = this.#parts;
    try {
      const capBytes = capWithin(folder, this.bytes, limits.capBytes);
      const { cuts, within } = retain(
        this.#files,
        this.#consumers,
        { keepDays: limits.keepDays, capBytes },
        this.#today(),
      );
      this.#overCap = !within;
      for (const { consumer, hole } of cuts) lost(consumer, hole);
    } catch (error) {
      log.error({ error: String(error) }, 'old journal files not dropped');
    }
  }

  #troubled(error: Error | null): void {
    const words = error === null ? null : troubleWords(error);
    if (words === this.#trouble) return;
    this.#trouble = words;
    if (words) this.#parts.log.error({ error: error?.message }, words);
    else this.#parts.log.info('the journal can be written again');
    this.#parts.changed();
  }
}

function troubleWords(error: Error): string {
  if (faultOf(error) === 'full') return 'the disk of the data folder is full: nothing is taken in until there is room';
  if (faultOf(error) === 'busy') return 'another program holds the journal: nothing is taken in until it lets go';
  return `the journal can't be written (${error.message}): nothing is taken in until it can`;
}
