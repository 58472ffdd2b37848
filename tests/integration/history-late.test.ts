// T1, Q3: what comes late lands at its own time in history, and its quarter, its day's profile and its region's quarter are written again.
import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import type { HistoryStatus } from '../../server/contracts/history.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { parseProfile } from '../../server/insight/profile.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { freePort } from '../support/ports.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const hourMs = 3_600_000;
const slotMs = 900_000;

/** Servers on one data folder, one after the other, each at a time of its own; demo time passes four hundred times as fast. */
async function world() {
  const env = {
    HALLWATCH_DATA: await tempFolder(),
    HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
    HALLWATCH_SIMULATED: '1',
  };
  return {
    env,
    async startAt(simMs: number) {
      const server = await startServer({ ...env, HALLWATCH_CLOCK: `${simMs}@${Date.now()}x400` });
      await server.begun;
      const client = await publisher(server.mqttUrl);
      const seqs = new Map<string, number>();
      const send = async (device: string, channel: string, boot: number, body: object) => {
        const seq = (seqs.get(device) ?? 0) + 1;
        seqs.set(device, seq);
        const topic = `hallwatch/v1/wuhan/jiefang/${device}/${channel}`;
        await client.publishAsync(topic, JSON.stringify({ boot, seq, ...body }), { qos: 1 });
      };
      return { server, send, end: async () => client.endAsync().then(() => server.close()) };
    },
  };
}

async function slotAt(store: HistoryStore, slot: number) {
  for await (const { fields } of store.points({
    measurement: 'hall_slot',
    from: slot,
    to: slot + 1,
    tags: { hall: 'jiefang' },
  })) {
    return fields;
  }
  return null;
}

async function issuedInProfile(store: HistoryStore, date: string, halfHour: number): Promise<number | null> {
  const day = Date.parse(date);
  const [row] = await store.columns({
    measurement: 'hall_day_profile',
    from: day,
    to: day + 1,
    tags: { hall: 'jiefang' },
    fields: ['issued'],
  });
  return parseProfile(String(row?.values.issued?.[0] ?? ''))?.[halfHour] ?? null;
}

async function regionIssued(store: HistoryStore, slot: number): Promise<unknown> {
  const [row] = await store.columns({ measurement: 'region_slot', from: slot, to: slot + 1, fields: ['issued'] });
  return row?.values.issued?.[0] ?? null;
}

const rolled = ({ app }: TestServer, until: number) =>
  eventually(() => app.history.outbox.work.rolledUntil >= until, { what: 'rolled up' });

