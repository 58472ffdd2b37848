// The journal's files and commits, on real SQLite files.
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { HallwatchError } from '../../../server/errors.ts';
import { largestBatch } from '../../../server/journal/group-commit.ts';
import type { Journal } from '../../../server/journal/journal.ts';
import { backupSqlite, openSqlite } from '../../../server/sqlite.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { eventually } from '../../support/eventually.ts';
import { filesOf, message, openJournal } from '../../support/journal.ts';
import { contentsOf } from '../../support/journal-contents.ts';

const textsOf = (entries: { payload: Uint8Array }[]) => entries.map(({ payload }) => Buffer.from(payload).toString());
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `message ${i}`);

/** Appends them as they would come: many to a commit, `atOnce` at most. */
async function fill(journal: Journal, texts: string[], atOnce = 500): Promise<void> {
  for (let i = 0; i < texts.length; i += atOnce) {
    const some = texts.slice(i, i + atOnce);
    await Promise.all(some.map((text) => new Promise<unknown>((kept) => journal.append(message(text), kept))));
  }
}

describe('J1: a message is kept before its sender hears of it', () => {
  it('calls back after the commit, which is on disk (synchronous FULL)', async () => {
    const folder = await tempFolder();
    const { journal } = openJournal(folder);
    const found = new Promise<string[]>((resolve) => {
      // What another reader of the files sees at the moment of the callback.
      journal.append(message('one'), () => resolve(textsOf(contentsOf(folder).entries)));
    });
    expect(await found).toEqual(['one']);
    expect(journal.synchronous).toBe(2);
  });

  it('J3: messages that come together share one commit, in order, 500 at most', async () => {
    const { journal, committed } = openJournal(await tempFolder());
    const commits: number[] = [];
    const kept = numbered(1_200).map(
      (text) => new Promise((resolve) => journal.append(message(text), () => resolve(commits.push(journal.head)))),
    );
    await Promise.all(kept);
    expect([...new Set(commits.map((_, i) => Math.floor(i / largestBatch)))]).toEqual([0, 1, 2]);
    expect(journal.commitMs).toHaveLength(3);
    await eventually(() => committed.length === 1_200);
    expect(textsOf(committed)).toEqual(numbered(1_200));
    expect(committed.map(({ id }) => id)).toEqual(committed.map((_, i) => i + 1));
  });

  it('hands commits on in their order, also when a sender goes on in the turn in which it is told (QoS 0)', async () => {
    const { journal, committed } = openJournal(await tempFolder());
    let next = 0;
    const send = () => {
      if (next < 5_000) journal.append(message(`message ${next++}`), send);
    };
    // So many senders that a commit falls due while the one before is telling them.
    for (let sender = 0; sender < 600; sender++) send();
    await eventually(() => committed.length === 5_000);
    expect(committed.map(({ id }) => id)).toEqual(committed.map((_, i) => i + 1));
    expect(textsOf(committed)).toEqual(numbered(5_000));
  });

  it('acknowledges nothing while another program holds the file, says so, and goes on by itself', async () => {
    const folder = await tempFolder();
    const { journal, committed } = openJournal(folder);
    await journal.appended(message('before'));
    const other = openSqlite(filesOf(folder)[0] ?? '', { migrations: [''], synchronous: 'FULL' });
    other.exec('BEGIN IMMEDIATE');
    let kept = 0;
    for (const text of numbered(700)) journal.append(message(text), () => kept++);
    await eventually(() => journal.trouble?.includes('another program'));
    expect(kept).toBe(0);
    expect(journal.waiting.count).toBe(700);
    other.exec('ROLLBACK');
    other.close();
    await eventually(() => kept === 700);
    expect(journal.trouble).toBeNull();
    await eventually(() => committed.length === 701);
    expect(textsOf(contentsOf(folder).entries)).toEqual(['before', ...numbered(700)]);
  });

  it('tells senders no when far too many wait for a disk that takes nothing', async () => {
    const folder = await tempFolder();
    const { journal } = openJournal(folder);
    await journal.appended(message('before'));
    const other = openSqlite(filesOf(folder)[0] ?? '', { migrations: [''], synchronous: 'FULL' });
    other.exec('BEGIN IMMEDIATE');
    const refused: Error[] = [];
    for (let i = 0; i < 20_010; i++) journal.append(message('x'), (error) => error && refused.push(error));
    expect(refused).toHaveLength(10);
    other.exec('ROLLBACK');
    other.close();
    await eventually(() => journal.head === 20_001);
  });
});

