// Numbers that stand for several customers, through the front door: MQTT in, HTTP out, of the wall and of history.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Visit } from '../../server/contracts/history.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

/** Monday afternoon in a hall that is open until 18:00. */
const began = Date.parse('2026-11-23T15:00:00+08:00');

/** The sample config, with a second machine of the hall's queue system. */
async function configFolder(): Promise<string> {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const path = join(folder, 'halls', 'jiefang.yaml');
  const text = await readFile(path, 'utf8');
  const one = '{ id: jf-queue, zone: waiting, name: { zh-CN: 排队叫号机, en: Queue machine } }';
  const two = one.replace('jf-queue,', 'jf-queue-2,');
  expect(text).toContain(one);
  const both = [one, two].map((machine) => machine.replace(' }\n', '').replace(/ }$/, ', system: main }'));
  await writeFile(path, text.replace(`- ${one}`, both.map((machine) => `- ${machine}`).join('\n  ')));
  return folder;
}

async function startHall(env: Record<string, string> = {}) {
  const zero = Date.now();
  const server = await startServer({
    HALLWATCH_CONFIG: await configFolder(),
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: `${began}@${zero}x1`,
    ...env,
  });
  const client = await publisher(server.mqttUrl);
  const now = () => began + Date.now() - zero;
  const seqs = new Map<string, number>();
  const machine =
    (device: string, slowMs = 0) =>
    async (message: object) => {
      const seq = (seqs.get(device) ?? 0) + 1;
      seqs.set(device, seq);
      const named = { ts: now() - slowMs, boot: 1, seq, ...message };
      await publish(client, topicOf('wuhan', 'jiefang', device, 'queue'), named);
    };
  return { server, now, say: machine('jf-queue'), slow: machine('jf-queue-2', 90_000) };
}

const queueOf = async (server: TestServer) => (await server.hall('jiefang')).queue;
const deskOf = ({ desks }: HallLive, id: string) => desks.find((desk) => desk.id === id);
const serviceOf = ({ services }: HallLive, id: string) => services.find((service) => service.id === id);

/** Visits of a number in history, in order. */
async function visitsOf(server: TestServer, ticket: string): Promise<Visit[]> {
  const { body } = await server.get(`/api/halls/jiefang/visits?from=2026-11-23&to=2026-11-24`);
  return (body as Visit[]).filter((visit) => visit.ticket === ticket);
}

async function outcomes(server: TestServer, ticket: string, accept: (visits: Visit[]) => boolean): Promise<Visit[]> {
  return await eventually(() => visitsOf(server, ticket), { accept, what: `visits of ${ticket}` });
}

