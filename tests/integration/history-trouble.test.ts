// InfluxDB in trouble: one clear line in the log, on /readyz and a word on the wall, and the wall goes on.
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Ready } from '../../server/contracts/http.ts';
import { eventually } from '../support/eventually.ts';
import type { Influxd } from '../support/influxd.ts';
import { startInfluxd } from '../support/influxd.ts';
import { describeWith } from '../support/needs.ts';
import { publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const password = 'not-for-any-log';

/** A server whose history goes there, and what it logged. */
async function serverFor({ address }: Influxd, user = '') {
  const lines: string[] = [];
  const into = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const { host, port, database } = address;
  const url = `http://${user}${host}:${port}/${database}`;
  const server = await startServer({ HALLWATCH_INFLUX_URL: url }, pino({ level: 'info' }, into));
  const device = await publisher(server.mqttUrl);
  let inside = 0;
  const enter = async () => {
    inside++;
    const body = { ts: Date.now(), boot: 1, seq: inside, in: inside - 1, out: 0 };
    await device.publishAsync('hallwatch/v1/wuhan/jiefang/jf-door-main/door', JSON.stringify(body), { qos: 1 });
  };
  await enter();
  await enter();
  return { server, enter, said: () => lines.filter((line) => line.includes('history')) };
}

async function expectSaid(
  { server, enter, said }: Awaited<ReturnType<typeof serverFor>>,
  words: RegExp,
): Promise<void> {
  await eventually(async () => (await server.hall('jiefang')).history === 'delayed', { what: 'the wall says so' });
  const ready = (await server.get('/readyz')).body as Ready;
  expect(ready.degraded.filter((line) => line.startsWith('history'))).toEqual([expect.stringMatching(words)]);
  const before = (await server.hall('jiefang')).occupancy.enteredToday ?? 0;
  await enter();
  await eventually(async () => (await server.hall('jiefang')).occupancy.enteredToday === before + 1, {
    what: 'the wall goes on',
  });
  // It tried more than once, and said it once.
  const { outbox } = server.app.history;
  const { waiting } = outbox;
  await eventually(() => outbox.waiting > waiting || outbox.waiting > 3);
  expect(said().filter((line) => line.includes('delayed'))).toEqual([expect.stringMatching(words)]);
  expect(JSON.stringify([said(), ready])).not.toContain(password);
}

describeWith(['influxd'], 'InfluxDB in trouble', () => {
  it('a wrong password', async () => {
    const influxd = await startInfluxd({ auth: true });
    await influxd.ask(`CREATE USER admin WITH PASSWORD 'secret' WITH ALL PRIVILEGES`);
    await expectSaid(await serverFor(influxd, `admin:${password}@`), /refuses our user/);
  });

  it('a missing database that we may not make', async () => {
    const influxd = await startInfluxd({ auth: true });
    await influxd.ask(`CREATE USER admin WITH PASSWORD 'secret' WITH ALL PRIVILEGES`);
    const { host, port } = influxd.address;
    const query = new URLSearchParams({ u: 'admin', p: 'secret', q: `CREATE USER plain WITH PASSWORD '${password}'` });
    expect((await fetch(`http://${host}:${port}/query?${query}`, { method: 'POST' })).status).toBe(200);
    await expectSaid(await serverFor(influxd, `plain:${password}@`), /refuses our user .*requires READ on hallwatch/);
  });

  it('a full disk, until there is room', async () => {
    const influxd = await startInfluxd({ fileBytes: 5_000_000 });
    const fine = await serverFor(influxd);
    await eventually(() => fine.server.app.history.outbox.ids.done > 0, { what: 'the first points' });
    const fill = async () => {
      // Text that doesn't shrink.
      const lines = Array.from(
        { length: 500 },
        (_, i) => `filler,n=${i} s="${randomBytes(2_000).toString('base64')}" ${Date.now() * 1000}`,
      );
      await influxd.write('raw', lines.join('\n'));
    };
    await eventually(
      () =>
        fill().then(
          () => false,
          () => true,
        ),
      { what: 'a full disk' },
    );
    await fine.enter();
    await expectSaid(fine, /file too large/);
    influxd.makeRoom();
    await influxd.kill();
    await influxd.start();
    await eventually(() => fine.server.app.history.status, {
      accept: ({ waiting }) => waiting === 0,
      what: 'all arrived',
    });
    expect((await fine.server.hall('jiefang')).history).toBe('ok');
  });
});