describe('J4: a file a day or a size', () => {
  const day = 86_400_000;
  const config = message('{"config":1}', { kind: 'config', topic: '' });

  it('begins each file with the config in force and reads across all of them', async () => {
    const folder = await tempFolder();
    const clock = manualClock(Date.parse('2026-11-20T12:00:00Z'));
    const { journal, close } = openJournal(folder, { clock });
    await journal.appended(config);
    await journal.appended(message('first day'));
    clock.moveTo(clock.now() + day);
    await journal.appended(message('second day'));
    clock.moveTo(clock.now() + day);
    await journal.appended(message('third day', { kind: 'config', topic: '' }));
    close();
    expect(filesOf(folder).map((file) => file.slice(-25))).toEqual(
      ['000001-2026-11-20.sqlite', '000003-2026-11-21.sqlite', '000005-2026-11-22.sqlite'].map((name) =>
        name.padStart(25, '0'),
      ),
    );
    const { entries, holes } = contentsOf(folder);
    expect(textsOf(entries)).toEqual(['{"config":1}', 'first day', '{"config":1}', 'second day', 'third day']);
    expect(holes).toEqual([]);
    const again = openJournal(folder, { clock });
    expect(again.journal.head).toBe(5);
    expect(again.journal.configAt(4)?.id).toBe(3);
    expect(textsOf([again.journal.configAt(5) ?? config])).toEqual(['third day']);
    await again.journal.appended(message('same day'));
    expect(filesOf(folder)).toHaveLength(3);
  });

  it('finds the first entry received since a moment', async () => {
    const folder = await tempFolder();
    const { journal } = openJournal(folder, { limits: { keepDays: 7, capBytes: 2 ** 30, fileBytes: 20_000 } });
    for (let i = 1; i <= 600; i++) journal.append(message('x'.repeat(100), { receivedAt: i * 10 }), () => {});
    journal.flush();
    await journal.appended(message('last', { receivedAt: 6_010 }));
    expect(filesOf(folder).length).toBeGreaterThan(1);
    const receivedAt = (id: number) => journal.read(id - 1, 1).entries[0]?.receivedAt;
    expect(receivedAt(journal.firstIdSince(3_005))).toBe(3_010);
    expect(journal.firstIdSince(0)).toBe(1);
    expect(journal.firstIdSince(9_999)).toBe(journal.head + 1);
  });

  it('drops what is past its days once all have read it, and nothing that hall still needs', async () => {
    const folder = await tempFolder();
    const clock = manualClock(Date.parse('2026-11-01T12:00:00Z'));
    const { journal } = openJournal(folder, { clock });
    let hall = 0;
    journal.register({ name: 'hall', position: () => hall });
    for (let i = 0; i < 10; i++) {
      await journal.appended(message(`day ${i}`));
      clock.moveTo(clock.now() + day);
    }
    await journal.appended(message('today'));
    expect(filesOf(folder)).toHaveLength(11);
    hall = 5;
    clock.moveTo(clock.now() + day);
    await journal.appended(message('tomorrow'));
    // Kept: eight days counted back from the newest would drop four; hall has read five.
    await eventually(() => filesOf(folder).length === 8);
    expect(journal.firstId).toBe(5);
    expect(textsOf(contentsOf(folder).entries)[0]).toBe('day 4');
  });

  it('cuts the slowest other consumer at the cap, says which entries, and stops before hall', async () => {
    const folder = await tempFolder();
    const { journal, lost } = openJournal(folder, { limits: { keepDays: 7, capBytes: 200_000, fileBytes: 40_000 } });
    const cut: unknown[] = [];
    const long = numbered(1_000).map((text) => text.padEnd(1_000, '.'));
    let hall = 1_000_000;
    journal.register({ name: 'hall', position: () => hall });
    journal.register({ name: 'slow', position: () => 10, cut: (hole) => cut.push(hole) });
    await fill(journal, long, 20);
    await eventually(() => lost.length > 0);
    expect(lost[0]).toMatchObject({ consumer: 'slow', hole: { from: 11 } });
    expect(cut).toEqual(lost.map(({ hole }) => hole));
    expect(journal.bytes).toBeLessThan(400_000);
    hall = 0;
    const before = journal.firstId;
    await fill(journal, long, 20);
    await eventually(() => journal.isOverCap);
    expect(journal.firstId).toBeGreaterThanOrEqual(before);
    expect(journal.head).toBe(2_000);
  });
});

