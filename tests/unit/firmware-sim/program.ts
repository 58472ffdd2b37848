import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

export interface Program {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  ended: Promise<number | null>;
}

/** Runs one of the programs as the npm scripts do: plain node, no test runner in between. */
export function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}): Program {
  const { HALLWATCH_CLOCK: _clock, HALLWATCH_CONFIG: _config, HALLWATCH_MQTT_URL: _url, ...clean } = process.env;
  const child = spawn(process.execPath, [`firmware-sim/${script}`, ...args], { env: { ...clean, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  running.add(child);
  child.once('close', () => running.delete(child));
  return { child, out: () => out, err: () => err, ended };
}

/** Ends what a failed test left running. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

const running = new Set<ChildProcess>();
