// An external broker that is away, comes, goes and comes back: waited for, said everywhere, never an exit.
import { connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Pulse } from '../../server/contracts/live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { listen } from '../../server/listen.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { publish, publisher } from '../support/publisher.ts';
import { connectLive, startServer } from '../support/server.ts';

const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');
const total = (seq: number, ins: number) => ({ ts: Date.now(), boot: 1, seq, in: ins, out: 0 });

describeWith(['mosquitto'], 'a broker of the installation', () => {
  it('is waited for, said in /readyz and pulse, and taken up again', async () => {
    const broker = await startMosquitto();
    await broker.kill();
    const server = await startServer({ HALLWATCH_MQTT_URL: broker.url });
    const pulses: Pulse[] = [];
    connectLive(server.url).on('pulse', (pulse) => pulses.push(pulse));
    const away = await eventually(() => server.get('/readyz'), {
      accept: ({ status, body }) => status === 503 && JSON.stringify(body).includes('no-broker'),
    });
    expect(JSON.stringify(away.body)).toContain(broker.url);
    await eventually(() => pulses.at(-1)?.ingest.state === 'no-broker');

    await broker.start();
    await eventually(() => server.get('/readyz'), { accept: ({ status }) => status === 200 });
    await eventually(() => pulses.at(-1)?.ingest.state === 'ok');
    const device = await publisher(broker.url);
    await publish(device, door, total(1, 0));
    await publish(device, door, total(2, 4));
    await eventually(() => server.hall('jiefang'), { accept: (live) => live.occupancy.enteredToday === 4 });

    await broker.kill();
    await eventually(() => pulses.at(-1)?.ingest.state === 'no-broker');
    await broker.start();
    await eventually(() => server.get('/readyz'), { accept: ({ status }) => status === 200 });
    const again = await publisher(broker.url);
    await publish(again, door, total(3, 6));
    await eventually(() => server.hall('jiefang'), { accept: (live) => live.occupancy.enteredToday === 6 });
  });

  it('keeps for us what was published while we were away', async () => {
    const broker = await startMosquitto();
    const data = await tempFolder();
    const first = await startServer({ HALLWATCH_MQTT_URL: broker.url, HALLWATCH_DATA: data });
    await eventually(() => first.get('/readyz'), { accept: ({ status }) => status === 200 });
    await first.close();
    const device = await publisher(broker.url);
    for (let seq = 1; seq <= 300; seq++) await publish(device, door, total(seq, seq - 1));
    const second = await startServer({ HALLWATCH_MQTT_URL: broker.url, HALLWATCH_DATA: data });
    await eventually(() => second.hall('jiefang'), { accept: (live) => live.occupancy.enteredToday === 299 });
  });

  it('hands over retained words as such: they prove nothing alive (L2)', async () => {
    const broker = await startMosquitto();
    const device = await publisher(broker.url);
    const status = { ts: Date.now(), boot: 1, conn: 1, online: true, everyS: 30, lastSeq: 0, resend: false };
    const topic = topicOf('wuhan', 'jiefang', 'jf-door-main', 'status');
    await device.publishAsync(topic, JSON.stringify(status), { qos: 1, retain: true });
    const server = await startServer({ HALLWATCH_MQTT_URL: broker.url });
    await eventually(() => server.metric('hallwatch_readings_total{kind="status"}'), {
      accept: (count) => count === 1,
    });
    const find = async () => (await server.hall('jiefang')).devices.find(({ id }) => id === 'jf-door-main');
    expect(await find()).toMatchObject({ online: null, reason: 'not-heard' });
    await device.publishAsync(topic, JSON.stringify({ ...status, ts: Date.now() }), { qos: 1, retain: true });
    await eventually(async () => (await find())?.online === true);
  });

  it('speaks MQTT 3.1.1 where MQTT 5 is refused', async () => {
    const other = await startServer();
    const server = await startServer({ HALLWATCH_MQTT_URL: other.mqttUrl });
    await eventually(() => server.get('/readyz'), { accept: ({ status }) => status === 200 });
    const device = await publisher(other.mqttUrl);
    await publish(device, door, total(1, 0));
    await publish(device, door, total(2, 5));
    await eventually(() => server.hall('jiefang'), { accept: (live) => live.occupancy.enteredToday === 5 });
  });

  it('speaks MQTT 3.1.1 where MQTT 5 is hung up on without a word', async () => {
    const other = await startServer();
    const levels: number[] = [];
    const gateway = createServer((socket) => {
      socket.once('data', (first: Buffer) => {
        // The protocol level stands behind the fixed header (two bytes here) and the name "MQTT".
        const level = first[first.indexOf('MQTT') + 4] ?? 0;
        levels.push(level);
        if (level === 5) {
          socket.destroy();
          return;
        }
        const broker = connect(Number(new URL(other.mqttUrl).port), '127.0.0.1');
        broker.write(first);
        socket.pipe(broker).pipe(socket);
        for (const end of [socket, broker]) end.on('error', () => end.destroy());
      });
    });
    const port = await listen(gateway, { host: '127.0.0.1', port: 0 }, 'the test');
    onTestFinished(() => {
      gateway.close();
    });
    const server = await startServer({ HALLWATCH_MQTT_URL: `mqtt://127.0.0.1:${port}` });
    await eventually(() => server.get('/readyz'), { accept: ({ status }) => status === 200 });
    expect(levels).toEqual([5, 5, 5, 4]);
  });
});