describe('damage', () => {
  const pageBytes = 4_096;

  async function filled(count: number) {
    const folder = await tempFolder();
    const { journal, close } = openJournal(folder);
    await fill(
      journal,
      numbered(count).map((text) => text.padEnd(200, '.')),
    );
    close();
    const [file = ''] = filesOf(folder);
    return { folder, file, pages: statSync(file).size / pageBytes };
  }

  function overwrite(file: string, at: number, bytes: Buffer): void {
    const handle = openSync(file, 'r+');
    writeSync(handle, bytes, 0, bytes.length, at);
    closeSync(handle);
  }

  it('a page that makes no sense costs its own messages; the rest is kept and the hole is said', async () => {
    const { folder, file, pages } = await filled(2_000);
    overwrite(file, Math.floor(pages / 2) * pageBytes, Buffer.alloc(pageBytes, 0xee));
    const { entries, holes } = contentsOf(folder);
    expect(holes).toHaveLength(1);
    const missing = holes.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    expect(missing).toBeGreaterThan(0);
    expect(missing).toBeLessThan(30);
    expect(entries).toHaveLength(2_000 - missing);
    const { journal } = openJournal(folder);
    await journal.appended(message('goes on'));
    expect(textsOf(contentsOf(folder).entries).at(-1)).toBe('goes on');
  });

  it('a byte that changed under SQLite’s eyes is found by the message’s own sum', async () => {
    const { folder, file } = await filled(100);
    const at = readFileSync(file).indexOf('message 57.');
    overwrite(file, at, Buffer.from('MESSAGE'));
    const { entries, holes } = contentsOf(folder);
    expect(holes).toEqual([{ from: 58, to: 58 }]);
    expect(entries).toHaveLength(99);
  });

  it('a damaged end is left as it is; what comes is written behind it', async () => {
    const { folder, file, pages } = await filled(500);
    overwrite(file, pageBytes, Buffer.alloc((pages - 1) * pageBytes, 0xee));
    const { journal } = openJournal(folder);
    await journal.appended(message('goes on'));
    expect(filesOf(folder)).toHaveLength(2);
    const { entries, holes } = contentsOf(folder);
    expect(textsOf(entries)).toEqual(['goes on']);
    expect(holes[0]?.from).toBe(1);
    expect(entries[0]?.id).toBeGreaterThan(500);
  });

  it('a file that is none any more stops nothing', async () => {
    const { folder, file } = await filled(10);
    writeFileSync(file, 'this is not a database, whatever its name says '.repeat(100));
    const { journal } = openJournal(folder);
    await journal.appended(message('goes on'));
    expect(textsOf(contentsOf(folder).entries)).toEqual(['goes on']);
  });
});

describe('J8: files know their version', () => {
  it('migrates forward, and refuses what a later version wrote', async () => {
    const path = join(await tempFolder(), 'a.sqlite');
    const one = ['CREATE TABLE a (x)'];
    const two = [...one, 'ALTER TABLE a ADD COLUMN y DEFAULT 7'];
    const first = openSqlite(path, { migrations: one, synchronous: 'FULL' });
    first.exec('INSERT INTO a VALUES (1)');
    first.close();
    const second = openSqlite(path, { migrations: two, synchronous: 'FULL' });
    expect(second.prepare('SELECT * FROM a').get()).toEqual({ x: 1, y: 7 });
    second.close();
    expect(() => openSqlite(path, { migrations: one, synchronous: 'FULL' })).toThrow(HallwatchError);
    try {
      openSqlite(path, { migrations: one, synchronous: 'FULL' });
    } catch (error) {
      expect(error).toMatchObject({ code: 'data-newer' });
    }
  });

  it('is copied whole while it is written to', async () => {
    const folder = await tempFolder();
    const { journal } = openJournal(join(folder, 'journal'));
    await fill(journal, numbered(500));
    const [file = ''] = filesOf(join(folder, 'journal'));
    const writing = fill(journal, numbered(2_000));
    const copy = join(folder, '000000000000001-2026-01-01.sqlite');
    await backupSqlite(file, copy);
    await writing;
    const database = openSqlite(copy, { migrations: [''], synchronous: 'FULL' });
    const { n, last } = database.prepare('SELECT count(*) AS n, max(id) AS last FROM entries').get() as Record<
      string,
      number
    >;
    database.close();
    expect(n).toBeGreaterThanOrEqual(500);
    expect(n).toBe(last);
  });
});
