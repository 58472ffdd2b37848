// From a terminal's message to the alert on a screen: a whole server in this process, its own broker, one client of each.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { io } from 'socket.io-client';
import { inventRegistry } from '../../../firmware-sim/registry/invent.ts';
import { writeRegistry } from '../../../firmware-sim/registry/write.ts';
import type { AlertEvent } from '../../../server/contracts/live.ts';
import { topicOf } from '../../../server/contracts/topics.ts';
import { serve } from '../../../server/serve.ts';
import { freePort } from '../../support/ports.ts';
import type { Figure } from '../figures.ts';

const halls = 100;
/** Between two, so that each meets a quiet server. */
const pauseMs = 25;

export async function latencyFigures(say: (line: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hallwatch-bench-'));
  const config = join(folder, 'config');
  await mkdir(config);
  const registry = inventRegistry(halls);
  await writeRegistry(config, registry);
  const server = await serve(
    {
      HALLWATCH_CONFIG: config,
      HALLWATCH_DATA: join(folder, 'data'),
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    },
    pino({ level: 'silent' }),
  );
  const device = await mqtt.connectAsync(server.mqttUrl);
  const screen = io(`${server.url}/live`, { transports: ['websocket'], forceNew: true });
  const sentAt = new Map<string, number>();
  const tookMs: number[] = [];
  screen.on('alert', ({ alert }: AlertEvent) => {
    const sent = sentAt.get(alert.subject.id);
    if (alert.rule !== 'terminal-fault' || sent === undefined) return;
    tookMs.push(performance.now() - sent);
    sentAt.delete(alert.subject.id);
  });
  await screen.timeout(5_000).emitWithAck('watch', { alerts: true });
  say(`${halls} halls, one terminal fault after the other`);
  // One hall after the other: of one hall's alerts a screen hears at most four times a second.
  const most = Math.max(...registry.halls.map(({ terminals }) => terminals.length));
  for (let i = 0; i < most; i++) {
    for (const { region, id, terminals } of registry.halls) {
      const terminal = terminals[i];
      if (!terminal) continue;
      const body = { ts: Date.now(), boot: 1, seq: 1, state: 'out-of-service', parts: {}, busy: false };
      sentAt.set(terminal.id, performance.now());
      await device.publishAsync(topicOf(region, id, terminal.id, 'terminal'), JSON.stringify(body), { qos: 1 });
      await wait(pauseMs);
    }
  }
  while (sentAt.size > 0 && tookMs.length > 0) await wait(pauseMs);
  screen.close();
  await device.endAsync();
  await server.close();
  await rm(folder, { recursive: true });
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return [
    { what: 'publish to a screen, p50', unit: 'ms', values: [at(0.5)], note: `${sorted.length} alerts` },
    { what: 'publish to a screen, p99', unit: 'ms', values: [at(0.99)], note: 'goal: under 25' },
  ];
}
