// A past that is told in order teaches the estimators: a hall's first day is not foretold from nothing.

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { PastTaught } from '../../server/contracts/past.ts';
import type { Lesson } from '../../server/hall/lesson.ts';
import { firstLesson, learnedVersion } from '../../server/hall/lesson.ts';
import { LearnedStore, learnedFile, textOfTaught } from '../../server/journal/learned-store.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { clockAt, seed } from '../support/past.ts';
import { freePort } from '../support/ports.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const now = at('2026-11-11 10:00');
const minute = 60_000;
const story = 'simulated, seed 1, normal';
const threeDays = ['--hall', 'qingshan', '--days', '3'];

function lessonIn(folder: string, hall: string): Lesson {
  const store = new LearnedStore(`${folder}/${learnedFile}`, pino({ level: 'silent' }));
  const lesson = store.lesson(hall);
  store.close();
  return lesson;
}

async function told(args: readonly string[], env: Record<string, string>): Promise<string[]> {
  const { lines, complaints, ended } = seed(args, env);
  expect([await ended, complaints]).toEqual([0, []]);
  return lines;
}

/** Customers come from 09:00 on, every two minutes, and are called six minutes later; the last one waits. */
async function live({ mqttUrl, app }: TestServer, customers: number): Promise<void> {
  const machine = await publisher(mqttUrl);
  const steps = Array.from({ length: customers }, (_, i) => {
    const ticket = `A${i}`;
    const issued = at('2026-11-11 09:00') + 2 * i * minute;
    const issue = { ts: issued, event: 'issued', ticket };
    return i === customers - 1
      ? [issue]
      : [issue, { ts: issued + 6 * minute, event: 'called', ticket, desk: 'desk-1' }];
  }).flat();
  for (const [i, step] of steps.sort((a, b) => a.ts - b.ts).entries()) {
    const message = { boot: 20_768, seq: i + 1, service: 'general', ...step };
    await machine.publishAsync('hallwatch/v1/wuhan/qingshan/qs-queue/queue', JSON.stringify(message), { qos: 1 });
  }
  await eventually(() => app.halls.get('qingshan')?.lesson?.waits.judged === customers - 1);
}

describe('a past that was told', () => {
  it('into a folder is what its server begins with', { timeout: 120_000 }, async () => {
    const folder = await tempFolder();
    const env = { ...clockAt(now), HALLWATCH_DATA: folder };
    expect((await told(threeDays, env)).join('\n')).toContain('1 hall foretells waits by what that taught');
    const lesson = lessonIn(folder, 'qingshan');
    expect(lesson.position).toBe(0);
    expect(lesson.waits.judged).toBeGreaterThan(100);
    // Of the night after the last day nobody has told yet that it is over.
    expect(lesson.inside).toMatchObject({ days: 3, day: null });
    expect(lesson.waits.card.size + lesson.waits.pending.size).toBe(0);
    expect(lessonIn(folder, 'guanggu')).toEqual(firstLesson());
    const server = await startServer(env);
    expect(server.app.halls.get('qingshan')?.lesson).toEqual(lesson);
    // It knows what the counters miss: its first day is not told as one. In a hall without a past it is.
    const door = await publisher(server.mqttUrl);
    const first = JSON.stringify({ ts: now - minute, boot: 1, seq: 1, in: 0, out: 0 });
    await door.publishAsync('hallwatch/v1/wuhan/qingshan/qs-door/door', first, { qos: 1 });
    await door.publishAsync('hallwatch/v1/wuhan/guanggu/gg-door/door', first, { qos: 1 });
    const qualityOf = async (hall: string) => (await server.hall(hall)).occupancy.reason;
    await eventually(() => qualityOf('guanggu'), { accept: (reason) => reason === 'first-day' });
    await eventually(() => qualityOf('qingshan'), { accept: (reason) => reason === null });
  });

  it('goes over to the running hall with what that lived, and is written down at once', {
    timeout: 120_000,
  }, async () => {
    const folder = await tempFolder();
    const http = { HALLWATCH_DATA: folder, HALLWATCH_HTTP: `127.0.0.1:${await freePort()}` };
    const first = await startServer({ ...clockAt(now), ...http });
    await live(first, 10);
    const before = structuredClone(first.app.halls.get('qingshan')?.lesson);
    await told(threeDays, { ...clockAt(now), ...http });
    const lesson = first.app.halls.get('qingshan')?.lesson;
    expect(lesson?.waits.judged).toBeGreaterThan(100);
    expect(lesson?.inside.days).toBe(3);
    expect(lesson?.position).toBe(before?.position);
    expect(lesson?.waits.card).toEqual(before?.waits.card);
    expect([...(lesson?.waits.pending.keys() ?? [])]).toEqual(['qs-queue|A9']);
    // Written down at once, whatever becomes of the process.
    expect(lessonIn(folder, 'qingshan')).toEqual(lesson);
    await first.close();
    const second = await startServer({ ...clockAt(now), ...http });
    expect(second.app.halls.get('qingshan')?.lesson).toEqual(lesson);
    const again = await told(threeDays, { ...clockAt(now), ...http });
    expect(again).toEqual(['These days have their past already.']);
  });
});

describe('a lesson', () => {
  const big = firstLesson();
  big.waits.judged = 5_000;
  const ofDays = { story, hall: 'qingshan', from: '2026-11-08', until: '2026-11-10' };
  const body = { ...ofDays, version: learnedVersion, learned: textOfTaught(big) };

  async function post(
    { url }: TestServer,
    lesson: object,
  ): Promise<{ status: number; body: PastTaught & { code: string } }> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/history/lesson`, { method: 'POST', headers, body: JSON.stringify(lesson) });
    return { status: answer.status, body: (await answer.json()) as PastTaught & { code: string } };
  }

  it('is taken of days alone that were all told, by its story, before the hall lived', {
    timeout: 120_000,
  }, async () => {
    const folder = await tempFolder();
    const http = { HALLWATCH_DATA: folder, HALLWATCH_HTTP: `127.0.0.1:${await freePort()}` };
    const server = await startServer({ ...clockAt(now), ...http });
    await told(threeDays, { ...clockAt(now), ...http });
    const learned = () => server.app.halls.get('qingshan')?.lesson?.waits.judged ?? 0;
    const judged = learned();
    for (const wrong of [
      { story: 'another' },
      { from: '2026-11-06' },
      { until: '2026-11-11' },
      { from: '2026-02-31' },
      { from: '2026-11-10', until: '2026-11-08' },
    ]) {
      expect(await post(server, { ...body, ...wrong }), JSON.stringify(wrong)).toMatchObject({
        body: { taught: false },
      });
    }
    expect(await post(server, { ...body, learned: textOfTaught(firstLesson()) })).toMatchObject({
      body: { taught: false },
    });
    expect(learned()).toBe(judged);
    expect(await post(server, { ...body, hall: 'nowhere' })).toMatchObject({ status: 404 });
    for (const bad of [{ learned: 'rubbish' }, { version: learnedVersion - 1 }, { from: 'yesterday' }]) {
      expect(await post(server, { ...body, ...bad })).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    }
    expect(await post(server, body)).toMatchObject({ status: 200, body: { taught: true } });
    expect(learned()).toBe(5_000);
  });

  it('I5: is refused where the data is real', async () => {
    const real = await startServer();
    expect(await post(real, body)).toMatchObject({ status: 409, body: { code: 'not-simulated' } });
    expect(real.app.halls.get('qingshan')?.lesson?.waits.judged).toBe(0);
  });
});
