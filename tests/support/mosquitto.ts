import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
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
}

/** A real Mosquitto of this test's own, with the queue sizes that losing nothing needs. */
export async function startMosquitto(): Promise<Mosquitto> {
  const folder = await tempFolder();
  await chmod(folder, 0o755);
  const port = await freePort();
  const config = [
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    'autosave_on_changes true',
    'autosave_interval 500',
    'max_inflight_messages 1000',
    'max_queued_messages 200000',
    'max_queued_bytes 0',
    'persistent_client_expiration 7d',
  ];
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, `${config.join('\n')}\n`);
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
  onTestFinished(kill);
  await start();
  return { url: `mqtt://127.0.0.1:${port}`, port, kill, start };
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
