// `npm run seed`: a past that is told afterwards is the one that would have been lived, and never takes the place of one that was.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Past } from '../../server/contracts/past.ts';
import type { Usual } from '../../server/contracts/usual.ts';
import { openDataFolder } from '../../server/data-folder.ts';
import type { Point } from '../../server/history/points.ts';
import { SqliteReader } from '../../server/history/sqlite-reader.ts';
import { bankTruth } from '../support/bank-truth.ts';
import { tempFolder } from '../support/cleanup.ts';
import { doorTruth } from '../support/door-truth.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import type { Told } from '../support/past.ts';
import { allPoints, clockAt, linesOfPast, livedPoints, pointsIn, seed, toldOf } from '../support/past.ts';
import { freePort } from '../support/ports.ts';
import { startServer } from '../support/server.ts';
import { slotPoint } from '../support/slots.ts';

const now = at('2026-11-11 10:00');
const [from, to] = [at('2026-11-08 00:00'), at('2026-11-11 00:00')];
const threeDays = ['--hall', 'qingshan', '--days', '3'];
const isOfThem = (point: Point) => point.at >= from * 1000 && point.at < to * 1000;
const rolledUp = ['hall_day_profile', 'region_slot'];
let known: Promise<Told> | undefined;

/** What the three days come to, told in one go into a folder that nobody uses. */
function toldOnce(): Promise<Told> {
  known ??= foldersPast(threeDays).then(async (folder) => toldOf(await pointsIn(folder)));
  return known;
}

async function foldersPast(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { folder, ended } = await seeded(args, env);
  expect(await ended).toBe(0);
  return folder;
}

async function seeded(args: readonly string[], env: Record<string, string> = {}) {
  const folder = env.HALLWATCH_DATA ?? (await tempFolder());
  return { folder, ...seed(args, { ...clockAt(now), HALLWATCH_DATA: folder, ...env }) };
}

describe('a simulated past', () => {
  it('has every point that would have been lived, and no other', async () => {
    const once = await toldOnce();
    const lines = await linesOfPast(['--hall', 'qingshan', '--from', '2026-11-07', '--to', '2026-11-10']);
    const lived = toldOf((await livedPoints(lines, at('2026-11-11 04:00'))).filter(isOfThem));
    const told = new Map([...once].filter(([name]) => !rolledUp.includes(name.split(' ')[0] ?? '')));
    expect(told.size).toBeGreaterThan(5_000);
    expect([...told.keys()].filter((name) => !lived.has(name))).toEqual([]);
    expect([...lived.keys()].filter((name) => !told.has(name))).toEqual([]);
    const different = [...lived].filter(([name, fields]) => !isSame(fields, told.get(name)));
    expect(different.map(([name, fields]) => ({ name, lived: fields, told: told.get(name) }))).toEqual([]);
  });

  it('is whole beside a hall that has no devices yet', async () => {
    const config = await tempFolder();
    await cp('config', config, { recursive: true });
    const text = readFileSync(join(config, 'halls', 'qingshan.yaml'), 'utf8');
    const bare = text.replace(/^(doors|queueMachines|terminals):\n( {2}- .*\n)+/gm, '$1: []\n');
    writeFileSync(join(config, 'halls', 'bare.yaml'), bare.replace('id: qingshan', 'id: bare'));
    const both = ['--hall', 'qingshan', '--hall', 'bare', '--days', '1'];
    const folder = await foldersPast(both, { HALLWATCH_CONFIG: config });
    const measurements = new Set((await pointsIn(folder)).map(({ measurement }) => measurement));
    for (const name of rolledUp) expect(measurements).toContain(name);
    const { lines, ended } = await seeded(both, { HALLWATCH_CONFIG: config, HALLWATCH_DATA: folder });
    expect(await ended).toBe(0);
    expect(lines).toEqual(['These days have their past already.']);
  });

  it('is labelled, with profiles of its days and slots of its region', async () => {
    const once = await toldOnce();
    expect([...once.values()].every(({ simulated }) => simulated === true)).toBe(true);
    const count = (measurement: string) => [...once.keys()].filter((name) => name.startsWith(`${measurement} `)).length;
    expect([count('hall_day_profile'), count('region_slot'), count('hall_slot')]).toEqual([3, 288, 288]);
  });

  it('killed in the middle and told again is the same, and told once more changes nothing', async () => {
    const once = await toldOnce();
    const first = await seeded(threeDays);
    const file = join(first.folder, 'history.sqlite');
    await eventually(() => existsSync(file) && slotsIn(file) > 0);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(slotsIn(file)).toBeLessThan(288);
    await foldersPast(threeDays, { HALLWATCH_DATA: first.folder });
    expect(toldOf(await pointsIn(first.folder))).toEqual(once);
    const again = await seeded(threeDays, { HALLWATCH_DATA: first.folder });
    expect(await again.ended).toBe(0);
    expect(again.lines).toEqual(['These days have their past already.']);
    expect(toldOf(await pointsIn(first.folder))).toEqual(once);
  });

  it('ends on Ctrl-C within 2 s and says how to go on', async () => {
    const { child, lines, complaints, ended } = await seeded(['--days', '20']);
    await eventually(() => lines.some((line) => line.includes('is being told')));
    const began = performance.now();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(lines.at(-1)).toMatch(/^Ended: .* The same command goes on from there\.$/);
    expect(complaints).toEqual([]);
  });

  it('is refused by a folder of real data, and by options that say nothing', async () => {
    const folder = await tempFolder();
    (await openDataFolder(folder, { simulated: false, clock: null })).release();
    const real = seed(threeDays, { HALLWATCH_DATA: folder });
    expect(await real.ended).toBe(2);
    expect(real.complaints[0]).toMatch(/^data-folder: .* holds real data/);
    expect(existsSync(join(folder, 'history.sqlite'))).toBe(false);
    const wrong = seed(['--days', 'many'], { HALLWATCH_DATA: folder });
    expect(await wrong.ended).toBe(2);
    expect(wrong.complaints[0]).toMatch(/^bad-setting: --days is "many"/);
    const other = await seeded([...threeDays, '--scenario', 'nowhere']);
    expect(await other.ended).toBe(1);
    expect(other.complaints[0]).toMatch(/^simulator-failed: .*no scenario "nowhere"/);
  });
});

