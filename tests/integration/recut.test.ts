// A config corrected while the hall runs: what was cut by the former rules is read again from the journal, and is not shown as good meanwhile.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

async function world(change: (file: string) => string) {
  const config = await tempFolder();
  await cp('config', config, { recursive: true });
  const path = join(config, 'halls', 'jiefang.yaml');
  const edit = async (by: (file: string) => string) => writeFile(path, by(await readFile(path, 'utf8')));
  await edit(change);
  const env = {
    HALLWATCH_CONFIG: config,
    HALLWATCH_DATA: await tempFolder(),
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: `${at('2026-11-23 10:00')}@${Date.now()}x1`,
  };
  const start = async () => {
    const server = await startServer(env);
    await server.begun;
    return server;
  };
  const server = await start();
  const client = await publisher(server.mqttUrl);
  const send = (device: string, channel: string, body: object) =>
    publish(client, `hallwatch/v1/wuhan/jiefang/${device}/${channel}`, { boot: 1, ...body });
  return { server, send, edit, start };
}

const zoneOf = (zone: string) => (file: string) => file.replace(/timeZone: .*/, `timeZone: ${zone}`);
const first = at('2026-11-23 09:00');
const minuteMs = 60_000;

it('a time zone: the day is read again', { timeout: 60_000 }, async () => {
  const { server, send, edit, start } = await world(zoneOf('America/Los_Angeles'));
  for (const door of ['jf-door-main', 'jf-door-side']) {
    await send(door, 'door', { seq: 1, ts: first, in: 0, out: 0 });
    await send(door, 'door', { seq: 2, ts: first + minuteMs, in: 30, out: 4 });
  }
  await send('jf-pay-1', 'terminal', { seq: 1, ts: first, state: 'in-service', done: 0 });
  await send('jf-pay-1', 'terminal', { seq: 2, ts: first + minuteMs, state: 'in-service', done: 7 });
  const before = await eventually(() => server.hall('jiefang'), {
    accept: (hall) => hall.occupancy.enteredToday === 60,
  });
  expect(before.dayDate).toBe('2026-11-22');
  // Whatever is answered on the way is the truth, or isn't good.
  await edit(zoneOf('Asia/Shanghai'));
  const answers = new Set<string>();
  await eventually(() => server.hall('jiefang'), {
    accept: ({ dayDate, occupancy: { enteredToday, leftToday, value, quality, reason } }) => {
      answers.add(JSON.stringify([enteredToday, leftToday, value, quality === 'good' ? 'good' : 'not', reason]));
      return dayDate === '2026-11-23' && enteredToday === 60 && quality !== 'unknown';
    },
    what: 'the day was read again',
  });
  for (const answer of answers)
    expect(
      ['[60,8,52,', '[null,null,null,"not"'].some((right) => answer.startsWith(right)),
      answer,
    ).toBe(true);
  const hall = await server.hall('jiefang');
  expect(hall.terminals.find(({ id }) => id === 'jf-pay-1')?.doneToday).toBe(7);
  expect(hall.rev).toBeGreaterThan(before.rev);
  // It goes on from there, and is the same after a restart.
  await send('jf-door-main', 'door', { seq: 3, ts: first + 2 * minuteMs, in: 31, out: 4 });
  await eventually(async () => (await server.hall('jiefang')).occupancy.enteredToday === 61);
  await server.close();
  const again = await start();
  await eventually(async () => (await again.hall('jiefang')).occupancy.enteredToday === 61, {
    what: 'after a restart',
  });
});

it('a counter’s bits and a queue machine’s system', { timeout: 60_000 }, async () => {
  const { server, send, edit } = await world((file) => file.replaceAll(/, counterBits: (16|32)/g, ''));
  await send('jf-door-main', 'door', { seq: 1, ts: first, in: 65_530, out: 0 });
  await send('jf-door-main', 'door', { seq: 2, ts: first + minuteMs, in: 4, out: 0 });
  await send('jf-queue', 'queue', { seq: 1, ts: first, event: 'issued', ticket: 'A1', service: 'general' });
  const entered = async () => (await server.hall('jiefang')).occupancy.enteredToday;
  await eventually(async () => (await entered()) !== null);
  await edit((file) =>
    file
      .replace('id: jf-door-main, zone: waiting,', 'id: jf-door-main, zone: waiting, counterBits: 16,')
      .replace('id: jf-queue,', 'id: jf-queue, system: main,'),
  );
  await eventually(async () => (await entered()) === 10, { what: 'a roll-over and no restart' });
  await send('jf-queue', 'queue', { seq: 2, ts: first + 5 * minuteMs, event: 'called', ticket: 'A1', desk: 'desk-1' });
  const queue = await eventually(async () => (await server.hall('jiefang')).queue, {
    accept: ({ calledToday }) => calledToday === 1,
  });
  // The same ticket under its new system: it waits no more, and its wait is known.
  expect(queue).toMatchObject({ waiting: 0, issuedToday: 1 });
});
