// A data folder with something in every file, and what of it is still right after a start.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { manualClock } from '../../../server/clock.ts';
import type { Silence } from '../../../server/contracts/alerts.ts';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { QuarantineEntry, Ready } from '../../../server/contracts/http.ts';
import { topicOf } from '../../../server/contracts/topics.ts';
import { SqliteHistory } from '../../../server/history/sqlite-history.ts';
import { hallId, region } from '../../bench/ingest/world.ts';
import { startPublishers } from './publish.ts';
import type { HostileServer } from './server.ts';
import { metric, spawnServer, whenReady, within } from './server.ts';
import type { HallTruth } from './truth.ts';
import { Truth, writeHalls } from './truth.ts';

const halls = 3;
const silencesALife = 5;
const rubbishALife = 7;
const settledWithinMs = 60_000;
/** History is told twice a second: until then nothing waits in the outbox, and nothing is there. */
const putWithinMs = 1_500;

/** What a folder must show: numbers of walls, door points of history, and what people and devices left besides. */
export interface Expected {
  halls: ReadonlyMap<string, HallTruth>;
  doors: ReadonlySet<string>;
  silences: number;
  quarantined: number;
}

export interface FolderWorld {
  config: string;
  /** Its server ended properly: everything stands in the database files. */
  ended: { data: string; expected: Expected };
  /** Its server was killed: the last commits stand in write-ahead logs. */
  killed: { data: string; expected: Expected };
  remove(): Promise<void>;
}

export const tempFolder = (name: string) => mkdtemp(join(tmpdir(), `hallwatch-hostile-${name}-`));

/** Two local dates of the server, whenever this runs: the journal begins a new file. */
const firstDay = { TZ: 'Etc/GMT+12' };
export const secondDay = { TZ: 'Etc/GMT-14' };

/** Makes both folders, each life of their servers with so many messages. */
export async function makeFolders(messages: number): Promise<FolderWorld> {
  const [config, data] = [await tempFolder('config'), await tempFolder('data')];
  const killed = `${data}-killed`;
  await writeHalls(config, halls);
  const env = { HALLWATCH_CONFIG: config, HALLWATCH_DATA: data };
  const truth = new Truth(halls);
  let lives = 0;
  const live = async (own: Record<string, string>, signal: NodeJS.Signals) => {
    const server = await ready({ ...env, ...own });
    await publish(server, truth, messages);
    for (let i = 0; i < silencesALife; i++) await addSilence(server);
    await publishRubbish(server);
    await pause(putWithinMs);
    await settled(server);
    await server.end(signal);
    lives++;
  };
  const expected = (): Expected => ({
    halls: truth.halls,
    doors: new Set(truth.doors),
    silences: lives * silencesALife,
    quarantined: lives * rubbishALife,
  });
  await live(firstDay, 'SIGTERM');
  await live(secondDay, 'SIGTERM');
  const ended = { data, expected: expected() };
  await cp(data, killed, { recursive: true });
  await live({ ...secondDay, HALLWATCH_DATA: killed }, 'SIGKILL');
  return {
    config,
    ended,
    killed: { data: killed, expected: expected() },
    async remove() {
      for (const folder of [config, data, killed]) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(env: Record<string, string>): Promise<HostileServer> {
  const server = await spawnServer(env);
  if (await whenReady(server)) return server;
  throw new Error(`the server of an undamaged folder is not ready: ${server.words()}`);
}

async function publish(server: HostileServer, truth: Truth, messages: number): Promise<void> {
  const publisher = startPublishers(server.mqttUrl, truth, 4);
  publisher.upTo(messages);
  if (!(await publisher.answered(60_000))) throw new Error('not all messages were acknowledged');
  publisher.close();
}

async function addSilence({ url }: HostileServer): Promise<void> {
  const body = JSON.stringify({ hall: hallId(0), to: Date.now() + 86_400_000, why: 'hostile' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/api/silences`, { method: 'POST', headers, body });
}

async function publishRubbish(server: HostileServer): Promise<void> {
  const client = await connectAsync(server.mqttUrl, { protocolVersion: 4 });
  const topic = topicOf(region, hallId(1), `${hallId(1)}-door-a`, 'door');
  for (let i = 0; i < rubbishALife; i++) await client.publishAsync(topic, `rubbish ${i}`, { qos: 1 });
  await client.endAsync();
}

/** Waits until nothing of the past is being read again and history has what it was told. */
export function settled(server: HostileServer): Promise<boolean> {
  return within(settledWithinMs, async () => {
    const { degraded } = (await server.readyz()) ?? { degraded: ['older days'] };
    if (degraded.some((text) => text.includes('older days'))) return false;
    return (await metric(server, 'hallwatch_history_waiting')) === 0;
  });
}

/** What a running server still has of what it should have. */
export interface Remains {
  /** Numbers of walls that are wrong without a mark, in words. */
  wrong: string[];
  /** Numbers that are wrong or unknown and say so. */
  marked: number;
  silences: number;
  quarantined: number;
  ready: Ready | null;
}

const numbers: Record<keyof HallTruth, (live: HallLive) => number | null> = {
  entered: ({ occupancy }) => occupancy.enteredToday,
  left: ({ occupancy }) => occupancy.leftToday,
  issued: ({ queue }) => queue.issuedToday,
  called: ({ queue }) => queue.calledToday,
  served: ({ queue }) => queue.servedToday,
};

export async function remainsOf(server: HostileServer, expected: Expected): Promise<Remains> {
  const wrong: string[] = [];
  let marked = 0;
  for (const [hall, truth] of expected.halls) {
    const live = await server.get<HallLive>(`/api/halls/${hall}`);
    for (const [name, read] of Object.entries(numbers)) {
      const [shown, right] = [read(live), truth[name as keyof HallTruth]];
      if (shown === right) continue;
      const isMarked = shown === null || (live.completeness ?? 0) < 1 || isDoubted(live);
      if (isMarked) marked++;
      else wrong.push(`${hall} ${name} ${shown} instead of ${right}`);
    }
  }
  return {
    wrong,
    marked,
    silences: (await server.get<Silence[]>('/api/silences')).length,
    quarantined: (await server.get<QuarantineEntry[]>('/api/quarantine')).reduce((sum, { count }) => sum + count, 0),
    ready: await server.readyz(),
  };
}

/** A count of a young hall is `rough` without any damage: that is no mark of a loss. */
function isDoubted({ occupancy }: HallLive): boolean {
  return ['unknown', 'drifting', 'doubtful'].includes(occupancy.quality);
}

/** Door points that a folder's history has and should, and those it shouldn't have. Its server must be gone. */
export async function doorPoints(data: string, expected: Expected): Promise<{ missing: number; odd: number }> {
  const store = new SqliteHistory({
    path: join(data, 'history.sqlite'),
    keep: { raw: 30, minute: 90, slot: 3_650 },
    clock: manualClock(Date.now()),
    log: pino({ level: 'silent' }),
  });
  const found = new Set<string>();
  let odd = 0;
  for await (const { tags, at, fields } of store.points({
    measurement: 'door',
    from: 0,
    to: Date.now() + 86_400_000,
  })) {
    const text = `${tags.hall} ${tags.device} ${at} ${fields.boot} ${fields.in} ${fields.out}`;
    if (expected.doors.has(text)) found.add(text);
    else odd++;
  }
  await store.close();
  return { missing: expected.doors.size - found.size, odd };
}