it('serves the right customer of a number, however it is written, by whichever machine and desk', async () => {
  const { server, now, say, slow } = await startHall();

  // Number 12 of two services, called at a desk that serves one of them.
  await say({ event: 'issued', ticket: '12', service: 'general', tier: null, priority: null, desk: null });
  await say({ event: 'issued', ticket: 12, service: 'payment' });
  await say({ event: 'called', ticket: ' 12', desk: 'desk-1', item: null });
  let live = await server.hall('jiefang');
  expect(deskOf(live, 'desk-1')).toMatchObject({ state: 'calling', ticket: '12', service: 'general' });
  expect(serviceOf(live, 'general')).toMatchObject({ waiting: 0, calledToday: 1 });
  expect(serviceOf(live, 'payment')).toMatchObject({ waiting: 1, calledToday: 0 });
  await say({ event: 'finished', ticket: '１２', desk: 'desk-1' });
  await say({ event: 'cancelled', ticket: '12', service: 'payment' });
  const twelve = await outcomes(server, '12', (visits) => visits.length === 2);
  expect(twelve.map(({ service, outcome }) => [service, outcome])).toEqual([
    ['general', 'served'],
    ['payment', 'cancelled'],
  ]);

  // One number, written in four ways.
  await say({ event: 'issued', ticket: 'a001', service: 'general' });
  await say({ event: 'Called', ticket: 'A001 ', desk: 'DESK-2' });
  await say({ event: 'started', ticket: 'Ａ００１', desk: 'desk-2' });
  live = await server.hall('jiefang');
  expect(deskOf(live, 'desk-2')).toMatchObject({ state: 'serving', ticket: 'A001' });

  // Issued again while its bearer is served: the bearer's end is the bearer's.
  await say({ event: 'issued', ticket: 'A001', service: 'general' });
  await say({ event: 'finished', ticket: 'A001' });
  live = await server.hall('jiefang');
  expect(deskOf(live, 'desk-2')).toMatchObject({ state: 'idle', ticket: null });
  expect(serviceOf(live, 'general')).toMatchObject({ waiting: 1, servedToday: 2 });
  await say({ event: 'called', ticket: 'A001', desk: 'desk-2' });
  await say({ event: 'no-show', ticket: 'A001', desk: 'desk-2' });
  expect(await queueOf(server)).toMatchObject({ waiting: 0, abandonedToday: 2 });
  // Who is called again hasn't gone.
  await say({ event: 'recalled', ticket: 'A001', desk: 'desk-2' });
  live = await server.hall('jiefang');
  expect(live.queue).toMatchObject({ abandonedToday: 1 });
  expect(deskOf(live, 'desk-2')).toMatchObject({ state: 'calling', ticket: 'A001' });
  await say({ event: 'started', ticket: 'A001', desk: 'desk-2' });
  await say({ event: 'transferred', ticket: 'A001', desk: 'desk-2', toDesk: 'desk-3' });
  // The old desk is done, the customer isn't.
  await say({ event: 'finished', ticket: 'A001', desk: 'desk-2' });
  expect(serviceOf(await server.hall('jiefang'), 'general')).toMatchObject({ waiting: 1 });
  await say({ event: 'called', ticket: 'A001', desk: 'desk-3' });
  await say({ event: 'finished', ticket: 'A001', desk: 'desk-3' });
  const both = await outcomes(
    server,
    'A001',
    (visits) => visits.length === 2 && visits.every(({ outcome }) => outcome === 'served'),
  );
  expect(both.map(({ desk }) => desk)).toEqual(['desk-2', 'desk-3']);

  // The desks' machine is 90 s slow: its words seem to come before the issue.
  await say({ event: 'issued', ticket: 'B7', service: 'general' });
  await slow({ event: 'called', ticket: 'B7', desk: 'desk-5' });
  await slow({ event: 'started', ticket: 'B7', desk: 'desk-5' });
  live = await server.hall('jiefang');
  expect(deskOf(live, 'desk-5')).toMatchObject({ state: 'serving', ticket: 'B7', service: 'general' });
  expect(live.queue).toMatchObject({ waiting: 0 });
  await slow({ event: 'finished', ticket: 'B7', desk: 'desk-5' });
  expect(deskOf(await server.hall('jiefang'), 'desk-5')).toMatchObject({ state: 'idle' });
  // How long the customer waited isn't known, and isn't said to be nothing.
  const [late] = await outcomes(server, 'B7', ([visit]) => visit?.outcome === 'served');
  expect(late).toMatchObject({ service: 'general', waitS: null });

  // Checked in for later: nobody waits before the appointment.
  const appointment = now() + 5_000;
  await say({ event: 'issued', ticket: 'T1', service: 'vip', appointment });
  live = await server.hall('jiefang');
  expect(serviceOf(live, 'vip')).toMatchObject({ issuedToday: 1, waiting: 0, longestSince: null });
  live = await eventually(() => server.hall('jiefang'), { accept: (one) => serviceOf(one, 'vip')?.waiting === 1 });
  expect(now()).toBeGreaterThanOrEqual(appointment);
  expect(serviceOf(live, 'vip')).toMatchObject({ longestSince: appointment });
  await say({ event: 'called', ticket: 'T1', desk: 'desk-v' });
  await say({ event: 'finished', ticket: 'T1', desk: 'desk-v' });
  const [vip] = await outcomes(server, 'T1', ([visit]) => visit?.outcome === 'served');
  expect(vip?.earlyS).toBeGreaterThanOrEqual(4);
  expect(vip?.waitS).toBeLessThan(5);

  const { queue } = await server.hall('jiefang');
  expect(queue).toMatchObject({ waiting: 0, servedToday: 5, abandonedToday: 1, quality: 'good' });
  expect(await server.metric('hallwatch_refusals_total{reason="wrong-type"}')).toBe(0);
});

it('A6: counts a tag that is used 60 times, and says where a bound was reached', async () => {
  const { server, say } = await startHall();
  for (let i = 0; i < 60; i++) {
    await say({ event: 'issued', ticket: '01', service: 'general' });
    await say({ event: 'called', ticket: '01', desk: 'desk-1' });
    await say({ event: 'started', ticket: '01', desk: 'desk-1' });
    await say({ event: 'finished', ticket: '01', desk: 'desk-1' });
  }
  const counts = { issuedToday: 60, calledToday: 60, servedToday: 60, abandonedToday: 0, waiting: 0 };
  expect(await queueOf(server)).toMatchObject({ ...counts, quality: 'good', reason: null });
  expect((await server.hall('jiefang')).alerts?.filter(({ rule }) => rule.startsWith('wait'))).toEqual([]);
  const visits = await outcomes(server, '01', (all) => all.length === 60);
  expect(visits.every(({ outcome, presumed }) => outcome === 'served' && presumed === false)).toBe(true);

  // A machine that repeats itself: what is dropped there is counted, and the day's numbers say so. (40,000 events of a day: limits.test.ts.)
  const bound = 'hallwatch_bounds_reached_total{bound="records-a-visit"}';
  const before = await server.metric(bound);
  await say({ event: 'issued', ticket: 'R1', service: 'general' });
  for (let i = 0; i < 210; i++) await say({ event: 'started', ticket: 'R1', desk: 'desk-2' });
  await say({ event: 'finished', ticket: 'R1', desk: 'desk-2' });
  const queue = await queueOf(server);
  expect(queue).toMatchObject({ issuedToday: 61, calledToday: 61, servedToday: 61, waiting: 0 });
  expect(queue).toMatchObject({ quality: 'doubtful', reason: 'truncated' });
  expect(await server.metric(bound)).toBeGreaterThan(before);
});
