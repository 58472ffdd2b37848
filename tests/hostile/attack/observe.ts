// The others: a device, a wall and a reader in a process of their own, and what is promised them while a server is attacked.
import { fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../part.ts';
import { atMost, holds, none } from '../part.ts';
import type { Victim } from './victim.ts';

/** The longest since it was last asked, ms: a PUBACK, an answer, a number on the wall, between two pulses. */
export interface Observed {
  puback: number;
  http: number;
  wall: number;
  pulse: number;
  disconnects: number;
  /** PUBACKs that came. */
  samples: number;
  /** Answers over HTTP that weren't 200. */
  failed: number;
  /** How late the observer itself was, at the most: that is the machine's doing, and not the server's. */
  own: number;
}

export interface Observer {
  /** What was seen since the last time. */
  report(): Promise<Observed>;
  end(): void;
}

const warmUpMs = 3_000;

export async function observe({ url, mqttUrl }: Victim): Promise<Observer> {
  const child = fork(fileURLToPath(new URL('observer.ts', import.meta.url)), [url, mqttUrl], { execArgv: [] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const report = () =>
    new Promise<Observed>((resolve, reject) => {
      child.once('message', (seen) => resolve(seen as Observed));
      child.once('exit', () => reject(new Error('the observer ended')));
      child.send('report');
    });
  // What connecting took is nobody's promise.
  await pause(warmUpMs);
  await report();
  return {
    async report() {
      const seen = await report();
      child.removeAllListeners('exit');
      return seen;
    },
    end() {
      process.removeListener('exit', kill);
      child.kill('SIGKILL');
    },
  };
}

/** What others are promised during any attack, ms. A wall calls itself stale after 6 s without a pulse (P2). */
const limits = { http: 1_000, puback: 1_000, wall: 2_000, pulse: 4_000 };

/** The promise to others, for what was attacked by `name`; less what the machine held the observer itself up. */
export function undisturbed(name: string, seen: Observed): Finding {
  const ms = (key: keyof typeof limits) => `${key} ${Math.round(seen[key])} ms`;
  const keys = ['http', 'puback', 'wall', 'pulse'] as const;
  return {
    what: `${name}: others, at the longest`,
    promised: `${keys.map((key) => `${key} ${limits[key]} ms`).join(', ')}, no connection lost, no answer failed`,
    measured: `${keys.map(ms).join(', ')}, ${seen.disconnects} lost, ${seen.failed} failed of ${seen.samples} samples; own ${Math.round(seen.own)} ms`,
    ok:
      keys.every((key) => seen[key] - seen.own <= limits[key]) &&
      seen.disconnects + seen.failed === 0 &&
      seen.samples > 0,
  };
}

/** A server that lives on and has nothing unforeseen in its log. */
export function unharmed(name: string, victim: Victim): Finding[] {
  const errors = victim.errors();
  return [
    holds(`${name}: the server lives`, victim.isAlive(), victim.isAlive() ? 'yes' : (errors.at(-1) ?? 'no')),
    none(`${name}: errors in its log`, errors.length, errors[0]?.slice(0, 300)),
  ];
}

/** Memory: never above `mostMiB`, and within `growthMiB` of before once the attack is over. */
export function bounded(
  name: string,
  victim: Victim,
  before: number,
  limit: { most: number; growth: number },
): Finding[] {
  const { now, most } = victim.memoryMiB();
  return [
    atMost(`${name}: most memory (RSS)`, most, limit.most, 'MiB'),
    atMost(`${name}: memory (RSS) afterwards, above before`, now - before, limit.growth, 'MiB'),
  ];
}