it('an hour and a day late; then four days late, out of the journal', { timeout: 120_000 }, async () => {
  const { env, startAt } = await world();
  const day = at('2026-11-16 10:00');
  const first = await startAt(day);
  const { store } = first.server.app.history;
  await first.send('jf-door-main', 'door', 1, { ts: day, in: 0, out: 0 });
  await first.send('jf-queue', 'queue', 1, { ts: day + 60_000, event: 'issued', ticket: 'A001', service: 'general' });
  await rolled(first.server, day + slotMs);
  await first.send('jf-door-main', 'door', 1, { ts: day + 120_000, in: 3, out: 1 });
  await first.send('jf-queue', 'queue', 1, {
    ts: day + 180_000,
    event: 'called',
    ticket: 'A001',
    service: 'general',
    desk: 'desk-1',
  });
  await rolled(first.server, day + hourMs);
  // Half an hour late by now: both are in the quarter of their own time, not in that of their arrival.
  await first.send('jf-queue', 'queue', 1, { ts: day + 240_000, event: 'finished', ticket: 'A001' });
  await eventually(async () => (await slotAt(store, day))?.served === 1, { what: 'an hour late' });
  expect(await slotAt(store, day)).toMatchObject({
    entered: 3,
    left: 1,
    issued: 1,
    called: 1,
    waitS: 120,
    serviceS: 60,
  });
  expect((await slotAt(store, day + slotMs))?.served ?? 0).toBe(0);
  await first.end();

  const second = await startAt(day + 24 * hourMs);
  const next = second.server.app.history.store;
  await second.send('jf-queue', 'queue', 2, { ts: day + 300_000, event: 'issued', ticket: 'A002', service: 'general' });
  await eventually(async () => (await slotAt(next, day))?.issued === 2, { what: 'a day late' });
  await eventually(async () => (await issuedInProfile(next, '2026-11-16', 20)) === 2, { what: 'its profile' });
  await eventually(async () => (await regionIssued(next, day)) === 2, { what: 'its region' });
  await second.end();

  const third = await startAt(day + 4 * 24 * hourMs);
  const last = third.server.app.history.store;
  await third.send('jf-queue', 'queue', 3, {
    ts: day + 4 * 24 * hourMs,
    event: 'issued',
    ticket: 'B001',
    service: 'general',
  });
  await third.send('jf-queue', 'queue', 3, { ts: day + 360_000, event: 'issued', ticket: 'A003', service: 'general' });
  await eventually(async () => (await slotAt(last, day))?.issued === 3, { what: 'four days late' });
  // Of the days on which no server ran: what the broker or the devices kept of them.
  for (const [i, days] of [1.5, 2.5].entries()) {
    const then = day + days * 24 * hourMs;
    await third.send('jf-queue', 'queue', 3, { ts: then, event: 'issued', ticket: `C00${i}`, service: 'general' });
    await eventually(async () => (await slotAt(last, then))?.issued === 1, {
      what: `of day ${days}, on which no server ran`,
    });
  }
  // What else was counted that day stands.
  expect(await slotAt(last, day)).toMatchObject({ entered: 3, left: 1, called: 1, served: 1, waitS: 120 });
  await eventually(async () => (await issuedInProfile(last, '2026-11-16', 20)) === 3, { what: 'its profile again' });
  expect(await third.server.metric('hallwatch_notes_total{note="too-late"}')).toBe(3);

  // A number that somebody wrote over is put right by hand.
  await last.write([
    { measurement: 'hall_slot', tags: { hall: 'jiefang' }, at: day * 1000, fields: { issued: 99, simulated: true } },
  ]);
  const said = await rollup(env, ['--hall', 'jiefang', '--from', '2026-11-16']);
  expect(said.at(-1)).toBe('jiefang: 2026-11-16 to 2026-11-16 rolled up again');
  expect((await slotAt(last, day))?.issued).toBe(3);
  const { due } = (await third.server.get('/api/history')).body as HistoryStatus;
  expect(due).toMatchObject({ slots: 0, days: 0 });
  await third.end();
});

it('refuses days that the journal does not hold, halls that are not there, and no server', async () => {
  const { env, startAt } = await world();
  const { server, end } = await startAt(at('2026-11-16 10:00'));
  const post = async (body: object) => {
    const answer = await fetch(`${server.url}/api/history/rollup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as { code: string; message: string } };
  };
  expect(await post({ hall: 'nowhere', from: '2026-11-15', to: '2026-11-15' })).toMatchObject({
    status: 404,
    body: { code: 'unknown-hall' },
  });
  expect(await post({ hall: 'jiefang', from: '2026-11-17', to: '2026-11-17' })).toMatchObject({ status: 400 });
  expect(await post({ hall: 'jiefang', from: '2026-11-15', to: '2026-11-14' })).toMatchObject({ status: 400 });
  expect(await post({ hall: 'jiefang', from: '2026-09-01', to: '2026-11-14' })).toMatchObject({ status: 400 });
  await end();
  await expect(rollup(env, ['--hall', 'jiefang', '--from', '2026-11-16'])).rejects.toThrow('no-server');
});

/** Runs the command; answers its lines, or throws what it says when it fails. */
function rollup(env: Record<string, string>, args: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['server/history-program.ts', 'rollup', ...args], {
      env: { ...process.env, ...env },
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let [out, errors] = ['', ''];
    child.stdout.on('data', (text) => {
      out += String(text);
    });
    child.stderr.on('data', (text) => {
      errors += String(text);
    });
    child.once('close', (code) => (code === 0 ? resolve(out.trim().split('\n')) : reject(new Error(errors))));
  });
}
