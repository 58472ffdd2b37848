// Processes of a bench: started with their own folders and ports, watched by /proc, ended by their pid.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Ticks of /proc a second, fixed by the kernel's interface. */
const ticksPerSecond = 100;

export interface Process {
  child: ChildProcess;
  /** Resolves with the first line that begins so. */
  said(beginning: string): Promise<string>;
  end(signal?: NodeJS.Signals): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function start(command: string, args: string[], env: Record<string, string> = {}): Process {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  ended.then(() => running.delete(child));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stdout?.on('data', (bytes) => {
    const parts = `${rest}${bytes}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const look of waiting) look();
  });
  return {
    child,
    said: (beginning) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = lines.find((one) => one.startsWith(beginning));
          if (line === undefined) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        ended.then(() => reject(new Error(`${args[0]} ended before it said "${beginning}"`)));
        look();
      }),
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
}

/** CPU seconds a process has used, of user and system. */
export function cpuSeconds({ child }: Pick<Process, 'child'>): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory of a process now, and the most it ever had, MiB. */
export function memory({ child }: Pick<Process, 'child'>): { now: number; most: number } {
  const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1_024;
  return { now: mib('VmRSS'), most: mib('VmHWM') };
}

/** Asks until the answer is true. */
export async function until(ask: () => Promise<boolean> | boolean, everyMs = 50): Promise<void> {
  while (!(await ask())) await pause(everyMs);
}
