// Days on which something else is broken: the disk, the file, a second server, a broker that kept a lot for us.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { filesOf } from '../support/journal.ts';
import { contentsOf } from '../support/journal-contents.ts';
import { loadMessages } from '../support/load.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import { connectLive, startServer } from '../support/server.ts';

const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');

/** The server as a process of its own, by way of `command` (such as one that limits it). */
async function spawnServer(data: string, command: string[] = []) {
  const [http, mqtt] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const [program = process.execPath, ...args] = [...command, process.execPath, 'server/main.ts'];
  const child = spawn(program, args, {
    env: {
      ...process.env,
      LOG_LEVEL: 'silent',
      HALLWATCH_DATA: data,
      HALLWATCH_HTTP: http,
      HALLWATCH_MQTT_LISTEN: mqtt,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (bytes) => {
    said += bytes;
  });
  child.stderr.on('data', (bytes) => {
    complained += bytes;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const readyz = async () => {
    const answer = await fetch(`http://${http}/readyz`);
    return { status: answer.status, text: await answer.text() };
  };
  const isUp = () => said.includes('Hallwatch ready');
  return { child, ended, readyz, isUp, url: `http://${http}`, mqttUrl: `mqtt://${mqtt}`, complaint: () => complained };
}

describe('a disk that takes no more', () => {
  it('stops acknowledging, says so on /readyz and to the walls, and goes on by itself when there is room', async () => {
    const data = await tempFolder();
    // The kernel refuses to let any file of this process grow beyond 1 MB: writes fail as on a full disk.
    const server = await spawnServer(data, ['prlimit', '--fsize=1048576:unlimited']);
    await eventually(server.isUp);
    const states: string[] = [];
    connectLive(server.url).on('pulse', ({ ingest }) => states.push(ingest.state));
    const device = await publisher(server.mqttUrl);
    let acknowledged = 0;
    const sending = (async () => {
      for (let seq = 1; seq <= 1_500; seq++) {
        await publish(device, door, { ts: Date.now(), boot: 1, seq, in: seq, out: 0, padding: '.'.repeat(1_500) });
        acknowledged++;
      }
    })();
    await eventually(async () => (await server.readyz()).text.includes('not-storing'), { what: 'not-storing' });
    expect((await server.readyz()).status).toBe(503);
    await eventually(() => states.at(-1) === 'not-storing');
    const stuckAt = acknowledged;
    expect(stuckAt).toBeGreaterThan(100);
    execFileSync('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited:unlimited']);
    await eventually(async () => (await server.readyz()).status === 200);
    await sending;
    await eventually(() => states.at(-1) === 'ok');
    server.child.kill('SIGKILL');
    await server.ended;
    const { entries, holes } = contentsOf(join(data, 'journal'));
    expect(holes).toEqual([]);
    expect(entries.filter(({ kind }) => kind === 'message')).toHaveLength(1_500);
  }, 90_000);
});

describe('two servers on one data folder', () => {
  it('the second refuses in one clear line, and the first never notices', async () => {
    const data = await tempFolder();
    const first = await spawnServer(data);
    await eventually(first.isUp);
    const second = await spawnServer(data);
    expect(await second.ended).toBe(2);
    expect(second.complaint().trim().split('\n')).toHaveLength(1);
    expect(second.complaint()).toContain(`data-in-use: another Hallwatch (process ${first.child.pid}) runs on ${data}`);
    expect((await first.readyz()).status).toBe(200);
    first.child.kill('SIGKILL');
    await first.ended;
    const third = await spawnServer(data);
    await eventually(third.isUp, { what: 'the lock goes with its process' });
  });
});

describe('a damaged journal', () => {
  it('is read around at the next start, and the hole is said', async () => {
    const data = await tempFolder();
    const first = await startServer({ HALLWATCH_DATA: data });
    const device = await publisher(first.mqttUrl);
    for (let seq = 1; seq <= 400; seq++) await publish(device, door, { ts: Date.now(), boot: 1, seq, in: seq, out: 0 });
    await first.close();
    const [file = ''] = filesOf(join(data, 'journal'));
    const pages = statSync(file).size / 4_096;
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4_096, 0xee), 0, 4_096, Math.floor(pages / 2) * 4_096);
    closeSync(handle);
    await rm(join(data, 'state.sqlite'));
    const second = await startServer({ HALLWATCH_DATA: data });
    const { degraded } = (await second.get('/readyz')).body as { degraded: string[] };
    expect(degraded.join()).toMatch(/journal: messages \d+ to \d+ of the journal are lost/);
    // Totals, not increments: what was around the hole still counts right.
    expect((await second.hall('jiefang')).occupancy.enteredToday).toBe(399);
  });
});

describeWith(['mosquitto'], 'a broker that kept a lot for us', () => {
  it('is read with bounded memory, its rate said, and the walls don’t call it live meanwhile', async () => {
    const broker = await startMosquitto();
    const env = { HALLWATCH_MQTT_URL: broker.url, HALLWATCH_DATA: await tempFolder() };
    const before = await startServer(env);
    await eventually(async () => (await before.get('/readyz')).status === 200);
    await before.close();
    const device = await publisher(broker.url, { protocolVersion: 5 });
    const messages = loadMessages(40_000, Date.now());
    await Promise.all(messages.map(({ topic, payload }) => device.publishAsync(topic, payload, { qos: 1 })));
    const after = await startServer(env);
    let mostWaiting = 0;
    let said = '';
    const watched = await eventually(
      async () => {
        mostWaiting = Math.max(mostWaiting, after.app.pipeline.journal.waiting.count);
        const text = JSON.stringify((await after.get('/readyz')).body);
        if (text.includes('catching-up')) said = text;
        return (await after.get('/readyz')).status === 200;
      },
      { withinMs: 60_000 },
    );
    expect(watched).toBe(true);
    expect(said).toMatch(/reading what waited at the broker, \d+ messages so far, \d+ a second/);
    expect(mostWaiting).toBeLessThanOrEqual(500);
    expect((await after.hall('jiefang')).queue.issuedToday).toBe(1_112);
  }, 90_000);
});

describeWith(['mosquitto'], 'an outage of ours', () => {
  it('T1: re-times nothing: what waited an hour and a day lands at its own time', async () => {
    const broker = await startMosquitto();
    const noon = Date.parse('2026-11-18T12:00:00+08:00');
    const env = {
      HALLWATCH_MQTT_URL: broker.url,
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_SIMULATED: '1',
      HALLWATCH_CLOCK: `${noon}@${Date.now()}x1`,
    };
    const before = await startServer(env);
    await eventually(async () => (await before.get('/readyz')).status === 200);
    await before.close();
    const device = await publisher(broker.url, { protocolVersion: 5 });
    const [hourMs, dayMs] = [3_600_000, 86_400_000];
    const queue = topicOf('wuhan', 'jiefang', 'jf-queue', 'queue');
    await publish(device, door, { ts: noon - dayMs - hourMs, boot: 1, seq: 1, in: 0, out: 0 });
    await publish(device, door, { ts: noon - dayMs, boot: 1, seq: 2, in: 40, out: 0 });
    await publish(device, door, { ts: noon - hourMs, boot: 1, seq: 3, in: 47, out: 2 });
    const general = { boot: 1, service: 'general' };
    await publish(device, queue, { ...general, ts: noon - dayMs, seq: 1, event: 'issued', ticket: 'A1' });
    await publish(device, queue, { ...general, ts: noon - hourMs, seq: 2, event: 'issued', ticket: 'A2' });
    const after = await startServer(env);
    await eventually(async () => (await after.get('/readyz')).status === 200);
    const live = await eventually(() => after.hall('jiefang'), {
      accept: ({ queue: { issuedToday } }) => issuedToday === 1,
    });
    expect(live.occupancy).toMatchObject({ enteredToday: 7, leftToday: 2 });
    const general_ = live.services.find(({ id }) => id === 'general');
    expect(general_).toMatchObject({ waiting: 1, longestSince: noon - hourMs });
    // Late messages are no word on the clock of who sent them.
    expect(live.devices.flatMap(({ marks }) => marks)).not.toContain('clock');
    const doors = after.app.halls.get('jiefang')?.state.doors.get('jf-door-main')?.boots.get(1);
    expect(doors?.runs[0]?.head.map(({ part, in: ins, out }) => [part, ins, out])).toEqual([
      ['2026-11-17>', 0, 0],
      ['2026-11-17>', 40, 0],
      ['2026-11-18>', 47, 2],
    ]);
  });
});
