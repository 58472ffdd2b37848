// P1 to P4 over a real socket.
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { HallLive } from '../../server/contracts/hall-live.ts';
import type { Pulse, WatchAnswer } from '../../server/contracts/live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { eventually } from '../support/eventually.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { LiveClient } from '../support/server.ts';
import { connectLive, startServer } from '../support/server.ts';

const check = Compile(HallLive);
const door = (device: string) => topicOf('wuhan', 'jiefang', device, 'door');
const total = (seq: number, ins: number) => ({ ts: Date.now(), boot: 1, seq, in: ins, out: 0 });

const watch = (client: LiveClient, request: unknown): Promise<WatchAnswer> =>
  client.timeout(5_000).emitWithAck('watch', request);

async function watching(url: string, halls = ['jiefang']): Promise<{ client: LiveClient; pictures: HallLive[] }> {
  const client = connectLive(url);
  const pictures: HallLive[] = [];
  client.on('hall', (live) => pictures.push(live));
  const answer = await watch(client, { halls });
  if (!answer.ok || !('halls' in answer)) throw new Error('watch failed');
  return { client, pictures };
}

describe('P4: watch', () => {
  it('answers the full state, valid by its schema', async () => {
    const { url } = await startServer();
    const answer = await watch(connectLive(url), { halls: ['jiefang', 'guanggu'] });
    if (!answer.ok || !('halls' in answer)) throw new Error('watch failed');
    expect(answer.halls.map((live) => live.hall)).toEqual(['jiefang', 'guanggu']);
    for (const live of answer.halls) expect([...check.Errors(live)]).toEqual([]);
  });

  it('answers a region with one row per hall, and keeps them coming', async () => {
    const { url, mqttUrl } = await startServer();
    const client = connectLive(url);
    const rows: unknown[] = [];
    client.on('summary', (row) => rows.push(row));
    const answer = await watch(client, { region: 'wuhan' });
    expect(answer).toMatchObject({
      ok: true,
      summaries: [{ hall: 'guanggu' }, { hall: 'jiefang' }, { hall: 'qingshan' }],
    });
    const device = await publisher(mqttUrl);
    await publish(device, topicOf('wuhan', 'qingshan', 'qs-door', 'door'), total(1, 0));
    await eventually(() => rows.some((row) => (row as { hall: string }).hall === 'qingshan'));
  });

  it.each([
    { name: 'an unknown hall', request: { halls: ['jiefang', 'nowhere'] }, code: 'unknown-hall' },
    { name: 'an unknown region', request: { region: 'nowhere' }, code: 'unknown-region' },
    { name: 'more than 20 halls', request: { halls: Array.from({ length: 21 }, () => 'jiefang') }, code: 'bad-watch' },
    { name: 'nothing', request: undefined, code: 'bad-watch' },
    { name: 'rubbish', request: { halls: 'jiefang', region: 7 }, code: 'bad-watch' },
  ])('refuses $name with a code and a fix', async ({ request, code }) => {
    const { url } = await startServer();
    expect(await watch(connectLive(url), request)).toMatchObject({ ok: false, code, fix: expect.any(String) });
  });

  it('replaces the former set', async () => {
    const { url, mqttUrl } = await startServer();
    const { client, pictures } = await watching(url, ['jiefang']);
    await watch(client, { halls: ['qingshan'] });
    const device = await publisher(mqttUrl);
    await publish(device, door('jf-door-main'), total(1, 0));
    await publish(device, topicOf('wuhan', 'qingshan', 'qs-door', 'door'), total(1, 0));
    await eventually(() => pictures.some((live) => live.hall === 'qingshan'));
    expect(pictures.filter((live) => live.hall === 'jiefang')).toEqual([]);
  });
});

describe('P3: pace', () => {
  it('sends the first change at once and the last one always, at most four a second', async () => {
    const { url, mqttUrl } = await startServer();
    const { pictures } = await watching(url);
    const device = await publisher(mqttUrl);
    const began = performance.now();
    for (let seq = 1; seq <= 300; seq++) await publish(device, door('jf-door-main'), total(seq, seq - 1));
    await eventually(() => pictures.at(-1)?.occupancy.enteredToday === 299);
    const elapsedMs = performance.now() - began;
    expect(pictures[0]?.occupancy.enteredToday).toBeLessThan(50);
    expect(pictures.length).toBeLessThanOrEqual(elapsedMs / 250 + 2);
    const revs = pictures.map((live) => live.rev);
    expect(revs).toEqual([...revs].sort((a, b) => a - b));
  });

  it('keeps a picture under 32 KB with 20 devices and 60 tickets waiting', async () => {
    const { url, mqttUrl } = await startServer({ HALLWATCH_CONFIG: 'tests/fixtures/config' });
    const { pictures } = await watching(url, ['bank']);
    const machine = await publisher(mqttUrl);
    const topic = topicOf('records', 'bank', 'bank-queue', 'queue');
    for (let seq = 1; seq <= 60; seq++) {
      await publish(machine, topic, {
        ts: Date.now(),
        boot: 1,
        seq,
        event: 'issued',
        ticket: `PS${seq}`,
        service: 'ps',
      });
    }
    const last = await eventually(() => pictures.at(-1), { accept: (live) => live?.queue.waiting === 60 });
    expect(JSON.stringify(last).length).toBeLessThan(32_768);
  });
});

describe('P2 and P1: pulse, and changes without a message', () => {
  it('beats at once and every 2 s with the server’s time', async () => {
    const { url } = await startServer();
    const client = connectLive(url);
    const pulses: Pulse[] = [];
    client.on('pulse', (pulse) => pulses.push(pulse));
    await eventually(() => pulses.length >= 3);
    expect(pulses[0]).toMatchObject({ ingest: { state: 'ok', lagMs: 0 } });
    expect(Math.abs((pulses.at(-1)?.now ?? 0) - Date.now())).toBeLessThan(3_000);
  });

  it('shows silence without a message', async () => {
    const { url, mqttUrl } = await startServer();
    const { pictures } = await watching(url);
    const device = await publisher(mqttUrl);
    // The side door stands in a zone that never closes, so its silence is news at any hour.
    const status = { ts: Date.now(), boot: 1, conn: 1, online: true, everyS: 0.5, lastSeq: 0, resend: false };
    await publish(device, topicOf('wuhan', 'jiefang', 'jf-door-side', 'status'), status);
    const side = () => pictures.at(-1)?.devices.find(({ id }) => id === 'jf-door-side');
    await eventually(() => side()?.online === true);
    await eventually(() => side()?.reason === 'silent');
    expect(side()).toMatchObject({ online: false, marks: ['silent'] });
  });
});