describe('through the server that runs on the folder', () => {
  async function serverAndSeed() {
    const folder = await tempFolder();
    const http = { HALLWATCH_DATA: folder, HALLWATCH_HTTP: `127.0.0.1:${await freePort()}` };
    const server = await startServer({ ...clockAt(now), ...http });
    const past = async () => (await server.get('/api/history/past')).body as Past;
    const livesFrom = async () => (await past()).halls.find(({ hall }) => hall === 'qingshan')?.livesFrom;
    const post = async (body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}/api/history/points`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    };
    return { server, livesFrom, post, run: (args: readonly string[]) => seeded(args, http) };
  }

  it('arrives, and the usual is enough without waiting an hour', async () => {
    const once = await toldOnce();
    const { server, run } = await serverAndSeed();
    const usual = async () => (await server.get('/api/halls/qingshan/usual')).body as Usual;
    expect(await usual()).toMatchObject({ isEnough: false });
    const { ended, lines, complaints } = await run(threeDays.with(-1, '5'));
    expect([await ended, complaints]).toEqual([0, []]);
    expect(lines.join('\n')).toContain('The past is there: 5 days of halls');
    const { days } = await eventually(usual, { accept: ({ isEnough }) => isEnough });
    expect(days).toEqual(['2026-11-10', '2026-11-09', '2026-11-06']);
    await eventually(async () => (await server.hall('qingshan')).occupancy.usual);
    const peaks = await server.get('/api/regions/wuhan/peaks?from=2026-11-06&to=2026-11-11');
    expect(peaks).toMatchObject({ status: 200, body: { simulated: true } });
    const { outbox } = server.app.history;
    const isDue = () => (['profile', 'region'] as const).some((kind) => outbox.work.dueCount(kind) > 0);
    await eventually(() => outbox.waiting === 0 && !isDue(), { what: 'all points in the store', withinMs: 60_000 });
    // Halls and days are the same whichever way they went, and whatever was told before them.
    const through = toldOf((await allPoints(server.app.history.store)).filter(isOfThem));
    expect(new Map([...through].filter(([name]) => !name.startsWith('hall_day_profile')))).toEqual(
      new Map([...once].filter(([name]) => !name.startsWith('hall_day_profile'))),
    );
  });

  it('never writes over what was lived: such a hall gets a past only before that', async () => {
    const { server, livesFrom, run, post } = await serverAndSeed();
    const lived = slotPoint('qingshan', at('2026-11-10 09:00'), { entered: 77, occupancy: 5 });
    await server.app.history.store.write([lived]);
    expect(await livesFrom()).toBe('2026-11-10');
    const { ended, lines } = await run(threeDays);
    expect(await ended).toBe(0);
    expect(lines.join('\n')).toContain('The past is there: 3 days of halls');
    await eventually(() => server.app.history.outbox.waiting === 0);
    const all = await allPoints(server.app.history.store);
    const own = all.filter(({ measurement }) => measurement === 'hall_slot');
    expect(own.filter((point) => point.at >= at('2026-11-10 00:00') * 1000)).toEqual([lived]);
    expect(own.filter((point) => point.at >= at('2026-11-07 00:00') * 1000)).toHaveLength(3 * 96 + 1);
    expect(await livesFrom()).toBe('2026-11-10');
    // And what a program sends all the same is left out, told by reason.
    const tell = (when: string, change: Partial<Point> = {}) => ({
      ...slotPoint('qingshan', at(when), { entered: 1, occupancy: 1 }),
      ...change,
    });
    const points = [
      tell('2026-11-10 09:00'),
      tell('2026-11-09 09:00', { tags: { hall: 'nowhere' } }),
      tell('2026-11-09 09:00', { fields: { entered: 1, simulated: false } }),
      tell('2026-11-09 09:00', { fields: { entered: 'one', simulated: true } }),
      tell('2026-11-09 09:00', { measurement: 'region_slot', tags: { region: 'wuhan' } }),
      tell('2016-11-09 09:00'),
      tell('2026-11-09 09:00'),
      tell('2026-11-06 09:00'),
    ];
    const { status, body } = await post({ story: 'a test', points });
    expect(status).toBe(200);
    expect(body).toEqual({
      taken: 1,
      refused: [
        { reason: 'lived: the hall was heard of then, or it is not over', count: 1 },
        { reason: 'unknown hall', count: 1 },
        { reason: 'not simulated', count: 1 },
        { reason: expect.stringContaining('type conflict'), count: 1 },
        { reason: 'no past of region_slot is taken', count: 1 },
        { reason: 'older than is kept', count: 1 },
        { reason: 'told by another story', count: 1 },
      ],
    });
    expect((await post({ story: 'a test', points: Array(1_001).fill(tell('2026-11-06 09:00')) })).status).toBe(400);
  });

  it('is refused where the data is real, and held back while points wait', async () => {
    const real = await startServer();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ story: 'a test', points: [] });
    const answer = await fetch(`${real.url}/api/history/points`, { method: 'POST', headers, body });
    expect([answer.status, await answer.json()]).toEqual([409, expect.objectContaining({ code: 'not-simulated' })]);
    const { ended, complaints } = seed([...threeDays, '--url', real.url], { HALLWATCH_DATA: await tempFolder() });
    expect(await ended).toBe(2);
    expect(complaints[0]).toMatch(/^not-simulated: /);
    const { server, post } = await serverAndSeed();
    // A store that takes nothing: what is put waits.
    server.app.history.store.write = () => Promise.reject(new Error('away'));
    const many = Array.from({ length: 10_001 }, (_, i) =>
      slotPoint('guanggu', at('2020-01-01 00:00') + i * 900_000, { entered: 1, occupancy: 1 }),
    );
    server.app.history.outbox.put(many, server.app.history.outbox.position);
    expect(await post({ story: 'a test', points: [] })).toMatchObject({ status: 503, body: { code: 'history-busy' } });
  });

  it('says so when no server of the folder answers', async () => {
    const { run } = await serverAndSeed();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const { ended, complaints } = await run([...threeDays, '--url', nobody]);
    expect(await ended).toBe(1);
    expect(complaints[0]).toMatch(/^no-server: .*doesn't answer/);
  });
});

describe('records that were really taken', () => {
  const env = { HALLWATCH_CONFIG: 'tests/fixtures/config' };
  const total = (points: readonly Point[], field: string) =>
    points
      .filter(({ measurement }) => measurement === 'hall_slot')
      .reduce((sum, { fields }) => sum + Number(fields[field] ?? 0), 0);

  it('Q5: a bank’s day becomes one of the past, whole weeks later', async () => {
    const file = 'tests/fixtures/records/bank-1999-02-03.csv';
    const folder = await foldersPast(['--records', file, '--hall', 'bank'], env);
    const points = await pointsIn(folder);
    const truth = bankTruth(readFileSync(file, 'utf8'), '1999-02-03');
    const day = points.filter((point) => point.at < Date.parse('2026-11-04T22:00Z') * 1000);
    expect(['issued', 'called', 'served', 'givenUp'].map((field) => total(day, field))).toEqual([
      truth.issued,
      truth.called,
      truth.served,
      truth.cancelled,
    ]);
    expect(points.filter(({ measurement }) => measurement === 'visit')).toHaveLength(truth.issued);
  });

  it('T3: a week at a door', async () => {
    const file = 'tests/fixtures/records/door-2005-week.csv';
    const folder = await foldersPast(['--records', file, '--hall', 'campus'], env);
    const truth = [...doorTruth(readFileSync(file, 'utf8')).values()];
    const sum = (field: 'entered' | 'left') => truth.reduce((all, one) => all + one[field], 0);
    const points = await pointsIn(folder);
    expect([total(points, 'entered'), total(points, 'left')]).toEqual([sum('entered'), sum('left')]);
  });
});

function isSame(a: Point['fields'], b: Point['fields'] | undefined): boolean {
  return (
    b !== undefined &&
    Object.keys({ ...a, ...b }).every((name) => a[name] === b[name] || (a[name] ?? null) === (b[name] ?? null))
  );
}

function slotsIn(file: string): number {
  const reader = new SqliteReader(file);
  const count = reader.count('hall_slot');
  reader.close();
  return count;
}
