import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { InfluxPlace } from '../../server/config/settings.ts';
import { tempFolder } from './cleanup.ts';
import { eventually } from './eventually.ts';
import { pathOf } from './needs.ts';
import { freePort } from './ports.ts';

export interface Influxd {
  address: InfluxPlace;
  /** Ends it as a crash would; `start` brings it back on the same ports with what it had saved. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** What it answers to InfluxQL, without our client between; `body` is written as line protocol to a policy. */
  ask(query: string): Promise<unknown>;
  write(policy: string, body: string): Promise<void>;
}

/** A real influxd of this test's own, gone when the test is. */
export async function startInfluxd(): Promise<Influxd> {
  const influxd = await runInfluxd(await tempFolder());
  onTestFinished(influxd.kill);
  return influxd;
}

/** A real influxd on a folder; whoever starts it ends it. */
export async function runInfluxd(folder: string): Promise<Influxd> {
  const [rpc, http] = [await freePort(), await freePort()];
  const file = join(folder, 'influxd.conf');
  await writeFile(file, configOf(folder, rpc, http));
  const url = `http://127.0.0.1:${http}`;
  let child: ChildProcess | null = null;
  const kill = async () => {
    const dying = child;
    child = null;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
  };
  const start = async () => {
    const own = spawn(pathOf('influxd'), ['-config', file], { stdio: 'ignore' });
    child = own;
    await eventually(async () => own.exitCode === null && (await fetch(`${url}/ping`)).status === 204, {
      what: `influxd on ${http}`,
    });
  };
  await start();
  const send = async (path: string, body: string | URLSearchParams) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body });
    const said = await answer.text();
    if (!answer.ok) throw new Error(said);
    return said;
  };
  return {
    address: { protocol: 'http', host: '127.0.0.1', port: http, database: 'hallwatch', user: null },
    kill,
    start,
    ask: async (q) => JSON.parse(await send('/query?epoch=u', new URLSearchParams({ q }))) as unknown,
    write: async (policy, body) => {
      await send(`/write?db=hallwatch&precision=u&rp=${policy}`, body);
    },
  };
}

function configOf(folder: string, rpc: number, http: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  index-version = "tsi1"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "warn"
`;
}
