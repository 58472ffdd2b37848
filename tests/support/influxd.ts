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
  /** Lets its files grow again, from its next start on: by itself it never gets over a write that failed. */
  makeRoom(): void;
  start(): Promise<void>;
  /** What it answers to InfluxQL, without our client between; `body` is written as line protocol to a policy. */
  ask(query: string): Promise<unknown>;
  write(policy: string, body: string): Promise<void>;
}

interface Options {
  /** Asks for user and password once there is an administrator. */
  auth?: boolean;
  /** No file of its own may be larger: the kernel refuses what is written beyond, as a full disk does. */
  fileBytes?: number;
}

/** A real influxd of this test's own, gone when the test is. */
export async function startInfluxd(options: Options = {}): Promise<Influxd> {
  const influxd = await runInfluxd(await tempFolder(), options);
  onTestFinished(influxd.kill);
  return influxd;
}

/** A real influxd on a folder; whoever starts it ends it. */
export async function runInfluxd(folder: string, { auth = false, fileBytes }: Options = {}): Promise<Influxd> {
  const [rpc, http] = [await freePort(), await freePort()];
  const file = join(folder, 'influxd.conf');
  await writeFile(file, configOf(folder, rpc, http, auth));
  const url = `http://127.0.0.1:${http}`;
  let child: ChildProcess | null = null;
  let hasRoom = false;
  const kill = async () => {
    const dying = child;
    child = null;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
  };
  const start = async () => {
    const command = [
      ...(fileBytes && !hasRoom ? ['prlimit', `--fsize=${fileBytes}:unlimited`] : []),
      pathOf('influxd'),
      '-config',
      file,
    ];
    const own = spawn(command[0] as string, command.slice(1), { stdio: 'ignore' });
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
    makeRoom: () => {
      hasRoom = true;
    },
    start,
    ask: async (q) => JSON.parse(await send('/query?epoch=u', new URLSearchParams({ q }))) as unknown,
    write: async (policy, body) => {
      await send(`/write?db=hallwatch&precision=u&rp=${policy}`, body);
    },
  };
}

function configOf(folder: string, rpc: number, http: number, auth: boolean): string {
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
  auth-enabled = ${auth}
[monitor]
  store-enabled = false
[logging]
  level = "warn"
`;
}
