// J7: InfluxDB away and kill -9 of the server under load: afterwards history is what the journal says, message by message.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import { rawAt } from '../../server/history/points.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { slotMs } from '../../server/history/rollup/span.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startInfluxd } from '../support/influxd.ts';
import { contentsOf } from '../support/journal-contents.ts';
import { loadMessages, publishSome } from '../support/load.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const perSecond = 500;
const awayMs = 20_000;
const keep = { raw: 30, minute: 90, slot: 3_650 };

/** A server of its own process; answers how to kill it. */
async function startLife(env: Record<string, string>): Promise<() => Promise<unknown>> {
  const child = spawn(process.execPath, ['tests/support/crashing-server.ts'], {
    env: { ...process.env, ...env, CRASH_AT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const died = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return () => {
    child.kill('SIGKILL');
    return died;
  };
}

interface Told {
  device: string;
  channel: string;
  hall: string;
  body: Record<string, unknown> & { ts: number; boot: number; seq: number };
}

/** The first copy of every message of the journal. */
function toldIn(data: string): Told[] {
  const seen = new Set<string>();
  return contentsOf(join(data, 'journal')).entries.flatMap(({ kind, topic, payload }) => {
    if (kind !== 'message') return [];
    const [, , , hall = '', device = '', channel = ''] = topic.split('/');
    const body = JSON.parse(Buffer.from(payload).toString()) as Told['body'];
    const key = `${device} ${body.boot} ${body.seq}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ device, channel, hall, body }];
  });
}

async function doorPoints(store: HistoryStore, from: number, to: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const { tags, at, fields } of store.points({ measurement: 'door', from, to })) {
    lines.push(`${tags.hall} ${tags.device} ${at} ${fields.boot} ${fields.in} ${fields.out}`);
  }
  return lines.sort();
}

type Sums = Record<string, Record<string, number>>;

/** What rollups should say, counted from the messages by other means than the server's: by hall and span. */
function recounted(told: readonly Told[], spanMs: number): Sums {
  const sums: Sums = {};
  const add = (hall: string, at: number, field: string, value: number) => {
    const key = `${hall} ${Math.floor(at / spanMs) * spanMs}`;
    const row = sums[key] ?? {};
    sums[key] = row;
    row[field] = (row[field] ?? 0) + value;
  };
  const issuedAt = new Map<string, number>();
  const calledAt = new Map<string, number>();
  for (const { hall, channel, body } of told.toSorted((a, b) => a.body.seq - b.body.seq)) {
    const { ts, seq } = body;
    // Doors count two in and one out a message, from the second on.
    if (channel === 'door' && seq > 1) {
      add(hall, ts, 'entered', 2);
      add(hall, ts, 'left', 1);
    }
    if (channel !== 'queue') continue;
    const ticket = `${hall} ${String(body.ticket)}`;
    if (body.event === 'issued') {
      issuedAt.set(ticket, ts);
      add(hall, ts, 'issued', 1);
    }
    if (body.event === 'called') {
      calledAt.set(ticket, ts);
      add(hall, ts, 'called', 1);
      add(hall, ts, 'waitMs', ts - (issuedAt.get(ticket) ?? ts));
    }
    if (body.event === 'started') calledAt.set(ticket, ts);
    if (body.event === 'finished') {
      add(hall, ts, 'served', 1);
      add(hall, ts, 'serviceMs', ts - (calledAt.get(ticket) ?? ts));
    }
  }
  return sums;
}

const counted = ['entered', 'left', 'issued', 'called', 'served', 'waitS', 'serviceS'];

/** As the store has it, without spans in which nothing was counted. */
async function rolledUp(store: HistoryStore, measurement: 'hall_minute' | 'hall_slot', from: number, to: number) {
  const rows: Sums = {};
  for await (const { tags, at, fields } of store.points({ measurement, from, to })) {
    const row: Record<string, number> = {};
    for (const name of counted) if (fields[name]) row[name] = Number(fields[name]);
    if (Object.keys(row).length > 0) rows[`${tags.hall} ${at / 1000}`] = row;
  }
  return rows;
}

function asFields(sums: Sums): Sums {
  return Object.fromEntries(
    Object.entries(sums).map(([key, { waitMs, serviceMs, ...row }]) => {
      const seconds = { waitS: Math.round((waitMs ?? 0) / 1000), serviceS: Math.round((serviceMs ?? 0) / 1000) };
      return [key, Object.fromEntries(Object.entries({ ...row, ...seconds }).filter(([, value]) => value !== 0))];
    }),
  );
}

describeWith(['mosquitto', 'influxd'], 'InfluxDB away for 20 s and the server killed once', () => {
  it('leaves in InfluxDB what the journal says', { timeout: 240_000 }, async () => {
    const [broker, influxd, data] = [await startMosquitto(), await startInfluxd(), await tempFolder()];
    const { host, port, database } = influxd.address;
    // Forty times as fast: a quarter of an hour is over in 23 s.
    const [simMs, realMs] = [Date.now(), Date.now()];
    const env = {
      HALLWATCH_CONFIG: 'config',
      HALLWATCH_DATA: data,
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_URL: broker.url,
      HALLWATCH_INFLUX_URL: `http://${host}:${port}/${database}`,
      HALLWATCH_SIMULATED: '1',
      HALLWATCH_CLOCK: `${simMs}@${realMs}x40`,
    };
    const everyMs = 300;
    const messages = loadMessages(12_500, simMs, everyMs);
    const [from, to] = [simMs - messages.length * everyMs - slotMs, simMs + slotMs];
    const device = await publisher(broker.url, { protocolVersion: 5 });
    const kill = await startLife(env);
    // From its subscription on the broker holds for us what comes while we are away.
    await eventually(async () => (await fetch(`http://${env.HALLWATCH_HTTP}/readyz`)).status === 200);
    const published = publishSome(device, messages, { perSecond });
    const store = new InfluxHistory({ address: influxd.address, keep });
    await eventually(async () => (await doorPoints(store, from, to)).length > 100, {
      what: 'first points in InfluxDB',
    });
    await influxd.kill();
    const awaySince = performance.now();
    const head = () => contentsOf(join(data, 'journal')).entries.length;
    const before = head();
    await eventually(() => head() > before + 2_000, { what: 'messages while InfluxDB is away', withinMs: 30_000 });
    await kill();
    const server = await startServer(env);
    await eventually(() => performance.now() - awaySince >= awayMs, { what: '20 s away', withinMs: 60_000 });
    expect(server.app.history.status).toMatchObject({ state: 'delayed' });
    expect((await server.hall('jiefang')).history).toBe('delayed');
    const readyz = (await server.get('/readyz')).body as { degraded: string[] };
    expect(readyz.degraded.join()).toContain('InfluxDB');
    await influxd.start();
    await (await published).acknowledged;
    const { journal } = server.app.pipeline;
    await eventually(() => journal.head >= messages.length && toldIn(data).length === messages.length, {
      what: 'all in the journal',
      withinMs: 60_000,
    });
    const told = toldIn(data);
    const doors = told
      .filter(({ channel }) => channel === 'door')
      .map(({ hall, device: id, body }) => {
        const { boot, seq, ts } = body;
        return `${hall} ${id} ${rawAt(ts, seq)} ${boot} ${String(body.in)} ${String(body.out)}`;
      })
      .sort();
    await eventually(async () => (await doorPoints(store, from, to)).length >= doors.length, {
      what: 'all doors',
      withinMs: 60_000,
    });
    expect(await doorPoints(store, from, to)).toEqual(doors);
    const { outbox } = server.app.history;
    const { rolledUntil } = outbox.work;
    await eventually(
      () =>
        outbox.work.rolledUntil > Math.max(rolledUntil, simMs) &&
        outbox.work.due('slot', 1).length === 0 &&
        outbox.waiting === 0,
      { what: 'everything rolled up', withinMs: 120_000 },
    );
    for (const [measurement, spanMs] of [
      ['hall_minute', 60_000],
      ['hall_slot', slotMs],
    ] as const) {
      expect(await rolledUp(store, measurement, from, to), measurement).toEqual(asFields(recounted(told, spanMs)));
    }
    await eventually(async () => (await server.hall('jiefang')).history === 'ok');
    await store.close();
  });
});
