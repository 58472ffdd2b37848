// The store of what could not be read: its bounds, what a retry does to it, and what a kill does not.

import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { boundsReached } from '../../../server/bounds.ts';
import type { QuarantineLimits, ReadAtLast, Refused } from '../../../server/ingest/quarantine.ts';
import { Quarantine } from '../../../server/ingest/quarantine.ts';
import { openSqlite } from '../../../server/sqlite.ts';
import { tempFolder } from '../../support/cleanup.ts';

const all = { limit: 2_000 };

/** Message `id`, received `id` seconds after the epoch. */
function refused(id: number, over: Partial<Refused> = {}): Refused {
  return {
    id,
    topic: 'hallwatch/v1/r/h/d/door',
    payload: Buffer.from(`message ${id}`),
    receivedAt: id * 1_000,
    live: true,
    caughtUp: true,
    shortened: false,
    retryOf: null,
    reason: 'unknown-device',
    detail: 'not there',
    hall: 'h',
    device: 'd',
    ...over,
  };
}

const readAtLast = (id: number, retryOf: number): ReadAtLast => ({ id, retryOf, reason: null });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function store(limits: Partial<QuarantineLimits> = {}): Promise<{ quarantine: Quarantine; path: string }> {
  const path = join(await tempFolder(), 'quarantine.sqlite');
  return { quarantine: open(path, limits), path };
}

function open(path: string, limits: Partial<QuarantineLimits> = {}): Quarantine {
  const quarantine = new Quarantine(path, limits);
  onTestFinished(() => quarantine.close());
  return quarantine;
}

const keptIds = (quarantine: Quarantine, entry: number) => quarantine.retries(entry).map(({ retryOf }) => retryOf);

describe('bounds of the quarantine', () => {
  it('keep the newest messages of an entry, and count them all', async () => {
    const { quarantine } = await store({ perEntry: 3 });
    quarantine.take(
      range(1, 10).map((id) => refused(id)),
      10,
    );
    const [entry] = quarantine.list(all);
    expect(entry).toMatchObject({ count: 10, kept: 3, firstSeen: 1_000, lastSeen: 10_000, retryable: true });
    expect(keptIds(quarantine, entry?.id ?? 0)).toEqual([8, 9, 10]);
    expect(boundsReached().get('quarantine-kept')).toBeGreaterThanOrEqual(7);
    expect(quarantine.size).toEqual({ messages: 3, bytes: 'message 8message 9message 10'.length });
  });

  it('keep an entry within its bytes, but always its newest message', async () => {
    const { quarantine } = await store({ perEntryBytes: 100 });
    const of40 = (id: number) => refused(id, { payload: Buffer.alloc(40) });
    quarantine.take(range(1, 3).map(of40), 3);
    expect(quarantine.size).toEqual({ messages: 2, bytes: 80 });
    quarantine.take([refused(4, { payload: Buffer.alloc(500) })], 4);
    expect(quarantine.size).toEqual({ messages: 1, bytes: 500 });
  });

  it.each([
    { name: 'messages', limits: { messages: 5 }, kept: 5 },
    { name: 'bytes', limits: { bytes: 45 }, kept: 4 },
  ])('keep $name in all, the oldest of any entry giving way', async ({ limits, kept }) => {
    const { quarantine } = await store(limits);
    const one = (id: number) => refused(id, { topic: `t/${id % 3}`, payload: Buffer.alloc(10) });
    quarantine.take(range(1, 12).map(one), 12);
    expect(quarantine.size).toEqual({ messages: kept, bytes: kept * 10 });
    const left = quarantine.list(all).flatMap(({ id }) => keptIds(quarantine, id));
    expect(left.sort((a, b) => Number(a) - Number(b))).toEqual(range(13 - kept, 12));
  });

  it('keep the entries seen last, and give no id twice', async () => {
    const { quarantine } = await store({ entries: 4 });
    const one = (id: number) => refused(id, { topic: `t/${id}` });
    quarantine.take(range(1, 9).map(one), 9);
    expect(quarantine.list(all).map(({ topic }) => topic)).toEqual(['t/9', 't/8', 't/7', 't/6']);
    expect(quarantine.size.messages).toBe(4);
    quarantine.take([refused(10, { topic: 't/1' })], 10);
    expect(quarantine.list(all)[0]).toMatchObject({ id: 10, topic: 't/1', count: 1 });
  });

  it('keep the beginning of a topic without end, also twice', async () => {
    const { quarantine } = await store();
    const topic = 'x'.repeat(60_000);
    quarantine.take([refused(1, { topic, detail: topic }), refused(2, { topic })], 2);
    const entries = quarantine.list(all);
    expect(entries).toHaveLength(1);
    expect([entries[0]?.count, entries[0]?.topic.length]).toEqual([2, 1_024]);
  });
});

