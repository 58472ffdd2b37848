// `npm run history`: size and copy, as they are run, against a real InfluxDB.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import type { MeasurementName } from '../../server/history/catalogue.ts';
import { definitionOf, measurementNames } from '../../server/history/catalogue.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import type { Point } from '../../server/history/points.ts';
import { rawAt } from '../../server/history/points.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { SizeWatch } from '../../server/history/size-watch.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { dayPoints, spanPoints } from '../support/history-world.ts';
import type { Influxd } from '../support/influxd.ts';
import { startInfluxd } from '../support/influxd.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

const keep = { raw: 30, minute: 90, slot: 3_650 };
const dayMs = 86_400_000;
const now = Date.now();

interface Ran {
  child: ChildProcess;
  said(): string;
  ended: Promise<{ code: number | null; out: string; err: string }>;
}

function history(args: readonly string[], env: Record<string, string> = {}): Ran {
  const { HALLWATCH_INFLUX_URL: _url, HALLWATCH_DATA: _data, ...clean } = process.env;
  const child = spawn(process.execPath, ['server/history-program.ts', ...args], { env: { ...clean, ...env } });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return { child, said: () => out, ended };
}

async function filledFolder(points: readonly Point[]): Promise<{ folder: string; store: SqliteHistory }> {
  const folder = await tempFolder();
  const path = join(folder, 'history.sqlite');
  // Keeps more than the target does.
  const store = new SqliteHistory({
    path,
    keep: { raw: 400, minute: 400, slot: 36_500 },
    clock: systemClock(),
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => store.close());
  for (let at = 0; at < points.length; at += 5_000) await store.write(points.slice(at, at + 5_000));
  return { folder, store };
}

const doors = (count: number, from = now - dayMs): Point[] =>
  Array.from({ length: count }, (_, n) => ({
    measurement: 'door',
    tags: { hall: 'jiefang', device: `door-${n % 5}` },
    at: rawAt(from + n, n),
    fields: { in: n, out: 2 * n, boot: 1, simulated: false },
  }));

const addressOf = ({ address }: Influxd, user = '') => `http://${user}127.0.0.1:${address.port}/${address.database}`;

async function contentsOf(store: HistoryStore, measurement: MeasurementName): Promise<Point[]> {
  return Array.fromAsync(store.points({ measurement, from: 0, to: now + 365 * dayMs }));
}

async function expectSame(source: HistoryStore, influxd: Influxd, within: (point: Point) => boolean): Promise<void> {
  const target = new InfluxHistory({ address: influxd.address, keep });
  for (const measurement of measurementNames) {
    const wanted = (await contentsOf(source, measurement)).filter(within);
    expect(await contentsOf(target, measurement), measurement).toEqual(wanted);
  }
}

/** Kills a copy once it has something to go on from; answers how many points that are. */
async function killedInTheMiddle(args: readonly string[], folder: string): Promise<number> {
  const progress = join(folder, 'history-copy.json');
  const copy = history(args);
  await eventually(() => existsSync(progress));
  copy.child.kill('SIGKILL');
  await copy.ended;
  expect(copy.said()).not.toContain('complete');
  const left = JSON.parse(await readFile(progress, 'utf8')) as { copied: { door: { points: number } } };
  return left.copied.door.points;
}

describeWith(['influxd'], 'history copy', () => {
  it('brings over what the target keeps, while a server’s store is open, and counts it there', async () => {
    const influxd = await startInfluxd();
    const old = doors(100, now - 200 * dayMs);
    const points = [...doors(12_000), ...old, ...spanPoints(), ...dayPoints('2026-01-01', 60)];
    const { folder, store } = await filledFolder(points);
    const to = addressOf(influxd, 'someone:s3cret@');
    const { code, out, err } = await history(['copy', '--from', 'sqlite', '--to', to, '--data', folder]).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('door: 12,000 points copied; 48,000 values there of 48,000\n');
    expect(out).toMatch(/hall_day_profile: 118 points copied/);
    expect(out).toMatch(/complete: everything is there\n$/);
    expect(out + err).not.toContain('s3cret');
    const isKept = ({ measurement, at }: Point) =>
      at >= (now - keep[definitionOf(measurement).retention] * dayMs) * 1000;
    await expectSame(store, influxd, isKept);
    expect(existsSync(join(folder, 'history-copy.json'))).toBe(false);
  });

  it('killed in the middle and run again goes on, and nothing is missing', async () => {
    const influxd = await startInfluxd();
    const { folder, store } = await filledFolder([...doors(80_000), ...spanPoints()]);
    const args = ['copy', '--from', 'sqlite', '--to', addressOf(influxd), '--data', folder];
    const done = await killedInTheMiddle(args, folder);
    expect(done).toBeLessThan(80_000);
    const other = await history([...args, '--since', '2026-01-01']).ended;
    expect(other.err).toMatch(/^bad-setting: .*unfinished copy.*--again/);
    const second = await history(args).ended;
    expect(second.err).toBe('');
    expect(second.out).toContain(`goes on after ${done.toLocaleString('en-US')} points`);
    expect(second.out).toContain('door: 80,000 points copied; 320,000 values there of 320,000\n');
    await expectSame(store, influxd, ({ measurement }) => measurement !== 'hall_minute');
  });

  it('notices what is gone from the target, and brings it again when told', async () => {
    const influxd = await startInfluxd();
    const { folder, store } = await filledFolder(doors(40_000));
    const args = ['copy', '--from', 'sqlite', '--to', addressOf(influxd), '--data', folder];
    await killedInTheMiddle(args, folder);
    await influxd.ask('DROP DATABASE hallwatch');
    const { code, err } = await history(args).ended;
    expect(err).toMatch(/^history-incomplete: .*door \(in, out, boot, simulated\).*--again/);
    expect(code).toBe(1);
    const again = await history([...args, '--again']).ended;
    expect(again).toMatchObject({ code: 0, err: '' });
    await expectSame(store, influxd, () => true);
  });

  it('counts and names what is refused', async () => {
    const influxd = await startInfluxd();
    await new InfluxHistory({ address: influxd.address, keep }).prepare();
    const { folder } = await filledFolder([...doors(1_000), ...spanPoints().slice(0, 400)]);
    // Another writer fixed another type.
    await influxd.write('raw', `door,hall=jiefang,device=door-3 in=1.5 ${(now - dayMs - 5_000) * 1000}`);
    const args = ['copy', '--from', 'sqlite', '--to', addressOf(influxd), '--data', folder];
    const { code, out } = await history(args).ended;
    expect(out).toMatch(/door: 1,000 points refused: .*field type conflict.*such as hall jiefang, device door-\d, 20/);
    expect(out).toMatch(/complete but for the points refused/);
    expect(code).toBe(0);
  });

  it('with the target away says so, holds its password back, and can be run again', async () => {
    const { folder } = await filledFolder(doors(10));
    const to = `http://someone:s3cret@127.0.0.1:${await freePort()}/hallwatch`;
    const { code, out, err } = await history(['copy', '--from', 'sqlite', '--to', to, '--data', folder]).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^history-away: .*write the same command again/);
    expect(out + err).not.toContain('s3cret');
  });

  it.each([
    { args: ['copy', '--from', 'csv', '--to', 'http://h/db'], says: /--from is "csv"/ },
    { args: ['copy', '--from', 'sqlite', '--to', 'http://u:s3cret@h'], says: /--to is not the address/ },
    { args: ['copy', '--from', 'sqlite', '--to', 'http://h/db', '--since', 'May'], says: /--since is "May"/ },
    { args: ['copy', '--from', 'sqlite', '--to', 'http://h/db', '--data', 'nowhere'], says: /there is no nowhere/ },
    { args: ['copy', '--fro', 'sqlite'], says: /--fro/ },
    { args: [], says: /npm run history -- COMMAND/ },
  ])('refuses $args with a line that says what to write', async ({ args, says }) => {
    const { code, err } = await history(args).ended;
    expect(code).toBe(2);
    expect(err).toMatch(says);
    expect(err).not.toContain('s3cret');
  });

  it('size tells the bytes of both stores and the points in them', async () => {
    const influxd = await startInfluxd();
    const { folder } = await filledFolder(doors(2_000));
    const store = new InfluxHistory({ address: influxd.address, keep });
    await store.write(doors(300));
    const env = { HALLWATCH_INFLUX_URL: addressOf(influxd, 'u:s3cret@'), HALLWATCH_DATA: folder };
    const { code, out, err } = await history(['size', '--counts'], env).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/SQLite {2}.*history\.sqlite: [\d.]+ [KM]iB/);
    expect(out).toMatch(/door +2,000 points in 5 series/);
    expect(out).toMatch(/InfluxDB {2}http:\/\/127\.0\.0\.1:\d+\/hallwatch: /);
    expect(out).toMatch(/door +300 points\n/);
    expect(out).not.toContain('s3cret');
  });
});

describe('the size of history', () => {
  it('is a metric, and absent while it is not known', async () => {
    const server = await startServer();
    expect(await server.metric('hallwatch_history_bytes')).toBeGreaterThan(10_000);
    const away = await startServer({ HALLWATCH_INFLUX_URL: `http://127.0.0.1:${await freePort()}/hallwatch` });
    const text = await (await fetch(`${away.url}/metrics`)).text();
    expect(text).toContain('# TYPE hallwatch_history_bytes gauge');
    expect(text).not.toMatch(/^hallwatch_history_bytes /m);
  });

  it('is asked for once however often it is read', async () => {
    const { store } = await filledFolder(doors(10));
    let asked = 0;
    const counting = {
      size: () => {
        asked++;
        return store.size();
      },
    };
    const watch = new SizeWatch(counting);
    const read = await Promise.all(Array.from({ length: 20 }, () => watch.read()));
    expect(new Set([...read, await watch.read()])).toEqual(new Set([await store.size()]));
    expect(asked).toBe(1);
  });
});
