// Killed with a full day of 100 halls, 2 million messages, in the journal: how long until the wall is right, with the snapshots
// of a minute ago and without any.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { manualClock } from '../../../server/clock.ts';
import { Journal } from '../../../server/journal/journal.ts';
import { noProbe } from '../../../server/probe.ts';
import type { Figure } from '../figures.ts';
import { memory, until } from './processes.ts';
import type { BenchServer } from './server.ts';
import { startServer, tempFolder } from './server.ts';
import { hallId, World } from './world.ts';

const halls = 100;
const day = 2_000_000;
const sinceSnapshot = 50_000;
const opens = Date.parse('2026-11-23T08:00:00+08:00');
const now = Date.parse('2026-11-23T20:00:00+08:00');

/** Writes messages spread over the day, as they would have come. */
async function write(data: string, world: World, from: number, count: number, clock: ReturnType<typeof manualClock>) {
  const journal = new Journal({
    folder: join(data, 'journal'),
    clock,
    log: pino({ level: 'silent' }),
    probe: noProbe,
    limits: { keepDays: 7, capBytes: 20 * 2 ** 30 },
    committed: () => {},
    changed: () => {},
    lost: () => {},
  });
  for (let i = 0; i < count; i++) {
    clock.moveTo(opens + ((from + i) / (day + sinceSnapshot)) * (now - opens));
    const { topic, payload } = world.next();
    const entry = { kind: 'message' as const, topic, payload: Buffer.from(payload), receivedAt: clock.now() };
    journal.append({ ...entry, live: true, caughtUp: true, shortened: false, retryOf: null }, () => {});
  }
  journal.flush();
  journal.close();
}

async function wallRight(server: BenchServer, world: World): Promise<void> {
  await until(() => server.isReady());
  for (const i of [0, 42, halls - 1]) {
    const live = await (await fetch(`${server.url}/api/halls/${hallId(i)}`)).json();
    const { enteredToday } = (live as { occupancy: { enteredToday: number } }).occupancy;
    if (enteredToday !== world.enteredAt(i))
      throw new Error(`${hallId(i)}: ${enteredToday} entered, not ${world.enteredAt(i)}`);
  }
}

export async function recoveryFigures(config: string, say: (line: string) => void): Promise<Figure[]> {
  const data = await tempFolder('data');
  const clock = manualClock(opens);
  const world = new World(halls, () => Math.floor(clock.now()));
  const env = {
    HALLWATCH_CONFIG: config,
    HALLWATCH_DATA: data,
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: `${now}@${Date.now()}x1`,
  };
  say('recovery: a first start, so that the journal begins with the config');
  const first = await startServer({ ...env, HALLWATCH_CLOCK: `${opens}@${Date.now()}x1` });
  await until(() => first.isReady());
  await first.end();
  say(`recovery: ${day} messages of ${halls} halls are written to a journal`);
  await write(data, world, 0, day, clock);
  await rm(join(data, 'state.sqlite'));
  // A server that runs has told history what its journal holds; a rebuild of its halls doesn't tell it again.
  say('recovery: a start that tells history of them, too');
  const told = await startServer(env);
  await wallRight(told, world);
  await told.end();
  await rm(join(data, 'state.sqlite'));
  say('recovery: without snapshots');
  const withoutMs = await timed(env, world, async (server) => {
    // Its snapshots are what the next start begins with.
    const isWritten = async () => {
      const metrics = await server.metrics();
      return (metrics.get('hallwatch_snapshot_position') ?? 0) >= (metrics.get('hallwatch_journal_entries') ?? 0);
    };
    await until(isWritten, 500);
    await server.end();
  });
  await write(data, world, day, sinceSnapshot, clock);
  say(`recovery: with snapshots ${sinceSnapshot} messages old`);
  const withMs = await timed(env, world, (server) => server.end('SIGKILL'));
  await rm(data, { recursive: true });
  const kinds = 'of ten messages four of doors, two of tickets, three of terminals, one status';
  return [
    {
      what: 'recovery from the journal alone, 2 million messages',
      unit: 's',
      values: [withoutMs.ms / 1_000],
      note: `goal: 30; ${kinds}`,
    },
    {
      what: 'recovery with snapshots 50,000 messages old',
      unit: 's',
      values: [withMs.ms / 1_000],
      note: 'goal: 5; from the start of the process',
    },
    { what: 'memory after a full day of 100 halls (RSS)', unit: 'MiB', values: [withMs.rss] },
  ];
}

async function timed(env: Record<string, string>, world: World, end: (server: BenchServer) => Promise<void>) {
  const began = performance.now();
  const server = await startServer(env);
  await wallRight(server, world);
  const ms = performance.now() - began;
  const rss = memory(server).now;
  await end(server);
  return { ms, rss };
}
