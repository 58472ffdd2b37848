// Points on their way to history: nothing lost, nothing doubled, bounded.

import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { boundsReached } from '../../../server/bounds.ts';
import { manualClock } from '../../../server/clock.ts';
import { Outbox } from '../../../server/history/outbox.ts';
import type { Point } from '../../../server/history/points.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { nthPoint } from '../../support/history.ts';

const start = 1_800_000_000_000;
const nth = (n: number): Point => nthPoint(n, start);
/** One that is told again and again until its minute is over. */
const minute = (n: number, entered: number): Point => ({
  measurement: 'hall_minute',
  tags: { hall: 'h' },
  at: (start + n * 60_000) * 1000,
  fields: { entered },
});
const some = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => nth(from + i));

async function openOutbox(options: { path?: string; cap?: { points?: number; bytes?: number } } = {}) {
  const path = options.path ?? join(await tempFolder(), 'outbox.sqlite');
  const clock = manualClock(start);
  const outbox = new Outbox({ path, clock, ...(options.cap ? { cap: options.cap } : {}) });
  let isOpen = true;
  const close = () => {
    if (isOpen) outbox.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { outbox, path, close, clock };
}

describe('the outbox of history', () => {
  it('J7: gives points in order, with their place in the journal, also after a restart', async () => {
    const first = await openOutbox();
    first.outbox.put(some(0, 2), 17);
    first.outbox.put([minute(0, 5), nth(2)], 18);
    first.outbox.put([], 19);
    first.close();
    const { outbox } = await openOutbox({ path: first.path });
    expect(outbox.position).toBe(19);
    expect(outbox.waiting).toBe(4);
    const batch = outbox.take(2);
    expect(batch?.points).toEqual(some(0, 2));
    outbox.done(batch?.upTo ?? 0);
    expect(outbox.take(10)?.points).toEqual([minute(0, 5), nth(2)]);
    expect(outbox.waiting).toBe(2);
  });

  it('J7: a newer version takes the place of the one that waits, field by field', async () => {
    const { outbox } = await openOutbox();
    const point = { ...minute(1, 4), fields: { entered: 4, left: 2 } };
    outbox.put([point, nth(2)], 1);
    outbox.put([{ ...point, fields: { entered: 9, left: null } }], 2);
    expect(outbox.waiting).toBe(2);
    expect(outbox.take(10)?.points).toEqual([nth(2), { ...point, fields: { entered: 9, left: 2 } }]);
  });

  it('J7: what is told of single events is handed on as often and in the order it was told', async () => {
    const { outbox } = await openOutbox();
    outbox.put([nth(1)], 1);
    outbox.put([{ ...nth(1), fields: { in: 9 } }], 2);
    expect(outbox.waiting).toBe(2);
    expect(outbox.take(10)?.points).toEqual([nth(1), { ...nth(1), fields: { in: 9 } }]);
  });

  it.each([
    ['of a span', minute(0, 1), minute(0, 9)],
    ['of an event', nth(0), { ...nth(0), fields: { in: 9 } }],
  ])('J7: a newer version of a point %s on its way is not done with it', async (_, first, second) => {
    const { outbox } = await openOutbox();
    outbox.put([first, nth(1)], 1);
    const batch = outbox.take(10);
    outbox.put([second], 2);
    outbox.done(batch?.upTo ?? 0);
    expect(outbox.waiting).toBe(1);
    expect(outbox.take(10)?.points.map(({ fields }) => fields)).toEqual([second.fields]);
  });

  it('J7: counts nothing of what could not be written', async () => {
    const { outbox } = await openOutbox();
    outbox.put([nth(0), minute(0, 1)], 1);
    const fails = () => {
      throw new Error('no room');
    };
    expect(() => outbox.put([nth(1), minute(1, 1)], 2, fails)).toThrow('no room');
    expect(outbox.waiting).toBe(2);
    expect(outbox.position).toBe(1);
    expect(outbox.take(10)?.points).toEqual([minute(0, 1), nth(0)]);
  });

  it('J4: at the cap the oldest are cut and the hole is told; what is on its way is not', async () => {
    const { outbox, clock } = await openOutbox({ cap: { points: 1_000 } });
    outbox.put(some(0, 1_000), 1);
    const batch = outbox.take(100);
    clock.moveTo(start + 5_000);
    outbox.put(some(1_000, 1_200), 2);
    expect(outbox.waiting).toBeLessThanOrEqual(1_000);
    const [hole, ...more] = outbox.holes;
    expect(more).toEqual([]);
    // 200 too many and 10 more for a while, in rows of a hundred.
    expect(hole).toEqual({ from: nth(100).at, to: nth(399).at, count: 300, cutAt: start + 5_000 });
    outbox.done(batch?.upTo ?? 0);
    expect(outbox.take(1)?.points).toEqual(some(400, 500));
    expect(outbox.position).toBe(2);
    outbox.put(some(1_200, 1_500), 3);
    expect(outbox.holes.length).toBe(2);
    expect(outbox.waiting).toBeLessThanOrEqual(1_000);
    const lost = outbox.holes.reduce((sum, { count }) => sum + count, 0);
    expect(outbox.waiting + lost + 100).toBe(1_500);
  });

  it('J4: the cap counts bytes, too, and what was drained gives its room back', async () => {
    const { outbox } = await openOutbox({ cap: { bytes: 300_000 } });
    for (let n = 0; n < 20_000; n += 500) outbox.put(some(n, n + 500), n);
    expect(outbox.bytes).toBeLessThan(600_000);
    expect(outbox.waiting + (outbox.holes[0]?.count ?? 0)).toBe(20_000);
  });

  it('keeps what no store may take as dead letters, with the reason, the newest of them', async () => {
    const { outbox } = await openOutbox();
    outbox.put([{ ...nth(0), fields: { in: Number.NaN } }, nth(1)], 1);
    expect(outbox.waiting).toBe(1);
    const batch = outbox.take(10);
    outbox.done(batch?.upTo ?? 0, [{ point: nth(1), reason: 'beyond retention' }]);
    expect(outbox.dead.count).toBe(2);
    const [latest, first] = outbox.dead.latest(10);
    expect(latest).toMatchObject({ reason: 'beyond retention', refusedAt: start });
    expect(JSON.parse(latest?.point ?? '')).toEqual(nth(1));
    expect(first).toMatchObject({ reason: 'type conflict: in is NaN, the catalogue says integer' });
    expect(first?.point).toContain('"in":"NaN"');
    for (let n = 0; n < 11; n++) {
      outbox.put(
        some(n * 1_000, n * 1_000 + 1_000).map((point) => ({ ...point, fields: {} })),
        n,
      );
    }
    expect(outbox.dead.count).toBe(11_002);
    expect(outbox.dead.latest(20_000).length).toBe(10_000);
    expect(boundsReached().get('history-dead')).toBeGreaterThan(0);
  });
});
