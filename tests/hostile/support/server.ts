// The server as it is run, in a process of its own whose words are kept: what it says when it starts, when it can't, and how it ends.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ready } from '../../../server/contracts/http.ts';
import { freePort } from '../../support/ports.ts';

export interface HostileServer {
  url: string;
  mqttUrl: string;
  pid: number;
  /** Everything it wrote to stderr: log lines, and the one line of a program that can't start. */
  words(): string;
  /** Exit code, null after a signal; resolves when it is gone. */
  ended: Promise<number | null>;
  isGone(): boolean;
  /** The answer of /readyz; null while it doesn't listen. */
  readyz(): Promise<Ready | null>;
  get<T>(path: string): Promise<T>;
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const mostWords = 2_000_000;

/** Ports for a server that is to come back at the same address. */
export async function addresses(): Promise<{ HALLWATCH_HTTP: string; HALLWATCH_MQTT_LISTEN: string }> {
  return {
    HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
    HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
  };
}

/** Starts the server by way of `command` (such as one that limits it); doesn't wait for it to listen. */
export async function spawnServer(env: Record<string, string>, command: string[] = []): Promise<HostileServer> {
  const own = { LOG_LEVEL: 'warn', ...(env.HALLWATCH_HTTP ? {} : await addresses()), ...env } as Record<string, string>;
  const [program = process.execPath, ...args] = [...command, process.execPath, 'server/main.ts'];
  const child = spawn(program, args, { env: { ...process.env, ...own }, stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  let words = '';
  child.stderr.on('data', (bytes) => {
    if (words.length < mostWords) words += bytes;
  });
  // Only then all of its words are here.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  ended.then(() => running.delete(child));
  const url = `http://${own.HALLWATCH_HTTP}`;
  return {
    url,
    mqttUrl: `mqtt://${own.HALLWATCH_MQTT_LISTEN}`,
    pid: child.pid ?? 0,
    words: () => words,
    ended,
    isGone: () => child.exitCode !== null || child.signalCode !== null,
    async readyz() {
      try {
        return (await (await fetch(`${url}/readyz`)).json()) as Ready;
      } catch {
        return null;
      }
    },
    async get<T>(path: string) {
      return (await (await fetch(`${url}${path}`)).json()) as T;
    },
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Waits until the server is ready; null when it ended instead, or the time is over. */
export async function whenReady(server: HostileServer, withinMs = 60_000): Promise<Ready | null> {
  const until = performance.now() + withinMs;
  while (!server.isGone() && performance.now() < until) {
    const ready = await server.readyz();
    if (ready?.ready) return ready;
    await pause(50);
  }
  return null;
}

/** Asks until the answer is true or the time is over; answers which. */
export async function within(ms: number, ask: () => Promise<boolean> | boolean, everyMs = 100): Promise<boolean> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (await ask()) return true;
    await pause(everyMs);
  }
  return false;
}

/** Ticks of /proc a second, fixed by the kernel's interface. */
const ticksPerSecond = 100;

/** CPU seconds that a server has used, of user and system. */
export function cpuSecondsOf({ pid }: HostileServer): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Lines of /metrics by name, labels included. */
export async function metricsOf(server: HostileServer): Promise<Map<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The value of a metric without labels; 0 where it isn't there. */
export async function metric(server: HostileServer, name: string): Promise<number> {
  return (await metricsOf(server)).get(name) ?? 0;
}