describe('a message tried again', () => {
  it('leaves when it was read, and its entry with the last of them', async () => {
    const { quarantine } = await store();
    quarantine.take([refused(1), refused(2)], 2);
    quarantine.take([readAtLast(3, 1)], 3);
    expect(quarantine.list(all)).toMatchObject([{ count: 1, kept: 1 }]);
    quarantine.take([readAtLast(4, 2)], 4);
    expect(quarantine.list(all)).toEqual([]);
    expect(quarantine.size).toEqual({ messages: 0, bytes: 0 });
  });

  it('stays when it was refused again, counted once and as old as it is', async () => {
    const { quarantine } = await store();
    quarantine.take([refused(1)], 1);
    quarantine.take([refused(2, { retryOf: 1, receivedAt: 1_000, detail: 'still not there' })], 2);
    const [entry] = quarantine.list(all);
    expect(entry).toMatchObject({ count: 1, kept: 1, lastSeen: 1_000, detail: 'still not there' });
    expect(keptIds(quarantine, entry?.id ?? 0)).toEqual([1]);
  });

  it('goes where it belongs when it was refused for another reason', async () => {
    const { quarantine } = await store();
    quarantine.take([refused(1), refused(2)], 2);
    quarantine.take([refused(3, { retryOf: 1, receivedAt: 1_000, reason: 'malformed-json' }), readAtLast(4, 2)], 4);
    expect(quarantine.list(all)).toMatchObject([{ reason: 'malformed-json', count: 1, kept: 1, lastSeen: 1_000 }]);
  });

  it('leaves the entry standing for those that could not be kept', async () => {
    const { quarantine } = await store({ perEntry: 2 });
    quarantine.take(
      range(1, 5).map((id) => refused(id)),
      5,
    );
    quarantine.take([readAtLast(6, 4), readAtLast(7, 5)], 7);
    expect(quarantine.list(all)).toMatchObject([{ count: 3, kept: 0, retryable: false, sample: null }]);
  });

  it('is counted as read also where it had to give way meanwhile', async () => {
    const { quarantine } = await store({ perEntry: 2 });
    quarantine.take([refused(1), refused(2)], 2);
    const [entry] = quarantine.list(all);
    expect(keptIds(quarantine, entry?.id ?? 0)).toEqual([1, 2]);
    quarantine.take([refused(3), refused(4), readAtLast(5, 1), readAtLast(6, 2)], 6);
    expect(quarantine.list(all)).toMatchObject([{ count: 2, kept: 2 }]);
    quarantine.take([readAtLast(7, 3), readAtLast(8, 4)], 8);
    expect(quarantine.list(all)).toEqual([]);
  });

  it('is not taken for one of another entry that was made since', async () => {
    const { quarantine } = await store({ entries: 1 });
    quarantine.take([refused(1)], 1);
    expect(keptIds(quarantine, 1)).toEqual([1]);
    quarantine.take([refused(2, { topic: 'other' })], 2);
    quarantine.take([refused(3), readAtLast(4, 1)], 4);
    expect(quarantine.list(all)).toMatchObject([{ topic: 'hallwatch/v1/r/h/d/door', count: 1, kept: 1 }]);
  });
});

