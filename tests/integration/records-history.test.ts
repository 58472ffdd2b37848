// Real records, told to both stores: the bank's fortnight and ten weeks at a door, asked about in every way.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/cleanup.ts';
import { startInfluxd } from '../support/influxd.ts';
import { describeWith } from '../support/needs.ts';
import { seed } from '../support/past.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const dayMs = 86_400_000;
const records = ['bank-queue-1999-02a', 'door-counts-2005a'];

/** A server on a folder that was told both records, moved by whole weeks to end yesterday at the latest. */
async function toldServer(more: Record<string, string> = {}): Promise<TestServer> {
  const env = {
    HALLWATCH_CONFIG: 'tests/fixtures/config',
    HALLWATCH_DATA: await tempFolder(),
    HALLWATCH_SIMULATED: '1',
    ...more,
  };
  const halls = { [records[0] as string]: 'bank', [records[1] as string]: 'campus' };
  for (const [record, hall] of Object.entries(halls)) {
    const file = join(await tempFolder(), `${record}.csv`);
    await writeFile(file, gunzipSync(await readFile(`tests/fixtures/records/${record}.csv.gz`)));
    const { ended, complaints } = seed(['--records', file, '--hall', hall], env);
    expect(await ended, complaints.join()).toBe(0);
  }
  return startServer(env);
}

const date = (daysAgo: number) => new Date(Date.now() - daysAgo * dayMs).toISOString().slice(0, 10);
const [weeks3, weeks11, tomorrow] = [date(22), date(78), date(-1)];

function questionsFor(regions: readonly string[]): string[] {
  return [
    ...['1d', '1h', '15m'].map((step) => `halls/bank/series?from=${weeks3}&to=${tomorrow}&step=${step}`),
    ...['1d', '1h'].map((step) => `halls/campus/series?from=${weeks11}&to=${tomorrow}&step=${step}`),
    `halls/campus/series?from=${date(8)}&to=${date(6)}&step=5m`,
    `halls/bank/visits?from=${weeks3}&to=${tomorrow}`,
    `halls/bank/visits.csv?from=${weeks3}&to=${tomorrow}`,
    `halls/bank/series.csv?from=${weeks3}&to=${tomorrow}&step=30m`,
    `halls/bank/usual?date=${date(0)}`,
    `halls/campus/usual?date=${date(0)}`,
    ...regions.flatMap((region) =>
      ['entered', 'waitMeanS', 'withinLimitShare'].map(
        (measure) => `regions/${region}/peaks?from=${weeks11}&to=${tomorrow}&measure=${measure}`,
      ),
    ),
  ];
}

describeWith(['influxd'], 'the bank’s fortnight and ten weeks at a door', () => {
  it('are answered with the same bytes from SQLite and InfluxDB', { timeout: 300_000 }, async () => {
    const { host, port, database } = (await startInfluxd()).address;
    const [sqlite, influx] = await Promise.all([
      toldServer(),
      toldServer({ HALLWATCH_INFLUX_URL: `http://${host}:${port}/${database}` }),
    ]);
    const halls = (await sqlite.get('/api/halls')).body as { region: string }[];
    for (const question of questionsFor([...new Set(halls.map(({ region }) => region))])) {
      const ask = async ({ url }: TestServer) => (await fetch(`${url}/api/${question}`)).text();
      const ours = await ask(sqlite);
      expect(ours, question).not.toContain('"code"');
      expect(await ask(influx), question).toBe(ours);
    }
    const visits = (await sqlite.get(`/api/halls/bank/visits?from=${weeks3}&to=${tomorrow}`)).body as unknown[];
    expect(visits.length).toBeGreaterThan(15_000);
  });
});
