// Pasts that are told afterwards: the command as it is run, what it left in the folder, and the same messages as they would have been lived.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { manualClock, systemClock } from '../../server/clock.ts';
import { loadConfigOrThrow } from '../../server/config/load.ts';
import { Halls } from '../../server/hall/halls.ts';
import { measurementNames } from '../../server/history/catalogue.ts';
import { Outbox } from '../../server/history/outbox.ts';
import type { Point } from '../../server/history/points.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { Roller } from '../../server/history/roller.ts';
import { Scribe } from '../../server/history/scribe.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import { Projector } from '../../server/ingest/projector.ts';
import type { StoryLine } from '../../server/seeding/story.ts';
import { storyLines } from '../../server/seeding/story.ts';

const log = pino({ level: 'silent' });
const keep = { raw: 30, minute: 90, slot: 3_650 };
const minuteMs = 60_000;

export interface Seeding {
  child: ChildProcess;
  lines: string[];
  complaints: string[];
  ended: Promise<number | null>;
}

/** `npm run seed`, as a process. */
export function seed(args: readonly string[], env: Record<string, string>): Seeding {
  const child = spawn(process.execPath, ['server/seed.ts', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  const complaints: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  return { child, lines, complaints, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/** Time stands at `at`, but for what a test takes. */
export const clockAt = (at: number) => ({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${at}@${Date.now()}x1` });

/** Points by what tells them from all others. */
export type Told = Map<string, Point['fields']>;

const nameOf = ({ measurement, tags, at }: Point) =>
  `${measurement} ${Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ')} ${at}`;

export const toldOf = (points: readonly Point[]): Told => new Map(points.map((point) => [nameOf(point), point.fields]));

/** Everything in a store. */
export async function allPoints(store: Pick<HistoryStore, 'points'>): Promise<Point[]> {
  const all: Point[] = [];
  for (const measurement of measurementNames) {
    for await (const point of store.points({ measurement, from: 0, to: 4e12 })) all.push(point);
  }
  return all;
}

/** Everything that history holds in a folder that nobody uses. */
export async function pointsIn(folder: string): Promise<Point[]> {
  const store = new SqliteHistory({ path: join(folder, 'history.sqlite'), keep, clock: systemClock(), log });
  const all = await allPoints(store);
  await store.close();
  return all;
}

/** The messages of the simulator's past. */
export async function linesOfPast(args: readonly string[]): Promise<StoryLine[]> {
  const all: StoryLine[] = [];
  for await (const line of storyLines(args, new AbortController().signal)) all.push(line);
  return all;
}

/** What a server puts of these messages that hears them as they come: the halls move on minute by minute, and are rolled up as they do. */
export async function livedPoints(lines: readonly StoryLine[], until: number): Promise<Point[]> {
  const config = await loadConfigOrThrow('config');
  const clock = manualClock(lines[0]?.time ?? 0);
  const outbox = new Outbox({ path: ':memory:', clock });
  const halls = new Halls({ simulated: true, changed: () => {} });
  halls.configure(config, null);
  const heard = new Set(lines.map(({ topic }) => topic.split('/')[3] ?? ''));
  const some = () => [...halls.all()].map(({ hall }) => hall).filter((hall) => heard.has(hall.config.id));
  const scribe = new Scribe({
    outbox,
    hall: (id) => halls.get(id),
    log,
    now: () => clock.now(),
    simulated: true,
    journalDays: 7,
  });
  const roller = new Roller({ outbox, halls: some, clock, log, simulated: true });
  const projector = new Projector(
    {
      halls,
      simulated: true,
      owned: null,
      configured: () => {},
      heard: (outcome) => {
        if ('reading' in outcome) scribe.take({ id: outcome.entry.id, ...outcome });
      },
    },
    { position: 0, config },
  );
  const moveTo = async (at: number) => {
    for (let next = clock.now() + 5 * minuteMs; next < at; next += 5 * minuteMs) {
      clock.moveTo(next);
      scribe.flush();
      await roller.pass();
    }
    if (Math.floor(at / (5 * minuteMs)) > Math.floor(clock.now() / (5 * minuteMs))) {
      clock.moveTo(at);
      scribe.flush();
      await roller.pass();
    }
    clock.moveTo(at);
  };
  for (const [i, { topic, payload, time }] of lines.entries()) {
    if (time > until) break;
    await moveTo(time);
    projector.take({
      id: i + 1,
      kind: 'message',
      topic,
      payload: Buffer.from(payload),
      receivedAt: time,
      live: true,
      caughtUp: true,
      shortened: false,
      retryOf: null,
    });
  }
  await moveTo(until);
  while (outbox.work.due('slot', 1).length > 0) {
    scribe.flush();
    await roller.pass();
  }
  return outbox.take(1_000_000)?.points ?? [];
}
