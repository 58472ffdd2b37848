import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/ports.ts';
import type { Process } from './processes.ts';
import { start, until } from './processes.ts';

export interface BenchServer extends Process {
  url: string;
  /** Lines of /metrics by name, labels included. */
  metrics(): Promise<Map<string, number>>;
  isReady(): Promise<boolean>;
}

export const tempFolder = (name: string) => mkdtemp(join(tmpdir(), `hallwatch-bench-${name}-`));

/** The server as it is run, in a process of its own; resolves when it listens. */
export async function startServer(env: Record<string, string>): Promise<BenchServer> {
  const http = `127.0.0.1:${await freePort()}`;
  const mqtt = `127.0.0.1:${await freePort()}`;
  const settings = { LOG_LEVEL: 'error', HALLWATCH_HTTP: http, HALLWATCH_MQTT_LISTEN: mqtt, ...env };
  const server = start(process.execPath, ['server/main.ts'], settings);
  await server.said('Hallwatch ready');
  const url = `http://${http}`;
  const metrics = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  };
  return { ...server, url, metrics, isReady: async () => (await fetch(`${url}/readyz`)).status === 200 };
}

/** Waits until so many messages were read since the server started, and none waits. */
export async function readings(server: BenchServer, count: number, everyMs = 200): Promise<void> {
  await until(async () => {
    const metrics = await server.metrics();
    const read = [...metrics]
      .filter(([name]) => name.startsWith('hallwatch_readings_total'))
      .reduce((sum, [, n]) => sum + n, 0);
    return read >= count;
  }, everyMs);
}