describe('the quarantine after a kill', () => {
  it('knows its place, and counts nothing twice', async () => {
    const { quarantine, path } = await store();
    const verdicts = [refused(1), refused(2), refused(3, { topic: 'other' }), readAtLast(4, 3), refused(5)];
    quarantine.take(verdicts, 6);
    const before = quarantine.list(all);
    // Not closed: a kill doesn't either.
    const again = open(path);
    expect(again.position).toBe(6);
    again.take(verdicts, 6);
    again.take(verdicts, 7);
    expect(again.list(all)).toEqual(before);
    expect(again.size).toEqual(quarantine.size);
    expect(again.position).toBe(7);
  });

  it('takes what came before its retry in the same reading, in that order', async () => {
    const { quarantine } = await store();
    quarantine.take([refused(1), refused(2), readAtLast(3, 1)], 3);
    expect(quarantine.list(all)).toMatchObject([{ count: 1, kept: 1 }]);
  });

  it('files all or nothing where it can’t be written', async () => {
    const { quarantine, path } = await store();
    quarantine.take([refused(1)], 1);
    const other = openSqlite(path, { migrations: ['', ''], synchronous: 'NORMAL' });
    onTestFinished(() => other.close());
    other.exec("CREATE TRIGGER full BEFORE UPDATE ON place BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    expect(() => quarantine.take([refused(2), readAtLast(3, 1)], 3)).toThrow('the disk is full');
    expect([quarantine.position, quarantine.size.messages]).toEqual([1, 1]);
    other.exec('DROP TRIGGER full');
    quarantine.take([refused(2), readAtLast(3, 1)], 3);
    expect(quarantine.list(all)).toMatchObject([{ count: 1, kept: 1, lastSeen: 2_000 }]);
    expect(quarantine.size.messages).toBe(1);
  });
});

describe('what is asked of the quarantine', () => {
  it('filters by hall, device and reason, the latest seen first', async () => {
    const { quarantine } = await store();
    quarantine.take(
      [
        refused(1, { topic: 'a', hall: 'x' }),
        refused(2, { topic: 'b', device: 'y' }),
        refused(3, { topic: 'c', reason: 'failed' }),
      ],
      3,
    );
    const topics = (filter: object) => quarantine.list({ ...all, ...filter }).map(({ topic }) => topic);
    expect(topics({})).toEqual(['c', 'b', 'a']);
    expect(topics({ limit: 1 })).toEqual(['c']);
    expect([topics({ hall: 'x' }), topics({ device: 'y' }), topics({ reason: 'failed' })]).toEqual([
      ['a'],
      ['b'],
      ['c'],
    ]);
    expect(topics({ hall: "' OR 1=1 --" })).toEqual([]);
  });

  it('counts what was refused lately: exactly, or saying that it was more', async () => {
    const { quarantine } = await store({ perEntry: 3 });
    quarantine.take([refused(1), refused(100, { topic: 'b', device: 'e' })], 100);
    expect(quarantine.recent(200_000)).toEqual({ messages: 0, devices: 0, isAtLeast: false });
    expect(quarantine.recent(50_000)).toEqual({ messages: 1, devices: 1, isAtLeast: false });
    quarantine.take([refused(101)], 101);
    expect(quarantine.recent(50_000)).toEqual({ messages: 2, devices: 2, isAtLeast: false });
    quarantine.take(
      range(102, 106).map((id) => refused(id)),
      106,
    );
    expect(quarantine.recent(50_000)).toEqual({ messages: 4, devices: 2, isAtLeast: true });
    expect(quarantine.recent(0)).toEqual({ messages: 8, devices: 2, isAtLeast: false });
  });
});
