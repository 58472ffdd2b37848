// `questions`: the largest questions to history, many at once, on a folder with a past.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { tempFolder } from '../../bench/ingest/server.ts';
import type { Finding, HostileContext, HostilePart } from '../part.ts';
import { atMost, none } from '../part.ts';
import { each } from './each.ts';
import { bounded, observe, undisturbed, unharmed } from './observe.ts';
import { openSocket } from './raw-http.ts';
import type { Victim } from './victim.ts';
import { startVictim } from './victim.ts';

/** Against the server before it was asked anything: it takes what answers are made of, and keeps it for the next. */
const memory = { most: 1_200, growth: 800 };
const dayMs = 86_400_000;
const answeredWithinMs = 600_000;

export const questionsPart: HostilePart = {
  about: 'the largest series, visits, peaks and CSV questions, 20 at once, then 200, then by readers that sleep',
  minutes: 4,
  run: runQuestions,
};

async function runQuestions({ say, scale }: HostileContext): Promise<Finding[]> {
  const data = await tempFolder('past');
  const days = Math.max(2, Math.round(20 * scale));
  say(`  a past of ${days} days`);
  await seed(data, days);
  const victim = await startVictim({ data, env: { HALLWATCH_SIMULATED: '1' } });
  const observer = await observe(victim);
  const findings: Finding[] = [];
  const before = victim.memoryMiB().now;
  const attacks: Record<string, () => Promise<Finding[]>> = {
    '20 questions at once': () => askMany(victim, { count: Math.max(20, Math.round(40 * scale)), atOnce: 20 }),
    '200 questions at once': () => askMany(victim, { count: Math.max(20, Math.round(200 * scale)), atOnce: 200 }),
    'readers that sleep': () => sleepOver(victim, Math.max(4, Math.round(200 * scale))),
  };
  try {
    for (const [name, attack] of Object.entries(attacks)) {
      const began = performance.now();
      findings.push(...(await attack()), undisturbed(name, await observer.report()));
      const { now, most } = victim.memoryMiB();
      say(
        `  ${name}: ${Math.round(performance.now() - began)} ms, RSS ${now.toFixed(0)} MiB (most ${most.toFixed(0)})`,
      );
    }
    findings.push(...bounded('questions', victim, before, memory), ...unharmed('questions', victim));
  } finally {
    observer.end();
    await victim.end();
    await rm(data, { recursive: true, force: true });
  }
  return findings;
}

/** As `npm run seed` does it. */
async function seed(data: string, days: number): Promise<void> {
  const args = ['server/seed.ts', '--hall', 'jiefang', '--days', String(days)];
  const env = { ...process.env, HALLWATCH_SIMULATED: '1', HALLWATCH_DATA: data };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`npm run seed ended with ${code}`);
}

/** The longest that each route takes. */
export function questions(): string[] {
  const today = new Date().toISOString().slice(0, 10);
  const before = (days: number) => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
  const hall = '/api/halls/jiefang';
  return [
    `${hall}/series?from=${before(100)}&to=${today}&step=15m`,
    `${hall}/series?from=${before(34)}&to=${today}&step=5m`,
    `${hall}/series?from=${before(731)}&to=${today}&step=1d`,
    `${hall}/series?from=${before(100)}&to=${today}&step=15m&service=general`,
    `${hall}/series.csv?from=${before(3_600)}&to=${today}&step=15m`,
    `${hall}/series.csv?from=${before(600)}&to=${today}&step=1m`,
    `${hall}/visits?from=${before(399)}&to=${today}`,
    `${hall}/visits.csv?from=${before(399)}&to=${today}`,
    `/api/regions/wuhan/peaks?from=${before(399)}&to=${today}`,
    `/api/regions/wuhan/peaks?from=${before(399)}&to=${today}&measure=waitMeanS`,
    `${hall}/usual?date=${before(1)}`,
    `${hall}/today`,
    '/api/regions',
    '/api/regions/wuhan/today',
  ];
}

async function askMany(victim: Victim, { count, atOnce }: { count: number; atOnce: number }): Promise<Finding[]> {
  const list = questions();
  const failed: string[] = [];
  let busy = 0;
  await each(count, atOnce, async (i) => {
    const path = list[i % list.length] ?? '';
    const status = await statusOf(`${victim.url}${path}`);
    if (status === 503) busy++;
    // With more at once than may wait, some are told to come again.
    if (status !== 200 && !(status === 503 && atOnce > 20)) failed.push(`${path}: ${status}`);
  });
  const detail = failed[0] ?? `${busy} were told to come again`;
  return [none(`${atOnce} questions at once: of ${count} not answered`, failed.length, detail)];
}

/** What is answered, once all of it is read. */
async function statusOf(address: string): Promise<number | string> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(answeredWithinMs) });
    // Not kept: a file may have some 100 MB.
    for await (const _ of answer.body ?? []);
    return answer.status;
  } catch (error) {
    return String(error);
  }
}

/** Ask for what is long and never read it: nothing is held for them for ever, and others are answered meanwhile. */
async function sleepOver(victim: Victim, count: number): Promise<Finding[]> {
  const list = questions().slice(0, 8);
  const sockets = await Promise.all(Array.from({ length: count }, () => openSocket(victim.port)));
  for (const [i, socket] of sockets.entries()) {
    socket.pause();
    socket.write(`GET ${list[i % list.length]} HTTP/1.1\r\nHost: 127.0.0.1:${victim.port}\r\n\r\n`.repeat(3));
  }
  await pause(3_000);
  const began = performance.now();
  let status: number | string = 0;
  // It may be told to come again.
  while (status !== 200 && performance.now() - began < 60_000) {
    status = await statusOf(`${victim.url}/api/halls/jiefang/series?from=2026-01-01&to=2026-01-02`);
    if (status !== 200) await pause(500);
  }
  const waitedMs = performance.now() - began;
  for (const socket of sockets) socket.destroy();
  return [atMost('readers that sleep: another reader is answered', status === 200 ? waitedMs : 1e9, 60_000, 'ms')];
}
