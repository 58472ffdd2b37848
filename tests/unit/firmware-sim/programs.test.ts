import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bankTruth } from '../../support/bank-truth.ts';
import { listen, TestBroker } from './broker.ts';
import { endAll, run } from './program.ts';

const until = (condition: () => unknown) =>
  vi.waitFor(() => expect(condition()).toBeTruthy(), { timeout: 10_000, interval: 20 });
const queue = ['--queue', 'tests/fixtures/records/bank-1999-02-03.csv', '--day', '1999-02-03', '--hall', 'bank'];
const door = [
  '--door',
  'tests/fixtures/records/door-2005-week.csv',
  '--from',
  '2005-08-01',
  '--to',
  '2005-08-07',
  '--hall',
  'campus',
];
const records = { HALLWATCH_CONFIG: 'tests/fixtures/config' };

let broker: TestBroker;
let folder: string;

beforeEach(async () => {
  broker = await TestBroker.start();
  folder = await mkdtemp(join(tmpdir(), 'hallwatch-sim-'));
});

afterEach(async () => {
  endAll();
  await broker.stop();
  await rm(folder, { recursive: true });
});

const bodies = (channel: string) => broker.on(channel).map(({ text }) => JSON.parse(text));

describe('npm run simulate', () => {
  test('lives, writes the truth, and SIGTERM ends it within 2 s with every device offline', async () => {
    const truth = join(folder, 'truth.jsonl');
    const at = '2026-11-24T10:30+08:00';
    const program = run('main.ts', ['--mqtt', broker.url, '--at', at, '--only', 'qingshan', '--truth', truth]);
    await until(() => program.out().includes('4 devices of 1 hall are connected'));
    expect(program.out()).toMatch(/HALLWATCH_SIMULATED=1 HALLWATCH_CLOCK=\d+@\d+x1\n/);
    await until(() => broker.on('queue').length > 50);
    const asked = Date.now();
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(program.err()).toBe('');
    const latest = new Map(broker.on('status').map(({ topic, text }) => [topic, JSON.parse(text).online]));
    expect([...latest.values()]).toEqual([false, false, false, false]);
    const lines = (await readFile(truth, 'utf8')).trim().split('\n');
    const told = lines.map((line) => JSON.parse(line));
    expect(told.find(({ kind }) => kind === 'enter')).toMatchObject({ hall: 'qingshan', staff: true, inside: 1 });
    expect(new Set(told.map(({ kind }) => kind))).toContain('terminal');
  });

  test('ends cleanly too when the broker goes at the same moment, or was never there', async () => {
    const program = run('main.ts', ['--mqtt', broker.url, '--only', 'qingshan']);
    await until(() => program.out().includes('4 devices of 1 hall are connected'));
    program.child.kill('SIGTERM');
    broker.cut();
    expect(await program.ended).toBe(0);
    expect(program.err()).toBe('');
    const { url } = broker;
    await broker.stop();
    const lonely = run('main.ts', ['--mqtt', url, '--only', 'qingshan']);
    await until(() => lonely.out().includes('no broker at'));
    lonely.child.kill('SIGINT');
    expect(await lonely.ended).toBe(0);
    expect(lonely.err()).toBe('');
    broker = await TestBroker.start();
  });

  test('lists its scenarios, and refuses one that nobody knows', async () => {
    const list = run('main.ts', ['--list-scenarios']);
    expect(await list.ended).toBe(0);
    expect(list.out()).toMatch(/^lunch-rush +An ordinary morning/m);
    const wrong = run('main.ts', ['--scenario', 'lunch', '--mqtt', broker.url]);
    expect(await wrong.ended).toBe(2);
    expect(wrong.err()).toMatch(/^simulator: no scenario "lunch": there are [^\n]*lunch-rush[^\n]*\n$/);
  });

  test('writes a registry and ends', async () => {
    const program = run('main.ts', ['--halls', '3', '--write-config', folder]);
    expect(await program.ended).toBe(0);
    expect(program.out()).toContain(`wrote 3 halls to ${folder}`);
    expect(await readFile(join(folder, 'halls', 'h0003.yaml'), 'utf8')).toContain('id: h0003');
  });
});

