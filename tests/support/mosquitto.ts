import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from './cleanup.ts';
import { eventually } from './eventually.ts';
import { pathOf } from './needs.ts';
import { freePort } from './ports.ts';

export interface Mosquitto {
  url: string;
  port: number;
  /** Ends it as a crash would; `start` brings it back on the same port with what it had saved. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Its process, 0 while there is none. */
  pid(): number;
}

/** A real Mosquitto of this test's own, gone when the test is. */
export async function startMosquitto(): Promise<Mosquitto> {
  const broker = await runMosquitto(await tempFolder());
  onTestFinished(broker.kill);
  return broker;
}

/** A real Mosquitto on a folder, under the config that is shipped; whoever starts it ends it. */
export async function runMosquitto(folder: string): Promise<Mosquitto> {
  const port = await freePort();
  return runMosquittoConfig(folder, await shippedConfig(folder, port), port);
}

/** The config as shipped, but for the place. */
export async function shippedConfig(folder: string, port: number): Promise<string> {
  const shipped = await readFile('deploy/mosquitto.conf', 'utf8');
  return shipped
    .replace(/^listener .*$/m, `listener ${port} 127.0.0.1`)
    .replace(/^persistence_location .*$/m, `persistence_location ${folder}/`);
}

/** A real Mosquitto under a config that listens on `port`; whoever starts it ends it. */
export async function runMosquittoConfig(folder: string, config: string, port: number): Promise<Mosquitto> {
  await chmod(folder, 0o755);
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, `${process.getuid?.() === 0 ? 'user root\n' : ''}${config}\n`);
  let child: ChildProcess | null = null;
  const kill = async () => {
    const dying = child;
    child = null;
    if (!dying || dying.exitCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
  };
  const start = async () => {
    const own = spawn(pathOf('mosquitto'), ['-c', file], { stdio: 'ignore' });
    child = own;
    await eventually(() => own.exitCode === null && canConnect(port), { what: `mosquitto on ${port}` });
  };
  await start();
  return { url: `mqtt://127.0.0.1:${port}`, port, kill, start, pid: () => child?.pid ?? 0 };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
