// Mosquitto killed under devices with outboxes: it acknowledges before it saves, so what it had taken is gone with it and must be
// asked for again.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { realTime, simClock } from '../../firmware-sim/clock.ts';
import { Device } from '../../firmware-sim/device.ts';
import type { Body } from '../../firmware-sim/devices/sequenced.ts';
import { Sequence } from '../../firmware-sim/devices/sequenced.ts';
import { Gate } from '../../firmware-sim/gate.ts';
import { Random } from '../../firmware-sim/random.ts';
import { manualClock } from '../../server/clock.ts';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { DeviceKind } from '../../server/contracts/names.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import { hallId, region } from '../bench/ingest/world.ts';
import { runMosquitto } from '../support/mosquitto.ts';
import type { Finding, HostileContext } from './part.ts';
import { holds, none } from './part.ts';
import { tempFolder } from './support/folder-world.ts';
import { journaled } from './support/journaled.ts';
import type { HostileServer } from './support/server.ts';
import { addresses, metricsOf, spawnServer, whenReady, within } from './support/server.ts';

const halls = 5;
const brokerKillsAtFullScale = 5;
const everyMs = 100;
const betweenMs = 6_000;
const events = ['issued', 'called', 'started', 'finished'] as const;
const settlesWithinMs = 120_000;

interface OutboxDevice {
  hall: string;
  kind: DeviceKind;
  id: string;
  device: Device;
  sequence: Sequence<DeviceKind>;
}

export async function brokerKills(config: string, { say, scale }: HostileContext): Promise<Finding[]> {
  const [folder, data] = [await tempFolder('broker'), await tempFolder('data')];
  const broker = await runMosquitto(folder);
  const env = {
    HALLWATCH_CONFIG: config,
    HALLWATCH_DATA: data,
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_MQTT_URL: broker.url,
    ...(await addresses()),
  };
  let server = await spawnServer(env);
  await whenReady(server);
  const devices = startDevices(broker.url);
  const kills = Math.max(1, Math.round(brokerKillsAtFullScale * scale));
  const random = new Random('hostile broker');
  let isOver = false;
  const load = makeSteadily(devices, () => isOver);
  for (let kill = 0; kill < kills; kill++) {
    await pause(betweenMs * (0.5 + random.next()));
    // Every second time nobody fetches from it just before, so that what is lost is much.
    const isAway = kill % 2 === 1 || kills === 1;
    if (isAway) {
      await server.end('SIGKILL');
      await pause(1_500);
    }
    await broker.kill();
    await pause(500);
    await broker.start();
    if (isAway) server = await spawnServer(env);
  }
  isOver = true;
  await load;
  await whenReady(server);
  const isRight = await within(settlesWithinMs, async () => (await wrongNumbers(server, devices)).length === 0, 500);
  const wrong = isRight ? [] : await wrongNumbers(server, devices);
  const metrics = await metricsOf(server);
  const asked = metrics.get('hallwatch_resends_total{outcome="asked"}') ?? 0;
  await within(settlesWithinMs, async () => (await metricsOf(server)).get('hallwatch_history_waiting') === 0);
  await Promise.all(devices.map(({ device }) => device.stop()));
  await server.end();
  await broker.kill();
  const keys = new Set(
    devices.flatMap(({ hall, id, kind, sequence }) =>
      sequence.messages.map(({ seq }) => `${hall}/${id}/${kind} 1 ${seq}`),
    ),
  );
  const { lost, copies, holes } = journaled(data, keys);
  const points = await doorPoints(data, devices);
  say(
    `  Mosquitto: ${kills} kills, ${keys.size} readings of ${devices.length} devices with outboxes, ${asked} requests to send again`,
  );
  for (const used of [folder, data]) await rm(used, { recursive: true, force: true });
  const what = (text: string) => `Mosquitto killed, outboxes: ${text}`;
  return [
    none(what(`readings lost of ${keys.size}`), lost + holes, `${copies} copies came and were told apart`),
    none(what('numbers of walls wrong'), wrong.length, wrong.slice(0, 3).join('; ')),
    none(what('door points lost, doubled or odd'), Math.abs(points.expected - points.found) + points.odd),
    holds(what('devices were asked for what the broker lost'), asked > 0, `${asked} requests`),
  ];
}

function startDevices(url: string): OutboxDevice[] {
  const [clock, gate] = [simClock(realTime), new Gate(50)];
  return Array.from({ length: halls }, (_, i) => hallId(i)).flatMap((hall) =>
    [
      { id: `${hall}-door-a`, kind: 'door' as const },
      { id: `${hall}-queue`, kind: 'queue' as const },
    ].map(({ id, kind }) => {
      const entry = { region, hall, id, kind };
      const device = new Device({ entry, broker: { url, protocolVersion: 5 }, clock, gate, everyS: 2 });
      device.start(1);
      return { hall, kind, id, device, sequence: new Sequence<DeviceKind>(kind, 1) };
    }),
  );
}

async function makeSteadily(devices: readonly OutboxDevice[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (const { kind, device, sequence } of devices) {
      sequence.add(Date.now(), bodyOf(kind, sequence.messages.length));
      const message = sequence.messages.at(-1);
      if (message) device.add(message);
    }
    await pause(everyMs);
  }
}

function bodyOf(kind: DeviceKind, n: number): Body<DeviceKind> {
  if (kind === 'door') return { in: n, out: Math.floor(n / 2) };
  const event = events[n % events.length] ?? 'issued';
  const desk = event === 'issued' ? {} : { desk: 'desk-1' };
  return { event, ticket: `A${Math.floor(n / events.length)}`, service: 'general', ...desk };
}

async function wrongNumbers(server: HostileServer, devices: readonly OutboxDevice[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { hall, kind, sequence } of devices) {
    const live = await server.get<HallLive>(`/api/halls/${hall}`);
    const sent = sequence.messages.length;
    const count = (nth: number) => Math.max(0, Math.ceil((sent - nth) / events.length));
    const pairs: [string, number | null, number][] =
      kind === 'door'
        ? [
            ['entered', live.occupancy.enteredToday, sent - 1],
            ['left', live.occupancy.leftToday, Math.floor((sent - 1) / 2)],
          ]
        : [
            ['issued', live.queue.issuedToday, count(0)],
            ['called', live.queue.calledToday, count(1)],
            ['served', live.queue.servedToday, count(3)],
          ];
    for (const [name, shown, right] of pairs) {
      if (shown !== right) wrong.push(`${hall} ${name} ${shown} instead of ${right}`);
    }
    if (live.completeness !== 1) wrong.push(`${hall} completeness ${live.completeness}`);
  }
  return wrong;
}

async function doorPoints(data: string, devices: readonly OutboxDevice[]) {
  const store = new SqliteHistory({
    path: join(data, 'history.sqlite'),
    keep: { raw: 30, minute: 90, slot: 3_650 },
    clock: manualClock(Date.now()),
    log: pino({ level: 'silent' }),
  });
  const doors = new Map(
    devices.filter(({ kind }) => kind === 'door').map(({ id, sequence }) => [id, sequence.messages.length]),
  );
  let [found, odd] = [0, 0];
  for await (const { tags, fields } of store.points({ measurement: 'door', from: 0, to: Date.now() + 86_400_000 })) {
    const [ins, outs] = [Number(fields.in), Number(fields.out)];
    if (ins < (doors.get(tags.device ?? '') ?? 0) && outs === Math.floor(ins / 2)) found++;
    else odd++;
  }
  await store.close();
  return { expected: [...doors.values()].reduce((sum, n) => sum + n, 0), found, odd };
}
