// Plays the stories of many halls through a whole server in this process, on a clock of its own: journal, halls, alerts, history
// and HTTP as they run for users; only the MQTT connection is left out.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import type { App } from '../../server/app.ts';
import { buildApp } from '../../server/app.ts';
import type { ManualClock } from '../../server/clock.ts';
import { manualClock } from '../../server/clock.ts';
import { loadConfigOrThrow } from '../../server/config/load.ts';
import { readSettings } from '../../server/config/settings.ts';
import type { Alert } from '../../server/contracts/alerts.ts';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Completeness } from '../../server/contracts/http.ts';
import { openDataFolder } from '../../server/data-folder.ts';
import type { Source } from '../../server/ingest/source.ts';
import { eventually } from '../support/eventually.ts';
import { stateTexts } from '../support/state-text.ts';
import type { Delivery, Story } from './hall-story.ts';
import { latencyMs, makeStory, region } from './hall-story.ts';
import type { Period } from './happenings.ts';
import type { Tally, Verdict } from './verdict.ts';
import { judge } from './verdict.ts';

export interface Round {
  seed: number;
  halls: number;
  /** A folder for the config and the data, empty. */
  folder: string;
  /** How long the stories last, ms. */
  lengthMs: number;
}

export interface Played extends Tally {
  messages: number;
  verdicts: Verdict[];
  /** Halls that came out otherwise when they were made from the journal alone. */
  notRebuilt: string[];
}

const stepMs = 5_000;
const checkEveryMs = 5 * 60_000;
const limitMs = { general: 15 * 60_000, vip: 5 * 60_000 };
/** Clocks may be off by so much without a mark. */
const waitToleranceMs = 60_000;
const text = (name: string) => ({ 'zh-CN': name, en: name });

/** Plays one round, with each story as `change` makes it; the server is stopped in the middle of it, and what comes meanwhile waits at the broker. */
export async function play(
  { seed, halls, folder, lengthMs }: Round,
  change: (story: Story) => Story = (story) => story,
): Promise<Played> {
  // A whole day of Shanghai, from half past nine on.
  const begin = Date.parse('2026-03-10T09:30:00+08:00') + (seed % 5) * 86_400_000;
  const period: Period = { from: begin, to: begin + lengthMs };
  const stories = Array.from({ length: halls }, (_, n) => change(makeStory(seed, n, period)));
  const config = join(folder, 'config');
  await writeConfig(config, stories);
  const clock = manualClock(begin - 60_000);
  const deliveries = stories.flatMap((one) => one.deliveries).sort((a, b) => a.at - b.at);
  const away = awayPeriod(seed, period);
  const played: Played = { messages: deliveries.length, verdicts: [], notRebuilt: [], checks: 0, marked: 0 };
  let app = await openApp(folder, config, clock);
  let [next, caughtUp] = [0, true];
  const hand = async (upTo: number) => {
    for (; (deliveries[next]?.at ?? Number.POSITIVE_INFINITY) <= upTo; next++)
      accept(app, deliveries[next] as Delivery, { clock, caughtUp });
    app.pipeline.journal.flush();
    await nextTurn();
  };
  for (let now = begin - 55_000; now <= period.to; now += stepMs) {
    if (away && now >= away.from && now - stepMs < away.from) await closeApp(app);
    const isAway = away !== null && now >= away.from && now < away.to;
    if (away && now >= away.to && now - stepMs < away.to) {
      clock.moveTo(now);
      app = await openApp(folder, config, clock);
      caughtUp = false;
      await hand(now);
      caughtUp = true;
    }
    if (isAway) {
      clock.moveTo(now);
      continue;
    }
    await hand(now);
    clock.moveTo(now);
    const isLast = now > period.to - stepMs;
    if ((now - begin) % checkEveryMs !== 0 && !isLast) continue;
    if (away && now >= away.to && now < away.to + 120_000) continue;
    for (const story of stories) played.verdicts.push(...(await judged(app, story, now, { isLast, tally: played })));
  }
  const before = stateTexts(app.halls);
  await closeApp(app);
  await rm(join(folder, 'data', 'state.sqlite'));
  played.notRebuilt = await rebuilt(folder, config, clock, before);
  return played;
}

/** J5: halls whose state is another one when it is made from the journal again. */
async function rebuilt(
  folder: string,
  config: string,
  clock: ManualClock,
  before: Record<string, string>,
): Promise<string[]> {
  const app = await openApp(folder, config, clock);
  await eventually(() => app.pipeline.isLive, { what: 'the whole journal read again' });
  const after = stateTexts(app.halls);
  await closeApp(app);
  return Object.entries(before)
    .filter(([hall, text]) => after[hall] !== text)
    .map(([hall]) => hall);
}

/** Every other round the server is away for some minutes. */
function awayPeriod(seed: number, { from, to }: Period): Period | null {
  if (seed % 2 === 0) return null;
  const begin = from + Math.floor((to - from) / 2 / stepMs) * stepMs;
  return { from: begin, to: begin + (3 + (seed % 20)) * 60_000 };
}

