// J5, J7: history follows from the journal: what its files lack after a loss, or in a backup made while the server ran, is derived again.
import { spawn } from 'node:child_process';
import { copyFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { MeasurementName } from '../../server/history/catalogue.ts';
import { rawAt } from '../../server/history/points.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { contentsOf } from '../support/journal-contents.ts';
import type { LoadMessage } from '../support/load.ts';
import { loadMessages, publishSome } from '../support/load.ts';
import { freePort } from '../support/ports.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const simMs = Date.parse('2026-11-20T03:00:00Z');

function envOf(data: string, realMs: number): Record<string, string> {
  // Demo time goes on over the restarts.
  return { HALLWATCH_DATA: data, HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${simMs}@${realMs}x200` };
}

async function send(server: TestServer, messages: readonly LoadMessage[], perSecond = 5_000): Promise<void> {
  const device = await publisher(server.mqttUrl);
  await (await publishSome(device, messages, { perSecond })).acknowledged;
}

/** Nothing waits any more, nothing is due, and the last message's quarter is rolled up. */
async function settled({ app }: TestServer): Promise<void> {
  const { outbox } = app.history;
  const { work } = outbox;
  const since = work.rolledUntil;
  await eventually(
    () =>
      app.pipeline.rereading === null &&
      work.rolledUntil > Math.max(since, simMs) &&
      (['slot', 'day', 'profile', 'region'] as const).every((kind) => work.dueCount(kind) === 0) &&
      outbox.waiting === 0,
    { what: 'history settled', withinMs: 60_000 },
  );
}

/** Every point of some measurements, but for what depends on when somebody was last heard of. */
async function pointsOf({ app }: TestServer, names: MeasurementName[]): Promise<string[]> {
  const lines: string[] = [];
  for (const measurement of names) {
    for await (const { tags, at, fields } of app.history.store.points({
      measurement,
      from: simMs - 86_400_000,
      to: simMs,
    })) {
      const { knownS: _, occupancyS: _occupancy, occupancyMax: _max, ...said } = fields;
      lines.push(JSON.stringify([measurement, tags, at, Object.fromEntries(Object.entries(said).sort())]));
    }
  }
  return lines.sort();
}

const derived: MeasurementName[] = ['door', 'visit', 'hall_minute', 'hall_slot', 'service_slot'];

it('files of history that are lost are made again from the journal', { timeout: 120_000 }, async () => {
  const data = await tempFolder();
  const env = envOf(data, Date.now());
  const first = await startServer(env);
  await send(first, loadMessages(3_000, simMs, 2_000));
  await settled(first);
  const before = await pointsOf(first, derived);
  expect(before.length).toBeGreaterThan(1_500);
  await first.close();
  for (const name of ['outbox.sqlite', 'history.sqlite']) await rm(join(data, name));
  const second = await startServer(env);
  await settled(second);
  expect(await pointsOf(second, derived)).toEqual(before);
  await second.close();
});

it('an outbox older than the halls’ snapshots hears again of what it missed, and counts nothing twice', {
  timeout: 120_000,
}, async () => {
  const data = await tempFolder();
  const env = envOf(data, Date.now());
  const messages = loadMessages(3_000, simMs, 2_000);
  const first = await startServer(env);
  await send(first, messages.slice(0, 1_500));
  await first.close();
  const older = await tempFolder();
  await backUp(env, join(older, 'copy'));
  const second = await startServer(env);
  await send(second, messages.slice(1_500));
  await settled(second);
  const before = await pointsOf(second, derived);
  await second.close();
  for (const name of ['outbox.sqlite', 'history.sqlite']) {
    await rm(join(data, name));
    await copyFile(join(older, 'copy', name), join(data, name));
  }
  const third = await startServer(env);
  await settled(third);
  expect(await pointsOf(third, derived)).toEqual(before);
  await third.close();
});

it('what comes after the end of the journal was lost is told, too', { timeout: 120_000 }, async () => {
  const [data, older] = [await tempFolder(), await tempFolder()];
  const start = async (at: number) =>
    startServer({ HALLWATCH_DATA: data, HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${at}@${Date.now()}x1` });
  const first = await start(simMs);
  await send(first, loadMessages(50, simMs, 2_000));
  await first.close();
  await cp(join(data, 'journal'), join(older, 'journal'), { recursive: true });
  const nextDay = simMs + 86_400_000;
  const second = await start(nextDay);
  await send(second, loadMessages(500, nextDay, 2_000));
  await second.close();
  await rm(join(data, 'journal'), { recursive: true });
  await cp(join(older, 'journal'), join(data, 'journal'), { recursive: true });
  const third = await start(nextDay + 3_600_000);
  const { outbox, scribe } = third.app.history;
  expect(scribe.position).toBeLessThanOrEqual(third.app.pipeline.journal.head);
  await eventually(() => third.app.pipeline.rereading === null);
  await send(third, loadMessages(600, nextDay + 3_600_000, 2_000).slice(500));
  await eventually(() => outbox.position === third.app.pipeline.journal.head);
  const sent = { measurement: 'door' as const, from: nextDay + 3_000_000, to: nextDay + 7_200_000 };
  await eventually(async () => (await Array.fromAsync(third.app.history.store.points(sent))).length > 0);
  await third.close();
});

it('a backup made under load is whole after its restore', { timeout: 120_000 }, async () => {
  const [data, target] = [await tempFolder(), await tempFolder()];
  const env = envOf(data, Date.now());
  const first = await startServer(env);
  const sending = send(first, loadMessages(6_000, simMs, 1_000), 1_500);
  await eventually(() => first.app.pipeline.journal.head > 1_000);
  const copy = join(target, 'copy');
  await backUp(env, copy);
  await sending;
  await first.close();
  const restored = await startServer({ ...env, HALLWATCH_DATA: copy, HALLWATCH_HTTP: `127.0.0.1:${await freePort()}` });
  await settled(restored);
  const doors = contentsOf(join(copy, 'journal')).entries.flatMap(({ kind, topic, payload }) => {
    const [, , , hall = '', device = '', channel = ''] = topic.split('/');
    if (kind !== 'message' || channel !== 'door') return [];
    const { ts, seq } = JSON.parse(Buffer.from(payload).toString()) as { ts: number; seq: number };
    return [`${hall} ${device} ${rawAt(ts, seq)}`];
  });
  const stored: string[] = [];
  for await (const { tags, at } of restored.app.history.store.points({ measurement: 'door', from: 0, to: simMs })) {
    stored.push(`${tags.hall} ${tags.device} ${at}`);
  }
  expect(doors.length).toBeGreaterThan(300);
  expect(stored.sort()).toEqual(doors.sort());
  await restored.close();
});

function backUp(env: Record<string, string>, target: string): Promise<void> {
  return run(['server/backup.ts', target], env);
}

function run(args: string[], env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`ended with ${code}`))));
  });
}