describe('npm run replay', () => {
  test('publishes the bank’s day: a status, every message in order, a last status', async () => {
    const program = run('replay/main.ts', [...queue, '--mqtt', broker.url], records);
    expect(await program.ended).toBe(0);
    expect(program.err()).toBe('');
    const truth = bankTruth(await readFile(queue[1] ?? '', 'utf8'), '1999-02-03');
    const of = (event: string) => bodies('queue').filter((body) => body.event === event).length;
    expect([of('issued'), of('called'), of('finished'), of('cancelled')]).toEqual([
      truth.issued,
      truth.called,
      truth.served,
      truth.cancelled,
    ]);
    expect(bodies('queue').map(({ seq }) => seq)).toEqual(bodies('queue').map((_, i) => i + 1));
    expect(broker.published[0]?.topic).toBe('hallwatch/v1/records/bank/bank-queue/status');
    expect(bodies('status')[0]).toMatchObject({ online: true, simulated: true, everyS: 30 });
    expect(broker.published.at(-1)).toMatchObject({ retain: true });
    expect(bodies('status').at(-1)).toMatchObject({ online: false, lastSeq: bodies('queue').length });
    expect(Math.max(...bodies('queue').map(({ ts }) => ts))).toBeLessThanOrEqual(Date.now());
    expect(program.out()).toMatch(/^1999-02-03 becomes 20\d\d-\d\d-\d\d \(Asia\/Jerusalem\)\n/);
    expect(program.out()).toMatch(
      /\n10 % {2}.*\n100 % {2}6516 of 6516 messages\npublished 6516 messages of bank-queue \(1939 issued/s,
    );
  });

  test('a door’s week to a date of one’s own, with a boot of one’s own', async () => {
    const program = run(
      'replay/main.ts',
      [...door, '--mqtt', broker.url, '--at', '2025-11-17', '--boot', '7'],
      records,
    );
    expect(await program.ended).toBe(0);
    expect(bodies('door')).toHaveLength(337);
    expect(bodies('door')[0]).toEqual({ ts: Date.parse('2025-11-17T00:00-08:00'), boot: 7, seq: 1, in: 0, out: 0 });
    expect(program.out()).toContain('1151 in, 1089 out');
    const clock = `HALLWATCH_CLOCK=${Date.parse('2025-11-23T23:59-08:00')}@`;
    expect(program.out()).toContain(clock);
  });

  test('T4: past is judged by HALLWATCH_CLOCK', async () => {
    const env = { ...records, HALLWATCH_CLOCK: `${Date.parse('2026-11-18T23:59+02:00')}@${Date.now()}x1` };
    const program = run('replay/main.ts', [...queue, '--mqtt', broker.url], env);
    expect(await program.ended).toBe(0);
    expect(program.out()).toMatch(/^1999-02-03 becomes 2026-11-18 \(Asia\/Jerusalem\)\n10 %/);
  });

  test('--speed publishes in the record’s own rhythm', async () => {
    const program = run('replay/main.ts', [...door, '--mqtt', broker.url, '--speed', '600000'], records);
    const started = Date.now();
    expect(await program.ended).toBe(0);
    expect(Date.now() - started).toBeGreaterThan(900);
    expect(bodies('door')).toHaveLength(337);
  });

  test('a dump goes out as it is, topic by topic, byte by byte', async () => {
    const file = join(folder, 'dump.jsonl');
    const sent = [0, 1, 2].map((n) => ({ topic: 'axis/AC1/event', payload: { n, total: '7' }, time: 1_000 * n }));
    await writeFile(file, sent.map((message) => JSON.stringify(message)).join('\n'));
    const program = run('replay/main.ts', ['--dump', file, '--mqtt', broker.url, '--speed', '100']);
    expect(await program.ended).toBe(0);
    expect(broker.published.map(({ topic, text }) => ({ topic, payload: JSON.parse(text) }))).toEqual(
      sent.map(({ topic, payload }) => ({ topic, payload })),
    );
    expect(program.out()).toContain('published 3 messages on 1 topic, all acknowledged');
  });

  test('without a broker, or when it goes away half-way, it fails in one line', async () => {
    const free = createServer();
    const port = await listen(free);
    await new Promise((resolve) => free.close(resolve));
    const lonely = run('replay/main.ts', [...queue, '--mqtt', `mqtt://127.0.0.1:${port}`], records);
    expect(await lonely.ended).toBe(1);
    expect(lonely.err()).toMatch(/^replay: no broker at mqtt:[^\n]+ECONNREFUSED[^\n]+: start the server first\n$/);

    const cut = run('replay/main.ts', [...door, '--mqtt', broker.url, '--speed', '1000'], records);
    await until(() => broker.on('door').length > 0);
    broker.cut();
    expect(await cut.ended).toBe(1);
    expect(cut.err()).toMatch(/^replay: the connection to mqtt:[^\n]+ was lost after \d+ acknowledgements\n$/);
  });
});
