// The server under attack, as it is run: a process of its own, whose memory, CPU and log are seen from outside.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds, memory } from '../../bench/ingest/processes.ts';
import { tempFolder } from '../../bench/ingest/server.ts';
import { freePort } from '../../support/ports.ts';

export interface Victim {
  url: string;
  host: string;
  port: number;
  mqttPort: number;
  mqttUrl: string;
  /** Lines of its log that are errors, with what Node says of an uncaught one. */
  errors(): string[];
  isAlive(): boolean;
  /** CPU seconds used so far. */
  cpuS(): number;
  /** Resident memory, MiB: now, and the most there ever was. */
  memoryMiB(): { now: number; most: number };
  /** A value of /metrics, labels included in the name; NaN when it isn't there. */
  metric(name: string): Promise<number>;
  end(): Promise<void>;
}

interface Options {
  env?: Record<string, string>;
  /** A data folder that stays; without it one is made and removed. */
  data?: string;
}

const readyWithinMs = 60_000;

export async function startVictim({ env = {}, data }: Options = {}): Promise<Victim> {
  const folder = data ?? (await tempFolder('hostile'));
  const [port, mqttPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['--expose-gc', 'server/main.ts'], {
    env: {
      ...process.env,
      LOG_LEVEL: 'error',
      HALLWATCH_CONFIG: 'config',
      HALLWATCH_DATA: folder,
      HALLWATCH_HTTP: `127.0.0.1:${port}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${mqttPort}`,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '' && lines.length < 10_000) lines.push(line);
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
  for (const until = performance.now() + readyWithinMs; !(await isReady()); await pause(50)) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(`no server:\n${lines.join('\n')}`);
  }
  return {
    url,
    host: '127.0.0.1',
    port,
    mqttPort,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    errors: () => lines.filter((line) => !/ExperimentalWarning|--trace-warnings/.test(line)),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    cpuS: () => cpuSeconds({ child }),
    memoryMiB: () => memory({ child }),
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1) ?? Number.NaN);
    },
    async end() {
      child.kill('SIGTERM');
      await ended;
      process.removeListener('exit', kill);
      if (data === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
