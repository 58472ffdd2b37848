// History that one damaged page must not take along.
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { openStore } from '../../../server/history/open-store.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { nthPoint, numbersIn, numbersTo } from '../../support/history.ts';

const now = Date.parse('2026-11-18T12:00:00Z');
const count = 20_000;
const pageBytes = 4_096;

function open(folder: string) {
  let isBegunAgain = false;
  const store = openStore({
    settings: { influx: null, historyDays: { raw: 30, minute: 90, slot: 3_650 } },
    folder,
    clock: manualClock(now),
    log: pino({ level: 'silent' }),
    begunAgain: () => {
      isBegunAgain = true;
    },
  });
  onTestFinished(() => store.close());
  return { store, isBegunAgain: () => isBegunAgain };
}

async function filled(): Promise<{ folder: string; file: string; pages: number }> {
  const folder = await tempFolder();
  const { store } = open(folder);
  await store.write(numbersTo(count).map((n) => nthPoint(n, now - 3_600_000)));
  await store.close();
  const file = join(folder, 'history.sqlite');
  return { folder, file, pages: statSync(file).size / pageBytes };
}

function breakPage(file: string, page: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(pageBytes, 0xee), 0, pageBytes, page * pageBytes);
  closeSync(handle);
}

it('carries over all but what stood on the page', async () => {
  const { folder, file, pages } = await filled();
  breakPage(file, pages - 2);
  const { store, isBegunAgain } = open(folder);
  expect(isBegunAgain()).toBe(true);
  const left = await numbersIn(store);
  expect(left.length).toBeLessThan(count);
  expect(left.length).toBeGreaterThan(count - 500);
  expect(new Set(left).size).toBe(left.length);
});

it('begins with nothing where not even the names of series can be read', async () => {
  const { folder, file } = await filled();
  breakPage(file, 0);
  const { store, isBegunAgain } = open(folder);
  expect(isBegunAgain()).toBe(true);
  expect(await numbersIn(store)).toEqual([]);
});

it('leaves a sound file alone', async () => {
  const { folder } = await filled();
  const { store, isBegunAgain } = open(folder);
  expect(isBegunAgain()).toBe(false);
  expect(await numbersIn(store)).toHaveLength(count);
});