async function judged(
  app: App,
  story: Story,
  now: number,
  context: { isLast: boolean; tally: Tally },
): Promise<Verdict[]> {
  const live = await answer<HallLive>(app, `/api/halls/${story.hall}`);
  const completeness = await answer<Completeness>(app, `/api/completeness?hall=${story.hall}&day=${live.dayDate}`);
  const alerts = await answer<Alert[]>(app, `/api/alerts?hall=${story.hall}`);
  const verdicts = judge(story, live, completeness, now - latencyMs, context);
  for (const { rule, subject, raisedAt } of alerts) {
    const service = subject.id === 'vip' ? 'vip' : 'general';
    const longest = longestWait(story, service, raisedAt);
    if (rule !== 'wait-limit' || longest >= limitMs[service] - waitToleranceMs) continue;
    const { faults, device } = story.parts.queue;
    const what = `alert ${rule} of ${subject.id}`;
    verdicts.push({
      at: raisedAt,
      hall: story.hall,
      kind: 'queue',
      what,
      shown: 'raised',
      truth: longest,
      faults,
      device,
    });
  }
  return verdicts;
}

/** The longest wait of the minute before `at`, ms. */
function longestWait({ truthAt }: Story, service: 'general' | 'vip', at: number): number {
  const moments = [0, 10, 20, 30, 40, 50, 60].map((seconds) => at - seconds * 1_000);
  return Math.max(...moments.map((moment) => moment - (truthAt(moment).longestSince[service] ?? moment)));
}

async function answer<T>(app: App, url: string): Promise<T> {
  const got = await app.http.inject({ url, headers: { host: `127.0.0.1:${app.port}` } });
  if (got.statusCode !== 200) throw new Error(`${url}: ${got.statusCode} ${got.body}`);
  return got.json() as T;
}

function accept(
  app: App,
  { at, topic, payload, live }: Delivery,
  { clock, caughtUp }: { clock: ManualClock; caughtUp: boolean },
): void {
  // What waited at the broker is received when the server is back.
  const receivedAt = caughtUp ? at : clock.now();
  app.accept({ topic, payload: Buffer.from(payload), receivedAt, live, caughtUp }, (error) => {
    if (error) throw error;
  });
}

const held = new WeakMap<App, { release(): void }>();

async function openApp(folder: string, config: string, clock: ManualClock): Promise<App> {
  const source: Source = { state: 'ok', detail: null, address: '', publish: () => {}, close: async () => {} };
  const loaded = await loadConfigOrThrow(config);
  const data = await openDataFolder(join(folder, 'data'), { simulated: false, clock: null });
  const app = await buildApp({
    config: loaded,
    settings: readSettings({ HALLWATCH_HTTP: '127.0.0.1:8080' }, loaded.settings),
    clock,
    log: pino({ level: process.env.FUZZ_LOG ?? 'silent' }),
    folder: data.path,
    simulated: data.simulated,
  });
  held.set(app, data);
  await app.begin();
  await app.http.ready();
  app.setSource(source);
  return app;
}

async function closeApp(app: App): Promise<void> {
  await app.close();
  held.get(app)?.release();
}

async function writeConfig(folder: string, stories: readonly Story[]): Promise<void> {
  const json = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  await mkdir(join(folder, 'halls'), { recursive: true });
  await json('hallwatch.yaml', { regions: [{ id: region, name: text('Fuzz') }] });
  const defaults = {
    all: { waitLimitMin: 15, targetShare: 0.95, noShowMin: 3 },
    services: { vip: { waitLimitMin: 5 } },
  };
  await json('standards.yaml', { defaults });
  await json('calendar.yaml', { days: [] });
  for (const story of stories) await json(join('halls', `${story.hall}.yaml`), hallFile(story));
}

function hallFile({ hall, parts }: Story): unknown {
  const zone = 'floor';
  return {
    id: hall,
    region,
    name: text(hall),
    type: 'flagship',
    ownership: 'own',
    timeZone: 'Asia/Shanghai',
    capacity: 500,
    hours: '08:30-18:00',
    zones: [{ id: zone, kind: 'business', name: text('Floor') }],
    doors: [{ id: parts.door.device, zone, name: text('Door') }],
    queueMachines: [{ id: parts.queue.device, zone, name: text('Queue') }],
    services: [
      { id: 'general', letter: 'A', name: text('General') },
      { id: 'vip', letter: 'V', name: text('VIP') },
    ],
    desks: [
      { id: 'desk-1', label: '1', zone, serves: ['general'] },
      { id: 'desk-2', label: '2', zone, serves: ['general'] },
      { id: 'desk-v', label: 'V', zone, serves: ['vip'] },
    ],
    terminals: [{ id: parts.terminal.device, type: 'payment-kiosk', zone, name: text('Kiosk'), does: ['pay'] }],
  };
}
