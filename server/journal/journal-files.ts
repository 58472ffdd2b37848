// The journal's files: one for each local day of the server or gigabyte, in the order of their ids.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { faultOf, hasHeader, headerVersion, newerFile } from '../sqlite.ts';
import type { Entry, Hole } from './entry.ts';
import type { Reading } from './journal-file.ts';
import { JournalFile, journalVersion } from './journal-file.ts';

const nameForm = /^(\d{15})-(\d{4}-\d{2}-\d{2})\.sqlite$/;
const defaultFileBytes = 2 ** 30;
/** More than any file holds: ids behind a damaged end begin this far on, so that none is given twice. */
const idsAFile = 10_000_000;

export interface JournalFilesOptions {
  fileBytes?: number;
  knownTo?: number;
}

interface Known {
  path: string;
  firstId: number;
  date: string;
}

export class JournalFiles {
  readonly #folder: string;
  readonly #fileBytes: number;
  #known: Known[];
  /** The file that is written to; the last of the known ones, unless that one is damaged. */
  #current: JournalFile | null = null;
  /** An older file that is being read. */
  #older: JournalFile | null = null;
  #head: number;
  /** What is known to have been written and isn't there any more, as far as that shows without reading everything. */
  readonly gone: readonly Hole[];

  /**
   * `knownTo`: the last id that anybody remembers, in another file of the data folder. Ids go on behind it, so that none is given
   * twice when the end of the journal was lost. Throws `data-newer` for any of the files.
   */
  constructor(folder: string, { fileBytes = defaultFileBytes, knownTo = 0 }: JournalFilesOptions = {}) {
    this.#folder = folder;
    this.#fileBytes = fileBytes;
    mkdirSync(folder, { recursive: true });
    this.#known = readdirSync(folder)
      .flatMap((name) => knownOf(folder, name))
      .sort((a, b) => a.firstId - b.firstId);
    for (const { path } of this.#known) refuseNewer(path);
    const gone = this.#known.flatMap((known, i) => wholeHole(known, this.#known[i + 1]));
    const head = this.#openLast(knownTo);
    const last = this.#known.at(-1);
    if (last && !this.#current && this.#isUnreadable(last) && head >= last.firstId)
      gone.push({ from: last.firstId, to: Math.max(head, knownTo) });
    this.#head = Math.max(head, knownTo);
    if (head < knownTo) gone.push({ from: head + 1, to: knownTo });
    this.gone = gone;
  }

  /** The id of the last entry written; 0 in an empty journal. */
  get head(): number {
    return this.#head;
  }

  /** The id of the first entry that is still kept, or would be the first. */
  get firstId(): number {
    return this.#known[0]?.firstId ?? this.#head + 1;
  }

  /** What is written to; null until the first entry of this process. */
  get current(): JournalFile | null {
    return this.#current;
  }

  get count(): number {
    return this.#known.length;
  }

  /** Bytes on disk of all files, write-ahead logs included. */
  get bytes(): number {
    return this.#known.reduce((sum, { path }) => sum + sizeOf(path) + sizeOf(`${path}-wal`), 0);
  }

  /** True when nothing stands in the file that is written to. */
  get isAtBeginning(): boolean {
    return this.#head === (this.#current?.firstId ?? 0) - 1;
  }

  /** True when the next entry belongs into a new file. */
  isRollDue(date: string): boolean {
    return !this.#current || this.#current.date !== date || this.#current.bytes >= this.#fileBytes;
  }

  /** Begins a new file. Throws what SQLite throws; then the former one goes on. */
  roll(date: string): void {
    const firstId = this.#head + 1;
    const path = join(this.#folder, `${String(firstId).padStart(15, '0')}-${date}.sqlite`);
    const next = new JournalFile(path, { firstId, date });
    this.#current?.close();
    this.#current = next;
    // A file that was begun and never written to is the same one.
    if (this.#known.at(-1)?.path !== path) this.#known.push({ path, firstId, date });
  }

  /** Writes entries whose ids follow the head, on disk when it returns. Throws what SQLite throws. */
  append(entries: readonly Entry[]): void {
    this.#current?.append(entries);
    this.#head = entries.at(-1)?.id ?? this.#head;
  }

  /** Entries after an id, `limit` at most, in order and of one file at a time; `upTo` is the head when there is no more. */
  read(after: number, limit: number): Reading {
    const i = this.#known.findLastIndex(({ firstId }) => firstId <= after + 1);
    const known = this.#known[Math.max(i, 0)];
    if (!known || after >= this.#head) return { entries: [], holes: [], upTo: Math.max(after, this.#head) };
    const begin = Math.max(after, known.firstId - 1);
    const until = Math.min(this.#head, (this.#known[Math.max(i, 0) + 1]?.firstId ?? Number.POSITIVE_INFINITY) - 1);
    const file = this.#fileOf(known);
    return file
      ? withEnd(file.read(begin, until, limit), begin, until)
      : { entries: [], holes: [{ from: begin + 1, to: until }], upTo: until };
  }

  /** The id of the latest config at or before `id`; null when none is kept. */
  configAt(id: number): number | null {
    for (const known of this.#known.filter(({ firstId }) => firstId <= id).reverse()) {
      const found = this.#tolerant(() => this.#fileOf(known)?.configAt(id) ?? null);
      if (found !== null) return found;
    }
    return null;
  }

  /** What clock entries say at `id`: those of its file, which begins with all that were in force; of a damaged one, of the file before. */
  clocksAt(id: number): Entry[] {
    for (const known of this.#known.filter(({ firstId }) => firstId <= id).reverse()) {
      const found = this.#tolerant(() => this.#fileOf(known)?.clocksAt(id) ?? null);
      if (found !== null) return found;
    }
    return [];
  }

  /** The first id received at or after `at`; the one after the head when there is none. */
  firstIdSince(at: number): number {
    for (const known of this.#known) {
      const found = this.#tolerant(() => this.#fileOf(known)?.firstIdSince(at) ?? null);
      if (found !== null) return found;
    }
    return this.#head + 1;
  }

  /** The oldest file, unless it is the only one or written to: its ids and date. */
  get oldest(): (Hole & { date: string }) | null {
    const [first, second] = this.#known;
    if (!first || !second || first.path === this.#current?.path) return null;
    return { from: first.firstId, to: second.firstId - 1, date: first.date };
  }

  /** Deletes the oldest file. */
  dropOldest(): void {
    const oldest = this.oldest ? this.#known[0] : undefined;
    if (!oldest) return;
    if (this.#older?.path === oldest.path) this.#closeOlder();
    for (const ending of ['', '-wal', '-shm']) rmSync(`${oldest.path}${ending}`, { force: true });
    this.#known = this.#known.slice(1);
  }

  close(): void {
    this.#closeOlder();
    this.#current?.close();
    this.#current = null;
  }

  /** Opens the last file and answers the last id that it holds. A damaged end is left alone; ids go on behind it. */
  #openLast(knownTo: number): number {
    const last = this.#known.at(-1);
    if (!last) return 0;
    let file: JournalFile | null = null;
    try {
      file = new JournalFile(last.path, last);
      const head = file.lastId() ?? last.firstId - 1;
      this.#current = file;
      return head;
    } catch (error) {
      if (faultOf(error) !== 'corrupt') throw error;
      const end = last.firstId + idsAFile;
      // Where nobody remembers how far it went, ids begin well behind.
      const head =
        knownTo > last.firstId ? (file?.lastReadable(Math.max(knownTo, last.firstId - 1), end) ?? knownTo) : end;
      file?.close();
      return head;
    }
  }

  #fileOf(known: Known): JournalFile | null {
    if (known.path === this.#current?.path) return this.#current;
    if (known.path === this.#older?.path) return this.#older;
    this.#closeOlder();
    // Opening would make it anew: a file that is gone is a hole.
    this.#older = existsSync(known.path) ? this.#tolerant(() => new JournalFile(known.path, known)) : null;
    return this.#older;
  }

  #isUnreadable(known: Known): boolean {
    return this.#fileOf(known) === null;
  }

  #closeOlder(): void {
    this.#older?.close();
    this.#older = null;
  }

  /** Null instead of an error about damage. */
  #tolerant<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (faultOf(error) !== 'corrupt') throw error;
      return null;
    }
  }
}

/** All of an older file that is empty, or begins as no database does: opening it would make it anew. */
function wholeHole({ path, firstId }: Known, next: Known | undefined): Hole[] {
  return next && !hasHeader(path) ? [{ from: firstId, to: next.firstId - 1 }] : [];
}

/** Older files are opened when they are read, which may be days later: what refuses to start is found at the start. */
function refuseNewer(path: string): void {
  const version = headerVersion(path);
  if (version > journalVersion) throw newerFile(path, version, journalVersion);
}

function knownOf(folder: string, name: string): Known[] {
  const [, firstId, date] = nameForm.exec(name) ?? [];
  return firstId && date ? [{ path: join(folder, name), firstId: Number(firstId), date }] : [];
}

/** Ids that a file should hold and doesn't, at its end, are lost as those in its middle are. */
function withEnd(reading: Reading, begin: number, until: number): Reading {
  const { entries, holes, upTo } = reading;
  const last = Math.max(entries.at(-1)?.id ?? begin, holes.at(-1)?.to ?? begin);
  return upTo < until || last >= until ? reading : { ...reading, holes: [...holes, { from: last + 1, to: until }] };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
